"""What follows a verdict: the gateway's configuration, and the evaluation and load test still to run."""
