"""Owns what the whole company shares: segments, lead sources, products, campaigns. Knows no customer."""
