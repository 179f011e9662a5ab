"""What every verb of this room begins with: the deal locked, the reasons against it said, the line asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import Changes, record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_running, must, of_customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.actions.doors import held
from tuoke.steps.negotiation.queries import line_to_judge_by, may_see_line
from tuoke.steps.negotiation.rounds.rules import NOTHING, State
from tuoke.steps.negotiation.rules import Terms, past

__all__ = ["crossed", "held", "is_running", "judged", "must", "of_customer", "tell", "tell_inside"]


def judged(deal: Opportunity, terms: Terms, *, by: Principal) -> State:
    """Where an offer lies. Somebody to whom the door is closed gets the same answer wherever it lies: nothing is even
    asked of the line (S6.1)."""
    if terms == NOTHING:
        return State.STANDS
    if not may_see_line(by, deal):
        return State.AWAITS_OWNER
    return State.AWAITS_APPROVAL if crossed(deal, terms) else State.STANDS


def crossed(deal: Opportunity, terms: Terms) -> tuple[str, ...]:
    """Where the terms lie past the line. For verbs alone, and for those whom the door is open to."""
    line = line_to_judge_by(deal)
    return past(terms, line) if line else ()


def tell(
    kind: str,
    deal: Opportunity,
    subject: models.Model,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's: nothing that depends on the line."""
    party = f"{Customer._meta.label_lower}:{deal.customer_id}"
    record(
        kind=f"rounds.{kind}", subject=subject, thread=deal, party=party, by=by, at=now, changes=changes, facts=facts
    )


def tell_inside(kind: str, subject: models.Model, *, by: Principal, now: datetime, facts: Mapping[str, Any]) -> None:
    """Kept, but in no timeline: it follows from the line."""
    record(kind=f"rounds.{kind}", subject=subject, by=by, at=now, facts=facts, secret=True)
