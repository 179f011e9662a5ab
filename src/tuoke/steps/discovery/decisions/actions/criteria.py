"""What the customer chooses by, and how he buys."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.ordering import moved
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.actions.doors import held, is_open, must, of_customer, tell
from tuoke.steps.discovery.decisions.models import PurchaseCriterion, PurchaseProcess
from tuoke.steps.discovery.decisions.rules import (
    MOST_CRITERIA,
    CriterionDraft,
    ProcessDraft,
    Standing,
    split_rest,
)


@transaction.atomic
def add_criterion(*, deal: Opportunity, draft: CriterionDraft, by: Principal, now: datetime) -> PurchaseCriterion:
    """Behind the others. Refused: deal_closed, too_many_criteria, criterion_twice, the draft's faults …"""
    deal = held(deal, by=by)
    peers = _listed(deal)
    verdict = is_open(deal) & _sound(draft, deal, peers)
    if len(peers) >= MOST_CRITERIA:
        verdict &= no("too_many_criteria", most=MOST_CRITERIA)
    must(verdict)
    place = max((peer.position for peer in peers), default=0) + 1
    criterion = PurchaseCriterion(opportunity=deal, position=place, created_at=now, **_columns(draft))
    criterion.save()
    facts = {"text": criterion.text, "weight": criterion.weight, "place": len(peers) + 1}
    tell("criterion_added", deal, criterion, by=by, now=now, facts=facts)
    return criterion


@transaction.atomic
def edit_criterion(
    *, criterion: PurchaseCriterion, version: int, draft: CriterionDraft, by: Principal, now: datetime
) -> PurchaseCriterion:
    """Raises Conflict; Refused: criterion_withdrawn, and as ``add_criterion``."""
    deal, current = _locked(criterion, by=by)
    if current.version != version:
        raise Conflict(current)
    peers = [peer for peer in _listed(deal) if peer.pk != current.pk]
    verdict = is_open(deal) & (no("criterion_withdrawn") if current.withdrawn_at else YES)
    must(verdict & _sound(draft, deal, peers))
    before, after = _said(current), _columns(draft)
    for name, value in after.items():
        setattr(current, name, value)
    current = _reloaded(current)
    if changes := changes_between(before=before, after=_said(current)):
        tell("criterion_edited", deal, current, by=by, now=now, changes=changes, facts={"text": current.text})
    return current


@transaction.atomic
def withdraw_criterion(*, criterion: PurchaseCriterion, by: Principal, now: datetime) -> PurchaseCriterion:
    """Off the list; ``restore_criterion`` brings it back (O5)."""
    return _mark(criterion, withdrawn_at=now, kind="criterion_withdrawn", by=by, now=now)


@transaction.atomic
def restore_criterion(*, criterion: PurchaseCriterion, by: Principal, now: datetime) -> PurchaseCriterion:
    return _mark(criterion, withdrawn_at=None, kind="criterion_restored", by=by, now=now)


@transaction.atomic
def move_criterion(*, criterion: PurchaseCriterion, to: int, by: Principal, now: datetime) -> int:
    """Let it stand at place ``to`` (from 0). Returns where it stood, so that the move can be undone."""
    deal, current = _locked(criterion, by=by)
    must(is_open(deal) & (no("criterion_withdrawn") if current.withdrawn_at else YES))
    peers = {peer.pk: peer for peer in _listed(deal)}
    order = list(peers)
    here = order.index(current.pk)
    fresh = moved(order, current.pk, to=to)
    if list(fresh) == order:
        return here
    for place, key in enumerate(fresh, start=1):
        peers[key].position = place
    PurchaseCriterion.objects.bulk_update(peers.values(), ["position"])
    changes = {"place": (here + 1, fresh.index(current.pk) + 1)}
    tell("criterion_moved", deal, current, by=by, now=now, changes=changes, facts={"text": current.text})
    return here


@transaction.atomic
def split_weights(*, deal: Opportunity, by: Principal, now: datetime) -> list[int]:
    """Share what is left of 100 evenly among the criteria without a weight. Returns their keys, for ``clear_weights``.

    Refused: weights_all_given, weights_used_up, deal_closed.
    """
    deal = held(deal, by=by)
    must(is_open(deal))
    peers = _listed(deal)
    split = split_rest([peer.weight for peer in peers])
    if isinstance(split, Verdict):
        must(split)
        return []
    given = []
    for peer, weight in zip(peers, split, strict=True):
        if peer.weight is None:
            peer.weight, peer.version = weight, peer.version + 1
            given.append(peer)
    _store_weights(deal, given, by=by, now=now)
    return [peer.pk for peer in given]


