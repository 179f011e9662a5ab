"""A metric's tree for a period: goal, actual, pace and differences of every node, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.queries import workdays
from tuoke.steps.targeting.goals import hooks
from tuoke.steps.targeting.goals.hooks import Slice, Source
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.queries.people import Reach, whole_tree
from tuoke.steps.targeting.goals.rules import (
    Actuals,
    CountDays,
    Holder,
    Node,
    Period,
    Slot,
    difference,
    expected,
    people_part,
    percent,
    periods_part,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One holder in one period. ``people_gap`` and ``periods_gap`` are whole − parts, None where nothing is split or the
    parts aren't his to see; ``pace`` is what should be reached by today."""

    slot: Slot
    name: str
    depth: int
    goal: Decimal | None
    version: int
    actual: Decimal
    pace: Decimal | None
    people_gap: Decimal | None
    periods_gap: Decimal | None
    has_people: bool
    covered: bool
    ruled: bool

    @property
    def percent(self) -> int | None:
        return percent(self.actual, self.goal)

    @property
    def is_behind(self) -> bool:
        return self.pace is not None and self.actual < self.pace

    @property
    def left(self) -> Decimal | None:
        """What is still to be reached."""
        return None if self.goal is None else max(self.goal - self.actual, Decimal(0))


@dataclass(frozen=True, slots=True)
class Board:
    """``rows`` are the nodes that the person sees, each before its children; ``parts`` the focused holder's periods."""

    source: Source
    period: Period
    campaign_id: int | None
    rows: list[Row]
    focus: Row | None
    parts: list[Row]
    any_goal: bool


def source_of(metric: str) -> Source | None:
    return next((source for source in hooks.sources if source.metric == metric), None)


def board(
    who: Principal,
    *,
    source: Source,
    period: Period,
    today: date,
    campaign_id: int | None = None,
) -> Board:
    """What the screen shows, with the topmost of what one looks after in focus: the company, one's department, oneself.

    The number of queries doesn't grow with the tree.
    """
    known = Known(who, source=source, year=period.year, campaign_id=campaign_id)
    rows = list(known.rows(period, today=today))
    chosen = next((row for row in rows if row.covered), next(iter(rows), None))
    node = known.root.find(chosen.slot.holder) if chosen else None
    parts = [known.row(node, part, today=today) for part in period.parts] if node else []
    return Board(source, period, campaign_id, rows, chosen, parts, bool(known.goals))


class Known:
    """Everything that a metric's screens ask of one year: goals, actuals, the tree and who sees what of it."""

    def __init__(
        self, who: Principal, *, source: Source, year: int, campaign_id: int | None, also: Iterable[Holder] = ()
    ) -> None:
        self.source, self.campaign_id, self.reach = source, campaign_id, Reach(who)
        every = Goal.objects.visible_to(who).standing().filter(metric=source.metric, year=year, campaign=campaign_id)
        self.goals = {(goal.holder, Period.read(goal.period)): goal for goal in every}
        self.amounts = {place: goal.amount for place, goal in self.goals.items()}
        year_long = Slice(date(year, 1, 1), date(year, 12, 31), campaign_id)
        self.actuals = Actuals(list(source.tally(year_long)))
        persons = {*also, *(Holder.read(key) for key, _period in self.goals)}
        persons |= set(self.actuals.by_person(Period.read(str(year))))
        self.root = whole_tree(also=persons)
        self._days: CountDays | None = None
        self._reached: dict[Period, dict[Holder, Decimal]] = {}

    def rows(self, period: Period, *, today: date) -> Iterator[Row]:
        for node in self.root.walk():
            if self.reach.shows(node.holder):
                yield self.row(node, period, today=today)

    def row(self, node: Node, period: Period, *, today: date) -> Row:
        goal = self.goals.get((node.holder.key, period))
        amount = goal.amount if goal else None
        covered = self.reach.covers(node.holder)
        return Row(
            slot=Slot(self.source.metric, period, node.holder, self.campaign_id),
            name=node.name,
            depth=node.depth,
            goal=amount,
            version=goal.version if goal else 0,
            actual=self.reached(period).get(node.holder, Decimal(0)),
            pace=expected(amount, period, today=today, days=self.days),
            people_gap=difference(amount, people_part(self.amounts, node, period)) if covered else None,
            periods_gap=difference(amount, periods_part(self.amounts, node, period)) if covered else None,
            has_people=bool(node.children),
            covered=covered,
            ruled=self.reach.rules(node.holder),
        )

    def reached(self, period: Period) -> dict[Holder, Decimal]:
        if period not in self._reached:
            self._reached[period] = dict(self.actuals.of_tree(self.root, period))
        return self._reached[period]

    @property
    def days(self) -> CountDays:
        """Working days by the company's calendar."""
        if self._days is None:
            calendar = workdays()
            self._days = lambda first, last: calendar.between(first - timedelta(days=1), last)
        return self._days
