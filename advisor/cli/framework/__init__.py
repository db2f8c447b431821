"""Click as this program uses it: lazy groups, shared options, help, completions, output."""
