"""The index. Beside this table stand, made by migration 0002, what each database searches with:
SQLite an FTS5 table ``search_gram`` with the same row ids, PostgreSQL a tsvector column
``grams`` with a GIN index.
"""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One record's search text. ``id`` is the kind's number and the record's id in one, see ``entry_id``."""

    id = models.BigIntegerField(primary_key=True)
    text = models.TextField()

    class Meta:
        db_table = "search_entry"

    def __str__(self) -> str:
        return f"{self.id}"


KIND_BITS = 40
"""Ids below 2 ** 40 are the record's; the kind's number stands above them."""
