"""Background processes that assess and work on the ledger, and their messages."""
