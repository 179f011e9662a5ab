"""Visits after signing: usage, satisfaction, new needs, second sales, customers at risk of leaving (S8.2)."""
