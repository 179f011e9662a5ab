"""A contract is begun: drafted from what was agreed, as an amendment, or noted as it was signed on paper; withdrawn and
brought back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.queries import company
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import is_manager_of
from tuoke.spine.deals.rules import may_win
from tuoke.steps.contracts import hooks
from tuoke.steps.contracts.actions.doors import held, held_contract, is_open, is_running, must, tell, writable
from tuoke.steps.contracts.models import Clause, Contract, ContractVersion, NumberRun
from tuoke.steps.contracts.queries import known_of, templates_for
from tuoke.steps.contracts.queries.freezing import frozen_of
from tuoke.steps.contracts.rules import (
    REASON_LIMIT,
    TITLE_LIMIT,
    ContractState,
    Drafted,
    Kind,
    PaperDraft,
    draft,
    seal,
    store,
    stored,
)
from tuoke.steps.contracts.rules.drafts import says_something
from tuoke.steps.contracts.words import PHRASES
from tuoke.steps.negotiation.rounds.queries import agreed_terms

TAKEN = (*(state.value for state in (ContractState.DRAFT, ContractState.SIGNED)),)


@transaction.atomic
def begin(*, deal: Opportunity, by: Principal, now: datetime) -> Contract:
    """起草: one press from the agreed terms to clauses, each with the reason for which it is there.

    Raises Refused: contract_exists, nothing_agreed, deal_closed, deal_won.
    """
    deal = held(deal, by=by)
    agreed = agreed_terms(deal)
    verdict = is_running(deal) & _no_other(deal)
    if agreed is None:
        verdict &= no("nothing_agreed")
    must(verdict)
    assert agreed is not None
    known = known_of(deal, agreed.terms)
    contract = Contract(
        opportunity=deal,
        number=_next_number(now),
        title=_title(deal),
        amount=agreed.price,
        tax_note=known.tax_note,
        our_party=known.our_party,
        their_party=known.their_party,
        our_signer=deal.owner,
        delivery_days=agreed.delivery_days,
        agreed=agreed,
        created_at=now,
        created_by_id=by.user_id,
    )
    contract.save()
    drafted = draft(templates_for(by, deal), known_of(deal, agreed.terms, contract=contract), PHRASES)
    write_clauses(contract, drafted, now=now)
    tell("drafted", contract, by=by, now=now, facts={"clauses": len(drafted), "agreed": agreed.number})
    return contract


@transaction.atomic
def amend(*, contract: Contract, title: str, by: Principal, now: datetime) -> Contract:
    """补充协议 to a signed contract: what it changes is written as clauses of its own, ``amount`` is by how much.

    Raises Refused: main_not_signed, amendment_open, deal_closed, title_missing, too_long.
    """
    main = held_contract(contract, by=by)
    deal = main.opportunity
    verdict = is_open(deal) & (YES if says_something(title) else no("title_missing", field="title"))
    verdict &= text_fault(title, field="title", limit=TITLE_LIMIT)
    if not main.is_signed or main.is_amendment:
        verdict &= no("main_not_signed")
    if Contract.objects.being_written().filter(parent=main).exists():
        verdict &= no("amendment_open")
    must(verdict)
    row = Contract.objects.create(
        opportunity=deal,
        number=_next_number(now),
        title=title.strip(),
        kind=Kind.AMENDMENT.value,
        parent=main,
        tax_note=main.tax_note,
        our_party=main.our_party,
        their_party=main.their_party,
        our_signer=main.our_signer,
        their_signer=main.their_signer,
        agreed=agreed_terms(deal),
        created_at=now,
        created_by_id=by.user_id,
    )
    tell("amendment_begun", row, by=by, now=now, facts={"main": main.number})
    return row


@transaction.atomic
def record_signed(*, deal: Opportunity, paper: PaperDraft, by: Principal, now: datetime) -> Contract:
    """补录: a contract that was signed on paper before anybody wrote it here. Only a manager of the deal may, with the
    reason; the deal is won with it. Nobody compared its clauses: ``contract_matches`` isn't met by it.

    Raises Refused: not_manager, contract_exists, not_at_contract, deal_paused, deal_closed and what is wrong with the paper.
    """
    deal = held(deal, by=by)
    today = timezone.localdate(now)
    verdict = paper.faults(today=today) & may_win(deal.standing) & _no_other(deal)
    if not is_manager_of(by, deal):
        verdict &= no("not_manager")
    must(verdict)
    contract = Contract.objects.create(
        opportunity=deal,
        number=_next_number(now),
        title=paper.title.strip(),
        amount=paper.amount,
        our_party=company().name,
        their_party=deal.customer.name,
        starts_on=paper.starts_on,
        ends_on=paper.ends_on,
        is_recorded=True,
        created_at=now,
        created_by_id=by.user_id,
    )
    content = store(frozen_of(contract, [], today=today))
    version = ContractVersion.objects.create(
        contract=contract, number=1, content=content, seal=seal(content), note=paper.reason.strip()[:200],
        made_by_id=by.user_id, made_at=now,
    )  # fmt: skip
    set_signed(contract, version, signed_on=paper.signed_on, by=by, now=now)
    tell("recorded", contract, by=by, now=now, facts={"amount": paper.amount, "reason": paper.reason.strip()})
    deals.close_won(deal=deal, by=by, now=now, amount=paper.amount, on=paper.signed_on)
    for told in hooks.on_signed:
        told(contract, by, now)
    return contract


def set_signed(contract: Contract, version: ContractVersion, *, signed_on: Any, by: Principal, now: datetime) -> None:
    contract.state = ContractState.SIGNED.value
    contract.signed_on, contract.signed_at, contract.signed_by_id = signed_on, now, by.user_id
    contract.signed_version = version
    contract.version += 1
    contract.save()


@transaction.atomic
def withdraw(*, contract: Contract, version: int, reason: str = "", by: Principal, now: datetime) -> Contract:
    """撤回 what wasn't signed; kept with its versions, ``restore`` brings it back (O5)."""
    contract = writable(contract, by=by)
    if contract.version != version:
        raise Conflict(contract)
    must(text_fault(reason, field="reason", limit=REASON_LIMIT))
    _end(contract, ContractState.WITHDRAWN, reason=reason, by=by, now=now)
    return contract


