"""Step 6: the plan of a negotiation, and the bottom lines behind a door of their own (S6.1).

Who may read a bottom line is decided in ``models.behind_the_door`` and nowhere else. Nothing of its figures or clauses
goes into history, notices, search or anything that somebody else reads. Knows no round, no signal.
"""
