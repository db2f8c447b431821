"""An assessment as JSON, text, Markdown and HTML; charts as lines of text."""
