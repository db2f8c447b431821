"""Routes compared: differences, break-even, horizon, what each uncertainty is worth."""
