"""What `advisor rules lint` checks, one kind of fault a module."""
