"""Progress is counted from records: which, when, for whom, in which department."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.steps.targeting.goals.cases import customer, deal, lead, moment, visit
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.deals.models import Membership
from tuoke.steps.targeting.goals.hooks import Slice
from tuoke.steps.targeting.goals.queries import source_of
from tuoke.steps.targeting.goals.rules import Metric

pytestmark = pytest.mark.django_db
YEAR = Slice(date(2026, 1, 1), date(2026, 12, 31))


def tallied(metric, part=YEAR):
    return sorted((f"{t.month:%m}", t.department_id, t.user_id, t.value) for t in source_of(metric).tally(part))


def test_new_leads_count_in_the_month_of_the_company_s_time_zone(company):
    east, rep = company.departments["east"].pk, company.rep.pk
    lead(company.rep, "2026-10-31 15:59")  # 23:59 in Shanghai
    lead(company.rep, "2026-10-31 16:00")  # midnight: November
    assert tallied(Metric.NEW_LEADS) == [("10", east, rep, 1), ("11", east, rep, 1)]
    november = Slice(date(2026, 11, 1), date(2026, 11, 30))
    assert tallied(Metric.NEW_LEADS, november) == [("11", east, rep, 1)]


def test_practice_and_merged_doubles_are_no_progress(company):
    kept = lead(company.rep, "2026-11-03 02:00")
    lead(company.rep, "2026-11-03 02:00", is_practice=True)
    lead(company.rep, "2026-11-03 02:00", status="merged", merged_into=kept)
    lead(None, "2026-11-03 02:00")  # in the pool: the company's
    owned = [(t.department_id, t.value) for t in source_of(Metric.NEW_LEADS).tally(YEAR) if t.department_id]
    assert owned == [(company.departments["east"].pk, 1)]
    assert sum(t.value for t in source_of(Metric.NEW_LEADS).tally(YEAR)) == 2


def test_qualified_counts_when_the_threshold_was_reached(company):
    lead(company.rep, "2026-01-03 02:00", qualified_at=moment("2026-11-05 02:00"))
    lead(company.rep, "2026-01-03 02:00")
    assert [row[0] for row in tallied(Metric.QUALIFIED_LEADS)] == ["11"]


def test_a_won_deal_counts_by_its_outcome_in_the_department_of_that_date(company, playbook):
    south = company.departments["south"]
    deal(company.rep, won_on="2026-11-10", amount="300000.50", outcome_department=south)
    deal(company.rep, won_on="2026-11-30", amount="100000", outcome_department=south)
    deal(company.rep, won_on="2026-12-01", amount=None)
    deal(company.rep, amount="999")  # open
    deal(company.rep, won_on="2026-11-10", amount="5", is_practice=True)
    rep, east = company.rep.pk, company.departments["east"].pk
    assert tallied(Metric.SIGNED_AMOUNT) == sorted(
        [("11", south.pk, rep, Decimal("400000.50")), ("12", east, rep, Decimal(0))]
    )
    assert tallied(Metric.SIGNED_COUNT) == sorted([("11", south.pk, rep, 2), ("12", east, rep, 1)])


def test_owners_share_the_credit_and_nothing_counts_twice(company, playbook):
    """跨区域: 30 % of one deal in the co-owner's own department; what had ended or begun otherwise counts for nobody."""
    rep, east = company.rep.pk, company.departments["east"].pk
    partner, south = company.other_team.pk, company.departments["south"].pk
    shared = deal(company.rep, won_on="2026-11-10", amount="333.33")
    deal(company.rep, won_on="2026-11-12", amount="1000")
    co_own(shared, company.other_team, 30, starts_on=date(2026, 11, 10), ends_on=date(2026, 11, 10))
    co_own(shared, company.teammate, 20, ends_on=date(2026, 11, 9))
    co_own(shared, company.team_lead, 20, starts_on=date(2026, 11, 11))

    def figures(metric, **part):
        found = {}
        for tally in source_of(metric).tally(Slice(YEAR.first, YEAR.last, **part)):
            key = (tally.department_id, tally.user_id)
            found[key] = found.get(key, 0) + tally.value
        return found

    amounts, counts = figures("signed_amount"), figures("signed_count")
    assert amounts == {(east, rep): Decimal("1233.331"), (south, partner): Decimal("99.999")}
    assert sum(amounts.values()) == Decimal("1333.33")
    assert counts == {(east, rep): Decimal("1.7"), (south, partner): Decimal("0.3")}
    assert figures("signed_amount", user_id=partner) == {(south, partner): Decimal("99.999")}
    assert figures("signed_amount", department_ids=frozenset({east})) == {(east, rep): Decimal("1233.331")}

    def listed(who="director", **part):
        found = source_of("signed_amount").records(company.by(who), Slice(YEAR.first, YEAR.last, **part), 0, 10)
        return [(record.owner, record.value) for record in found]

    assert listed() == [("王芳", Decimal(1000)), ("王芳 · 赵敏 30%", Decimal("333.33"))]
    assert listed(user_id=partner) == [("王芳 · 赵敏 30%", Decimal("99.999"))]
    assert listed("other_team", user_id=partner) == [], "after his last day he sees the deal no more"
    assert [value for _, value in listed(user_id=rep)] == [Decimal(1000), Decimal("233.331")]
    assert [value for _, value in listed(department_ids=frozenset({south}))] == [Decimal("99.999")]


def co_own(shared, user, share, **dates):
    Membership.objects.create(opportunity=shared, user=user, share=share, department=user.department, **dates)


def test_a_reorganisation_moves_no_old_figures(company, playbook):
    deal(company.rep, won_on="2026-11-10", amount="300000")
    before = tallied(Metric.SIGNED_AMOUNT)
    company.rep.department = company.departments["south"]
    company.rep.save()
    assert tallied(Metric.SIGNED_AMOUNT) == before


