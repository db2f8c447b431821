"""Checks for authors of rule packs: lint, cases, coverage, which verdicts a change would move."""
