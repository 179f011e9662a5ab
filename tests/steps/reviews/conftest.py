from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_customer, a_deal
from tuoke.spine.deals.models import Membership, StepVisit
from tuoke.steps.reviews import actions

STEPS = (("outreach", 10), ("discovery", 20), ("proposals", 10), ("negotiation", 31))


@pytest.fixture
def ended(company, playbook):
    """``ended("won", days=…)``: a deal of 王芳 that ended, with its stays; ``slower`` days longer in its negotiation."""

    def ended(outcome="won", *, name="数据整合一期", customer=None, slower=0, on=date(2026, 11, 20), **more):
        begun = datetime.combine(on, datetime.min.time()).astimezone() - timedelta(days=90)
        deal = a_deal(
            company.rep, playbook, name=name, customer=customer or a_customer(company.rep, name=f"{name}客户"),
            step="reviews", outcome=outcome, outcome_on=on, outcome_department=company.rep.department,
            amount=Decimal(480_000), target_amount=Decimal(500_000), target_close_on=on - timedelta(days=5),
            outcome_reason="" if outcome == "won" else "价格", market="tob", scale="small", motion="new",
        )  # fmt: skip
        deal.__class__.objects.filter(pk=deal.pk).update(created_at=begun, **more)
        at = begun
        for step, days in STEPS:
            left = at + timedelta(days=days - 1 + (slower if step == "negotiation" else 0))
            StepVisit.objects.create(opportunity=deal, step=step, move="advanced", entered_at=at, left_at=left)
            at = left
        StepVisit.objects.create(opportunity=deal, step="reviews", move="advanced", entered_at=at)
        deal.refresh_from_db()
        return deal

    return ended


@pytest.fixture
def won(ended):
    return ended()


@pytest.fixture
def joined(won, company):
    """The colleague of the tech department has joined the deal."""
    Membership.objects.create(opportunity=won, user=company.collaborator)
    return won


@pytest.fixture
def review(joined, company, now):
    return actions.open_review(deal=joined, by=company.by("rep"), now=now)
