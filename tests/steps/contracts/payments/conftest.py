"""A deal that is won over 480,000 yuan, and instalments and money on it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_customer, a_deal
from tuoke.steps.contracts.payments import actions
from tuoke.steps.contracts.payments.rules import InstalmentDraft, ReceiptDraft

TODAY = date(2026, 11, 23)


def a_draft(name="首付款", amount=100_000, on=date(2026, 12, 1), **more):
    return InstalmentDraft(name, Decimal(amount), on=on, **more)


def money(amount, on=TODAY, **more):
    return ReceiptDraft(Decimal(amount), on, **more)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def deal(company, playbook):
    won = {"outcome": "won", "outcome_on": TODAY, "outcome_department": company.rep.department}
    customer = a_customer(company.rep)
    return a_deal(company.rep, playbook, customer=customer, step="contracts", amount=Decimal(480_000), **won)


@pytest.fixture
def plan(deal, by, now):
    def planned(*args, **more):
        return actions.add_instalment(deal=deal, draft=a_draft(*args, **more), by=by, now=now)

    return planned


@pytest.fixture
def receive(deal, by, now):
    def received(amount, instalment=None, **more):
        return actions.receive(deal=deal, draft=money(amount, **more), instalment=instalment, by=by, now=now)

    return received
