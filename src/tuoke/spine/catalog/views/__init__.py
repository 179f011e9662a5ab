"""Screens of the catalogue: products, competitors, lead sources and what they cost."""
