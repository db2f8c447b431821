"""Answers and quantities as people write and read them."""
