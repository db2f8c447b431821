"""Bounds of facts and costs: what no answer that is still open can change."""
