"""Screens of the background sheet (S3.1)."""
