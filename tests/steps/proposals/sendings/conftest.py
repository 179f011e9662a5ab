from __future__ import annotations

from datetime import date

import pytest
from django_tasks_db.models import DBTaskResult

from tests.spine.followups.cases import a_contact
from tuoke.steps.proposals.sendings import actions
from tuoke.steps.proposals.sendings.models import Sending
from tuoke.steps.proposals.sendings.rules import SendDraft


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def contact(deal):
    return a_contact(deal.customer, name="林总", phone="13800138000", email="lin@example.com")


@pytest.fixture
def draft(contact):
    return SendDraft(contact_id=contact.pk, expires_on=date(2026, 12, 20), message="请您过目")


@pytest.fixture
def run():
    """``run(sending)`` does what the background does."""

    def run(sending: Sending) -> Sending:
        actions.prepare.func(sending.pk)
        sending.refresh_from_db()
        return sending

    return run


@pytest.fixture
def claims_backed(proposal):
    """The one figure that the proposal promises is taken out: nothing stands in its way."""
    section = proposal.sections.get()
    section.text = "把“三张表各写各的”改为一个交期，订单变更当天到车间。"
    section.save()
    return proposal


@pytest.fixture
def asked(deal, claims_backed, draft, by, now):
    return actions.send(deal=deal, draft=draft, host="https://crm.example.com", by=by, now=now)


@pytest.fixture
def sent(asked, run):
    return run(asked)


@pytest.fixture
def tasks():
    return DBTaskResult.objects.filter(task_path__contains="sendings").count
