"""Usage logs, load tests and evaluation results to answers that say they were measured, from what, with a digest."""
