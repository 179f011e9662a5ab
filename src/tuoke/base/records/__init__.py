"""Owns the append-only history. Knows nothing of what it records: subjects are keys, never foreign keys."""
