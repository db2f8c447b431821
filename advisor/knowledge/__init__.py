"""What the product knows, read from `rules/` and `questionnaires/` into frozen data classes."""
