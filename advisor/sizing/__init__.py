"""Memory, speed and placement of a model on GPUs: does it fit, how fast, at which latency."""
