"""Published price lists: read, compared with the catalog, taken over as a pack."""
