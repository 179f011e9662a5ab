from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User, owned_by
from tuoke.base.accounts.rules import Permission, Principal, PrincipalKind, Scope
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import OfDealQuerySet, Opportunity
from tuoke.steps.negotiation.rules import (
    Authority,
    ConcessionKind,
    ConcessionState,
    Duty,
    Line,
    Side,
    Stand,
)
from tuoke.steps.negotiation.rules.lines import NEVER_NAMED

if TYPE_CHECKING:
    from typing import Self

DUTY_NAMES = {
    Duty.LEAD: _("主谈"),
    Duty.DECIDE: _("拍板"),
    Duty.RECORD: _("记录"),
    Duty.EXPERT: _("专业支持"),
    Duty.OBSERVE: _("旁听"),
    Duty.UNKNOWN: _("未定"),
}
STAND_NAMES = {
    Stand.HELPS: _("会帮我们说话"),
    Stand.FAIR: _("就事论事"),
    Stand.TOUGH: _("会压价、会为难"),
    Stand.UNKNOWN: _("不清楚"),
}
KIND_NAMES = {
    ConcessionKind.SERVICE: _("增值服务"),
    ConcessionKind.PAYMENT: _("付款方式"),
    ConcessionKind.DELIVERY: _("交付"),
    ConcessionKind.SCOPE: _("范围"),
    ConcessionKind.PRICE: _("价格"),
    ConcessionKind.OTHER: _("其他"),
}
AUTHORITY_NAMES = {
    Authority.REP: _("负责人可定"),
    Authority.LEAD: _("主管批准"),
    Authority.DIRECTOR: _("总监批准"),
}
STATE_NAMES = {
    ConcessionState.OPEN: _("未动用"),
    ConcessionState.GIVEN: _("已让出"),
    ConcessionState.WITHDRAWN: _("已撤回"),
}
DUTIES = [(d.value, name) for d, name in DUTY_NAMES.items()]
STANDS = [(s.value, name) for s, name in STAND_NAMES.items()]
KINDS = [(k.value, name) for k, name in KIND_NAMES.items()]
AUTHORITIES = [(a.value, name) for a, name in AUTHORITY_NAMES.items()]
STATES = [(s.value, name) for s, name in STATE_NAMES.items()]
SIDES = [(Side.OURS.value, _("我方")), (Side.THEIRS.value, _("客户方"))]

Row = TypeVar("Row", bound=models.Model, covariant=True)


def behind_the_door(who: Principal, action: str = "read") -> models.QuerySet[Opportunity]:
    """The deals whose bottom lines ``who`` may read: his own, those he is a manager of, those for which he is named.

    The one door of S6.1. Closed to the system, to private links, to a co-owner, a collaborator or a teammate who isn't
    named, and to auditors and administrators even if they are. ``action="write"``: who may set them; naming opens only
    what is read.
    """
    if who.user_id is None or who.kind in (PrincipalKind.SYSTEM, PrincipalKind.LINK) or who.roles <= NEVER_NAMED:
        return Opportunity.objects.none()
    deals = Opportunity.objects.visible_to(who, action)
    opened = Q(pk__in=())
    if who.may(Permission.NEGOTIATION_READ if action == "read" else Permission.NEGOTIATION_WRITE):
        opened |= Q(owner_id=who.user_id)
        scope = who.scope_of(Permission.DEAL_WAIVE)
        if scope is Scope.ALL:
            return deals
        if scope is not Scope.NONE:
            opened |= owned_by(who, scope)
    if action == "read":
        opened |= Q(pk__in=Insider.objects.current().filter(user_id=who.user_id).values("opportunity_id"))
    return deals.filter(opened)


class RoomQuerySet(OfDealQuerySet[Row]):
    reads, writes = Permission.NEGOTIATION_READ, Permission.NEGOTIATION_WRITE


class PlanQuerySet(RoomQuerySet["Plan"]): ...


class OfPlanQuerySet(RoomQuerySet[Row]):
    deal_field = "plan__opportunity"


class SeatQuerySet(OfPlanQuerySet["Seat"]):
    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class ConcessionQuerySet(OfPlanQuerySet["Concession"]):
    def listed(self) -> Self:
        return self.exclude(state=ConcessionState.WITHDRAWN)


class SecretQuerySet(models.QuerySet[Row]):
    """Behind the door: see ``behind_the_door``. Rows carry ``opportunity``."""

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(opportunity__in=behind_the_door(who, action))


class BottomLineQuerySet(SecretQuerySet["BottomLine"]): ...


class LineVersionQuerySet(SecretQuerySet["BottomLineVersion"]): ...


class InsiderQuerySet(SecretQuerySet["Insider"]):
    def current(self) -> Self:
        return self.filter(removed_at=None)


