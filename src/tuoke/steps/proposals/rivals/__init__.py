"""The competitors of one deal, compared with us (S5.1)."""
