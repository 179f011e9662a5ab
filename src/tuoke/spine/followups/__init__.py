"""Owns follow-ups and next actions. Each belongs to exactly one lead, customer or opportunity."""
