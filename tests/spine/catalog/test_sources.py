"""The tree of sources and what they cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.spine.catalog import actions
from tuoke.spine.catalog.models import LeadSource, SourceCost
from tuoke.spine.catalog.queries import costs_of, rolled_up, source_tree, sources
from tuoke.spine.catalog.rules import CostDraft, below, in_cents, lineage, share_of


@pytest.fixture
def by(company):
    return company.by("director")


@pytest.fixture
def fairs(by):
    return LeadSource.objects.get(name="展会")


@pytest.fixture
def cost(by, now, fairs):
    return actions.enter_cost(draft=draft(fairs), by=by, now=now)


def draft(source, amount=30_000, starts_on=date(2026, 12, 1), ends_on=date(2027, 1, 30), note="展位"):
    return CostDraft(source.pk, starts_on, ends_on, Decimal(amount), note)


def codes(refused):
    return {(reason.code, reason.params.get("field")) for reason in refused.value.verdict.reasons}


class TestShares:
    def test_days_that_fall_inside_count(self):
        paid = (date(2026, 12, 1), date(2027, 1, 30))  # 61 days
        inside = share_of(Decimal(61), paid=paid, within=(date(2027, 1, 1), date(2027, 12, 31)))
        assert in_cents(inside) == Decimal(30)
        assert share_of(Decimal(61), paid=paid, within=(None, None)) == 61
        assert share_of(Decimal(61), paid=paid, within=(date(2028, 1, 1), None)) == 0

    @given(
        st.dates(date(2026, 1, 1), date(2026, 12, 31)),
        st.integers(0, 400),
        st.dates(date(2026, 1, 1), date(2027, 6, 1)),
    )
    def test_two_halves_are_the_whole(self, first, days, cut):
        from datetime import timedelta

        paid = (first, first + timedelta(days=days))
        before = share_of(Decimal("99.99"), paid=paid, within=(None, cut))
        after = share_of(Decimal("99.99"), paid=paid, within=(cut + timedelta(days=1), None))
        assert in_cents(before + after) == Decimal("99.99")

    def test_a_cycle_ends(self):
        parents = {1: 2, 2: 1, 3: 1}
        assert lineage(1, parents) == (1, 2)
        assert below([2], parents) == {1, 2, 3}


@pytest.mark.django_db
class TestTree:
    def test_a_source_is_added_below(self, fairs, by, now):
        made = actions.add_source(name=" 上海工博会 ", parent=fairs, by=by, now=now)
        assert [s.name for s in sources()][:3] == ["市场活动", "展会", "上海工博会"]
        assert [b.level for b in source_tree()][:3] == [0, 1, 2]
        assert history_of(made).get().facts == {"name": "上海工博会", "parent": "展会"}

    @pytest.mark.parametrize(
        ("name", "code"),
        [("", "name_missing"), ("长" * 61, "name_too_long"), ("展会 ", "name_taken"), ("\ud800", "text_broken")],
    )
    def test_what_cannot_be(self, by, now, name, code):
        with pytest.raises(Refused) as refused:
            actions.add_source(name=name, parent=None, by=by, now=now)
        assert codes(refused) == {(code, "name")}

    def test_it_does_not_grow_below_four_levels(self, fairs, by, now):
        third = actions.add_source(name="三", parent=fairs, by=by, now=now)
        fourth = actions.add_source(name="四", parent=third, by=by, now=now)
        with pytest.raises(Refused) as refused:
            actions.add_source(name="五", parent=fourth, by=by, now=now)
        assert codes(refused) == {("too_deep", "name")}

    def test_a_closed_source_takes_what_lies_below_it_along(self, fairs, by, now):
        deep = actions.add_source(
            name="四", parent=actions.add_source(name="三", parent=fairs, by=by, now=now), by=by, now=now
        )
        actions.close_source(source=fairs.parent, by=by, now=now)
        offered = set(LeadSource.objects.offered().values_list("name", flat=True))
        assert offered.isdisjoint({"市场活动", "展会", "三", deep.name})
        assert "官网" in offered
        assert {b.source.name for b in source_tree() if b.offered} == offered
        with pytest.raises(Refused) as refused:
            actions.add_source(name="新", parent=fairs, by=by, now=now)
        assert codes(refused) == {("parent_closed", "name")}
        actions.reopen_source(source=fairs.parent, by=by, now=now)
        assert deep in LeadSource.objects.offered()

    def test_renamed_with_its_version(self, fairs, by, now):
        renamed = actions.rename_source(source=fairs, version=1, name="线下展会", by=by, now=now)
        assert history_of(fairs).get().changes == {"name": ["展会", "线下展会"]}
        with pytest.raises(Conflict):
            actions.rename_source(source=fairs, version=1, name="别的", by=by, now=now)
        assert actions.rename_source(source=renamed, version=2, name="线下展会", by=by, now=now).version == 2

    def test_who_may_not(self, company, fairs, now):
        for who in ("rep", "team_lead", "auditor"):
            someone = company.by(who)
            for act in (
                lambda by=someone: actions.add_source(name="新", parent=None, by=by, now=now),
                lambda by=someone: actions.rename_source(source=fairs, version=1, name="新", by=by, now=now),
                lambda by=someone: actions.close_source(source=fairs, by=by, now=now),
                lambda by=someone: actions.enter_cost(draft=draft(fairs), by=by, now=now),
            ):
                with pytest.raises(Refused) as refused:
                    act()
                assert ("may_not_write", None) in codes(refused)


@pytest.mark.django_db
class TestCosts:
    def test_a_period_counts_by_its_days(self, cost, fairs, by):
        assert costs_of(by, since=date(2026, 1, 1), until=date(2026, 12, 31)) == {fairs.pk: Decimal("15245.90")}
        assert costs_of(by, since=date(2027, 1, 1)) == {fairs.pk: Decimal("14754.10")}
        assert costs_of(by) == {fairs.pk: Decimal(30_000)}
        assert costs_of(by, until=date(2026, 11, 30)) == {}

    def test_several_are_added_in_one_query_and_rolled_up(self, cost, fairs, by, now, django_assert_num_queries):
        web = LeadSource.objects.get(name="线上研讨会")
        actions.enter_cost(draft=draft(web, 1000), by=by, now=now)
        actions.enter_cost(draft=draft(fairs, 500), by=by, now=now)
        with django_assert_num_queries(1):
            costs = costs_of(by)
        assert costs == {fairs.pk: Decimal(30_500), web.pk: Decimal(1000)}
        assert rolled_up(costs, source_tree()) == costs | {fairs.parent_id: Decimal(31_500)}

    def test_voided_counts_no_longer_until_it_is_brought_back(self, cost, fairs, by, now):
        actions.void_cost(cost=cost, by=by, now=now)
        assert costs_of(by) == {}
        with pytest.raises(Refused) as refused:
            actions.change_cost(cost=cost, version=2, draft=draft(fairs, 1), by=by, now=now)
        assert codes(refused) == {("cost_voided", None)}
        actions.restore_cost(cost=cost, by=by, now=now)
        assert costs_of(by) == {fairs.pk: Decimal(30_000)}
        assert [e.kind for e in timeline_of(thread=fairs)] == [
            "catalog.cost_restored", "catalog.cost_voided", "catalog.cost_entered",
        ]  # fmt: skip

    def test_nobody_reads_them_who_may_not(self, cost, company):
        assert costs_of(company.by("collaborator")) == {}
        assert costs_of(company.by("rep")) != {}

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"amount": Decimal(0)}, ("amount_not_positive", "amount")),
            ({"amount": Decimal(10) ** 11}, ("too_big", "amount")),
            ({"ends_on": date(2026, 11, 30)}, ("period_reversed", "ends_on")),
            ({"note": "长" * 501}, ("too_long", "note")),
            ({"note": "\ud800"}, ("text_broken", "note")),
            ({"source_id": 999}, ("source_unknown", "source")),
            ({}, ("cost_twice", "amount")),
        ],
    )
    def test_what_cannot_be(self, cost, fairs, by, now, change, code):
        with pytest.raises(Refused) as refused:
            actions.enter_cost(draft=replace(draft(fairs), **change), by=by, now=now)
        assert codes(refused) == {code}

    def test_a_correction_is_told_and_a_stale_one_is_a_conflict(self, cost, fairs, by, now):
        changed = actions.change_cost(cost=cost, version=1, draft=draft(fairs, 40_000), by=by, now=now)
        assert changed.version == 2
        assert history_of(cost).first().changes == {"amount": ["3万", "4万"]}
        with pytest.raises(Conflict):
            actions.change_cost(cost=cost, version=1, draft=draft(fairs, 1), by=by, now=now)
        assert actions.change_cost(cost=changed, version=2, draft=draft(fairs, 40_000), by=by, now=now).version == 2

    def test_the_database_holds_the_period(self, cost):
        with pytest.raises(IntegrityError), transaction.atomic():
            SourceCost.objects.update(ends_on=date(2020, 1, 1))
