"""Legal and management approval of a contract, by amount and by what departs from the agreed terms (S7.1, P4)."""
