"""What the whole company shares: campaigns and products, each change with its event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.spine.catalog import actions
from tuoke.spine.catalog.models import Campaign, LeadSource, Product
from tuoke.spine.catalog.queries import campaign_named, campaign_owners, campaigns, source_named, sources
from tuoke.spine.catalog.rules import SOURCE_TREE, CampaignPlan, Offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(company):
    return CampaignPlan(
        "一季度", date(2027, 1, 1), date(2027, 3, 31), company.director.pk, company_goal=" 新签 300 万 "
    )


@pytest.fixture
def campaign(said, company, now):
    return actions.plan_campaign(plan=said, by=company.by("director"), now=now)


def test_a_plan_is_kept_and_told(campaign):
    assert campaign_named(" 一季度 ") == campaign
    assert campaign.company_goal == "新签 300 万"
    event = history_of(campaign).get()
    assert (event.kind, event.thread) == ("catalog.campaign_planned", f"catalog.campaign:{campaign.pk}")
    assert event.changes["owner"] == [None, "周总"]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"name": " "}, "name_missing", "name"),
        ({"name": "长" * 81}, "name_too_long", "name"),
        ({"name": "一季度 "}, "name_taken", "name"),
        ({"ends_on": date(2026, 12, 31)}, "period_reversed", "ends_on"),
        ({"owner_id": 0}, "owner_inactive", "owner"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(campaign, said, company, now, change, code, field):
    with pytest.raises(Refused) as refused:
        actions.plan_campaign(plan=replace(said, **{"name": "别的", **change}), by=company.by("director"), now=now)
    (reason,) = refused.value.verdict.reasons
    assert (reason.code, reason.params["field"]) == (code, field)
    assert Campaign.objects.count() == 1


def test_a_change_is_told_from_to(campaign, said, company, now):
    changed = actions.change_campaign(
        campaign=campaign, version=1, plan=replace(said, name="春季"), by=company.by("director"), now=now
    )
    assert (changed.name, changed.version) == ("春季", 2)
    assert history_of(campaign).first().changes == {"name": ["一季度", "春季"]}


def test_a_stale_version_is_a_conflict_with_what_stands_now(campaign, said, company, now):
    actions.change_campaign(
        campaign=campaign, version=1, plan=replace(said, name="春季"), by=company.by("director"), now=now
    )
    with pytest.raises(Conflict) as conflict:
        actions.change_campaign(campaign=campaign, version=1, plan=said, by=company.by("director"), now=now)
    assert conflict.value.current.name == "春季"


@pytest.mark.parametrize("who", ["rep", "team_lead", "collaborator", "auditor", "admin"])
def test_only_planners_plan(campaign, said, company, now, who):
    by = company.by(who)
    with pytest.raises(Refused):
        actions.plan_campaign(plan=replace(said, name="别的"), by=by, now=now)
    with pytest.raises(Refused):
        actions.change_campaign(campaign=campaign, version=1, plan=replace(said, name="别的"), by=by, now=now)
    with pytest.raises(Refused):
        actions.start_campaign(campaign=campaign, by=by, now=now)
    with pytest.raises(Refused):
        actions.offer_product(offer=Offer("平台"), by=by, now=now)
    assert Campaign.objects.get().started_at is None


def test_it_starts_once(campaign, company, now):
    actions.start_campaign(campaign=campaign, by=company.by("director"), now=now)
    with pytest.raises(Refused) as refused:
        actions.start_campaign(campaign=campaign, by=company.by("director"), now=now)
    assert refused.value.verdict.codes == ("already_started",)


def test_the_list_costs_one_query(campaign, said, company, now, django_assert_num_queries):
    actions.plan_campaign(plan=replace(said, name="二季度"), by=company.by("director"), now=now)
    with django_assert_num_queries(1):
        assert [(c.name, c.owner.name, c.product) for c in campaigns()] == [
            ("二季度", "周总", None),
            ("一季度", "周总", None),
        ]


def test_owners_are_those_who_may_plan(company):
    assert set(campaign_owners()) == {company.director, company.process_owner}


def test_a_product_is_offered_and_offered_anew(company, now):
    by = company.by("director")
    first = actions.offer_product(offer=Offer("平台", Decimal(300000), Decimal(800000), True), by=by, now=now)
    again = actions.offer_product(offer=Offer("平台", Decimal(300000), Decimal(800000), True), by=by, now=now)
    dearer = actions.offer_product(offer=Offer("平台", Decimal(400000), Decimal(800000), True), by=by, now=now)
    assert first == again == dearer == Product.objects.get()
    assert [Decimal(event.changes["price_low"][1]) for event in history_of(first)] == [400000, 300000]


@pytest.mark.parametrize(
    ("offer", "codes"),
    [
        (Offer("", Decimal(-1)), ("name_missing", "negative")),
        (Offer("平台", Decimal(2), Decimal(1)), ("price_reversed",)),
    ],
)
def test_an_offer_that_cannot_be(company, now, offer, codes):
    with pytest.raises(Refused) as refused:
        actions.offer_product(offer=offer, by=company.by("director"), now=now)
    assert refused.value.verdict.codes == codes


def test_the_channels_are_a_tree_of_two_levels():
    found = sources()
    assert {s.name for s in found if s.parent is None} >= set(SOURCE_TREE)
    exhibition = source_named("展会")
    assert exhibition is not None
    assert exhibition.parent == LeadSource.objects.get(name="市场活动")
    assert found.index(exhibition) == found.index(exhibition.parent) + 1
