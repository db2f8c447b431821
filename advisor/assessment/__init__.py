"""The one result type of an assessment, and how it is built."""
