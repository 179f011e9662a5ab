"""Writing an analysis: statements with sources, who saves second, twice at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tests.steps.leads.test_at_once import patiently
from tests.steps.targeting.markets.conftest import plan
from tests.steps.targeting.markets.drafts import ALL, GROWTH, REPORT, RIVAL, SEGMENT, SIZE, UNMET, YI
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.spine.catalog import actions as catalog
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.catalog.rules import CompetitorDraft
from tuoke.steps.targeting.markets import actions, facts, parts
from tuoke.steps.targeting.markets.actions import AnalysisDraft, Way
from tuoke.steps.targeting.markets.models import MarketAnalysis, Statement
from tuoke.steps.targeting.markets.queries import copyable, draft_of, due_reviews, growth_chart, report_of
from tuoke.steps.targeting.markets.rules import StatementKind


def codes(refused):
    return {(reason.code, reason.params.get("field")) for reason in refused.value.verdict.reasons}


def add(analysis, draft, by, now, rival=""):
    return actions.add_statement(analysis=analysis, draft=draft, rival=rival, by=by, now=now)


@pytest.mark.django_db
class TestBeginning:
    def test_it_serves_the_campaigns_goal_and_is_looked_at_again(self, analysis, company, now):
        assert (analysis.goal, analysis.owner_id) == ("全年新签 1200 万", company.director.pk)
        assert analysis.review_by == date(2026, 11, 23) + timedelta(days=90)
        assert history_of(analysis).get().kind == "markets.begun"

    def test_begun_twice_it_is_one(self, analysis, campaign, by, now):
        assert actions.begin(campaign=campaign, by=by, now=now) == analysis
        assert history_of(analysis).count() == 1

    @pytest.mark.parametrize("who", ["rep", "team_lead", "auditor", "collaborator", "admin"])
    def test_who_may_not(self, campaign, analysis, company, now, who):
        someone, statement = company.by(who), add(analysis, SIZE, company.by("director"), now)
        for act in (
            lambda: actions.begin(campaign=campaign, by=someone, now=now),
            lambda: add(analysis, SIZE, someone, now),
            lambda: actions.change_statement(statement=statement, version=1, draft=SIZE, by=someone, now=now),
            lambda: actions.void_statement(statement=statement, by=someone, now=now),
            lambda: actions.restore_statement(statement=statement, by=someone, now=now),
            lambda: actions.move_statement(statement=statement, way=Way.UP, by=someone, now=now),
            lambda: actions.copy_from(campaign=campaign, source=analysis, by=someone, now=now),
            lambda: actions.change_analysis(
                analysis=analysis, version=1, draft=AnalysisDraft("", company.director.pk), by=someone, now=now
            ),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert ("may_not_write", None) in codes(refused)

    def test_its_head_is_changed(self, analysis, company, by, now):
        draft = AnalysisDraft("新目标", company.process_owner.pk, date(2027, 6, 1))
        changed = actions.change_analysis(analysis=analysis, version=1, draft=draft, by=by, now=now)
        assert changed.version == 2
        assert history_of(analysis).first().changes["owner"] == ["周总", "孙流程"]
        assert actions.change_analysis(analysis=analysis, version=2, draft=draft, by=by, now=now).version == 2
        with pytest.raises(Conflict):
            actions.change_analysis(analysis=analysis, version=1, draft=draft, by=by, now=now)

    def test_what_its_head_cannot_say(self, analysis, company, by, now):
        draft = AnalysisDraft("长" * 2001, company.disabled.pk)
        with pytest.raises(Refused) as refused:
            actions.change_analysis(analysis=analysis, version=1, draft=draft, by=by, now=now)
        assert codes(refused) == {("too_long", "goal"), ("owner_inactive", "owner")}


@pytest.mark.django_db
class TestStatements:
    @pytest.mark.parametrize("draft", ALL, ids=lambda d: d.kind)
    def test_it_is_kept_as_it_was_said(self, analysis, by, now, draft):
        made = add(analysis, draft, by, now)
        expected = replace(draft, points=tuple(sorted(draft.points, key=lambda p: p.year)))
        assert draft_of(Statement.objects.get(pk=made.pk)) == expected
        event = timeline_of(thread=analysis)[0]
        assert (event.kind, event.facts["kind"]) == ("markets.statement_added", draft.kind.value)
        assert event.changes["reference"] == [None, draft.source.reference]

    def test_without_a_source_it_is_not_kept(self, analysis, by, now):
        with pytest.raises(Refused) as refused:
            add(analysis, replace(SIZE, source=replace(REPORT, reference="")), by, now)
        assert codes(refused) == {("reference_missing", "reference")}
        assert not Statement.objects.exists()

    def test_the_database_wants_the_source_too(self, analysis, by, now):
        add(analysis, SIZE, by, now)
        for wrong in ({"reference": ""}, {"source_kind": "guess"}, {"amount": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Statement.objects.update(**wrong)

    def test_a_correction_is_told_from_to(self, analysis, by, now):
        made = add(analysis, SIZE, by, now)
        changed = actions.change_statement(
            statement=made, version=1, draft=replace(SIZE, amount=420 * YI), by=by, now=now
        )
        assert changed.version == 2
        event = timeline_of(thread=analysis)[0]
        assert event.changes == {"amount": ["380亿元", "420亿元"]}
        assert event.facts["name"] == "全国 SaaS"
        again = actions.change_statement(statement=made, version=2, draft=draft_of(changed), by=by, now=now)
        assert again.version == 2

    def test_who_saves_second_is_told(self, analysis, by, now):
        made = add(analysis, SIZE, by, now)
        actions.change_statement(statement=made, version=1, draft=replace(SIZE, year=2024), by=by, now=now)
        with pytest.raises(Conflict) as conflict:
            actions.change_statement(statement=made, version=1, draft=SIZE, by=by, now=now)
        assert conflict.value.current.year == 2024

    def test_it_keeps_its_kind(self, analysis, by, now):
        made = add(analysis, UNMET, by, now)
        changed = actions.change_statement(
            statement=made, version=1, draft=replace(SIZE, text="还是需求"), by=by, now=now
        )
        assert changed.kind == "unmet"

    def test_voided_and_brought_back(self, analysis, by, now):
        made = add(analysis, SIZE, by, now)
        voided = actions.void_statement(statement=made, by=by, now=now)
        actions.void_statement(statement=made, by=by, now=now)
        report = report_of(analysis)
        assert (report.is_empty, [s.pk for s in report.voided]) == (True, [made.pk])
        with pytest.raises(Refused) as refused:
            actions.change_statement(statement=made, version=voided.version, draft=SIZE, by=by, now=now)
        assert codes(refused) == {("statement_voided", None)}
        actions.restore_statement(statement=made, by=by, now=now)
        assert not report_of(analysis).is_empty
        kinds = [event.kind.removeprefix("markets.statement_") for event in timeline_of(thread=analysis)][:3]
        assert kinds == ["restored", "voided", "added"]

    def test_order(self, analysis, by, now):
        one, two, three = (add(analysis, replace(UNMET, text=text), by, now) for text in "一二三")
        other = add(analysis, SIZE, by, now)
        gone = add(analysis, replace(UNMET, text="四"), by, now)
        actions.void_statement(statement=gone, by=by, now=now)
        actions.move_statement(statement=three, way=Way.UP, by=by, now=now)
        actions.move_statement(statement=one, way=Way.UP, by=by, now=now)  # the first stays the first
        actions.move_statement(statement=two, way=Way.DOWN, by=by, now=now)  # the last stays the last
        report = report_of(analysis)
        assert [s.text for s in report.listed[StatementKind.UNMET]] == ["一", "三", "二"]
        assert [s.pk for s in report.sizes] == [other.pk]
        moves = [e for e in timeline_of(thread=analysis) if e.kind == "markets.statement_moved"]
        assert [e.changes for e in moves] == [{"place": [3, 2]}]

    def test_there_is_an_end(self, analysis, by, now, monkeypatch):
        monkeypatch.setattr("tuoke.steps.targeting.markets.actions.statements.STATEMENTS_LIMIT", 1)
        add(analysis, SIZE, by, now)
        with pytest.raises(Refused) as refused:
            add(analysis, SIZE, by, now)
        assert codes(refused) == {("too_many_statements", None)}


@pytest.mark.django_db
class TestCompetitors:
    def test_a_new_one_is_entered_into_the_catalogue(self, analysis, by, now):
        made = add(analysis, RIVAL, by, now, rival=" 对手甲 ")
        rival = Competitor.objects.get()
        assert made.competitor == rival
        assert (rival.name, rival.strengths, rival.price) == ("对手甲", ["实施快"], RIVAL.price)

    def test_a_known_one_brings_its_words_along(self, analysis, by, now):
        known = catalog.list_competitor(
            draft=CompetitorDraft("对手甲", price=RIVAL.price, weaknesses=("慢",)), by=by, now=now
        )
        empty = replace(RIVAL, strengths=(), weaknesses=(), counters=(), price=replace(SIZE).price)
        made = add(analysis, empty, by, now, rival="对手甲")
        assert (made.competitor, made.weaknesses, made.price) == (known, ["慢"], RIVAL.price)
        mine = add(analysis, RIVAL, by, now, rival="对手甲")
        assert mine.strengths == ["实施快"]
        assert Competitor.objects.count() == 1

    def test_what_is_wrong_enters_nobody(self, analysis, by, now):
        for wrong in (replace(RIVAL, strengths=(), weaknesses=(), counters=()), replace(RIVAL, counters=("长" * 201,))):
            with pytest.raises(Refused):
                add(analysis, wrong, by, now, rival="对手甲")
        assert not Competitor.objects.exists()

    def test_without_a_name_it_is_refused(self, analysis, by, now):
        with pytest.raises(Refused) as refused:
            add(analysis, RIVAL, by, now)
        assert codes(refused) == {("competitor_missing", "competitor")}


@pytest.mark.django_db
class TestTelling:
    @pytest.fixture
    def whole(self, analysis, by, now):
        for draft in ALL:
            add(analysis, draft, by, now)
        add(analysis, RIVAL, by, now, rival="对手甲")
        return analysis

    def test_facts(self, campaign, whole, by, now):
        assert facts.facts_of(campaign) == {"market_analysed": 1, "review_dates_set": True}
        add(whole, RIVAL, by, now, rival="对手甲")  # said twice is one competitor
        add(whole, RIVAL, by, now, rival="对手乙")
        assert facts.facts_of(campaign)["market_analysed"] == 2
        assert [r.code for r in facts.missing_of(campaign, competitors=3)] == ["competitors_missing"]
        actions.void_statement(statement=whole.statements.get(kind="growth"), by=by, now=now)
        assert facts.facts_of(campaign)["market_analysed"] == 0
        assert [r.code for r in facts.missing_of(campaign, competitors=2)] == ["growth_missing"]

    def test_facts_without_an_analysis(self, campaign):
        assert facts.facts_of(campaign) == {"market_analysed": 0, "review_dates_set": False}
        assert len(facts.missing_of(campaign, competitors=1)) == 4

    def test_the_part_on_the_campaigns_page(self, campaign, company, by, now):
        today = date(2026, 11, 23)
        (part,) = parts.parts_of(campaign, by, today)
        assert (part.state, part.review_by, part.kinds) == ("missing", None, ("market_analysed",))
        analysis = actions.begin(campaign=campaign, by=by, now=now)
        add(analysis, SIZE, by, now)
        (part,) = parts.parts_of(campaign, by, today)
        assert part.state == "begun"
        assert "缺增长趋势" in part.text
        add(analysis, GROWTH, by, now)
        add(analysis, UNMET, by, now)
        add(analysis, RIVAL, by, now, rival="甲")
        assert parts.parts_of(campaign, by, today)[0].state == "done"

    def test_the_report(self, whole, by, now, django_assert_num_queries):
        add(whole, replace(SIZE, amount=500 * YI, title="含硬件"), by, now)
        with django_assert_num_queries(1):
            report = report_of(whole)
            names = [s.competitor.name for s in report.listed[StatementKind.COMPETITOR]]
        assert names == ["对手甲"]
        assert [(a.year, len(a.figures)) for a in report.apart] == [(2025, 2)]
        assert report.newest_size.amount == 380 * YI
        assert report.latest_on == date(2026, 10, 8)

    def test_the_chart_leaves_gaps_and_marks_what_is_estimated(self, whole, by, now):
        add(whole, replace(GROWTH, title="华东", points=GROWTH.points[:2]), by, now)
        chart = growth_chart(report_of(whole))
        assert chart.labels == ("2023", "2024", "2025", "2027(预)")
        assert [list(s.values) for s in chart.series] == [[262, 320, 380, 520], [262, None, 380, None]]
        assert chart.unit == "亿元"

    def test_reviews_that_are_due(self, whole, company, by, now):
        due = whole.review_by
        assert due_reviews(by, due - timedelta(days=1)) == []
        assert due_reviews(by, due) == [whole]
        assert due_reviews(company.by("process_owner"), due) == []
        assert due_reviews(company.by("admin"), due) == []
        assert due_reviews(system("test"), due) == [whole]

    def test_due_reviews_cost_one_query(self, whole, company, by, now, django_assert_num_queries):
        for name in ("二", "三"):
            actions.begin(campaign=plan(company, now, name), by=by, now=now)
        with django_assert_num_queries(1):
            assert len([(a.campaign.name, a.owner.name) for a in due_reviews(by, date(2028, 1, 1))]) == 3


@pytest.mark.django_db
class TestCopying:
    def test_statements_keep_their_sources_and_dates(self, analysis, company, by, now):
        first = add(analysis, SIZE, by, now)
        add(analysis, SEGMENT, by, now)
        actions.void_statement(statement=add(analysis, UNMET, by, now), by=by, now=now)
        other = plan(company, now, "二季度")
        assert [a.pk for a in copyable(other, by)] == [analysis.pk]

        copy = actions.copy_from(campaign=other, source=analysis, by=by, now=now)

        assert copy.copied_from == analysis
        assert [draft_of(s) for s in copy.statements.all()] == [SIZE, SEGMENT]
        assert not copy.statements.filter(pk=first.pk).exists()
        assert analysis.statements.count() == 3
        assert timeline_of(thread=copy)[0].facts == {"campaign": "2027 一季度", "count": 2}

    def test_into_what_somebody_wrote_nothing_is_mixed(self, analysis, company, by, now):
        add(analysis, SIZE, by, now)
        other = actions.begin(campaign=plan(company, now, "二季度"), by=by, now=now)
        add(other, UNMET, by, now)
        with pytest.raises(Refused) as refused:
            actions.copy_from(campaign=other.campaign, source=analysis, by=by, now=now)
        assert codes(refused) == {("analysis_not_empty", None)}

    def test_from_nothing_nothing_is_begun(self, analysis, company, by, now):
        other = plan(company, now, "二季度")
        with pytest.raises(Refused) as refused:
            actions.copy_from(campaign=other, source=analysis, by=by, now=now)
        assert codes(refused) == {("nothing_to_copy", None)}
        assert not MarketAnalysis.objects.filter(campaign=other).exists()


def _at_once(count, act):
    """Runs ``act(number)`` in threads that start together; returns what was refused."""
    start, told = threading.Barrier(count), []

    def run(number):
        try:
            start.wait()
            patiently(lambda: act(number))
        except (Refused, Conflict) as no:
            told.append(type(no).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


@pytest.mark.django_db(transaction=True)
def test_begun_and_copied_at_once_there_is_one_analysis(now):
    from tests.people import make_company

    company = make_company()
    by = company.by("director")
    source = actions.begin(campaign=plan(company, now, "一"), by=by, now=now)
    add(source, SIZE, by, now)
    other = plan(company, now, "二")
    told = _at_once(3, lambda number: actions.copy_from(campaign=other, source=source, by=by, now=now))
    assert MarketAnalysis.objects.filter(campaign=other).count() == 1
    assert Statement.objects.filter(analysis__campaign=other).count() == 1
    assert told == ["Refused", "Refused"]


@pytest.mark.django_db(transaction=True)
def test_of_two_corrections_at_once_one_wins(now):
    from tests.people import make_company

    company = make_company()
    by = company.by("director")
    analysis = actions.begin(campaign=plan(company, now), by=by, now=now)
    made = add(analysis, SIZE, by, now)
    told = _at_once(
        3,
        lambda number: actions.change_statement(
            statement=made, version=1, draft=replace(SIZE, year=2020 + number), by=by, now=now
        ),
    )
    assert told == ["Conflict", "Conflict"]
    assert Statement.objects.get().version == 2
