"""A proposal on its way: frozen, on paper, behind a private link, read and answered (S5.2, S5.4)."""
