from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals.rules import Holder, Period, Slot

if TYPE_CHECKING:
    from typing import Self


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Reading: one's scope, one's own, and the headlines above: the company's and the departments one belongs to.
        Changing: one's scope of departments, the company's only where the scope is everything."""
        permission = Permission.GOAL_READ if action == "read" else Permission.GOAL_WRITE
        if not who.may(permission):
            return self.none()
        scope = who.scope_of(permission)
        if scope is Scope.ALL:
            return self
        seen = Q(department_id__in=who.department_ids(scope))
        if action == "read":
            above = departments_above(who.department_id)
            seen |= Q(user_id=who.user_id or 0) | Q(user=None, department=None)
            seen |= Q(user=None, department_id__in=above)
        return self.filter(seen)

    def standing(self) -> Self:
        """Without what was withdrawn."""
        return self.filter(voided_at=None)

    def at(self, slot: Slot) -> Self:
        return self.filter(
            metric=slot.metric, period=str(slot.period), holder=slot.holder.key, campaign_id=slot.campaign_id
        )


class Goal(models.Model):
    """目标 (S1.4): how much of a metric a holder is to reach in a period; of a campaign, or in general.

    ``period`` is ``2026``, ``2026Q4`` or ``2026-11``; ``holder`` is ``company``, ``d12`` or ``d12u5`` and says the same
    as department and user. A person's goal stays with the department in which it was his. One row a place, for ever:
    withdrawing sets ``voided_at``, a new amount takes it away again. Amounts are yuan or a count. ``metric`` is the key
    of a source in ``goals.hooks.sources``.
    """

    metric = models.CharField(_("指标"), max_length=20)
    period = models.CharField(_("期间"), max_length=7)
    year = models.PositiveSmallIntegerField()
    holder = models.CharField(max_length=40)
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("成员"))
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="goals", verbose_name=_("拓展计划"))
    amount = models.DecimalField(_("目标"), max_digits=16, decimal_places=2)
    voided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = GoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["metric", "period", "holder"], condition=Q(campaign=None), name="goals_once_in_general"
            ),
            models.UniqueConstraint(
                fields=["campaign", "metric", "period", "holder"],
                condition=Q(campaign__isnull=False),
                name="goals_once_a_campaign",
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="goals_amount_positive"),
            models.CheckConstraint(
                condition=Q(user=None) | Q(department__isnull=False), name="goals_person_in_department"
            ),
        ]
        indexes = [
            models.Index(fields=["metric", "year", "campaign"], name="goals_board"),
            models.Index(fields=["user", "year", "metric"], name="goals_person", condition=~Q(user=None)),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.period} {self.holder}: {self.amount}"

    def get_absolute_url(self) -> str:
        url = reverse("goals:goal", args=[self.metric, self.period, self.holder])
        return f"{url}?campaign={self.campaign_id}" if self.campaign_id else url

    @property
    def slot(self) -> Slot:
        return Slot(self.metric, Period.read(self.period), Holder.read(self.holder), self.campaign_id)

    @property
    def is_standing(self) -> bool:
        return self.voided_at is None


def columns_of(slot: Slot) -> dict[str, Any]:
    """A place as columns."""
    return {
        "metric": slot.metric,
        "period": str(slot.period),
        "year": slot.period.year,
        "holder": slot.holder.key,
        "department_id": slot.holder.department_id,
        "user_id": slot.holder.user_id,
        "campaign_id": slot.campaign_id,
    }


def departments_above(pk: int | None) -> frozenset[int]:
    """A department and all above it. One query."""
    if pk is None:
        return frozenset()
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    found: set[int] = set()
    here: int | None = pk
    while here is not None and here not in found:
        found.add(here)
        here = parents.get(here)
    return frozenset(found)
