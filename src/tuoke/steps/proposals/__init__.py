"""Step 5: the proposal, section by section, what it answers and what proves it (S5.1, S5.4). Knows nothing of negotiation."""
