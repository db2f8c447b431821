"""Branches of one ledger: which records are here by digest, and how those of another branch are taken over."""
