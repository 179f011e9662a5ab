"""The customer's word to each clause, through his link."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.models import Link
from tuoke.services.links.rules import problem as link_problem
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.confirmations import hooks
from tuoke.steps.contracts.confirmations.actions.doors import (
    asked_about,
    keep,
    may_confirm,
    must,
    rows_of,
    tell,
    titles,
)
from tuoke.steps.contracts.confirmations.models import NAME_MAX, ClauseConfirmation, Invitation
from tuoke.steps.contracts.confirmations.queries import stands_of
from tuoke.steps.contracts.confirmations.rules import (
    MOST_ANSWERS,
    NAME_LIMIT,
    Answer,
    ClauseStand,
    Origin,
    Side,
    change_faults,
)
from tuoke.steps.contracts.models import ContractVersion


@transaction.atomic
def customer_agrees(
    *,
    link: Link,
    version_id: int,
    clause_ids: Collection[int] | None,
    name: str = "",
    by: Principal,
    now: datetime,
    where: str,
) -> int:
    """He agrees to these clauses; None: to all that are left, where he wants no change. Says how many were new.

    Pressing twice does no more than once. Raises Invitation.DoesNotExist; Refused: link_dead, contact_gone, deal_closed,
    contract_signed, contract_ended, version_superseded, clause_unknown, answers_too_many, name_too_long.
    """
    sent, version = _held(link, version_id, now=now)
    must(text_fault(name, field="name", limit=NAME_LIMIT))
    rows = [row for row in rows_of(version, clause_ids) if not _has_said(row, sent, Answer.AGREED)]
    if clause_ids is None:
        rows = [row for row in rows if not _has_said(row, sent, Answer.CHANGE)]
    if not rows:
        return 0
    kept = _kept(sent, version, rows, Answer.AGREED, name=name, now=now)
    facts = titles(rows) | {"recipient": sent.recipient, "name": name.strip(), "where": where[:45]}
    tell("customer_agreed", version, kept[0], by=by, now=now, facts=facts)
    all_done = all(row.theirs.is_agreed for row in stands_of(version.contract, version.frozen))
    _call(sent, "agreed_all" if all_done else "agreed", by=by, now=now)
    return len(kept)


@transaction.atomic
def customer_wants_change(
    *,
    link: Link,
    version_id: int,
    clause_id: int,
    comment: str,
    wording: str,
    by: Principal,
    now: datetime,
    where: str,
) -> ClauseConfirmation:
    """He wants a clause otherwise, and says how. Refused as ``customer_agrees``, and comment_missing, too_long,
    text_broken."""
    sent, version = _held(link, version_id, now=now)
    comment, wording = comment.strip(), wording.strip()
    must(change_faults(comment=comment, wording=wording))
    rows = rows_of(version, [clause_id])
    same = [one for one in rows[0].theirs.said if one.person == sent.contact_id]
    if same and (same[0].answer, same[0].comment, same[0].wording) == (Answer.CHANGE, comment, wording):
        return ClauseConfirmation.objects.get(pk=same[0].key)
    kept = _kept(sent, version, rows, Answer.CHANGE, comment=comment, wording=wording, now=now)[0]
    facts = titles(rows) | {"recipient": sent.recipient, "comment": comment[:300], "wording": wording[:300]}
    tell("customer_wants_change", version, kept, by=by, now=now, facts=facts | {"where": where[:45]})
    _call(sent, "change", by=by, now=now)
    return kept


@transaction.atomic
def customer_takes_back(*, link: Link, version_id: int, clause_id: int, by: Principal, now: datetime) -> int:
    """What he said to this clause no longer counts. Refused as ``customer_agrees``."""
    sent, version = _held(link, version_id, now=now)
    rows = rows_of(version, [clause_id])
    own = ClauseConfirmation.objects.standing().filter(
        contract=version.contract, contact_id=sent.contact_id, clause_id=clause_id, side=Side.THEIRS.value
    )
    kept = own.filter(seal=rows[0].clause.seal).order_by("-id").first()
    if kept is None:
        return 0
    done = own.filter(seal=kept.seal).update(withdrawn_at=now)
    facts = titles(rows) | {"who": sent.recipient, "answer": kept.answer}
    tell("taken_back", version, kept, by=by, now=now, facts=facts)
    _call(sent, "taken_back", by=by, now=now)
    return done


def may_answer(sent: Invitation, *, now: datetime) -> Verdict:
    """Every reason why the customer can no longer say anything through this link, but for a newer version."""
    verdict = may_confirm(sent.contract)
    if sent.contact.do_not_contact:
        verdict &= no("contact_gone", name=sent.recipient)
    link = sent.link
    if link is None or link_problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now):
        verdict &= no("link_dead")
    return verdict


def _held(link: Link, version_id: int, *, now: datetime) -> tuple[Invitation, ContractVersion]:
    """The deal is locked first; what he answers must be what his page showed, and still our newest."""
    related = ("contract", "contact", "link", "version")
    sent = Invitation.objects.select_related(*related).get(link_id=link.pk)
    deal = Opportunity.objects.select_for_update(of=("self",)).get(pk=sent.contract.opportunity_id)
    sent = Invitation.objects.select_related(*related).get(pk=sent.pk)
    sent.contract.opportunity = deal
    verdict = may_answer(sent, now=now)
    if sent.version_id != version_id:
        verdict &= no("version_superseded", number=sent.version.number)
    verdict &= no("answers_too_many", most=MOST_ANSWERS) if sent.answers.count() >= MOST_ANSWERS else YES
    must(verdict)
    return sent, asked_about(sent.contract, version_id=version_id)


def _has_said(row: ClauseStand, sent: Invitation, answer: Answer) -> bool:
    return any(one.person == sent.contact_id and one.answer is answer for one in row.theirs.said)


def _kept(
    sent: Invitation, version: ContractVersion, rows: list[ClauseStand], answer: Answer, *, now: datetime, **said: str
) -> list[ClauseConfirmation]:
    name = said.pop("name", "").strip() or sent.recipient
    return keep(
        version, rows, answer=answer.value, side=Side.THEIRS.value, origin=Origin.LINK.value, contact=sent.contact,
        invitation=sent, by_name=name[:NAME_MAX], at=now, **said,
    )  # fmt: skip


def _call(sent: Invitation, what: str, *, by: Principal, now: datetime) -> None:
    for told in hooks.on_customer_answered:
        told(sent, what, by, now)
