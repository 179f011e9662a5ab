from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, OwnedQuerySet, User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.catalog.models import MARKETS, MOTIONS, SCALES, Competitor, Product
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.customers.models import TIERS, Customer, Lead
from tuoke.spine.deals.rules import CLOSED, GIVEN_UP, RUNNING, Move, Outcome, Standing
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.spine.playbook.rules import StepKey

if TYPE_CHECKING:
    from typing import Self

OUTCOME_NAMES = {
    Outcome.OPEN: _("进行中"),
    Outcome.PAUSED: _("暂停"),
    Outcome.WON: _("赢单"),
    Outcome.LOST: _("输单"),
    Outcome.VOID: _("作废"),
}
OUTCOMES = [(o.value, name) for o, name in OUTCOME_NAMES.items()]
STEPS = [(key.value, key.value) for key in StepKey]


_MONEY = models.DecimalField(max_digits=14, decimal_places=2)
_REAL = Q(is_practice=False)
ON_BOARD = (Q(outcome__in=sorted(o.value for o in RUNNING)) | Q(outcome=Outcome.WON.value, finished_at=None)) & _REAL


Row = TypeVar("Row", bound=models.Model, covariant=True)


class OpportunityQuerySet(OwnedQuerySet["Opportunity"]):
    read_permission = Permission.DEAL_READ
    write_permission = Permission.DEAL_WRITE

    def scope_q(self, who: Principal, scope: Scope, action: str) -> Q:
        """Beside one's scope, everybody reads the deals that he has joined, while the membership lasts; a co-owner
        writes them, too. ``action="own"``: what he holds or leads himself: who shares, and who it is handed to."""
        seen = super().scope_q(who, scope, action)
        if scope is Scope.ALL or action == "own" or not who.user_id:
            return seen
        joined = Membership.objects.current().filter(user_id=who.user_id)
        if action == "write":
            joined = joined.filter(share__isnull=False)
        return seen | Q(pk__in=joined.values("opportunity_id"))

    def worked_on_by(self, who: Principal, right: Permission) -> Self:
        """The deals in whose rooms ``who`` may use that right: as wide as the right is his, not as wide as he reads. Who
        audits all deals and helps with some writes those he has joined."""
        if not who.may(right) or not who.may(self.read_permission):
            return self.none()
        return self.filter(self.scope_q(who, min(who.scope_of(right), who.scope_of(self.read_permission)), "read"))

    def real(self) -> Self:
        """Without practice: what figures are made of."""
        return self.filter(is_practice=False)

    def running(self) -> Self:
        return self.filter(outcome__in=RUNNING)

    def active(self) -> Self:
        """On the board: running, or won and still in delivery and review; no practice."""
        return self.filter(on_board__in=[True])  # a bare boolean would keep SQLite from its place in the index


