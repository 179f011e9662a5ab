from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.spine.deals import actions as deals
from tuoke.steps.contracts.deliveries import actions
from tuoke.steps.contracts.deliveries.rules import ItemDraft, ItemKind, SendDraft

CRITERIA = ("附件二所列 12 项功能逐项通过", "夜班账号 30 个可登录")


@pytest.fixture
def contact(company):
    return a_contact(a_customer(company.rep), phone="13800138000")


@pytest.fixture
def deal(company, playbook, contact):
    return a_deal(
        company.rep, playbook, customer=contact.customer, step="contracts", outcome="won", outcome_on="2026-11-20"
    )


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def joined(company, deal, by, now):
    """The technical colleague has joined the deal."""
    deals.join(deal=deal, user=company.collaborator, duty="实施", by=by, now=now)
    return company.by("collaborator")


@pytest.fixture
def add(deal, by, now):
    def add(title="首批两条产线上线", *, handed=True, **more):
        draft = ItemDraft(ItemKind.GOLIVE, title, CRITERIA, **more)
        item = actions.add_item(deal=deal, draft=draft, by=by, now=now)
        return actions.deliver(item=item, on=date(2026, 11, 22), note="", by=by, now=now) if handed else item

    return add


@pytest.fixture
def link(deal, contact, add, by, now):
    """A link to a delivery with one item that waits for the customer."""
    add()
    draft = SendDraft(contact.pk, (now + timedelta(days=20)).date(), message="请您验收")
    return actions.send(deal=deal, draft=draft, by=by, now=now).link
