"""Demonstrations, prototypes and trial accounts with their feedback and expiry (S5.2)."""
