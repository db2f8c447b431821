"""`advisor records` and its commands."""
