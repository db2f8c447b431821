"""Widgets and screens used by more than one part of the interface."""
