"""A kick-off plan and its lines (S7.2): what may stand in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.steps.contracts.kickoff.rules.raci import Party

MOST_LINES = 300
"""Lines that stand in one plan."""
MOST_WAITS = 20
"""Lines that one line waits for."""
MOST_DAYS = 500
MOST_LAG = 250
NAME_LIMIT, PHASE_LIMIT, LINE_LIMIT, TEXT_LIMIT = 120, 40, 300, 2000
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


class MilestoneKind(StrEnum):
    MILESTONE = "milestone"  # a day on which something is there; takes no time
    TASK = "task"


@dataclass(frozen=True, slots=True)
class Wait:
    """For which line one waits, and how many working days longer."""

    before: int
    lag: int = 0


@dataclass(frozen=True, slots=True)
class MilestoneDraft:
    """One line of a plan. ``days`` are working days, for a milestone none. Who does it: one of us, or somebody at the
    customer's; ``party`` is his side or department where nobody is named yet."""

    name: str
    kind: MilestoneKind
    starts_on: date
    days: int = 0
    phase: str = ""
    party: Party | None = None
    owner_id: int | None = None
    contact_id: int | None = None
    acceptance: str = ""
    note: str = ""
    waits: tuple[Wait, ...] = field(default=())

    def faults(self) -> Verdict:
        """name_missing · days_odd · milestone_has_days · day_odd · two_owners · lag_odd · too_many_waits · too_long …"""
        verdict = YES if self.name.strip() else no("name_missing", field="name")
        for name, limit in (
            ("name", NAME_LIMIT), ("phase", PHASE_LIMIT), ("acceptance", TEXT_LIMIT), ("note", TEXT_LIMIT),
        ):  # fmt: skip
            verdict &= text_fault(getattr(self, name), field=name, limit=limit)
        verdict &= length_fault(self.kind, self.days) & day_fault(self.starts_on, field="starts_on")
        if self.owner_id and self.contact_id:
            verdict &= no("two_owners", field="contact")
        if len(self.waits) > MOST_WAITS:
            verdict &= no("too_many_waits", field="waits", most=MOST_WAITS)
        for wait in self.waits:
            if not 0 <= wait.lag <= MOST_LAG:
                verdict &= no("lag_odd", field="waits", most=MOST_LAG)
        return verdict


def length_fault(kind: MilestoneKind, days: int) -> Verdict:
    if kind is MilestoneKind.MILESTONE:
        return no("milestone_has_days", field="days") if days else YES
    return YES if 1 <= days <= MOST_DAYS else no("days_odd", field="days", most=MOST_DAYS)


def day_fault(day: date, *, field: str) -> Verdict:
    return YES if EARLIEST <= day <= LATEST else no("day_odd", field=field)


def done_fault(day: date, *, today: date) -> Verdict:
    """done_in_future · day_odd."""
    if day > today:
        return no("done_in_future", field="done_on", today=today.isoformat())
    return day_fault(day, field="done_on")