class Plan(models.Model):
    """谈判要点 of one deal, without its bottom lines. Made with the first thing that is noted."""

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="negotiation_plan")
    aim = models.TextField(_("这次谈判要达成什么"), blank=True)
    rounds = models.PositiveSmallIntegerField(_("计划谈几轮"), null=True, blank=True)
    note = models.TextField(_("备注"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.opportunity_id}"


class Seat(models.Model):
    """Somebody at the table: one of us with his duty and authority, or one of the customer's people with his probable
    position and what he cares about. Who is in neither list (a consultant) stands by ``name`` alone."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="seats")
    side = models.CharField(max_length=6, choices=SIDES)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("同事"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("联系人")
    )
    name = models.CharField(_("姓名"), max_length=60, blank=True)
    duty = models.CharField(_("分工"), max_length=7, choices=DUTIES, blank=True)
    authority = models.CharField(_("有权当场答应什么"), max_length=200, blank=True)
    stand = models.CharField(_("可能的态度"), max_length=5, choices=STANDS, blank=True)
    position = models.CharField(_("可能的主张"), max_length=300, blank=True)
    cares = models.CharField(_("他在意什么"), max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = SeatQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(side="ours", contact=None) | Q(side="theirs", user=None), name="negotiation_seat_side"
            ),
            models.UniqueConstraint(
                fields=["plan", "user"], condition=Q(withdrawn_at=None), name="negotiation_one_seat_ours"
            ),
            models.UniqueConstraint(
                fields=["plan", "contact"], condition=Q(withdrawn_at=None), name="negotiation_one_seat_theirs"
            ),
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        person = self.user or self.contact
        return str(person.name if person else self.name)


class Concession(models.Model):
    """让步: what we give and what we want for it. ``value`` is what it costs us in yuan, NULL where it isn't reckoned.

    The order is that of the ladder: the first is given first. ``given`` is set where a round records it.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="concessions")
    give = models.CharField(_("我们给什么"), max_length=200)
    get = models.CharField(_("换回什么"), max_length=200, blank=True)
    kind = models.CharField(_("类别"), max_length=8, choices=KINDS, default=ConcessionKind.OTHER.value)
    value = models.DecimalField(_("对我们的代价"), max_digits=14, decimal_places=2, null=True, blank=True)
    authority = models.CharField(_("谁可以答应"), max_length=8, choices=AUTHORITIES, default=Authority.REP.value)
    position = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=9, choices=STATES, default=ConcessionState.OPEN.value)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = ConcessionQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="negotiation_value_positive")
        ]
        indexes = [models.Index(fields=["plan", "position", "id"], name="negotiation_ladder")]

    def __str__(self) -> str:
        return self.give

    @property
    def is_given(self) -> bool:
        return self.state == ConcessionState.GIVEN


class BottomLine(models.Model):
    """底线 of one deal: what must not be passed without approval. In a table of its own; read only through
    ``visible_to``, or by an action that judges by it and says nothing of it."""

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="+")
    lowest_price = models.DecimalField(_("最低价格"), max_digits=14, decimal_places=2, null=True, blank=True)
    longest_days = models.PositiveIntegerField(_("最长交付周期"), null=True, blank=True)
    fixed_clauses: models.JSONField[list[str], list[str]] = models.JSONField(_("不可妥协条款"), default=list)
    note = models.CharField(_("依据"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1)
    set_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    objects = BottomLineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lowest_price=None) | Q(lowest_price__gt=0), name="negotiation_price"),
            models.CheckConstraint(condition=Q(longest_days=None) | Q(longest_days__gt=0), name="negotiation_days"),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}"

    @property
    def line(self) -> Line:
        return Line(self.lowest_price, self.longest_days, tuple(self.fixed_clauses))


class BottomLineVersion(models.Model):
    """A bottom line as it once stood; never edited. Its history stays behind the same door."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    lowest_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    longest_days = models.PositiveIntegerField(null=True)
    fixed_clauses: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = LineVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["opportunity", "number"], name="negotiation_line_version")]

    def __str__(self) -> str:
        return f"{self.opportunity_id} v{self.number}"

    @property
    def line(self) -> Line:
        return Line(self.lowest_price, self.longest_days, tuple(self.fixed_clauses))


class Insider(models.Model):
    """知情人: somebody who may read one deal's bottom line by name. Taken off the list, the row stays as history."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("知情人"))
    reason = models.CharField(_("为什么需要知道"), max_length=200, blank=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = InsiderQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "user"], condition=Q(removed_at=None), name="negotiation_named_once"
            )
        ]
        indexes = [models.Index(fields=["user", "opportunity"], name="negotiation_named")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.user_id}"
