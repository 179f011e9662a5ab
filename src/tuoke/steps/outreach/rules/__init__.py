"""What is noted before a first contact, what is still unknown, and how somebody is addressed: plain Python (S3.1)."""

from tuoke.steps.outreach.rules.names import address_of
from tuoke.steps.outreach.rules.news import NEWS_DAYS, STALE_DAYS, News, latest, latest_by_kind, said_day
from tuoke.steps.outreach.rules.notes import (
    MOST_NOTES,
    ConcernDraft,
    EventDraft,
    EventKind,
    NoteDraft,
    NoteKind,
    ProfileDraft,
    ProfileKind,
    stored_link,
)
from tuoke.steps.outreach.rules.unknown import Known, Unknown, unknown_of

__all__ = [
    "MOST_NOTES",
    "NEWS_DAYS",
    "STALE_DAYS",
    "ConcernDraft",
    "EventDraft",
    "EventKind",
    "Known",
    "News",
    "NoteDraft",
    "NoteKind",
    "ProfileDraft",
    "ProfileKind",
    "Unknown",
    "address_of",
    "latest",
    "latest_by_kind",
    "said_day",
    "stored_link",
    "unknown_of",
]
