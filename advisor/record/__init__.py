"""Decision records: their format, the ledger they are kept in, verification, replay and signatures."""
