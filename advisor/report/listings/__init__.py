"""Lists and comparisons as text: the catalog and its prices, two assessments, decisions assessed again."""
