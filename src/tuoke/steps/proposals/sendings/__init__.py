"""A proposal on its way: frozen, on paper, behind a private link, read and answered (S5.2, S5.4).

Knows the proposal's root and the rooms that hand parts into it; none of them knows this one.
"""
