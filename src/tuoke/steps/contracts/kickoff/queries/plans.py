"""Plans and their lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.services.calendar.queries import workdays
from tuoke.services.calendar.rules import Workdays
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.contracts.kickoff.models import Dependency, KickoffPlan, Milestone, Part, Shift
from tuoke.steps.contracts.kickoff.rules import (
    MOST_LINES,
    Bar,
    Gap,
    Link,
    MilestoneKind,
    Move,
    Party,
    Raci,
    gaps,
    is_complete,
    is_late,
    moved,
)
from tuoke.steps.contracts.queries import current_contract

MOST_SHIFTS = 20
MOST_WITHDRAWN = 100
_COLUMNS = (
    "id", "kind", "name", "phase", "starts_on", "ends_on", "days", "party", "owner__name", "contact__name", "done_on",
    "acceptance", "note", "version",
)  # fmt: skip


class Line(NamedTuple):
    """A line of a plan as it is shown: a tuple, for hundreds of them are made for one chart."""

    key: int
    kind: str
    name: str
    phase: str
    starts_on: date
    ends_on: date
    days: int
    party: str
    owner: str
    contact: str
    done_on: date | None
    acceptance: str
    note: str
    version: int

    @property
    def is_milestone(self) -> bool:
        return self.kind == MilestoneKind.MILESTONE

    @property
    def bar(self) -> Bar:
        return Bar(self.key, self.starts_on, self.days, self.done_on)

    def is_late(self, today: date) -> bool:
        return is_late(ends_on=self.ends_on, done_on=self.done_on, today=today)

    def days_late(self, today: date) -> int:
        return (today - self.ends_on).days


@dataclass(frozen=True, slots=True)
class Sheet:
    """One plan with its lines in order, and what waits for what."""

    plan: KickoffPlan
    lines: tuple[Line, ...]
    links: tuple[Link, ...]

    @property
    def ends_on(self) -> date | None:
        return max((line.ends_on for line in self.lines), default=None)

    @property
    def done(self) -> int:
        return sum(line.done_on is not None for line in self.lines)

    def late(self, today: date) -> list[Line]:
        return [line for line in self.lines if line.is_late(today)]

    def following(self, today: date) -> Line | None:
        """The next one that isn't done."""
        return min((line for line in self.lines if line.done_on is None), key=lambda line: line.ends_on, default=None)


@dataclass(frozen=True, slots=True)
class Lines:
    """The rows of a plan, to be scheduled."""

    plan: KickoffPlan
    rows: Mapping[int, Milestone]
    links: tuple[Link, ...]
    calendar: Workdays

    @property
    def bars(self) -> dict[int, Bar]:
        return {key: row.bar for key, row in self.rows.items()}

    def moves(self, *changed: Bar) -> tuple[Move, ...]:
        return moved(self.bars, self.links, changed, calendar=self.calendar)


def plan_of(deal: Opportunity) -> KickoffPlan | None:
    return KickoffPlan.objects.filter(opportunity=deal).first()


def has_kickoff(deal: Opportunity) -> bool:
    return Milestone.objects.standing().filter(plan__opportunity=deal).exists()


def milestones_of(deal: Opportunity) -> list[Milestone]:
    """The standing lines of a deal's plan in their order, with owner and contact: for the rooms beside this one. One query."""
    rows = Milestone.objects.standing().filter(plan__opportunity=deal).select_related("owner", "contact")
    return list(rows[:MOST_LINES])


def sheet_of(plan: KickoffPlan) -> Sheet:
    """Two queries, however many lines."""
    rows = Milestone.objects.standing().filter(plan=plan).values_list(*_COLUMNS)[:MOST_LINES]
    lines = tuple(
        Line(key, kind, name, phase, starts_on, ends_on, days, party, owner or "", contact or "", done_on, *more)
        for key, kind, name, phase, starts_on, ends_on, days, party, owner, contact, done_on, *more in rows
    )
    return Sheet(plan, lines, links_of(plan))


