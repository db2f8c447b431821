"""The interview screen, its controller and its autosave."""
