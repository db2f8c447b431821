"""What would change the verdict: flips, open questions, conflicts, bounds, sensitivity."""
