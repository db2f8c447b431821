"""Answers and quantities, which question is open, what an answer invalidates: pure, and light to import."""
