"""The record format, one model a version, and how it is written and read."""
