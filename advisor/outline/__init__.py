"""What was judged, laid out for reading: the parts of an assessment, and its sentences."""
