"""Statements by people, and their SSH signatures."""
