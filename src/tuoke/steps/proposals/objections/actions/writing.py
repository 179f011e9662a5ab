"""An objection on the list, and its answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.actions import changes_between
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.proposals.objections.actions.beginning import begun, foreseen, has_room, written
from tuoke.steps.proposals.objections.actions.doors import held, is_open, locked, must, sound_library, tell
from tuoke.steps.proposals.objections.actions.moving import Raised, noted, sound_raised
from tuoke.steps.proposals.objections.models import DealObjection, ObjectionProof
from tuoke.steps.proposals.objections.rules import ObjectionDraft, State, at_rest


@transaction.atomic
def add(
    *,
    deal: Opportunity,
    draft: ObjectionDraft,
    rule: str = "",
    raised: Raised | None = None,
    by: Principal,
    now: datetime,
) -> DealObjection:
    """Put an objection on the list: the one that ``rule`` predicts, or any other; ``raised`` where the customer has said
    it already.

    Refused: the draft's faults, not_predicted (the facts are others now), already_listed, too_many_objections,
    deal_closed, proof_unknown, source_unknown, and as ``raise_``.
    """
    deal = held(deal, by=by)
    today = timezone.localdate(now)
    prediction = foreseen(deal, rule, today=today)
    must(
        draft.faults() & is_open(deal) & sound_library(draft) & has_room(deal, rule, prediction)
        & sound_raised(raised, deal, today=today)
    )  # fmt: skip
    made = begun(deal, draft, prediction, by=by, now=now)
    noted(made, raised)
    made.save()
    _prove(made, draft.proofs)
    facts = {"state": made.state, "rule": rule, "answer": made.answer, "proofs": _titles(draft.proofs)}
    tell("added", made, by=by, now=now, facts=facts)
    return made


@transaction.atomic
def edit(
    *, objection: DealObjection, version: int, draft: ObjectionDraft, by: Principal, now: datetime
) -> DealObjection:
    """Change the words, the answer or what it rests on; nothing changed: nothing is saved. Work on it takes the facts of
    today as its ground. Refused: as ``add``, objection_withdrawn."""
    deal, current = locked(objection, version=version, by=by)
    must(draft.faults() & is_open(deal, current) & sound_library(draft))
    before, held_by = _said(current), {link.item_version_id for link in current.proof_links.all()}
    was = {**before, "proofs": "、".join(_titles(held_by))}
    written(current, draft)
    changes = changes_between(before=was, after={**_said(current), "proofs": "、".join(_titles(draft.proofs))})
    if not changes:
        return current
    prediction = foreseen(deal, current.rule, today=timezone.localdate(now))
    current.why = dict(prediction.facts) if prediction else current.why
    if current.standing in (State.PREDICTED, State.PREPARED):
        current.state = at_rest(current.answer).value
    current.version += 1
    current.save()
    _prove(current, draft.proofs)
    tell("edited", current, by=by, now=now, changes=changes)
    return current


def _prove(objection: DealObjection, proofs: Iterable[int]) -> None:
    wanted = dict.fromkeys(proofs)
    known = set(objection.proof_links.values_list("item_version_id", flat=True))
    objection.proof_links.exclude(item_version_id__in=wanted).delete()
    ObjectionProof.objects.bulk_create(
        ObjectionProof(objection=objection, item_version_id=key) for key in wanted if key not in known
    )


def _titles(proofs: Iterable[int]) -> list[str]:
    found = ItemVersion.objects.filter(pk__in=list(proofs)).order_by("pk")
    return list(found.values_list("item__title", flat=True))


def _said(objection: DealObjection) -> dict[str, Any]:
    return {name: getattr(objection, name) for name in ("kind", "text", "answer", "alternative", "backing")}
