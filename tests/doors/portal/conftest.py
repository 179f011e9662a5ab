from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.services.links.queries import address_of
from tuoke.steps.discovery import actions
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority, SendDraft

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Safari/604.1"


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    """What time it is at the door; ``clock.now`` may be set."""
    here = SimpleNamespace(now=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: here.now)
    return here


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def contact(company, playbook):
    return a_contact(a_customer(company.rep), phone="13800138000")


@pytest.fixture
def deal(company, playbook, contact):
    return a_deal(company.rep, playbook, customer=contact.customer)


@pytest.fixture
def send(deal, contact, by, now):
    """``send("…", …)`` lists these needs and sends them; returns the confirmation."""

    def send(*descriptions, challenge=False, contact=contact):
        for text in descriptions:
            draft = NeedDraft(NeedKind.RIGID, text, Priority.MEDIUM)
            actions.add_need(deal=deal, draft=draft, by=by, now=now)
        draft = SendDraft(contact_id=contact.pk, expires_on=date(2026, 12, 5), challenge=challenge, message="请您过目")
        return actions.send_list(deal=deal, draft=draft, by=by, now=now)

    return send


@pytest.fixture
def sent(send):
    return send("数据当天对齐", "报表自动发送", "权限按部门分")


@pytest.fixture
def customer():
    """The customer's phone: no account, no session."""
    return Client(headers={"user-agent": PHONE})


@pytest.fixture
def address(sent):
    return address_of(sent.link)
