"""让步阶梯: what may be given, what is wanted for it, in which order; and that a round has given it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.ordering import in_line
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.actions.doors import held, is_open, must, plan_for, tell
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.rules import MOST_CONCESSIONS, ConcessionDraft, ConcessionState

FIELDS = ("give", "get", "kind", "value", "authority")


@transaction.atomic
def add_concession(*, deal: Opportunity, draft: ConcessionDraft, by: Principal, now: datetime) -> Concession:
    """Onto the ladder's end. Refused: concession_twice, too_many_concessions, deal_closed, the draft's faults."""
    deal = held(deal, by=by)
    plan = plan_for(deal, now=now)
    peers = _listed(deal)
    verdict = is_open(deal) & _sound(draft, peers)
    if len(peers) >= MOST_CONCESSIONS:
        verdict &= no("too_many_concessions", most=MOST_CONCESSIONS)
    must(verdict)
    place = max((peer.position for peer in peers), default=0) + 1
    concession = Concession.objects.create(plan=plan, position=place, created_at=now, **_columns(draft))
    tell("concession_added", deal, concession, by=by, now=now, facts=_facts(concession))
    return concession


@transaction.atomic
def edit_concession(
    *, concession: Concession, version: int, draft: ConcessionDraft, by: Principal, now: datetime
) -> Concession:
    """Raises Conflict; Refused: concession_withdrawn, concession_given, and as ``add_concession``."""
    deal, current = _locked(concession, by=by)
    if current.version != version:
        raise Conflict(current)
    peers = [peer for peer in _listed(deal) if peer.pk != current.pk]
    must(is_open(deal) & _untouched(current) & _sound(draft, peers))
    before, after = {name: getattr(current, name) for name in FIELDS}, _columns(draft)
    if changes := changes_between(before=before, after=after):
        for name, value in after.items():
            setattr(current, name, value)
        current.version += 1
        current.save()
        tell("concession_edited", deal, current, by=by, now=now, changes=changes, facts=_facts(current))
    return current


@transaction.atomic
def withdraw_concession(*, concession: Concession, by: Principal, now: datetime) -> Concession:
    """Off the ladder; ``restore_concession`` brings it back (O5). Refused: concession_given, deal_closed."""
    deal, current = _locked(concession, by=by)
    if current.state == ConcessionState.WITHDRAWN:
        return current
    must(is_open(deal) & _untouched(current))
    return _put(deal, current, ConcessionState.WITHDRAWN, "concession_withdrawn", by=by, now=now)


@transaction.atomic
def restore_concession(*, concession: Concession, by: Principal, now: datetime) -> Concession:
    deal, current = _locked(concession, by=by)
    if current.state != ConcessionState.WITHDRAWN:
        return current
    must(is_open(deal))
    return _put(deal, current, ConcessionState.OPEN, "concession_restored", by=by, now=now)


@transaction.atomic
def order_ladder(*, deal: Opportunity, order: list[int], by: Principal, now: datetime) -> list[int]:
    """Let the ladder stand in this order; what isn't named comes last. Returns the order that was, for 撤销."""
    deal = held(deal, by=by)
    must(is_open(deal))
    peers = {peer.pk: peer for peer in _listed(deal)}
    before = list(peers)
    fresh = in_line(before, order)
    if list(fresh) == before:
        return before
    for place, key in enumerate(fresh, start=1):
        peers[key].position = place
    Concession.objects.bulk_update(peers.values(), ["position"])
    tell("ladder_ordered", deal, deal, by=by, now=now, facts={"order": [peers[key].give for key in fresh]})
    return before


@transaction.atomic
def concede(*, concession: Concession, by: Principal, now: datetime) -> Concession:
    """A round has given it away. Refused: concession_withdrawn, concession_given. The round keeps its own record."""
    deal, current = _locked(concession, by=by)
    must(is_open(deal) & _untouched(current))
    return _put(deal, current, ConcessionState.GIVEN, "concession_given", by=by, now=now)


@transaction.atomic
def take_back(*, concession: Concession, by: Principal, now: datetime) -> Concession:
    """It wasn't given after all (the round was withdrawn)."""
    deal, current = _locked(concession, by=by)
    if current.state != ConcessionState.GIVEN:
        return current
    return _put(deal, current, ConcessionState.OPEN, "concession_taken_back", by=by, now=now)


def _put(
    deal: Opportunity, concession: Concession, state: ConcessionState, kind: str, *, by: Principal, now: datetime
) -> Concession:
    concession.state, concession.version = state.value, concession.version + 1
    concession.save(update_fields=["state", "version"])
    tell(kind, deal, concession, by=by, now=now, facts=_facts(concession))
    return concession


def _listed(deal: Opportunity) -> list[Concession]:
    return list(Concession.objects.listed().filter(plan__opportunity=deal))


def _locked(concession: Concession, *, by: Principal) -> tuple[Opportunity, Concession]:
    """The deal's lock is that of its ladder."""
    return held(concession.plan.opportunity, by=by), Concession.objects.get(pk=concession.pk)


def _untouched(concession: Concession) -> Verdict:
    if concession.state == ConcessionState.WITHDRAWN:
        return no("concession_withdrawn")
    return no("concession_given") if concession.is_given else YES


def _sound(draft: ConcessionDraft, peers: list[Concession]) -> Verdict:
    verdict = draft.faults()
    if draft.give.strip().casefold() in {peer.give.casefold() for peer in peers}:
        verdict &= no("concession_twice", field="give")
    return verdict


def _columns(draft: ConcessionDraft) -> dict[str, Any]:
    said = {name: getattr(value, "value", value) for name, value in asdict(draft).items()}
    return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


def _facts(concession: Concession) -> dict[str, Any]:
    return {"give": concession.give, "get": concession.get}
