"""What the authors of a rule pack are told about it: lint, cases, coverage, which verdicts a change would move."""
