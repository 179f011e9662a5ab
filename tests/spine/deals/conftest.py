from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals import actions
from tuoke.spine.deals.queries import gate_judgement, process_of


@pytest.fixture(autouse=True)
def no_contracts(monkeypatch):
    """These tests are of the deal alone: that a contract must be signed first is told by its own room."""
    from tuoke.spine.deals import hooks

    monkeypatch.setattr(hooks, "against_winning", [])


@pytest.fixture
def customer(company, now):
    return make_customer(company.rep, now=now)


def make_customer(owner, *, now, name="华瑞精密有限公司", **fields):
    return Customer.objects.create(
        name=name, name_key=name, owner=owner, department=owner.department, created_at=now, **fields
    )


@pytest.fixture
def open_deal(company, playbook, customer, now):
    """``open_deal(scale=Scale.LARGE, amount=None, …)``: a deal of 王芳, by default a small ToB customer's."""

    def opened(*, by="rep", owner=None, market=Market.TOB, scale=Scale.SMALL, motion=Motion.NEW, **given):
        values = {
            "customer": customer,
            "lead": None,
            "name": "数据整合一期",
            "owner": owner or company.rep,
            "amount": Decimal(500_000),
            "expected_close_on": date(2026, 12, 20),
            "product": None,
            "segment": Segment(market, scale, motion),
            "is_complex": False,
            "now": now,
            **given,
        }
        return actions.open_deal(by=company.by(by), **values)

    return opened


@pytest.fixture
def deal(open_deal):
    return open_deal()


@pytest.fixture
def contact(customer):
    return Contact.objects.create(customer=customer, name="陈主管", phone="+8613800138000", role="decider")


@pytest.fixture
def walk(company, now):
    """``walk(deal, "negotiation")``: through every gate up to a step, each required criterion waived by the manager."""

    def walked(deal, to):
        manager = company.by("team_lead")
        while deal.step != to:
            if deal.step == "contracts" and deal.outcome == "open":
                deal = actions.close_won(deal=deal, by=manager, now=now)
            following = process_of(deal).next_step(deal.step)
            waivers = dict.fromkeys(needed(deal), "演练")
            deal = actions.advance(deal=deal, to=following, waivers=waivers, by=manager, now=now)
        return deal

    return walked


def needed(deal):
    from tuoke.spine.deals.rules import waivable

    return waivable(gate_judgement(deal))


@pytest.fixture
def everything_true(monkeypatch):
    """Whatever facts are asked for, they hold: only ticks are missing."""
    from collections import defaultdict

    from tuoke.spine.deals import hooks

    class Held(defaultdict):
        def get(self, key, default=None):
            return self[key]

    monkeypatch.setattr("tuoke.spine.deals.queries.facts_about", lambda deal, *, kinds: Held(lambda: 99))
    assert hooks.fact_sources


@pytest.fixture
def on_ones_word(playbook, now):
    """A company's own process, whose steps 7 and 8 ask for somebody's word where the shipped one asks for facts."""
    import copy

    from tuoke.base.accounts.rules import system
    from tuoke.spine.playbook.actions import publish

    content = copy.deepcopy(playbook.content)
    for step in content["steps"]:
        if step["key"] in ("contracts", "reviews"):
            for criterion in step["criteria"]:
                if criterion["kind"] not in ("outcome_won", "next_action_set"):
                    criterion["kind"] = "tick"
    return publish(content=content, by=system("test"), now=now)