def lines_of(plan: KickoffPlan) -> Lines:
    """Three queries."""
    rows = {row.pk: row for row in Milestone.objects.standing().filter(plan=plan)}
    for row in rows.values():
        row.plan = plan
    return Lines(plan, rows, links_of(plan), workdays())


def links_of(plan: KickoffPlan) -> tuple[Link, ...]:
    standing = Dependency.objects.filter(
        withdrawn_at=None, before__plan=plan, before__withdrawn_at=None, after__withdrawn_at=None
    )
    return tuple(Link(*row) for row in standing.order_by("id").values_list("before_id", "after_id", "lag_days"))


def promised_before(deal: Opportunity, sheet: Sheet) -> date | None:
    """The contract's day of delivery, where the plan ends after it."""
    contract = current_contract(deal)
    promised = contract.promised_on if contract is not None else None
    ends = sheet.ends_on
    return promised if promised is not None and ends is not None and ends > promised else None


def preview(milestone: Milestone, bar: Bar) -> tuple[Move, ...]:
    """What else would move if this line took these dates."""
    return tuple(move for move in lines_of(milestone.plan).moves(bar) if move.key != milestone.pk)


@dataclass(frozen=True, slots=True)
class Divided:
    """责任分工 of one line."""

    line: Line
    parts: Mapping[Party, Raci]
    gaps: tuple[Gap, ...]


def divided_of(sheet: Sheet) -> tuple[Divided, ...]:
    """Who answers for each line, and what is missing. One query."""
    parts = parts_of(sheet.plan)
    return tuple(
        Divided(line, parts.get(line.key, {}), gaps(parts.get(line.key, {}).values())) for line in sheet.lines
    )  # fmt: skip


def parts_of(plan: KickoffPlan) -> dict[int, dict[Party, Raci]]:
    found: dict[int, dict[Party, Raci]] = {}
    rows = Part.objects.filter(milestone__plan=plan, milestone__withdrawn_at=None).exclude(raci="")
    for milestone, party, raci in rows.values_list("milestone_id", "party", "raci"):
        found.setdefault(milestone, {})[Party(party)] = Raci(raci)
    return found


def divided_completely(deal: Opportunity) -> bool:
    """Every line of the deal's plan has exactly one A and at least one R; a deal without a plan has divided nothing."""
    plan = plan_of(deal)
    if plan is None:
        return False
    keys = Milestone.objects.standing().filter(plan=plan).values_list("pk", flat=True)
    parts = parts_of(plan)
    return is_complete(parts.get(key, {}).values() for key in keys)


def withdrawn_of(plan: KickoffPlan) -> list[Milestone]:
    return list(
        Milestone.objects.filter(plan=plan).exclude(withdrawn_at=None).order_by("-withdrawn_at")[:MOST_WITHDRAWN]
    )


def shifts_of(plan: KickoffPlan) -> list[Shift]:
    return list(plan.shifts.select_related("by")[:MOST_SHIFTS])


def team_of(deal: Opportunity, *, today: date) -> list[User]:
    """Who may be given a line: the deal's owner and whoever has joined it, since nobody else sees it."""
    joined = Membership.objects.current(today).filter(opportunity=deal, user__is_active=True)
    people = [row.user for row in joined.select_related("user").order_by("id")]
    return [deal.owner, *(user for user in people if user.pk != deal.owner_id)]


def late_of(who: Principal, today: date, *, limit: int = 20) -> Sequence[Milestone]:
    """Late lines that ``who`` answers for, and those without an owner in deals of his; the oldest first."""
    mine = Milestone.objects.visible_to(who).late(today).select_related("plan__opportunity__customer", "owner")
    running = mine.exclude(plan__opportunity__outcome__in=("lost", "void"))
    own = running.filter(owner_id=who.user_id) | running.filter(owner=None, plan__opportunity__owner_id=who.user_id)
    return list(own.order_by("ends_on", "pk")[:limit])
