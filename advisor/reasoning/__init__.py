"""Reasoning beyond the verdict: what would change it, which laws conflict, which open questions still matter."""
