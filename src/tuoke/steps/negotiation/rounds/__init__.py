"""Offers of both sides round by round, concessions, the quiet period, what was agreed (S6.2, S6.5).

What an offer's state tells of the bottom line is shown only to whom that line's door is open: everybody else reads
``rules.shown``, and nothing that he sees, counts or is told differs on either side of the line (S6.1).
"""
