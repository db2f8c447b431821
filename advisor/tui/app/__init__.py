"""The application: start-up, navigation, keys, settings, theme, export."""
