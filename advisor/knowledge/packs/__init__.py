"""Rule packs: their files, how one lies over another, the digest of the whole."""
