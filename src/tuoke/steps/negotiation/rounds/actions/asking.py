"""What somebody above has to agree to: an offer past the line (secret), a concession beyond one's authority.

Locks are taken in one order everywhere: the request, then the deal. Whoever decides holds the request already; so verbs
that end one (``release``) do it before they lock the deal.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import managers_above, principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.services.calendar.queries import workdays
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import actions as ladder
from tuoke.steps.negotiation.rounds.actions.doors import crossed, tell, tell_inside
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade, Position
from tuoke.steps.negotiation.rounds.queries.approvals import (
    CONCESSION,
    LINE,
    deal_of,
    has_authority,
    kind_of,
    subject_of,
)
from tuoke.steps.negotiation.rounds.rules import State, reason_fault
from tuoke.steps.negotiation.rules import Authority, Terms

DAYS_TO_DECIDE = 2
"""Working days within which a manager decides; then the request is over."""
CLOSING_TIME = time(18)

Asked = Position | AgreedTerms | ConcessionMade


def ask_past_line(
    row: Position | AgreedTerms, deal: Opportunity, *, label: str, reason: str, by: Principal, now: datetime
) -> None:
    """Ask a manager. Refused: past_line (with ``past``) and reason_missing where nothing is said why, no_approver."""
    past = crossed(deal, row.terms)
    fault = reason_fault(reason)
    if not fault:
        raise Refused(no("past_line", field="reason", past=past) & fault)
    facts = {"terms": _plain(row.terms), "past": list(past), "deal": deal.pk}
    people = [user.pk for user in _above(deal, by=by)]
    approvals.ask(
        kind=LINE, subject=row, label=f"{deal.name} · {label}"[:160], approver_ids=people, reason=reason,
        facts=facts, expires_at=decide_by(now), by=by, now=now,
    )  # fmt: skip


def ask_for_concession(
    made: ConcessionMade, deal: Opportunity, *, needed: Authority, reason: str, by: Principal, now: datetime
) -> None:
    """Ask somebody who may grant it. Refused: no_approver."""
    facts = {"give": made.give, "get": made.get, "value": made.value and str(made.value), "needed": needed.value}
    people = [user.pk for user in _above(deal, by=by) if has_authority(principal_of(user), needed)]
    approvals.ask(
        kind=CONCESSION, subject=made, thread=deal, party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        label=f"{deal.name} · {made.give}"[:160], approver_ids=people, reason=reason or made.give,
        facts=facts | {"deal": deal.pk}, expires_at=decide_by(now), by=by, now=now,
    )  # fmt: skip


def release(row: Asked, *, by: Principal, now: datetime) -> None:
    """What is asked for this row, if anything, needn't be decided any more. Call it before the deal is locked."""
    approvals.close_for(kind=kind_of(row), subject=row, why=_("已收回或改动，不用再审批"), by=by, now=now)


def decided(request: Request, by: Principal, now: datetime) -> None:
    """``Kind.on_decided`` of both kinds. Refused: already_agreed, where other terms stand by now."""
    _settle(request, State.STANDS if request.is_approved else State.REFUSED, by=by, now=now)


def ended(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_expired`` and ``on_withdrawn``: what nobody decided isn't granted."""
    if request.kind in (LINE, CONCESSION):
        _settle(request, State.REFUSED, by=by, now=now)


def decide_by(now: datetime) -> datetime:
    day = workdays().add(timezone.localdate(now), DAYS_TO_DECIDE)
    closing = timezone.make_aware(datetime.combine(day, CLOSING_TIME))
    return max(closing, now + timedelta(hours=4))


def _settle(request: Request, state: State, *, by: Principal, now: datetime) -> None:
    """Where it still waits. Withdrawn or changed meanwhile, it is no longer what was asked for, and stays as it is."""
    row = subject_of(request)
    if row is None:
        return
    Opportunity.objects.select_for_update().get(pk=deal_of(row).pk)
    row.refresh_from_db(fields=["state"])
    if row.standing is not State.AWAITS_APPROVAL:
        return
    if isinstance(row, AgreedTerms) and state is State.STANDS:
        standing = AgreedTerms.objects.standing().filter(opportunity=row.opportunity_id)
        if standing.exists():
            raise Refused(no("already_agreed"))
    row.state = state.value
    row.save(update_fields=["state"])
    if isinstance(row, ConcessionMade):
        _concession_settled(row, by=by, now=now)
    else:
        tell_inside("settled", row, by=by, now=now, facts={"state": state.value})
        _agreement_settled(row, request.requester, now=now)


def _concession_settled(made: ConcessionMade, *, by: Principal, now: datetime) -> None:
    if made.standing is State.STANDS and made.concession is not None:
        ladder.concede(concession=made.concession, by=by, now=now)


def _agreement_settled(row: Position | AgreedTerms, asker: User, *, now: datetime) -> None:
    """It is agreed in the name of whoever asked: that a manager was needed is nobody else's business."""
    if isinstance(row, AgreedTerms) and row.standing is State.STANDS:
        tell("agreed", row.opportunity, row, by=principal_of(asker), now=now, facts=agreed_facts(row))


def agreed_facts(row: AgreedTerms) -> dict[str, Any]:
    """Without its number: one that is missing would tell of an agreement that nobody let pass."""
    return {"agreed_on": row.agreed_on, "with": row.with_whom, **_plain(row.terms)}


def _plain(terms: Terms) -> dict[str, Any]:
    return {
        "price": None if terms.price is None else str(terms.price),
        "delivery_days": terms.delivery_days,
        "payment": terms.payment,
        "extras": terms.extras,
        "clauses": list(terms.clauses),
    }


def _above(deal: Opportunity, *, by: Principal) -> list[User]:
    """The managers of the deal's department, without whoever asks and without the deal's own owner."""
    if by.user_id is None:
        return []
    asker = User.objects.get(pk=by.user_id)
    return [user for user in managers_above(asker, department_id=deal.department_id) if user.pk != deal.owner_id]
