"""A model as sizing sees it: layers, heads, weights, caches, from its published configuration."""
