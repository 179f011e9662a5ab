"""Reads of step 1: profiles and their versions, what the history of closed deals tells."""

from tuoke.steps.targeting.queries.evidence import Evidence, Which, evidence
from tuoke.steps.targeting.queries.profiles import (
    Chooser,
    DueReview,
    campaigns_aiming_at,
    chooser,
    content_of,
    due_reviews,
    offers_for,
    offers_from,
    profile_for,
    profile_of,
    profile_table,
    said_in,
    version_of,
    versions_of,
)

__all__ = [
    "Chooser",
    "DueReview",
    "Evidence",
    "Which",
    "campaigns_aiming_at",
    "chooser",
    "content_of",
    "due_reviews",
    "evidence",
    "offers_for",
    "offers_from",
    "profile_for",
    "profile_of",
    "profile_table",
    "said_in",
    "version_of",
    "versions_of",
]
