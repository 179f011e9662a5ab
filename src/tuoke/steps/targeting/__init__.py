"""Step 1 前期准备. Owns the customer profile, its scoring rules and the history that supports it."""
