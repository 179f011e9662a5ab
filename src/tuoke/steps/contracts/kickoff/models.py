from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import OfDealQuerySet, Opportunity
from tuoke.steps.contracts.kickoff.rules import (
    ANSWERS,
    LINE_LIMIT,
    MOST_LAG,
    NAME_LIMIT,
    PHASE_LIMIT,
    Bar,
    MilestoneKind,
    Party,
    Raci,
    is_late,
)

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

KIND_NAMES = {MilestoneKind.TASK: _("任务"), MilestoneKind.MILESTONE: _("里程碑")}
PARTY_NAMES = {
    Party.SALES: _("销售"),
    Party.TECH: _("技术"),
    Party.PRODUCT: _("产品"),
    Party.SERVICE: _("售后"),
    Party.LEGAL: _("法务"),
    Party.CUSTOMER: _("客户"),
}
RACI_NAMES = {
    Raci.ACCOUNTABLE: _("最终负责"),
    Raci.RESPONSIBLE: _("执行"),
    Raci.BOTH: _("最终负责并执行"),
    Raci.CONSULTED: _("提供意见"),
    Raci.INFORMED: _("被告知"),
    Raci.NONE: _("不参与"),
}
KINDS = [(kind.value, name) for kind, name in KIND_NAMES.items()]
PARTIES = [(party.value, name) for party, name in PARTY_NAMES.items()]
RACI = [(part.value, name) for part, name in RACI_NAMES.items()]

Row = TypeVar("Row", bound=models.Model, covariant=True)


class RoomQuerySet(OfDealQuerySet[Row]):
    """Several departments work on a plan: whoever has joined the deal and may write projects writes it (P4)."""

    reads, writes = Permission.PROJECT_READ, Permission.PROJECT_WRITE
    worked_on_together = True


class KickoffPlanQuerySet(RoomQuerySet["KickoffPlan"]): ...


class MilestoneQuerySet(RoomQuerySet["Milestone"]):
    deal_field = "plan__opportunity"

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def late(self, today: date) -> Self:
        return self.standing().filter(done_on=None, ends_on__lt=today)


class ShiftQuerySet(RoomQuerySet["Shift"]):
    deal_field = "plan__opportunity"


class KickoffPlan(models.Model):
    """《项目启动计划》 of a deal (S7.2); made from the ``template`` of its segment. ``version`` moves with every change of
    the plan or one of its lines."""

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="kickoff_plan")
    template = models.CharField(max_length=40, blank=True)
    starts_on = models.DateField(_("启动日期"))
    note = models.CharField(_("说明"), max_length=LINE_LIMIT, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = KickoffPlanQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.starts_on}"


class Milestone(models.Model):
    """One line of a plan: a task of ``days`` working days, or a milestone that takes none and falls on one day.

    ``ends_on`` is what was planned, ``done_on`` when it really was done. Who does it: ``owner`` of ours or ``contact`` of
    the customer's; ``party`` is the department (or the customer) where nobody is named yet.
    """

    plan = models.ForeignKey(KickoffPlan, models.PROTECT, related_name="milestones")
    kind = models.CharField(_("类型"), max_length=9, choices=KINDS, default=MilestoneKind.TASK.value)
    name = models.CharField(_("名称"), max_length=NAME_LIMIT)
    phase = models.CharField(_("阶段"), max_length=PHASE_LIMIT, blank=True)
    starts_on = models.DateField(_("开始"))
    ends_on = models.DateField(_("结束"))
    days = models.PositiveSmallIntegerField(_("工作日"), default=0)
    party = models.CharField(_("由哪一方做"), max_length=8, choices=PARTIES, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("负责人")
    )
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="milestones", verbose_name=_("客户方负责人")
    )
    acceptance = models.TextField(_("完成的标准"), blank=True)
    note = models.TextField(_("备注"), blank=True)
    position = models.PositiveIntegerField(default=0)
    done_on = models.DateField(_("完成日期"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=MilestoneKind.MILESTONE.value, days=0, ends_on=F("starts_on"))
                | Q(kind=MilestoneKind.TASK.value, days__gte=1, ends_on__gte=F("starts_on")),
                name="kickoff_dates_in_order",
            ),
            models.CheckConstraint(condition=Q(owner=None) | Q(contact=None), name="kickoff_one_owner"),
        ]
        indexes = [
            models.Index(fields=["plan", "position", "id"], name="kickoff_of_plan"),
            models.Index(
                fields=["ends_on", "id"], condition=Q(done_on=None, withdrawn_at=None), name="kickoff_milestones_open"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def bar(self) -> Bar:
        return Bar(self.pk, self.starts_on, self.days, self.done_on)

    @property
    def is_milestone(self) -> bool:
        return self.kind == MilestoneKind.MILESTONE

    def is_late(self, today: date) -> bool:
        return is_late(ends_on=self.ends_on, done_on=self.done_on, today=today)


class Dependency(models.Model):
    """``after`` begins when ``before`` has ended and ``lag_days`` working days have gone by. Lines of one plan, never in a
    circle (judged under the deal's lock)."""

    before = models.ForeignKey(Milestone, models.PROTECT, related_name="followers")
    after = models.ForeignKey(Milestone, models.PROTECT, related_name="waits")
    lag_days = models.PositiveSmallIntegerField(_("间隔工作日"), default=0)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["before", "after"], condition=Q(withdrawn_at=None), name="kickoff_waits_once"
            ),
            models.CheckConstraint(condition=~Q(before=F("after")), name="kickoff_waits_for_another"),
            models.CheckConstraint(condition=Q(lag_days__lte=MOST_LAG), name="kickoff_lag"),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"


class Part(models.Model):
    """责任分工: what one party does in one line; one row a party, emptied where it has no part any more."""

    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="parts")
    party = models.CharField(max_length=8, choices=PARTIES)
    raci = models.CharField(max_length=2, choices=RACI, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["milestone", "party"], name="kickoff_part_once"),
            models.UniqueConstraint(
                fields=["milestone"], condition=Q(raci__in=[part.value for part in ANSWERS]), name="kickoff_one_accountable"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.party}: {self.raci}"


class Shift(models.Model):
    """One press that gave lines other dates: what moved, from when to when, so that it can be taken back. ``moves`` is a
    list of [milestone, [starts, ends, days] before, [starts, ends, days] after, because]. ``completed``: it came from a line
    that was done late."""

    plan = models.ForeignKey(KickoffPlan, models.PROTECT, related_name="shifts")
    moves = models.JSONField()
    completed = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["plan", "-id"], name="kickoff_shifts")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.at:%Y-%m-%d}"
