"""Signs that the customer is ready, found in what was recorded, and the closings proposed on them (S6.4)."""
