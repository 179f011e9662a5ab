"""Step 7: the contract, clause by clause, compared with what was agreed, signed and amended (S7.1). Knows nothing of reviews."""
