"""Owns customers, their contacts and leads, and who holds them. Knows no deal and no step."""
