"""What several commands take: answers, packs, a ledger, reasons and names."""
