"""The HTML report: its page, style and charts."""
