"""What every verb asks first and tells afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.discovery.interviews.models import Outline


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def held(outline_id: int, *, by: Principal, version: int | None = None) -> Outline:
    """Locked until the verb is done. Outline.DoesNotExist where ``by`` may not write it; Conflict for a stale version."""
    seen = Outline.objects.visible_to(by, "write").select_related("opportunity__customer", "next_action")
    current = seen.select_for_update(of=("self",)).get(pk=outline_id)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def is_open(deal: Opportunity) -> Verdict:
    return no("deal_closed") if deal.outcome in (Outcome.LOST, Outcome.VOID) else YES


def may_write(outline: Outline) -> Verdict:
    return (no("outline_withdrawn") if outline.withdrawn_at else YES) & is_open(outline.opportunity)


def may_plan(outline: Outline) -> Verdict:
    """Whether its questions may still change."""
    return (no("outline_held") if outline.is_held else YES) & may_write(outline)


def known_contact(contact_id: int | None, deal: Opportunity, *, field: str = "contact") -> Verdict:
    if contact_id is None or Contact.objects.filter(pk=contact_id, customer_id=deal.customer_id).exists():
        return YES
    return no("person_unknown", field=field)


def tell(
    verb: str,
    outline: Outline,
    *,
    by: Principal,
    at: datetime,
    changes: Changes | None = None,
    in_deal: bool = False,
    **facts: Any,
) -> None:
    """``in_deal``: the deal's timeline tells it too, not only the outline's own history."""
    deal = outline.opportunity
    record(
        kind=f"interviews.{verb}", subject=outline, thread=deal if in_deal else outline,
        party=deal.customer if in_deal else "", by=by, at=at, changes=changes,
        facts={"title": outline.title, "outline": outline.pk, **facts},
    )  # fmt: skip


def saved(outline: Outline) -> Outline:
    outline.version += 1
    outline.save()
    return outline
