from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tuoke.services.calendar.rules import Workdays
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.steps.contracts.kickoff.rules import (
    Bar,
    Link,
    MilestoneDraft,
    MilestoneKind,
    Party,
    Raci,
    Wait,
    circle,
    earliest,
    gaps,
    is_complete,
    may_take,
    moved,
    shifted,
    span_of,
    suggested,
    templates,
)
from tuoke.steps.contracts.kickoff.rules.schedule import days_of, earliest_after
from tuoke.steps.contracts.kickoff.rules.templates import parse

CALENDAR = Workdays()
MONDAY = date(2026, 11, 23)


def day(n):
    return MONDAY + timedelta(days=n)


@st.composite
def plans(draw, *, keep=False):
    """Up to 12 lines in order, each waiting only for earlier ones; ``keep``: dates that already hold."""
    count = draw(st.integers(1, 12))
    bars = {}
    for key in range(count):
        days = draw(st.integers(0, 12))
        done = draw(st.one_of(st.none(), st.none(), st.integers(-10, 60)))
        bars[key] = Bar(
            key, CALENDAR.add(day(draw(st.integers(0, 90))), 0), days, None if done is None else day(done)
        )  # fmt: skip
    links = [
        Link(draw(st.integers(0, after - 1)), after, draw(st.integers(0, 8)))
        for after in range(1, count)
        for _ in range(draw(st.integers(0, 2)))
    ]
    if keep:
        bars = dated(bars, moved(bars, links, calendar=CALENDAR))
    return bars, links


def dated(bars, moves):
    later = {move.key: move.after.starts_on for move in moves}
    return {key: Bar(key, later.get(key, bar.starts_on), bar.days, bar.done_on) for key, bar in bars.items()}


def holds(bars, links):
    for link in links:
        before, after = bars[link.before], bars[link.after]
        ended = before.done_on or span_of(before, calendar=CALENDAR).ends_on
        first = earliest_after(ended, days=after.days, lag=link.lag, calendar=CALENDAR)
        assert after.done_on or after.starts_on >= first, (link, before, after)


class TestProperties:
    @given(plans())
    @settings(max_examples=150, deadline=None)
    def test_afterwards_nothing_begins_before_what_it_waits_for(self, plan):
        bars, links = plan
        moves = moved(bars, links, calendar=CALENDAR)
        after = dated(bars, moves)
        holds(after, links)
        assert moved(after, links, calendar=CALENDAR) == ()

    @given(plans(keep=True), st.data())
    @settings(max_examples=150, deadline=None)
    def test_only_what_must_moves_and_only_forward(self, plan, data):
        bars, links = plan
        key = data.draw(st.sampled_from(sorted(bars)))
        wanted = Bar(key, CALENDAR.add(bars[key].starts_on, data.draw(st.integers(0, 40))), bars[key].days)
        moves = moved(bars, links, [wanted], calendar=CALENDAR)
        after = {move.key: move for move in moves}
        reached = {key}
        for link in sorted(links, key=lambda link: link.after):
            reached |= {link.after} if link.before in reached else set()
        for move in moves:
            assert move.key in reached
            assert CALENDAR.is_workday(move.after.starts_on)
            assert move.after.ends_on >= move.after.starts_on
            if move.key != key:
                assert move.because in reached, "it says for what it waits"
                assert move.after.starts_on > move.before.starts_on
                assert bars[move.key].done_on is None, "what is done stays"
        for move in moves:  # a day sooner would break a link: only as far as it must
            if move.because is not None:
                found = earliest(move.key, dated(bars | {key: wanted}, moves), links, calendar=CALENDAR)
                assert found is not None
                assert found[0] == move.after.starts_on
        assert set(after) <= set(bars)

    @given(plans(keep=True), st.integers(-40, 60))
    @settings(max_examples=80, deadline=None)
    def test_a_whole_plan_keeps_its_distances(self, plan, by):
        bars, _links = plan
        first = CALENDAR.add(min(bar.starts_on for bar in bars.values()), 0)
        to = CALENDAR.add(day(by), 0)
        for bar in shifted(bars.values(), frm=first, to=to, calendar=CALENDAR):
            assert CALENDAR.between(to, bar.starts_on) == CALENDAR.between(first, bars[bar.key].starts_on)
            assert bar.days == bars[bar.key].days

    @given(st.integers(0, 400), st.integers(1, 60))
    @settings(max_examples=80, deadline=None)
    def test_a_length_survives_its_dates(self, start, days):
        assert days_of(span_of(Bar(1, day(start), days), calendar=CALENDAR), calendar=CALENDAR) == days

    @given(
        st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)).filter(lambda pair: pair[0] != pair[1]), max_size=14)
    )
    @settings(max_examples=150, deadline=None)
    def test_a_circle_is_found_exactly_where_there_is_one(self, pairs):
        links = [Link(*pair) for pair in pairs]
        found = circle(links)
        for before, after in zip(found, [*found[1:], *found[:1]], strict=True):
            assert (before, after) in pairs
        if found:
            with pytest.raises(ValueError, match="circle"):
                moved({n: Bar(n, MONDAY, 1) for n in range(7)}, links, calendar=CALENDAR)
        else:
            moved({n: Bar(n, MONDAY, 1) for n in range(7)}, links, calendar=CALENDAR)


