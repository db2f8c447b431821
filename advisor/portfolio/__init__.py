"""Many workloads, one fleet and one team: what they cost least together."""
