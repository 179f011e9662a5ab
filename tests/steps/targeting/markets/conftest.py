from __future__ import annotations

from datetime import date

import pytest

from tuoke.spine.catalog.rules import CampaignPlan
from tuoke.steps.targeting import actions as targeting
from tuoke.steps.targeting.markets import actions


def plan(company, now, name="2027 一季度"):
    said = CampaignPlan(
        name=name, starts_on=date(2027, 1, 1), ends_on=date(2027, 3, 31), owner_id=company.director.pk,
        company_goal="全年新签 1200 万",
    )  # fmt: skip
    return targeting.plan_campaign(plan=said, profile=None, by=company.by("director"), now=now)


@pytest.fixture
def by(company):
    return company.by("director")


@pytest.fixture
def campaign(company, now):
    return plan(company, now)


@pytest.fixture
def analysis(campaign, by, now):
    return actions.begin(campaign=campaign, by=by, now=now)