@transaction.atomic
def clear_weights(*, deal: Opportunity, keys: list[int], by: Principal, now: datetime) -> None:
    """Take a split back: these criteria have no weight again."""
    deal = held(deal, by=by)
    must(is_open(deal))
    cleared = [peer for peer in _listed(deal) if peer.pk in keys and peer.weight is not None]
    for peer in cleared:
        peer.weight, peer.version = None, peer.version + 1
    _store_weights(deal, cleared, by=by, now=now)


@transaction.atomic
def set_process(
    *, deal: Opportunity, version: int, draft: ProcessDraft, by: Principal, now: datetime
) -> PurchaseProcess:
    """采购流程; ``version`` 0 where nothing was said yet. Raises Conflict; Refused: the draft's faults, deal_closed."""
    deal = held(deal, by=by)
    must(is_open(deal) & draft.faults())
    found = PurchaseProcess.objects.filter(opportunity=deal).first()
    if version != (found.version if found else 0):
        raise Conflict(found)
    process = found or PurchaseProcess(opportunity=deal, version=0)
    after = _stripped(draft)
    changes = changes_between(before={name: getattr(process, name) for name in after}, after=after)
    if not changes:
        return process
    for name, value in after.items():
        setattr(process, name, value)
    process.version += 1
    process.save()
    tell("process_set", deal, process, by=by, now=now, changes=changes)
    return process


def _listed(deal: Opportunity) -> list[PurchaseCriterion]:
    return list(PurchaseCriterion.objects.listed().filter(opportunity=deal))


def _locked(criterion: PurchaseCriterion, *, by: Principal) -> tuple[Opportunity, PurchaseCriterion]:
    """The deal's lock is that of its list."""
    deal = held(criterion.opportunity, by=by)
    return deal, PurchaseCriterion.objects.select_related("contact", "competitor").get(pk=criterion.pk)


def _sound(draft: CriterionDraft, deal: Opportunity, peers: list[PurchaseCriterion]) -> Verdict:
    verdict = draft.faults() & of_customer(draft.contact_id, deal, field="contact")
    if draft.competitor_id and not Competitor.objects.filter(pk=draft.competitor_id).exists():
        verdict &= no("competitor_unknown", field="competitor")
    if draft.text.strip().casefold() in {peer.text.casefold() for peer in peers}:
        verdict &= no("criterion_twice", field="text")
    return verdict


def _stripped(draft: CriterionDraft | ProcessDraft) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in asdict(draft).items()}


def _columns(draft: CriterionDraft) -> dict[str, Any]:
    return _stripped(draft)


def _reloaded(criterion: PurchaseCriterion) -> PurchaseCriterion:
    """Saved, and with the names of those it points at."""
    criterion.version += 1
    criterion.save()
    return PurchaseCriterion.objects.select_related("contact", "competitor").get(pk=criterion.pk)


def _said(criterion: PurchaseCriterion) -> dict[str, Any]:
    return {
        "text": criterion.text,
        "weight": criterion.weight,
        "contact": criterion.contact.name if criterion.contact else "",
        "own_words": criterion.own_words,
        "standing": Standing(criterion.standing).value,
        "competitor": criterion.competitor.name if criterion.competitor else "",
        "note": criterion.note,
    }


def _mark(
    criterion: PurchaseCriterion, *, withdrawn_at: datetime | None, kind: str, by: Principal, now: datetime
) -> PurchaseCriterion:
    deal, current = _locked(criterion, by=by)
    must(is_open(deal))
    if (current.withdrawn_at is None) != (withdrawn_at is None):
        current.withdrawn_at, current.version = withdrawn_at, current.version + 1
        current.save(update_fields=["withdrawn_at", "version"])
        tell(kind, deal, current, by=by, now=now, facts={"text": current.text})
    return current


def _store_weights(deal: Opportunity, peers: list[PurchaseCriterion], *, by: Principal, now: datetime) -> None:
    PurchaseCriterion.objects.bulk_update(peers, ["weight", "version"])
    if peers:
        facts = {"weights": [[peer.text, peer.weight] for peer in peers]}
        tell("weights_split", deal, deal, by=by, now=now, facts=facts)
