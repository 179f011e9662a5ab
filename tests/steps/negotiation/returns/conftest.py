from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.steps.negotiation.returns import actions
from tuoke.steps.negotiation.returns.rules import Figures, Rival, Saving, SendDraft
from tuoke.steps.proposals.values.rules import Direction

CHANGE = Saving(
    "换线准备时间",
    direction=Direction.LESS,
    unit="分钟",
    current=Decimal(42),
    expected=Decimal(29),
    unit_value=Decimal(10),
    times=Decimal(2750),
)
FIGURES = Figures(
    investment=Decimal(500_000),
    one_off=Decimal(40_000),
    running=Decimal(20_000),
    delay=2,
    savings=(CHANGE, Saving("少加班", amount=Decimal(12_500))),
    rivals=(Rival("云算科技", Decimal(380_000), running=Decimal(90_000)),),
)


@pytest.fixture
def contact(company):
    return a_contact(a_customer(company.rep), phone="13800138000")


@pytest.fixture
def deal(company, playbook, contact):
    return a_deal(company.rep, playbook, customer=contact.customer, step="negotiation")


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def kept(deal, by, now):
    return actions.keep(deal=deal, figures=FIGURES, title="和财务算", by=by, now=now)


@pytest.fixture
def share(kept, contact, by, now):
    draft = SendDraft(contact.pk, date(2026, 12, 5), message="请您过目")
    return actions.send(calculation=kept, draft=draft, by=by, now=now)
