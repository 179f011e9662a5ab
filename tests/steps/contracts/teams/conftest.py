from __future__ import annotations

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.steps.contracts.teams import actions
from tuoke.steps.contracts.teams.rules import ContactDraft, Side


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
def team(deal, contact, company, by, now):
    """One of each side, each its main contact."""
    drafts = (
        ContactDraft(Side.OURS, company.collaborator.pk, "实施经理", "上线与培训"),
        ContactDraft(Side.THEIRS, contact.pk, "信息化主管"),
    )
    return [actions.add_contact(deal=deal, draft=draft, by=by, now=now) for draft in drafts]