class Opportunity(models.Model):
    """商机(项目): one pursued deal, the spine from step 3 to step 8. Amounts are yuan.

    ``outcome_on`` and ``outcome_department`` are what figures count by (P2a); ``target_*`` is the plan as it was
    when the deal was opened (S8.1). ``version_changed_at``: it didn't run on one version from beginning to end. ``lost_to``: whom the customer chose instead, where it was lost and is known.
    ``linked_from``: the deal with this customer from which it came, where it is a second sale (S8.2).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("商机名称"), max_length=120)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="opportunities", verbose_name=_("客户"))
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="opportunities")
    product = models.ForeignKey(Product, models.PROTECT, null=True, blank=True, verbose_name=_("产品"))
    owner = models.ForeignKey(User, models.PROTECT, related_name="opportunities", verbose_name=_("负责人"))
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    market = models.CharField(_("市场"), max_length=3, choices=MARKETS, default=Market.TOB.value)
    scale = models.CharField(_("规模"), max_length=5, choices=SCALES, default=Scale.SMALL.value)
    motion = models.CharField(_("方式"), max_length=12, choices=MOTIONS, default=Motion.NEW.value)
    is_complex = models.BooleanField(_("复杂项目"), default=False)
    playbook_version = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="opportunities")
    version_changed_at = models.DateTimeField(null=True, blank=True)
    variant = models.CharField(max_length=40)
    step = models.CharField(_("步骤"), max_length=12, choices=STEPS)
    entered_step_at = models.DateTimeField()
    outcome = models.CharField(_("结果"), max_length=6, choices=OUTCOMES, default=Outcome.OPEN.value)
    outcome_on = models.DateField(null=True, blank=True)
    outcome_reason = models.CharField(_("原因"), max_length=200, blank=True)
    outcome_department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    lost_to = models.ForeignKey(
        Competitor,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="won_deals",
        db_index=False,
        verbose_name=_("输给谁"),
    )
    linked_from = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="second_sales",
        db_index=False,
        verbose_name=_("源自"),
    )
    paused_until = models.DateField(_("暂停至"), null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    amount = models.DecimalField(_("预计金额"), max_digits=14, decimal_places=2, null=True, blank=True)
    expected_close_on = models.DateField(_("预计签约日期"), null=True, blank=True)
    target_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    target_close_on = models.DateField(null=True, blank=True)
    budget_low = models.DecimalField(_("客户预算 从"), max_digits=16, decimal_places=2, null=True, blank=True)
    budget_high = models.DecimalField(_("客户预算 到"), max_digits=16, decimal_places=2, null=True, blank=True)
    tier = models.CharField(_("跟进级别"), max_length=8, choices=TIERS, blank=True)
    note = models.TextField(_("备注"), blank=True)
    is_practice = models.BooleanField(_("练习"), default=False)
    last_touch_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    search_text = models.TextField(editable=False, default="")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    on_board = models.GeneratedField(
        expression=Case(When(ON_BOARD, then=Value(True)), default=Value(False)),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    # Sorting needs no NULLs: what is unknown counts as less than nothing, and comes after every date.
    amount_key = models.GeneratedField(
        expression=Coalesce("amount", Value(Decimal(-1))), output_field=_MONEY, db_persist=True
    )
    close_key = models.GeneratedField(
        expression=Coalesce("expected_close_on", Value(date.max, output_field=models.DateField())),
        output_field=models.DateField(),
        db_persist=True,
    )

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=sorted(CLOSED), outcome_on__isnull=False)
                | Q(outcome__in=sorted(RUNNING), outcome_on=None),
                name="deals_closed_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(outcome="paused", paused_until__isnull=False)
                | (~Q(outcome="paused") & Q(paused_until=None)),
                name="deals_paused_until",
            ),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="deals_amount_positive"),
            models.CheckConstraint(
                condition=Q(budget_low=None) | Q(budget_high=None) | Q(budget_high__gte=F("budget_low")),
                name="deals_budget_range",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(outcome__in=sorted(CLOSED)), name="deals_finished_closed"
            ),
            models.CheckConstraint(
                condition=Q(lost_to=None) | Q(outcome=Outcome.LOST.value), name="deals_lost_to_only_if_lost"
            ),
        ]
        indexes = [  # the board's count and sum per step never leave their index
            models.Index(fields=["on_board", "step", "-id", "amount"], name="deals_board"),
            models.Index(fields=["owner", "on_board", "step", "-id", "amount"], name="deals_board_owner"),
            models.Index(fields=["department", "on_board", "step", "-id", "amount"], name="deals_board_department"),
            models.Index(fields=["owner", "-id"], name="deals_owner"),
            models.Index(fields=["department", "-id"], name="deals_department"),
            models.Index(fields=["outcome", "-id"], name="deals_outcome"),
            models.Index(fields=["outcome", "-outcome_on", "-id"], name="deals_closed"),
            models.Index(fields=["-amount_key", "-id"], name="deals_amount"),
            models.Index(fields=["close_key", "id"], name="deals_close"),
            models.Index(fields=["-entered_step_at", "-id"], name="deals_entered"),
            models.Index(fields=["customer", "-id"], name="deals_customer"),
            models.Index(fields=["lost_to", "-id"], name="deals_lost_to", condition=Q(lost_to__isnull=False)),
            models.Index(fields=["linked_from", "-id"], name="deals_linked", condition=Q(linked_from__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("deals:detail", args=[self.pk])

    @property
    def standing(self) -> Standing:
        return Standing(StepKey(self.step), Outcome(self.outcome), self.finished_at is not None)

    @property
    def segment(self) -> Segment:
        return Segment(Market(self.market), Scale(self.scale), Motion(self.motion))

    @property
    def is_running(self) -> bool:
        return self.outcome in RUNNING

    @property
    def is_given_up(self) -> bool:
        """Lost or void."""
        return self.outcome in GIVEN_UP


class OfDealQuerySet(models.QuerySet[Row]):
    """Rows of a room: seen and changed with their deal, by those who may read and write the room."""

    reads: Permission
    writes: Permission
    deal_field = "opportunity"
    worked_on_together = False
    """Whether whoever has joined the deal writes here, if he may write the room at all (P4)."""

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        if not who.may(self.reads if action == "read" else self.writes):
            return self.none()
        if self.worked_on_together and action != "read":
            deals = Opportunity.objects.worked_on_by(who, self.writes)
        else:
            deals = Opportunity.objects.visible_to(who, action)
        return self.filter(**{f"{self.deal_field}__in": deals})


class VisitQuerySet(models.QuerySet["StepVisit"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(opportunity__in=Opportunity.objects.visible_to(who, action))


class StepVisit(models.Model):
    """One stay of a deal in a step; the open one has no ``left_at``."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="visits")
    step = models.CharField(max_length=12, choices=STEPS)
    move = models.CharField(max_length=10, choices=[(m.value, m.value) for m in Move])
    reason = models.CharField(max_length=200, blank=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity"], condition=Q(left_at=None), name="deals_one_open_visit"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")), name="deals_visit_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.step}"


