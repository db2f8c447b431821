"""Trying other answers: variants, their verdicts, and their comparison."""
