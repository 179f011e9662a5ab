"""Which profile a lead is weighed against."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tuoke.spine.catalog.rules import CampaignPlan
from tuoke.steps.targeting import actions
from tuoke.steps.targeting.queries import chooser, content_of, profile_for
from tuoke.steps.targeting.rules import ProfileDraft

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(company, now):
    return lambda name, **said: actions.create_profile(
        draft=ProfileDraft(name=name, **said), by=company.by("director"), now=now
    )


@pytest.fixture
def aiming(company, now):
    def plan(profile, name="一季度"):
        said = CampaignPlan(name, date(2027, 1, 1), date(2027, 3, 31), company.director.pk)
        return actions.plan_campaign(plan=said, profile=profile, by=company.by("director"), now=now)

    return plan


def test_nothing_planned_is_no_profile():
    assert profile_for("tob") is None


def test_the_default_of_the_market_covers_what_nothing_else_does(make, aiming):
    tob, toc = make("企业"), make("个人", market="toc")
    assert profile_for("tob") == tob
    assert profile_for("toc") == toc
    assert profile_for("tob", aiming(None)) == tob


def test_a_campaign_aims_where_it_says_but_only_in_its_market(make, aiming):
    tob, toc, other = make("企业"), make("个人", market="toc"), make("别的")
    campaign = aiming(other)
    assert profile_for("tob", campaign) == other
    assert profile_for("tob", campaign.pk) == other
    assert profile_for("toc", campaign) == toc
    assert profile_for("tob") == tob


def test_many_leads_cost_two_queries(make, aiming, django_assert_num_queries):
    make("企业")
    campaign = aiming(make("别的"))
    with django_assert_num_queries(2):
        choose = chooser()
        assert [choose("tob", c).name for c in (None, campaign.pk, 999)] == ["企业", "别的", "企业"]


def test_content_is_parsed_once_and_never_stale(make):
    profile = make("企业")
    assert content_of(profile) is content_of(profile)
    changed = replace(content_of(profile), watch_after_months=9)
    profile.content = changed.to_json()
    assert content_of(profile) == changed


def test_the_default_is_planted_once(company, now):
    first = actions.plant_default(by=company.by("director"), now=now)
    assert actions.plant_default(by=company.by("director"), now=now) == first
    assert first.is_default
