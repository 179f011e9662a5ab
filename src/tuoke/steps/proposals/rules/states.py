from __future__ import annotations

from enum import StrEnum

TITLE_LIMIT = 80
TEXT_LIMIT = 8000
NOTE_LIMIT = 200
SECTIONS_MOST = 80
"""Sections of one proposal; more is a book."""
PROOFS_MOST = 12
"""Evidence behind one section."""


class ProposalState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
