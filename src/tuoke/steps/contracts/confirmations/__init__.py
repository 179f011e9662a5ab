"""Both sides confirm the contract clause by clause, the customer behind a private link (S7.1)."""
