"""Offers of both sides round by round, concessions, the quiet period, what was agreed (S6.2, S6.5)."""
