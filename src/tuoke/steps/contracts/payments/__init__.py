"""The payment schedule of a contract and what was received (S7.1)."""
