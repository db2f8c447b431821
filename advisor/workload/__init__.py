"""Requests and tokens as one object: identities, contradictions and defaults. Pure; knows no prices and no rules."""