@transaction.atomic
def restore(*, contract: Contract, by: Principal, now: datetime) -> Contract:
    """Back into writing, unless another one took its place: Refused(contract_exists, amendment_open, deal_closed)."""
    contract = held_contract(contract, by=by)
    if contract.standing is not ContractState.WITHDRAWN:
        return contract
    verdict = is_open(contract.opportunity)
    if contract.is_amendment:
        if Contract.objects.being_written().filter(parent=contract.parent).exists():
            verdict &= no("amendment_open")
    else:
        verdict &= _no_other(contract.opportunity)
    must(verdict)
    contract.state, contract.ended_on, contract.ended_reason = ContractState.DRAFT.value, None, ""
    contract.version += 1
    contract.save()
    tell("restored", contract, by=by, now=now)
    return contract


def end_open(deal: Opportunity, by: Principal, now: datetime) -> None:
    """``deals.hooks.on_closed``: what was still being written for a deal that is lost or void is withdrawn with it."""
    rows = Contract.objects.being_written().filter(opportunity=deal).select_for_update(of=("self",))
    for contract in rows.order_by("id"):
        contract.opportunity = deal
        _end(contract, ContractState.WITHDRAWN, reason="", by=by, now=now)


def _end(contract: Contract, state: ContractState, *, reason: str, by: Principal, now: datetime) -> None:
    contract.state, contract.ended_on = state.value, timezone.localdate(now)
    contract.ended_reason = reason.strip()
    contract.version += 1
    contract.save()
    tell("withdrawn", contract, by=by, now=now, facts={"reason": contract.ended_reason})
    for told in hooks.on_ended:
        told(contract, by, now)


def write_clauses(contract: Contract, drafted: Sequence[Drafted], *, now: datetime) -> None:
    Clause.objects.bulk_create(
        Clause(
            contract=contract,
            part=one.part.value,
            title=one.title,
            text=one.text,
            values=stored(one.text),
            source_id=one.version_id or None,
            why=[why.as_json() for why in one.why],
            must_keep=one.must_keep,
            position=place,
            created_at=now,
        )
        for place, one in enumerate(drafted, start=1)
    )


def _no_other(deal: Opportunity) -> Any:
    taken = Contract.objects.filter(opportunity=deal, kind=Kind.MAIN.value, state__in=TAKEN).exists()
    return no("contract_exists") if taken else YES


def _title(deal: Opportunity) -> str:
    return f"{deal.name}合同"[:TITLE_LIMIT]


def _next_number(now: datetime) -> str:
    """HT-2026-0001. The year's run stays locked until the contract stands: two at once get two numbers, and a number of
    what didn't come to stand is given again."""
    year = timezone.localdate(now).year
    NumberRun.objects.get_or_create(year=year)
    run = NumberRun.objects.select_for_update().get(year=year)
    run.last += 1
    if run.last > 999_999:
        raise Refused(no("numbers_used_up", year=year))
    run.save()
    return f"HT-{year}-{run.last:04d}"
