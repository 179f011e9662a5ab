"""谈定: what both sides agreed to, as the contract will have it; and to negotiate it anew (S6.2, S7.1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.queries import may_see_line
from tuoke.steps.negotiation.rounds.actions.asking import agreed_facts, release
from tuoke.steps.negotiation.rounds.actions.doors import held, is_running, judged, must, of_customer, tell, tell_inside
from tuoke.steps.negotiation.rounds.actions.recording import wait
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Position, Round
from tuoke.steps.negotiation.rounds.queries.table import latest_of
from tuoke.steps.negotiation.rounds.rules import PENDING, AgreementDraft, State, reason_fault
from tuoke.steps.negotiation.rules import Side


@transaction.atomic
def agree(
    *,
    deal: Opportunity,
    draft: AgreementDraft,
    by: Principal,
    now: datetime,
    row: Round | None = None,
    reason: str = "",
) -> AgreedTerms:
    """Both sides said yes. ``row``: the round in which they did. Past the line a manager is asked first, unless these very
    terms stand as our offer on the table; by somebody who may not see the line it waits for the owner, wherever it lies.

    Refused: the draft's faults, already_agreed, agreement_pending (to those who see it), round_elsewhere, deal_closed,
    deal_won, contact_elsewhere, past_line with reason_missing, no_approver.
    """
    deal = held(deal, by=by)
    sees_line = may_see_line(by, deal)
    verdict = is_running(deal) & draft.faults(today=timezone.localdate(now)) & of_customer(draft.contact_id, deal)
    must(verdict & _is_free(deal, sees_line=sees_line) & _of_deal(row, deal))
    state = State.STANDS if sees_line and _stands_offered(deal, draft) else judged(deal, draft.terms, by=by)
    agreed = AgreedTerms(
        opportunity=deal, number=_next_number(deal), round=row, contact_id=draft.contact_id,
        with_whom=_name_of(draft.contact_id), agreed_on=draft.agreed_on, note=draft.note.strip(), state=state.value,
        from_inside=sees_line, made_by_id=by.user_id, made_at=now,
    )  # fmt: skip
    agreed.terms = draft.terms
    agreed.save()
    if state is State.STANDS:
        tell("agreed", deal, agreed, by=by, now=now, facts=agreed_facts(agreed))
    elif state is State.AWAITS_OWNER:
        tell("agreement_noted", deal, agreed, by=by, now=now, facts=agreed_facts(agreed))
    else:
        tell_inside("agreement_asked", agreed, by=by, now=now, facts={"number": agreed.number})
    wait(agreed, deal, label=_("谈定的条件"), reason=reason, by=by, now=now)
    return agreed


@transaction.atomic
def confirm_agreement(*, agreed: AgreedTerms, by: Principal, now: datetime, reason: str = "") -> AgreedTerms:
    """The owner lets stand what a colleague noted; judged now. Refused as ``confirm_offer``, and already_agreed."""
    deal, current = _locked(agreed, by=by)
    must(is_running(deal) & _is_inside(by, deal) & _waits(current) & _none_stands(deal))
    current.state = judged(deal, current.terms, by=by).value
    current.save(update_fields=["state"])
    if current.standing is State.STANDS:
        tell("agreed", deal, current, by=by, now=now, facts=agreed_facts(current))
    wait(current, deal, label=_("谈定的条件"), reason=reason, by=by, now=now)
    return current


@transaction.atomic
def decline_agreement(*, agreed: AgreedTerms, reason: str, by: Principal, now: datetime) -> AgreedTerms:
    """Not agreed to on our side. Refused: not_inside, not_waiting, reason_missing."""
    deal, current = _locked(agreed, by=by)
    must(is_running(deal) & _is_inside(by, deal) & _waits(current) & reason_fault(reason))
    current.state = State.REFUSED.value
    current.save(update_fields=["state"])
    tell("agreement_declined", deal, current, by=by, now=now, facts={"reason": reason.strip()})
    return current


@transaction.atomic
def withdraw_agreement(*, agreed: AgreedTerms, by: Principal, now: datetime) -> AgreedTerms:
    """Noted too early: while it waits it can be taken back. What stands is reopened instead. Refused: not_waiting."""
    release(agreed, by=by, now=now)
    deal, current = _locked(agreed, by=by)
    is_there = may_see_line(by, deal) or not current.from_inside
    must(is_running(deal) & (YES if is_there and current.standing in {*PENDING, State.REFUSED} else no("not_waiting")))
    current.state = State.WITHDRAWN.value
    current.save(update_fields=["state"])
    if current.from_inside:
        tell_inside("agreement_withdrawn", current, by=by, now=now, facts={"number": current.number})
    else:
        tell("agreement_withdrawn", deal, current, by=by, now=now)
    return current


@transaction.atomic
def reopen_agreement(*, agreed: AgreedTerms, reason: str, by: Principal, now: datetime) -> AgreedTerms:
    """重新谈判: what was agreed stays readable as it was; new terms are agreed as a new one. Refused: not_agreed,
    reason_missing, deal_won, deal_closed."""
    deal, current = _locked(agreed, by=by)
    stands = YES if current.standing is State.STANDS else no("not_agreed")
    must(is_running(deal) & stands & reason_fault(reason))
    current.state, current.reopened_by_id, current.reopened_at = State.REOPENED.value, by.user_id, now
    current.reopened_reason = reason.strip()
    current.save(update_fields=["state", "reopened_by", "reopened_at", "reopened_reason"])
    tell("reopened", deal, current, by=by, now=now, facts={"reason": reason.strip()})
    return current


def _is_free(deal: Opportunity, *, sees_line: bool) -> Verdict:
    """What waits behind the line's door isn't there for whom it is closed to: he isn't told of it by a refusal either."""
    rows = AgreedTerms.objects.filter(opportunity=deal)
    if rows.standing().exists():
        return no("already_agreed")
    waiting = rows.filter(state__in=sorted(PENDING))
    seen = waiting if sees_line else waiting.filter(from_inside=False)
    return no("agreement_pending") if seen.exists() else YES


