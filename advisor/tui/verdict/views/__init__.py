"""The views of a verdict, one module each."""
