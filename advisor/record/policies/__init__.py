"""Policies: whose signatures count, who may do what, and what a ledger is held to."""
