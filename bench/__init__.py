"""Reproducible measurements. ``make bench`` runs all of them on SQLite and PostgreSQL and prints ratios of one run."""
