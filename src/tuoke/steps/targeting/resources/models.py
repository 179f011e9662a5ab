from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import TIERS
from tuoke.steps.targeting.resources.rules import Kind, Status, Stock, Use

if TYPE_CHECKING:
    from typing import Self

KIND_NAMES = {
    Kind.MATERIAL: _("市场物料"),
    Kind.EXPERT: _("技术专家时间"),
    Kind.BUDGET: _("预算"),
    Kind.TRIAL: _("试用账号"),
    Kind.OTHER: _("其他"),
}
STATUS_NAMES = {
    Status.REQUESTED: _("待审批"),
    Status.APPROVED: _("已分配"),
    Status.REJECTED: _("已驳回"),
    Status.WITHDRAWN: _("已撤回"),
    Status.RETURNED: _("已归还"),
}
KINDS = [(kind.value, name) for kind, name in KIND_NAMES.items()]
STATUSES = [(status.value, name) for status, name in STATUS_NAMES.items()]


class ResourceQuerySet(models.QuerySet["Resource"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Everybody who may read resources sees all of them, else nobody could ask for one. Changing (and granting)
        belongs to the resource's owner, and to whoever manages resources of the owner's department."""
        if action == "read":
            return self if who.may(Permission.RESOURCE_READ) else self.none()
        return self.filter(managed_by(who))

    def standing(self) -> Self:
        return self.filter(voided_at=None)


def managed_by(who: Principal, prefix: str = "") -> Q:
    """Resources that ``who`` may change and grant. An owner without the right to ask is no owner any more."""
    none = Q(pk__in=())
    if who.may(Permission.RESOURCE_WRITE):
        scope = who.scope_of(Permission.RESOURCE_WRITE)
        if scope is Scope.ALL:
            return ~none  # an empty Q would vanish beside another
        mine = Q(**{f"{prefix}department_id__in": who.department_ids(scope)})
    elif who.may(Permission.RESOURCE_REQUEST):
        mine = none
    else:
        return none
    return mine | Q(**{f"{prefix}owner_id": who.user_id}) if who.user_id else mine


class Resource(models.Model):
    """资源 (S1.5): so much of something in a period, with the one who grants it.

    ``quantity`` is what there is on each day from ``starts_on`` to ``ends_on``. What ``is_consumed`` stays taken until
    the period ends; else it is free again after an allocation's last day. ``department`` is the owner's when he got it.
    """

    name = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=10, choices=KINDS)
    unit = models.CharField(_("单位"), max_length=10)
    quantity = models.DecimalField(_("总量"), max_digits=14, decimal_places=2)
    starts_on = models.DateField(_("开始日期"))
    ends_on = models.DateField(_("结束日期"))
    is_consumed = models.BooleanField(_("用掉就没有了"), default=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="resources", verbose_name=_("负责人"))
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, related_name="resources", verbose_name=_("拓展计划")
    )
    note = models.TextField(_("说明"), blank=True)
    voided_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    objects = ResourceQuerySet.as_manager()

    class Meta:
        ordering = ["-ends_on", "name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="resources_quantity_positive"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="resources_period"),
        ]
        indexes = [models.Index(fields=["-ends_on", "name", "id"], name="resources_list")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("resources:detail", args=[self.pk])

    @property
    def stock(self) -> Stock:
        return Stock(self.quantity, self.starts_on, self.ends_on, self.is_consumed)


class AllocationQuerySet(models.QuerySet["Allocation"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Reading: what one asked for or got, what one's scope got, and everything of resources that one manages.
        ``decide``: what one may grant or refuse. ``write``: what one may take back or give back."""
        if not who.may(Permission.RESOURCE_READ):
            return self.none()
        managed = managed_by(who, "resource__")
        if action == "decide":
            return self.filter(managed)
        mine = Q(requester_id=who.user_id) | Q(user_id=who.user_id) if who.user_id else Q(pk__in=())
        if action == "write":
            return self.filter(mine | managed) if who.may(Permission.RESOURCE_REQUEST) else self.none()
        scope = who.scope_of(Permission.RESOURCE_READ)
        if scope is Scope.ALL:
            return self
        return self.filter(mine | managed | Q(department_id__in=who.department_ids(scope)))

    def in_force(self) -> Self:
        """What counts against the resource."""
        return self.filter(status=Status.APPROVED)

    def waiting(self) -> Self:
        return self.filter(status=Status.REQUESTED)


class Allocation(models.Model):
    """A part of a resource, asked for or granted: one row through its whole life (``status``).

    It is for a person of a department, or for the department. ``returned`` of the quantity came back unused; ``tier`` is
    the tier of the leads that it is for: 重点攻坚 goes first.
    """

    resource = models.ForeignKey(Resource, models.PROTECT, related_name="allocations")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+", verbose_name=_("部门"))
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("成员"))
    requester = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("申请人"))
    quantity = models.DecimalField(_("数量"), max_digits=14, decimal_places=2)
    returned = models.DecimalField(_("已归还"), max_digits=14, decimal_places=2, default=Decimal(0))
    starts_on = models.DateField(_("从"))
    ends_on = models.DateField(_("到"))
    purpose = models.CharField(_("用途"), max_length=200)
    tier = models.CharField(_("线索级别"), max_length=8, choices=TIERS, blank=True)
    status = models.CharField(_("状态"), max_length=10, choices=STATUSES, default=Status.REQUESTED.value)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="allocations_quantity_positive"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="allocations_period"),
            models.CheckConstraint(
                condition=Q(returned__gte=0, returned__lte=F("quantity")), name="allocations_returned"
            ),
            models.CheckConstraint(
                condition=~Q(status="returned") | Q(returned=F("quantity")), name="allocations_returned_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["resource", "status", "starts_on"], name="allocations_resource"),
            models.Index(fields=["requester", "-id"], name="allocations_requester"),
            models.Index(fields=["resource", "id"], name="allocations_waiting", condition=Q(status="requested")),
        ]

    def __str__(self) -> str:
        return f"{self.resource_id}: {self.quantity} ({self.status})"

    @property
    def kept(self) -> Decimal:
        """What of it hasn't come back."""
        return self.quantity - self.returned

    @property
    def use(self) -> Use:
        return Use(self.kept, self.starts_on, self.ends_on)


class NoneNeeded(models.Model):
    """Somebody says that a campaign needs no resources, and why: as good as an allocation for step 1's gate."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, related_name="no_resources")
    reason = models.CharField(_("理由"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.reason
