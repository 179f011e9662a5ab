from __future__ import annotations

from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_customer, a_deal
from tuoke.steps.proposals.values import actions
from tuoke.steps.proposals.values.rules import Band, Basis, Direction, ItemDraft, Measure


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, customer=a_customer(company.rep, industry="汽车零部件制造"), step="proposals")


@pytest.fixture
def by(company):
    return company.by("rep")


def measured(name="换线准备时间", **more):
    expected = Band(Decimal(32), Decimal(29), Decimal(25))
    figures = Measure(Direction.LESS, Decimal(42), expected, Decimal(60), Decimal(2750))
    given = {"basis": Basis.CUSTOMER, "unit": "分钟", "source": "11 月 26 日访谈", "figures": figures} | more
    return ItemDraft(name=name, **given)


@pytest.fixture
def item(deal, by, now):
    return actions.add_item(deal=deal, draft=measured(), by=by, now=now)
