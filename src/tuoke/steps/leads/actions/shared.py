"""What several verbs on leads are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import event_of, record_many
from tuoke.base.records.models import Event
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.rules import LeadStatus

REASON_LIMIT = 200
RESULTS = ("score", "score_max", "scored_profile", "scored_number", "tier", "qualified_at")
"""The columns of a score and what follows from it."""
DATES = ("due_on", "recycle_on")
"""What follows from tier, owner and last contact."""


def locked(lead: Lead, by: Principal) -> Lead:
    """The lead as it stands, locked until the end of the transaction, if ``by`` may write it."""
    return Lead.objects.visible_to(by, "write").select_for_update().get(pk=lead.pk)


def assignable(lead: Lead, by: Principal) -> Lead:
    """As ``locked``, and what lies in the pool too."""
    rows = Lead.objects.select_for_update()
    found = rows.filter(pk=lead.pk, owner=None).filter(pk__in=Lead.objects.visible_to(by)).first()
    return found or locked(lead, by)


def change(lead: Lead, **values: Any) -> None:
    """Write the columns, and a new version with them."""
    for name, value in values.items():
        setattr(lead, name, value)
    lead.version += 1
    lead.save(update_fields=[*(name.removesuffix("_id") for name in values), "version"])


def require_open(lead: Lead) -> None:
    """Raises Refused: lead_closed."""
    if lead.status != LeadStatus.OPEN:
        raise Refused(no("lead_closed", status=lead.status))


def require_reason(reason: str) -> None:
    """Raises Refused: reason_missing, reason_too_long."""
    if not reason.strip():
        raise Refused(no("reason_missing", field="reason"))
    if len(reason.strip()) > REASON_LIMIT:
        raise Refused(no("reason_too_long", field="reason", limit=REASON_LIMIT))


def lead_event(
    kind: str,
    lead: Lead,
    *,
    by: Principal,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Event:
    """An event of the lead's timeline, not yet stored."""
    return event_of(kind=kind, subject=lead, thread=lead, party=lead, by=by, at=now, changes=changes, facts=facts)


def record_event(kind: str, lead: Lead, **about: Any) -> None:
    record_many([lead_event(kind, lead, **about)])
