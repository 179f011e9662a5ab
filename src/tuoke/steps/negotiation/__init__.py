"""Step 6: the plan of a negotiation and the bottom lines behind a door of their own (S6.1)."""
