"""One line about this month: 本月签约 ¥182 万 / 300 万 61%."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Sum
from django.urls import reverse

from tuoke.base.accounts.models import Department
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.services.calendar.queries import workdays
from tuoke.steps.targeting.goals.hooks import Slice
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.queries.board import source_of
from tuoke.steps.targeting.goals.rules import COMPANY, Holder, Metric, Period, expected, percent


@dataclass(frozen=True, slots=True)
class Headline:
    """``goal`` is None where none is set for the month; ``url`` opens the goals behind it."""

    name: str
    is_money: bool
    actual: Decimal
    goal: Decimal | None
    pace: Decimal | None
    url: str

    @property
    def percent(self) -> int | None:
        return percent(self.actual, self.goal)

    @property
    def is_behind(self) -> bool:
        return self.pace is not None and self.actual < self.pace


def headline(
    who: Principal, today: date, *, metric: str = Metric.SIGNED_AMOUNT, mine: bool | None = None
) -> Headline | None:
    """This month against its general goal: one's own, or where ``mine`` is False the whole of what one looks after.

    Left open, a rep gets his own and who sees more than himself his team's or the company's. None for whoever may not
    read goals, and where the metric has no source. At most five queries.
    """
    source = source_of(metric)
    if source is None or not who.may(Permission.GOAL_READ) or who.user_id is None:
        return None
    scope = who.scope_of(Permission.GOAL_READ)
    own = scope <= Scope.SELF if mine is None else mine
    month = Period.month_of(today)
    goals = Goal.objects.visible_to(who).standing().filter(metric=metric, period=str(month), campaign=None)
    if own or scope <= Scope.SELF:
        goals, part = goals.filter(user_id=who.user_id), Slice(month.first, month.last, user_id=who.user_id)
        holder = Holder(who.department_id, who.user_id) if who.department_id else COMPANY
    elif scope is Scope.ALL:
        goals, part, holder = goals.filter(holder=COMPANY.key), Slice(month.first, month.last), COMPANY
    else:
        departments, holder = who.department_ids(scope), _department_of(who)
        goals = goals.filter(holder=holder.key)
        part = Slice(month.first, month.last, department_ids=departments)
    goal: Decimal | None = goals.aggregate(total=Sum("amount"))["total"]
    actual = sum((tally.value for tally in source.tally(part)), Decimal(0))
    calendar = workdays()
    pace = expected(
        goal, month, today=today, days=lambda first, last: calendar.between(first - timedelta(days=1), last)
    )
    url = reverse("goals:goal", args=[metric, str(month), holder.key])
    return Headline(str(source.name), source.is_money, actual, goal, pace, url)


def _department_of(who: Principal) -> Holder:
    """The only department above all others stands for the company (``rules.tree``)."""
    roots = set(Department.objects.filter(parent=None).values_list("pk", flat=True))
    return COMPANY if roots == {who.department_id} else Holder(who.department_id)