def _none_stands(deal: Opportunity) -> Verdict:
    return no("already_agreed") if AgreedTerms.objects.standing().filter(opportunity=deal).exists() else YES


def _of_deal(row: Round | None, deal: Opportunity) -> Verdict:
    if row is None or (row.opportunity_id == deal.pk and row.withdrawn_at is None):
        return YES
    return no("round_elsewhere", field="round")


def _stands_offered(deal: Opportunity, draft: AgreementDraft) -> bool:
    """Word for word what we have on the table, all of it let pass before."""
    rows = list(Position.objects.live().filter(round__opportunity=deal, side=Side.OURS.value).order_by("round__number"))
    let_pass = bool(rows) and all(row.standing is State.STANDS for row in rows)
    return let_pass and latest_of(rows)[0] == draft.terms


def _next_number(deal: Opportunity) -> int:
    return (AgreedTerms.objects.filter(opportunity=deal).aggregate(last=Max("number"))["last"] or 0) + 1


def _name_of(contact_id: int | None) -> str:
    found = Contact.objects.filter(pk=contact_id).first() if contact_id else None
    return found.name if found else ""


def _locked(agreed: AgreedTerms, *, by: Principal) -> tuple[Opportunity, AgreedTerms]:
    deal = held(agreed.opportunity, by=by)
    return deal, AgreedTerms.objects.get(pk=agreed.pk)


def _is_inside(by: Principal, deal: Opportunity) -> Verdict:
    return YES if may_see_line(by, deal) else no("not_inside")


def _waits(agreed: AgreedTerms) -> Verdict:
    return YES if agreed.standing is State.AWAITS_OWNER else no("not_waiting")
