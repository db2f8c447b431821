"""Verification: bytes, chain, signatures, replay, results."""
