"""Prices by the token, and the bills they make."""
