"""A portfolio of workloads: its table, one workload opened, and the forms that open and save it."""
