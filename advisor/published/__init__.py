"""What the published methods, checklists and claims say of a workload."""