class TestDates:
    def test_a_task_that_slips_moves_what_waits_for_it_over_the_weekend(self):
        bars = {1: Bar(1, day(0), 3), 2: Bar(2, day(3), 2), 3: Bar(3, day(4), 0), 4: Bar(4, day(21), 5)}
        links = [Link(1, 2), Link(2, 3), Link(3, 4)]
        moves = moved(bars, links, [Bar(1, day(0), 5)], calendar=CALENDAR)
        told = {move.key: (move.after.starts_on, move.after.ends_on, move.because) for move in moves}
        assert told == {1: (day(0), day(4), None), 2: (day(7), day(8), 1), 3: (day(8), day(8), 2)}

    def test_the_new_year_is_no_working_day(self):
        assert span_of(Bar(1, date(2026, 12, 31), 2), calendar=CALENDAR).ends_on > date(2027, 1, 3)

    def test_what_was_done_late_pushes_and_what_was_done_early_pulls_nothing(self):
        links = [Link(1, 2, 2)]
        bars = {1: Bar(1, day(0), 1, done_on=day(7)), 2: Bar(2, day(1), 1)}
        assert [move.after.starts_on for move in moved(bars, links, calendar=CALENDAR)] == [day(10)]
        early = {1: Bar(1, day(7), 1, done_on=day(0)), 2: Bar(2, day(10), 1)}
        assert moved(early, links, calendar=CALENDAR) == ()

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"name": " "}, "name_missing"),
            ({"days": 0}, "days_odd"),
            ({"days": 999 * 365}, "days_odd"),
            ({"days": -1}, "days_odd"),
            ({"kind": MilestoneKind.MILESTONE}, "milestone_has_days"),
            ({"starts_on": date(9999, 1, 1)}, "day_odd"),
            ({"name": "长" * 121}, "too_long"),
            ({"note": "坏\ud800"}, "text_broken"),
            ({"owner_id": 1, "contact_id": 2}, "two_owners"),
            ({"waits": (Wait(1, -1),)}, "lag_odd"),
            ({"waits": tuple(Wait(n) for n in range(21))}, "too_many_waits"),
        ],
    )
    def test_what_a_line_may_not_say(self, said, code):
        draft = {"name": "培训", "kind": MilestoneKind.TASK, "starts_on": MONDAY, "days": 3} | said
        assert MilestoneDraft(**draft).faults().codes == (code,)


class TestDivision:
    @given(st.dictionaries(st.sampled_from(Party), st.sampled_from(Raci)))
    def test_complete_is_one_a_and_some_r(self, parts):
        letters = "".join(part.value for part in parts.values())
        assert is_complete([parts.values()]) == (letters.count("A") == 1 and "R" in letters)
        assert bool(gaps(parts.values())) != is_complete([parts.values()])

    def test_nothing_is_divided_where_there_is_nothing(self):
        assert not is_complete([])

    def test_an_a_is_not_shared(self):
        given_ = {Party.SALES: Raci.BOTH}
        assert may_take(given_, Party.TECH, Raci.ACCOUNTABLE).codes == ("accountable_taken",)
        assert may_take(given_, Party.SALES, Raci.ACCOUNTABLE)
        assert may_take(given_, Party.TECH, Raci.RESPONSIBLE)


class TestTemplates:
    def test_each_is_whole_and_follows_itself(self):
        assert len(templates()) >= 4
        for template in templates():
            spans = template.dates(MONDAY, calendar=CALENDAR)
            bars = {
                at: Bar(at, span.starts_on, line.days)
                for at, (span, line) in enumerate(zip(spans, template.lines, strict=True))
            }
            holds(bars, template.links)
            assert spans[0].starts_on == MONDAY
            assert is_complete(line.parts.values() for line in template.lines)
            assert any(line.party is Party.CUSTOMER for line in template.lines) or template.key == "toc"

    @pytest.mark.parametrize(
        ("segment", "key"),
        [
            (Segment(Market.TOB, Scale.LARGE), "tob_large"),
            (Segment(Market.TOB, Scale.SMALL), "tob_small"),
            (Segment(Market.TOC, Scale.SMALL), "toc"),
            (Segment(Market.TOC, Scale.SMALL, Motion.EXISTING), "toc"),
        ],
    )
    def test_the_first_one_suits_the_customer(self, segment, key):
        assert suggested(segment)[0].key == key
        assert len(suggested(segment)) == len(templates())

    @pytest.mark.parametrize("line", ["after: [later]", "raci: {sales: A}", "raci: {sales: A, tech: A}"])
    def test_one_that_does_not_hold_together_is_refused_by_name(self, line):
        row = {"key": "k", "name": "n", "phase": "p", "days": 1, "party": "sales", "raci": {"sales": "AR"}}
        import yaml

        text = yaml.safe_dump(
            [{"key": "t", "name": "n", "summary": "s", "for": [], "lines": [row | yaml.safe_load(line)]}]
        )
        with pytest.raises(ValueError, match=r"t\.k"):
            parse(text)
