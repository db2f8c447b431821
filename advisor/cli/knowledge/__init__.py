"""The commands on what the program knows: catalog, rules, claims, sources, schemas."""
