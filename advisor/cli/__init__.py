"""The command line: a module for each command, or for those that share a subject, imported only when one runs."""
