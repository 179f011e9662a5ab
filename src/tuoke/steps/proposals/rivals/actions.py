"""Verbs on a deal's competitors. Each raises Refused with every reason, Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not write the deal (O1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import Changes, changes_between, record
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.models import PurchaseCriterion
from tuoke.steps.discovery.decisions.rules import Standing
from tuoke.steps.proposals.actions.checks import held
from tuoke.steps.proposals.rivals.models import Rival, RivalMark
from tuoke.steps.proposals.rivals.rules import MOST_RIVALS, WHY_LIMIT, RivalDraft


@transaction.atomic
def add_rival(
    *, deal: Opportunity, competitor: Competitor, by: Principal, now: datetime, draft: RivalDraft | None = None
) -> Rival:
    """Compare with one more; ``draft`` None: with what the catalogue says of him (S1.1). One who was taken off comes
    back as he was. Refused: rival_twice, too_many_rivals, competitor_gone, deal_closed, the draft's faults."""
    deal = held(deal, by=by)
    given = draft or _from_catalogue(competitor)
    before = Rival.objects.select_related("competitor").filter(opportunity=deal, competitor=competitor).first()
    verdict = is_open(deal) & given.faults() & _has_room(deal)
    if before and before.withdrawn_at is None:
        verdict &= no("rival_twice", field="competitor", name=competitor.name)
    if competitor.voided_at is not None:
        verdict &= no("competitor_gone", field="competitor", name=competitor.name)
    must(verdict)
    if before:
        return _mark(before, withdrawn_at=None, kind="restored", by=by, now=now)
    rival = Rival.objects.create(opportunity=deal, competitor=competitor, created_at=now, **_columns(given))
    _tell("added", rival, by=by, now=now, facts={"threat": rival.threat})
    return rival


@transaction.atomic
def edit_rival(*, rival: Rival, version: int, draft: RivalDraft, by: Principal, now: datetime) -> Rival:
    """Raises Conflict; Refused: rival_withdrawn, deal_closed, the draft's faults."""
    current = _locked(rival, by=by)
    if current.version != version:
        raise Conflict(current)
    must(is_open(current.opportunity) & _stands(current) & draft.faults())
    after = _columns(draft)
    changes = changes_between(before={name: getattr(current, name) for name in after}, after=after)
    if not changes:
        return current
    for name, value in after.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    _tell("edited", current, by=by, now=now, changes=changes)
    return current


@transaction.atomic
def withdraw_rival(*, rival: Rival, by: Principal, now: datetime) -> Rival:
    """Compared no more; ``restore_rival`` brings him back with everything that was said of him."""
    current = _locked(rival, by=by)
    must(is_open(current.opportunity))
    return _mark(current, withdrawn_at=now, kind="withdrawn", by=by, now=now)


@transaction.atomic
def restore_rival(*, rival: Rival, by: Principal, now: datetime) -> Rival:
    """Refused: too_many_rivals, deal_closed."""
    current = _locked(rival, by=by)
    room = YES if current.withdrawn_at is None else _has_room(current.opportunity)
    must(is_open(current.opportunity) & room)
    return _mark(current, withdrawn_at=None, kind="restored", by=by, now=now)


@transaction.atomic
def mark(
    *, rival: Rival, criterion: PurchaseCriterion, standing: Standing, note: str, by: Principal, now: datetime
) -> RivalMark:
    """How he stands by one of the customer's criteria. Refused: criterion_elsewhere, criterion_withdrawn,
    rival_withdrawn, deal_closed, too_long."""
    current = _locked(rival, by=by)
    verdict = is_open(current.opportunity) & _stands(current) & text_fault(note, field="note", limit=WHY_LIMIT)
    if criterion.opportunity_id != current.opportunity_id:
        verdict &= no("criterion_elsewhere")
    elif criterion.withdrawn_at is not None:
        verdict &= no("criterion_withdrawn")
    must(verdict)
    found, _ = RivalMark.objects.get_or_create(rival=current, criterion=criterion)
    after = {"standing": standing.value, "note": note.strip()}
    changes = changes_between(before={name: getattr(found, name) for name in after}, after=after)
    if changes:
        found.standing, found.note = after["standing"], after["note"]
        found.save()
        _tell("marked", current, by=by, now=now, changes=changes, facts={"criterion": criterion.text})
    return found


def _locked(rival: Rival, *, by: Principal) -> Rival:
    """The deal's lock is that of its rivals."""
    deal = held(rival.opportunity, by=by)
    current = Rival.objects.select_related("competitor").get(pk=rival.pk)
    current.opportunity = deal
    return current


def _stands(rival: Rival) -> Verdict:
    return no("rival_withdrawn", name=rival.competitor.name) if rival.withdrawn_at else YES


def _has_room(deal: Opportunity) -> Verdict:
    count = Rival.objects.listed().filter(opportunity=deal).count()
    return no("too_many_rivals", most=MOST_RIVALS) if count >= MOST_RIVALS else YES


def _from_catalogue(competitor: Competitor) -> RivalDraft:
    """How we counter him is among ourselves: what the customer reads is written for him."""
    return RivalDraft(
        price_low=competitor.price_low,
        price_high=competitor.price_high,
        strengths=tuple(competitor.strengths),
        weaknesses=tuple(competitor.weaknesses),
        note="\n".join(competitor.counters),
    )


def _columns(draft: RivalDraft) -> dict[str, Any]:
    values = asdict(draft)
    return values | {
        "threat": draft.threat.value,
        "strengths": [line.strip() for line in draft.strengths],
        "weaknesses": [line.strip() for line in draft.weaknesses],
        "our_difference": draft.our_difference.strip(),
        "note": draft.note.strip(),
    }


def _mark(rival: Rival, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime) -> Rival:
    if (rival.withdrawn_at is None) != (withdrawn_at is None):
        rival.withdrawn_at, rival.version = withdrawn_at, rival.version + 1
        rival.save(update_fields=["withdrawn_at", "version"])
        _tell(kind, rival, by=by, now=now)
    return rival


def _tell(
    kind: str,
    rival: Rival,
    *,
    by: Principal,
    now: datetime,
    changes: Changes | None = None,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Into the deal's timeline and the customer's."""
    deal = rival.opportunity
    record(
        kind=f"rivals.{kind}",
        subject=rival,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        at=now,
        changes=changes,
        facts={"name": rival.competitor.name, **(facts or {})},
    )
