"""Pairs of records that somebody should look at, or has told apart (S2.3)."""

from __future__ import annotations

from tuoke.spine.customers.models import Lead


def told_apart_from(lead: Lead) -> set[str]:
    """History keys of what somebody has told apart from this lead."""
    return set(lead.distinct_from)
