"""Our side's word, and the customer's where he told us."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, no
from tuoke.steps.contracts.confirmations.actions.doors import (
    asked_about,
    contact_of,
    held_contract,
    keep,
    may_confirm,
    must,
    nothing_left,
    rows_of,
    tell,
    titles,
)
from tuoke.steps.contracts.confirmations.models import NAME_MAX, ClauseConfirmation
from tuoke.steps.contracts.confirmations.rules import Answer, Origin, Side, ToldDraft, change_faults
from tuoke.steps.contracts.models import Contract


@transaction.atomic
def confirm(
    *, contract: Contract, version_id: int, clause_ids: Collection[int] | None, by: Principal, now: datetime
) -> int:
    """Our side agrees to these clauses as they read in that version; None: to all that it hasn't agreed to. Says how many.

    Refused: no_version, version_superseded, clause_unknown, nothing_to_confirm, contract_signed, contract_ended, deal_closed.
    """
    contract = held_contract(contract, by=by)
    must(may_confirm(contract))
    version = asked_about(contract, version_id=version_id)
    rows = [row for row in rows_of(version, clause_ids) if not row.ours.is_agreed]
    must(nothing_left(rows))
    kept = keep(version, rows, answer=Answer.AGREED.value, **_us(by), at=now)
    tell("confirmed", version, kept[0], by=by, now=now, facts=titles(rows))
    return len(kept)


@transaction.atomic
def want_change(
    *, contract: Contract, version_id: int, clause_id: int, comment: str, by: Principal, now: datetime
) -> ClauseConfirmation:
    """Our side wants a clause otherwise: it can't be signed until the clause is changed or this taken back.

    Refused as ``confirm``, and comment_missing, too_long, text_broken.
    """
    contract = held_contract(contract, by=by)
    must(may_confirm(contract) & change_faults(comment=comment, wording=""))
    version = asked_about(contract, version_id=version_id)
    rows = rows_of(version, [clause_id])
    kept = keep(version, rows, answer=Answer.CHANGE.value, comment=comment.strip(), **_us(by), at=now)[0]
    tell("change_wanted", version, kept, by=by, now=now, facts=titles(rows) | {"comment": comment.strip()[:300]})
    return kept


@transaction.atomic
def note_told(*, contract: Contract, version_id: int, draft: ToldDraft, by: Principal, now: datetime) -> int:
    """The customer agreed face to face, by mail or on the phone: kept as told to us, with who, when and how (O2).

    Refused as ``confirm``, what ``draft.faults`` finds, contact_elsewhere.
    """
    contract = held_contract(contract, by=by)
    contact = contact_of(draft.contact_id, contract)
    verdict = may_confirm(contract) & draft.faults(today=timezone.localdate(now))
    if draft.contact_id and contact is None:
        verdict &= no("contact_elsewhere", field="contact")
    must(verdict)
    assert contact is not None
    version = asked_about(contract, version_id=version_id)
    rows = rows_of(version, draft.clause_ids)
    kept = keep(
        version, rows, answer=Answer.AGREED.value, side=Side.THEIRS.value, origin=Origin.TOLD.value, contact=contact,
        by_name=contact.name[:NAME_MAX], user_id=by.user_id, channel=draft.channel, told_on=draft.told_on,
        comment=draft.note.strip(), at=now,
    )  # fmt: skip
    facts = titles(rows) | {"contact": contact.name, "on": draft.told_on, "channel": draft.channel}
    tell("told", version, kept[0], by=by, now=now, facts=facts | {"note": draft.note.strip()[:300]})
    return len(kept)


@transaction.atomic
def take_back(*, confirmation: ClauseConfirmation, by: Principal, now: datetime) -> ClauseConfirmation:
    """What one of us said, or wrote down for the customer, no longer counts. What he said through his link is his own.

    Refused: not_ours, contract_signed, contract_ended, deal_closed.
    """
    contract = held_contract(confirmation.contract, by=by)
    current = ClauseConfirmation.objects.select_related("version").get(pk=confirmation.pk)
    must(may_confirm(contract) & (no("not_ours") if current.origin == Origin.LINK else YES))
    if current.withdrawn_at is None:
        current.withdrawn_at = now
        current.save(update_fields=["withdrawn_at"])
        current.version.contract = contract
        facts = {"count": 1, "titles": [current.title], "who": current.by_name, "answer": current.answer}
        tell("taken_back", current.version, current, by=by, now=now, facts=facts)
    return current


def _us(by: Principal) -> dict[str, object]:
    if by.user_id is None:
        raise Refused(no("only_people_confirm"))
    return {
        "side": Side.OURS.value, "origin": Origin.TEAM.value, "user_id": by.user_id, "by_name": by.name[:NAME_MAX]
    }  # fmt: skip
