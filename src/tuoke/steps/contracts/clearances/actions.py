"""Asking for a clearance, and what its answer does. Each raises Refused with every reason, and DoesNotExist where ``by`` may
not write the contract (O1).

Locks are taken in one order everywhere: the request, then the deal. Whoever decides holds the request already; so what ends
a request does it before it locks the deal.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal, system
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.queries import latest
from tuoke.services.approvals.rules import State
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.actions import freeze
from tuoke.steps.contracts.actions.doors import SECTION, held_contract
from tuoke.steps.contracts.clearances.models import KIND_NAMES, Clearance
from tuoke.steps.contracts.clearances.queries import deciders_of, level_of, wants_of
from tuoke.steps.contracts.clearances.rules import NOTE_LIMIT, OPEN_FOR, ClearState, Kind, Level, Want
from tuoke.steps.contracts.models import Contract, ContractVersion
from tuoke.steps.contracts.queries import Judged, Standing, standing
from tuoke.steps.contracts.rules import may_write
from tuoke.steps.contracts.words import finding_name


@transaction.atomic
def ask(
    *, contract: Contract, kind: Kind, decider_ids: Collection[int], note: str, by: Principal, now: datetime
) -> Clearance:
    """Ask for a word on what the contract says now: a version is made of it. What waits for an answer about an earlier
    version is withdrawn: that one isn't signed any more.

    Refused: deciders_missing, not_a_decider (name), already_asked (these very words), already_cleared, contract_signed,
    contract_ended, deal_closed, too_long, text_broken, and what ``freeze`` and ``approvals.ask`` refuse.
    """
    _end_waiting(contract, kind, by=by, now=now, but_for=_seal_now(contract, by=by))
    contract = held_contract(contract, by=by)
    must(_may_ask(contract) & text_fault(note, field="note", limit=NOTE_LIMIT))
    version = freeze(contract=contract, note="", by=by, now=now)
    version.contract = contract
    found = standing(contract)
    want = next((want for want in wants_of(found) if want.kind is kind), None)
    people = _chosen(contract, kind, want, decider_ids, by=by)
    must(_not_yet(contract, kind, version, now=now))
    clearance = Clearance.objects.create(
        contract=contract, version=version, kind=kind.value, seal=version.seal, note=note.strip(),
        why=[asdict(why) for why in want.why] if want else [], asked_by_id=by.user_id, asked_at=now,
    )  # fmt: skip
    deal = contract.opportunity
    approvals.ask(
        kind=kind.value, subject=clearance, thread=deal, party=_party(deal), label=f"{deal.name} · {contract.number}"[:160],
        approver_ids=[user.pk for user in people], reason=note.strip() or str(KIND_NAMES[kind]),
        facts=_facts(clearance, found), expires_at=now + OPEN_FOR, by=by, now=now,
    )  # fmt: skip
    names = [user.name for user in people]
    _tell("asked", clearance, by=by, now=now, facts={"names": names, "note": clearance.note})
    return clearance


@transaction.atomic
def withdraw(*, clearance: Clearance, by: Principal, now: datetime) -> Clearance:
    """It needn't be looked at any more; then another may be asked. Whoever writes the contract may, not only whoever asked:
    people leave. Refused: not_waiting."""
    current = Clearance.objects.visible_to(by, "write").get(pk=clearance.pk)
    must(YES if current.state == ClearState.ASKED else no("not_waiting"))
    current = _withdrawn(current, why=_("不用再审批，或改请别人审批"), by=by, now=now)
    must(YES if current.state == ClearState.WITHDRAWN else no("not_waiting"))
    return current


def after_the_contract(contract: Contract, by: Principal, now: datetime) -> None:
    """``contracts.hooks.on_signed`` and ``on_ended``: nobody is asked any more about what was signed or taken back. Once
    that is stored, for requests are locked before deals; until then ``may_decide`` refuses."""
    transaction.on_commit(lambda: _end_all(contract.pk, by=by, now=now))


@transaction.atomic
def _end_all(contract_id: int, *, by: Principal, now: datetime) -> None:
    for row in Clearance.objects.filter(contract=contract_id, state=ClearState.ASKED.value).order_by("id"):
        _withdrawn(row, why=_("合同已签署或撤回，不用再审批"), by=by, now=now)


# Wired into ``approvals.hooks.kinds["legal"]`` and ``["contract"]``


def may_decide(who: Principal, request: Request) -> bool:
    """While it waits and the contract is being written: whoever may be asked today."""
    clearance = of_request(request)
    if clearance is None or clearance.state != ClearState.ASKED or not clearance.contract.is_open:
        return False
    return who.user_id in {user.pk for user in _deciders(clearance)}


def may_receive(user: User, request: Request) -> bool:
    return user.pk in {one.pk for one in receivers(request)}


def receivers(request: Request) -> list[User]:
    clearance = of_request(request)
    return _deciders(clearance) if clearance else []


def on_decided(request: Request, by: Principal, now: datetime) -> None:
    """His word is kept with the words that he was asked about, also where the contract says others by now: it is stale
    then."""
    clearance = of_request(request)
    if clearance is not None:
        Opportunity.objects.select_for_update(of=("self",)).get(pk=clearance.contract.opportunity_id)
        clearance.refresh_from_db(fields=["state"])
    if clearance is None or clearance.state != ClearState.ASKED:
        raise Refused(no("not_waiting"))
    clearance.state = (ClearState.CLEARED if request.is_approved else ClearState.REFUSED).value
    clearance.decided_by_id, clearance.decided_at, clearance.remark = by.user_id, now, request.decision_reason
    clearance.level = level_of(by).value
    clearance.save(update_fields=["state", "decided_by", "decided_at", "remark", "level"])
    _tell(clearance.state, clearance, by=by, now=now, facts={"remark": clearance.remark[:300]})


def ended(request: Request, user_ids: Collection[int], by: Principal, now: datetime) -> None:
    """``approvals.hooks.on_expired`` and ``on_withdrawn``: what nobody decided can be asked anew."""
    if request.kind in set(Kind):
        clearance = of_request(request)
        if clearance is not None and clearance.state == ClearState.ASKED:
            Clearance.objects.filter(pk=clearance.pk, state=ClearState.ASKED.value).update(
                state=ClearState.WITHDRAWN.value
            )


def of_request(request: Request) -> Clearance | None:
    label, _colon, key = request.subject.partition(":")
    if label != Clearance._meta.label_lower or not key.isdecimal():
        return None
    related = ("contract__opportunity__owner", "contract__opportunity__customer", "version")
    return Clearance.objects.select_related(*related).filter(pk=int(key)).first()


def _deciders(clearance: Clearance) -> list[User]:
    return deciders_of(clearance.contract, Kind(clearance.kind), without=clearance.asked_by_id)


def _may_ask(contract: Contract) -> Verdict:
    return may_write(contract.standing) & is_open(contract.opportunity)


def _chosen(
    contract: Contract, kind: Kind, want: Want | None, decider_ids: Collection[int], *, by: Principal
) -> list[User]:
    """Those of the chosen who may decide. Refused: deciders_missing, not_a_decider."""
    offered = deciders_of(contract, kind, level=want.level if want else Level.MANAGER, without=by.user_id)
    known = {user.pk: user for user in offered}
    if not decider_ids:
        raise Refused(no("deciders_missing", field="deciders"))
    strange = [pk for pk in decider_ids if pk not in known]
    if strange:
        name = next(iter(User.objects.filter(pk__in=strange).values_list("name", flat=True)), "")
        raise Refused(no("not_a_decider", field="deciders", name=name))
    return [known[pk] for pk in dict.fromkeys(decider_ids)]


def _not_yet(contract: Contract, kind: Kind, version: ContractVersion, *, now: datetime) -> Verdict:
    newest = Clearance.objects.filter(contract=contract, kind=kind.value).select_related("decided_by").first()
    if newest is None or newest.seal != version.seal:
        return YES
    if newest.state == ClearState.CLEARED:
        return no("already_cleared", who=newest.decided_by.name if newest.decided_by else "")
    return no("already_waiting") if newest.state == ClearState.ASKED else YES


def _seal_now(contract: Contract, *, by: Principal) -> str:
    """The seal of the newest version where it says what the contract says now; empty where it doesn't."""
    seen = Contract.objects.visible_to(by, "write").select_related("opportunity__customer").get(pk=contract.pk)
    found = standing(seen)
    return found.version.seal if found.version is not None and found.is_current else ""


