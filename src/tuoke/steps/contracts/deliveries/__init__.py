"""The first delivery: items, acceptance by the customer, feedback, issues until closed (S7.3)."""
