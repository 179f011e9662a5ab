from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals import hooks as deal_hooks
from tuoke.steps.reviews.revisits import actions
from tuoke.steps.reviews.revisits.models import Revisit
from tuoke.steps.reviews.revisits.rules import SurveyDraft, VisitDraft

TODAY = date(2026, 11, 23)
VISIT = VisitDraft(TODAY, "phone", None, "白班天天用，夜班还没用起来", "steady", None, "二厂明年搬迁")


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


@pytest.fixture
def contact(customer):
    return a_contact(customer, phone="13800138000", position="信息化主管")


@pytest.fixture
def win(company, playbook, contact, by, now, monkeypatch):
    """``win()`` signs another deal with the customer today."""
    monkeypatch.setattr(deal_hooks, "against_winning", [], raising=False)

    def win(name="数据整合一期", *, owner=None, to=None):
        more = {"step": "contracts", "amount": Decimal(480_000), "market": "tob", "scale": "large"}
        deal = a_deal(owner or company.rep, playbook, customer=to or contact.customer, name=name, **more)
        return deals.close_won(deal=deal, by=by, now=now)

    return win


@pytest.fixture
def won(win):
    return win()


@pytest.fixture
def due(won):
    return Revisit.objects.due().get(opportunity=won)


@pytest.fixture
def survey(won, contact, by, now):
    return actions.send_survey(
        deal=won, draft=SurveyDraft(contact.pk, date(2026, 12, 14), "请您打个分"), by=by, now=now
    )