def _end_waiting(contract: Contract, kind: Kind, *, by: Principal, now: datetime, but_for: str) -> None:
    """What waits about other words, or whose time has run out, ends before the deal is locked."""
    standing_row = Clearance.objects.filter(contract=contract, kind=kind.value, state=ClearState.ASKED.value).first()
    if standing_row is None:
        return
    request = latest(kind.value, standing_row)
    if request is None or not request.is_open(now) or standing_row.seal != but_for:
        who = by if request is not None and request.is_open(now) else system("clearances")
        _withdrawn(standing_row, why=_("合同有了新的一版，或改请别人审批"), by=who, now=now)


def _withdrawn(clearance: Clearance, *, why: str, by: Principal, now: datetime) -> Clearance:
    """As it stands then: whoever decided at that moment was quicker."""
    request = latest(clearance.kind, clearance)
    if request is not None and request.state == State.OPEN:
        approvals.close_for(kind=clearance.kind, subject=clearance, why=why, by=by, now=now)
    Clearance.objects.filter(pk=clearance.pk, state=ClearState.ASKED.value).update(state=ClearState.WITHDRAWN.value)
    clearance = Clearance.objects.select_related("contract__opportunity", "version").get(pk=clearance.pk)
    if clearance.state == ClearState.WITHDRAWN:
        _tell("withdrawn", clearance, by=by, now=now, facts={})
    return clearance


def _facts(clearance: Clearance, found: Standing) -> dict[str, Any]:
    """What the decision page shows: whoever decides may not be on the deal, so all of it stands there."""
    frozen = clearance.version.frozen
    return {
        "clearance": clearance.pk,
        "customer": frozen.customer,
        "number": frozen.number,
        "title": frozen.title,
        "version": clearance.version.number,
        "amount": frozen.amount,
        "why": clearance.why,
        "accepted": [_accepted(one) for one in found.accepted],
        "clauses": [{"title": clause.title, "text": clause.text} for clause in frozen.clauses],
    }


def _accepted(judged: Judged) -> dict[str, str]:
    finding, word = judged.finding, judged.accepted
    return {
        "name": finding_name(finding),
        "agreed": finding.agreed[:200],
        "contract": finding.contract[:200],
        "reason": word.reason if word else "",
    }


def _party(deal: Opportunity) -> str:
    return f"{Customer._meta.label_lower}:{deal.customer_id}"


def _tell(kind: str, clearance: Clearance, *, by: Principal, now: datetime, facts: Mapping[str, Any]) -> None:
    """Into the deal's timeline and the customer's, for those who may read contracts."""
    contract = clearance.contract
    deal = contract.opportunity
    record(
        kind=f"clearances.{kind}",
        subject=clearance,
        thread=deal,
        party=_party(deal),
        by=by,
        at=now,
        facts={"kind": clearance.kind, "number": contract.number, "version": clearance.version.number, **facts},
        section=SECTION,
    )
