"""Finds records by part of a Chinese name, pinyin initials or digits, alike and fast on both databases.

Owns the index only: a number and a text per record. Knows nothing of what the records are.
"""
