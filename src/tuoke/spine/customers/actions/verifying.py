"""What sources say is written down, withdrawn and taken over (S2.7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers import hooks
from tuoke.spine.customers.actions.judging import settle_facts
from tuoke.spine.customers.actions.parties import edit_customer
from tuoke.spine.customers.models import Customer, Fact, Lead
from tuoke.spine.customers.queries import draft_of_customer
from tuoke.spine.customers.queries.verification import keys_of_party
from tuoke.spine.customers.rules import CustomerDraft, OnDuplicate
from tuoke.spine.customers.rules.verification import FactKey, Statement, faults

MOST = 200  # statements about one party


@transaction.atomic
def state_fact(*, party: Lead | Customer, statement: Statement, by: Principal, now: datetime) -> Fact:
    """Write down what a source says. The very same again is the one that stands.

    Raises Refused: the statement's faults, fact_not_of_party, too_many; DoesNotExist where ``by`` may not write.
    """
    party = _locked(party, by)
    wrong = faults(statement, today=timezone.localdate(now))
    if wrong:
        raise Refused(Verdict(wrong))
    if statement.key not in keys_of_party(party):
        raise Refused(no("fact_not_of_party", field="key"))
    known = party.facts.standing().filter(
        key=statement.key.value, source=statement.source.value, low=statement.value.low, high=statement.value.high,
        text=statement.value.text, observed_on=statement.observed_on, reference=statement.reference,
    ).first()  # fmt: skip
    if known is not None:
        return known
    if party.facts.count() >= MOST:
        raise Refused(no("too_many", limit=MOST))
    fact = Fact.objects.create(
        lead=party if isinstance(party, Lead) else None,
        customer=party if isinstance(party, Customer) else None,
        key=statement.key.value,
        low=statement.value.low,
        high=statement.value.high,
        text=statement.value.text,
        source=statement.source.value,
        reference=statement.reference,
        observed_on=statement.observed_on,
        note=statement.note,
        by_id=by.user_id,
        at=now,
    )
    _record("fact_stated", fact, party, by=by, now=now)
    settle_facts(party=party, by=by, now=now)
    return fact


@transaction.atomic
def withdraw_fact(*, fact: Fact, by: Principal, now: datetime) -> Fact:
    """It counts no more; ``restore_fact`` takes that back. Does nothing where it was withdrawn before."""
    party, fact = _party_of(fact, by)
    if fact.withdrawn_at is None:
        fact.withdrawn_at = now
        fact.save(update_fields=["withdrawn_at"])
        _record("fact_withdrawn", fact, party, by=by, now=now)
        settle_facts(party=party, by=by, now=now)
    return fact


@transaction.atomic
def restore_fact(*, fact: Fact, by: Principal, now: datetime) -> Fact:
    party, fact = _party_of(fact, by)
    if fact.withdrawn_at is not None:
        fact.withdrawn_at = None
        fact.save(update_fields=["withdrawn_at"])
        _record("fact_restored", fact, party, by=by, now=now)
        settle_facts(party=party, by=by, now=now)
    return fact


@transaction.atomic
def adopt_fact(*, fact: Fact, by: Principal, now: datetime) -> None:
    """The record says from now on what this source says. Refused: nothing_to_adopt, and what an edit refuses."""
    party, fact = _party_of(fact, by)
    values = values_of(fact)
    if isinstance(party, Lead):
        for take_over in hooks.take_over_lead:
            take_over(party, values, by, now)
        return
    if not set(values) <= {field.name for field in fields(CustomerDraft)}:
        raise Refused(no("nothing_to_adopt"))
    edit_customer(
        customer=party, version=party.version, draft=replace(draft_of_customer(party), **values), by=by, now=now,
        on_duplicate=OnDuplicate.ACCEPT,
    )  # fmt: skip


def carry_facts(*, lead: Lead, customer: Customer, by: Principal, now: datetime) -> None:
    """What was said about the lead is said about the customer that it became. Runs in the conversion."""
    keys = {key.value for key in keys_of_party(customer)}
    carried = [
        Fact(
            customer=customer, key=fact.key, low=fact.low, high=fact.high, text=fact.text, source=fact.source,
            reference=fact.reference, observed_on=fact.observed_on, note=fact.note, by_id=fact.by_id, at=fact.at,
        )
        for fact in lead.facts.standing()
        if fact.key in keys
    ]  # fmt: skip
    if carried:
        Fact.objects.bulk_create(carried)
        settle_facts(party=customer, by=by, now=now)


def values_of(fact: Fact) -> Mapping[str, Any]:
    """The columns of the record that this statement would fill."""
    match FactKey(fact.key):
        case FactKey.STAFF:
            return {"staff_low": _count(fact.low), "staff_high": _count(fact.high)}
        case FactKey.REVENUE:
            return {"revenue_low": fact.low, "revenue_high": fact.high}
        case FactKey.BUDGET:
            return {"budget_low": fact.low, "budget_high": fact.high}
        case key:
            return {key.value: fact.text}


def _party_of(fact: Fact, by: Principal) -> tuple[Lead | Customer, Fact]:
    """The party first, so that whoever writes about it waits in one place."""
    party = _locked(fact.party, by)
    return party, Fact.objects.select_for_update().get(pk=fact.pk)


def _locked(party: Lead | Customer, by: Principal) -> Lead | Customer:
    if isinstance(party, Lead):
        return Lead.objects.visible_to(by, "write").select_for_update().get(pk=party.pk)
    return Customer.objects.visible_to(by, "write").select_for_update().get(pk=party.pk)


def _count(value: Any) -> int | None:
    return None if value is None else int(value)


def _record(verb: str, fact: Fact, party: Lead | Customer, *, by: Principal, now: datetime) -> None:
    facts = {
        "key": fact.key, "source": fact.source, "low": fact.low, "high": fact.high, "text": fact.text,
        "reference": fact.reference, "observed_on": fact.observed_on,
    }  # fmt: skip
    record(kind=f"customers.{verb}", subject=party, thread=party, party=party, by=by, at=now, facts=facts)