class GatePass(models.Model):
    """What was true when a deal left a step: the judgement, kept (P2)."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="gate_passes")
    step = models.CharField(max_length=12, choices=STEPS)
    to = models.CharField(max_length=12, choices=STEPS)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    judgement = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.step} → {self.to}"


class Waiver(models.Model):
    """豁免: a manager let a deal pass without one criterion, with a reason."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="waivers")
    criterion = models.CharField(max_length=80)
    step = models.CharField(max_length=12, choices=STEPS)
    reason = models.CharField(_("豁免理由"), max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["opportunity", "criterion"], name="deals_waived_once")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.criterion}"


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, on: date | None = None) -> Self:
        """Memberships in force on a day (default: the database's today)."""
        from django.utils import timezone

        day = on or timezone.localdate()
        return self.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))

    def agreed(self, on: date) -> Self:
        """Co-owners of that day and of later ones: who shares the credit, or will."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on), share__isnull=False)


class Membership(models.Model):
    """A colleague who has joined the deal (P4). With a ``share`` he is its co-owner 协同负责人: he works on it as the owner
    does, and that per cent of its credit is his; the rest is the owner's. ``department`` is his own of the day on which
    the share was agreed: what it counts for.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships", verbose_name=_("协作人"))
    duty = models.CharField(_("职责"), max_length=80, blank=True)
    share = models.PositiveSmallIntegerField(_("业绩占比"), null=True, blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    starts_on = models.DateField(_("从"), null=True, blank=True)
    ends_on = models.DateField(_("到"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "user"], name="deals_member_once"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=1, share__lte=99), name="deals_share_leaves_the_owner_some"
            ),
        ]
        indexes = [models.Index(fields=["user", "opportunity"], name="deals_member")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.user_id}"

    def is_current(self, on: date) -> bool:
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or self.ends_on >= on)

    @property
    def is_co_owner(self) -> bool:
        return self.share is not None


from tuoke.spine.deals.changeovers.models import Changeover, ChangeoverRefusal  # noqa: E402, F401  # tables of this app
from tuoke.spine.deals.duties.models import Duty  # noqa: E402, F401
