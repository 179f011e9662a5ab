"""How far a goal is reached, and how far it should be by today."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from tuoke.steps.targeting.goals.rules.holders import Holder, Node
from tuoke.steps.targeting.goals.rules.periods import Period

CountDays = Callable[[date, date], int]
"""How many days that count lie between two days, both included."""
NONE = Decimal(0)


def calendar_days(first: date, last: date) -> int:
    return max((last - first).days + 1, 0)


def percent(actual: Decimal, goal: Decimal | None) -> int | None:
    """In whole per cent; 100 is never said before it is reached. None where there is no goal, or it is nothing."""
    if not goal:
        return None
    rounded = int((actual * 100 / goal).quantize(Decimal(1), ROUND_HALF_UP))
    return min(rounded, 99) if actual < goal else rounded


def expected(goal: Decimal | None, period: Period, *, today: date, days: CountDays) -> Decimal | None:
    """What should be reached by the end of today, if every day that counts brought the same."""
    if goal is None:
        return None
    if today < period.first:
        return NONE
    whole = days(period.first, period.last)
    if today >= period.last or whole <= 0:
        return goal
    passed = max(0, min(days(period.first, today), whole))
    return (goal * passed / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was reached by one person for one department in one month. None: nobody's, or no department's."""

    month: date
    department_id: int | None
    user_id: int | None
    value: Decimal


class Actuals:
    """Tallies, asked for by holder and period. The company's figure has all of them, a department's all below it."""

    def __init__(self, tallies: list[Tally]) -> None:
        self._tallies = tallies

    def by_person(self, period: Period) -> dict[Holder, Decimal]:
        """Per person in a department; what is nobody's is left out."""
        found: dict[Holder, Decimal] = {}
        for tally in self._tallies:
            if tally.department_id is not None and tally.user_id is not None and _is_in(tally, period):
                holder = Holder(tally.department_id, tally.user_id)
                found[holder] = found.get(holder, NONE) + tally.value
        return found

    def of_tree(self, root: Node, period: Period) -> Mapping[Holder, Decimal]:
        """Every node's figure in one walk, however many nodes and tallies there are."""
        persons = self.by_person(period)
        own: dict[int | None, Decimal] = {}
        for tally in self._tallies:
            if _is_in(tally, period):
                own[tally.department_id] = own.get(tally.department_id, NONE) + tally.value
        found: dict[Holder, Decimal] = {}

        def reached(node: Node) -> Decimal:
            if node.holder.is_person:
                total = persons.get(node.holder, NONE)
                found[node.holder] = total
                return total
            below = sum((reached(child) for child in node.children if not child.holder.is_person), NONE)
            for child in node.children:
                if child.holder.is_person:
                    reached(child)
            total = own.get(node.holder.department_id, NONE) + below
            found[node.holder] = sum(own.values(), NONE) if node.holder.is_company else total
            return found[node.holder]

        reached(root)
        return found


def _is_in(tally: Tally, period: Period) -> bool:
    return period.first <= tally.month <= period.last