def test_new_deals_leave_out_what_was_a_mistake(company, playbook):
    deal(company.rep)
    deal(company.rep, outcome="void", outcome_on=date(2026, 11, 3))
    deal(company.rep, outcome="lost", outcome_on=date(2026, 11, 3))
    assert [row[3] for row in tallied(Metric.NEW_DEALS)] == [2]


def test_a_party_is_visited_for_the_first_time_once(company, playbook):
    party = customer(company.rep)
    case = deal(company.rep, customer=party)
    visit(company.rep, "2026-10-05 02:00", customer=party, channels=["phone"])
    visit(company.teammate, "2026-11-06 02:00", opportunity=case, channels=["phone", "visit"])
    visit(company.rep, "2026-12-07 02:00", customer=party)
    assert tallied(Metric.FIRST_VISITS) == [("11", company.departments["east"].pk, company.teammate.pk, 1)]


def test_an_earlier_visit_outside_the_period_is_still_the_first(company):
    party = customer(company.rep)
    visit(company.rep, "2025-12-01 02:00", customer=party)
    visit(company.rep, "2026-11-06 02:00", customer=party)
    assert tallied(Metric.FIRST_VISITS) == []


def test_leads_without_a_customer_are_parties_of_their_own_and_one_with_the_customer_they_became(company):
    party = customer(company.rep)
    one, two = lead(company.rep, "2026-01-03 02:00"), lead(company.rep, "2026-01-03 02:00", customer=party)
    other = lead(company.rep, "2026-01-03 02:00")
    visit(company.rep, "2026-11-04 02:00", lead=one)
    visit(company.rep, "2026-11-05 02:00", lead=other)
    visit(company.rep, "2026-11-06 02:00", lead=two)
    visit(company.rep, "2026-11-07 02:00", customer=party)
    visit(company.rep, "2026-11-07 02:00", lead=lead(company.rep, "2026-01-03 02:00", is_practice=True))
    assert [row[3] for row in tallied(Metric.FIRST_VISITS)] == [3]


def test_an_imported_visit_of_nobody_counts_for_the_owner(company):
    visit(None, "2026-11-07 02:00", customer=customer(company.other_team))
    south = company.departments["south"].pk
    assert tallied(Metric.FIRST_VISITS) == [("11", south, company.other_team.pk, 1)]


def test_a_campaign_counts_its_own_records(company, playbook):
    today = timezone.localdate()
    mine = Campaign.objects.create(name="春季", starts_on=today, ends_on=today, owner=company.director)
    ours = lead(company.rep, "2026-11-03 02:00", campaign=mine)
    lead(company.rep, "2026-11-03 02:00")
    deal(company.rep, won_on="2026-11-10", amount="7", lead=ours)
    deal(company.rep, won_on="2026-11-10", amount="9")
    visit(company.rep, "2026-11-04 02:00", lead=ours)
    visit(company.rep, "2026-11-04 02:00", customer=customer(company.rep))
    part = Slice(YEAR.first, YEAR.last, campaign_id=mine.pk)
    for metric, value in [("new_leads", 1), ("signed_amount", 7), ("new_deals", 1), ("first_visits", 1)]:
        assert [row[3] for row in tallied(metric, part)] == [value], metric


@pytest.mark.parametrize("metric", list(Metric))
def test_every_metric_asks_once_however_many_records(company, playbook, metric, django_assert_num_queries):
    def more():
        for person in (company.rep, company.other_team):
            found = lead(person, "2026-11-03 02:00", qualified_at=moment("2026-11-04 02:00"))
            deal(person, won_on="2026-11-10", amount="7")
            visit(person, "2026-11-04 02:00", lead=found)

    asked = 2 if metric in (Metric.SIGNED_AMOUNT, Metric.SIGNED_COUNT) else 1  # the second: what co-owners share
    more()
    with django_assert_num_queries(asked):
        first = list(source_of(metric).tally(YEAR))
    more()
    more()
    with django_assert_num_queries(asked):
        assert sum(t.value for t in source_of(metric).tally(YEAR)) == 3 * sum(t.value for t in first) > 0


def test_the_records_behind_a_figure_are_those_that_one_may_see(company, playbook):
    deal(company.rep, won_on="2026-11-10", amount="7")
    deal(company.other_team, won_on="2026-11-12", amount="9")
    source = source_of("signed_amount")
    seen = [r.value for r in source.records(company.by("director"), YEAR, 0, 10)]
    assert seen == [9, 7]
    assert [r.value for r in source.records(company.by("team_lead"), YEAR, 0, 10)] == [7]
    south = Slice(YEAR.first, YEAR.last, department_ids=frozenset({company.departments["south"].pk}))
    assert source.records(company.by("team_lead"), south, 0, 10) == []
    assert [r.value for r in source.records(company.by("director"), south, 0, 10)] == [9]
    assert [r.value for r in source.records(company.by("director"), YEAR, 1, 1)] == [7]


def test_every_kind_of_record_can_be_listed(company, playbook, django_assert_max_num_queries):
    found = lead(company.rep, "2026-11-03 02:00", qualified_at=moment("2026-11-04 02:00"))
    deal(company.rep, won_on="2026-11-10", amount="7")
    visit(company.rep, "2026-11-04 02:00", lead=found)
    who = company.by("director")
    for metric in Metric:
        with django_assert_max_num_queries(2):
            (listed,) = source_of(metric).records(who, YEAR, 0, 10)
        assert listed.title
        assert listed.url.startswith("/")
        assert listed.owner == "王芳"
