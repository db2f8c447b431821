"""What the published methods and checklists say of a workload, beside our own verdict; and what their figures hold."""
