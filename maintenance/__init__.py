"""Tools for whoever keeps the shipped knowledge base: they read what others publish and rewrite files under rules/."""
