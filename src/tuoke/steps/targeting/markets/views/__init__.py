"""Screens of the market analysis (S1.1)."""
