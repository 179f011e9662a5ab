"""Tabular files in and out: sheets, headers, values. Knows no customer, no lead, no table of ours.

``reading`` opens xlsx, xls and csv safely (parsed in a child process), ``rules`` understands single values,
``writing`` writes files that come in again unchanged.
"""
