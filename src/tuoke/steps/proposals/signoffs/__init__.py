"""The technical sign-off of a proposal for complex deals (S5.1, P4)."""
