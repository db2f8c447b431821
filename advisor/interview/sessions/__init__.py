"""Interviews kept on disk: one file each, locked, with undo."""
