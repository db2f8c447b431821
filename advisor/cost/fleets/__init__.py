"""GPUs: how many, at what rent, run by whom."""
