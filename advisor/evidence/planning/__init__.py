"""What still has to be measured for a decision: prompts, candidates, load test."""
