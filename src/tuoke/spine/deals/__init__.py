"""Owns the running case: opportunity, step and outcome, gates passed and waived. Knows no step's own records."""
