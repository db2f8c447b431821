"""The verdict screen and its views."""
