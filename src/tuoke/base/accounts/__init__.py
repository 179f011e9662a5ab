"""Owns people, departments, roles and the one door to data. Knows no customer and no deal."""
