"""The interview by prompts, one line at a time, for terminals without a screen and for screen readers."""
