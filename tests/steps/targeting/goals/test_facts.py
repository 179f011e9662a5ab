"""What goals tell a campaign's gate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.steps.targeting.goals.cases import set_goals, slot
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals import actions, words
from tuoke.steps.targeting.goals.facts import facts_of, lacks

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(company):
    return Campaign.objects.create(
        name="春季", starts_on=date(2026, 10, 1), ends_on=date(2026, 12, 31), owner=company.director
    )


def test_without_goals_nothing_is_broken_down(campaign):
    assert facts_of(campaign) == {"goals_broken_down": 0}
    assert lacks(campaign) == {}


def test_what_is_missing_is_named(company, campaign, now):
    set_goals(company, now, "new_leads", company__2026=10, east__2026=7)
    said = [words.lacking(metric, reason) for metric, reasons in lacks(campaign).items() for reason in reasons]
    assert said == [
        "新增线索 · 华东大区 · 2026 年：还没有拆到人",
        "新增线索 · 公司 · 2026 年：下级相加与目标差 3",
    ]
    assert facts_of(campaign) == {"goals_broken_down": 0}


def test_every_metric_that_reaches_persons_counts(company, campaign, now, django_assert_max_num_queries):
    set_goals(company, now, "new_leads", company__2026=10, east__2026=7, south__2026=3, rep__2026=7, other_team__2026=3)
    set_goals(company, now, "signed_count", company__2026=10)
    with django_assert_max_num_queries(6):
        assert facts_of(campaign) == {"goals_broken_down": 1}


def test_goals_of_other_years_don_t_help(company, campaign, now):
    set_goals(company, now, "new_leads", rep__2025=7)
    assert lacks(campaign) == {}


def test_a_campaign_s_own_goals_go_before_the_general_ones(company, campaign, now):
    set_goals(company, now, "new_leads", rep__2026=7)
    assert facts_of(campaign) == {"goals_broken_down": 1}
    actions.set_goal(
        slot=slot("new_leads", "2026Q4", "company", campaign.pk),
        amount=Decimal(5),
        version=0,
        by=company.by("director"),
        now=now,
    )
    assert facts_of(campaign) == {"goals_broken_down": 0}
