from __future__ import annotations

from datetime import timedelta

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.steps.outreach.calls.rules import CallDraft, Person

SCRIPT = {"who": ["您好〔称呼〕，我是〔我的姓名〕。"], "what": ["〔同行案例〕也遇到过。"], "learn": ["现在怎么做？"]}


def an_item(kind, title, content, now):
    """A library item with one version."""
    item = Item.objects.create(kind=kind, title=title, created_at=now, updated_at=now)
    return ItemVersion.objects.create(item=item, number=1, content=content, by_name="孙流程", at=now)


def said(contact, **more):
    """The person as the desk sends him: as he is, but for ``more``."""
    names = ("name", "position", "phone", "email", "wechat", "preferred_channel", "role")
    return Person(**{name: getattr(contact, name) for name in names} | more)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


@pytest.fixture
def contact(customer):
    return a_contact(customer, "陈志强", position="生产总监", phone="+8613800138000")


@pytest.fixture
def deal(company, playbook, customer):
    return a_deal(company.rep, playbook, customer=customer, step="outreach")


@pytest.fixture
def lead(company):
    return a_lead(company.rep, contact="周海", phone="+8613600136000", want="换盘点系统")


@pytest.fixture
def script(db, now):
    return an_item("script", "制造业首次电话", SCRIPT, now)


@pytest.fixture
def draft(contact, now):
    """``draft(**more)``: a good first call of 16 minutes with the contact."""

    def drafted(**more):
        given = {
            "token": "call-1", "started_at": now - timedelta(minutes=20), "channel": "phone",
            "outcome": FollowUpOutcome.PROGRESS, "summary": "谈得不错", "seconds": 960, "contact_id": contact.pk,
            "person": said(contact), "version": contact.version, "current_solution": "手工报表",
            "pains": "月底对账四天\n数据对不上", "problem": "对账压到一天", "time_frame": "明年三月",
        } | more  # fmt: skip
        return CallDraft(**given)

    return drafted
