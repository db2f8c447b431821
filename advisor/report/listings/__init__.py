"""Lists and comparisons as text: prices, bills, records checked again."""
