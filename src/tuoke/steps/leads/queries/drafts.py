"""The lead as what an edit or an import starts from."""

from __future__ import annotations

from dataclasses import fields

from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.rules import LeadDraft

_DRAFT_FIELDS = tuple(field.name for field in fields(LeadDraft))


def draft_of(lead: Lead) -> LeadDraft:
    """The lead as a draft: what an edit or an import starts from."""
    return LeadDraft(**{name: getattr(lead, name) for name in _DRAFT_FIELDS})
