from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission
from tuoke.services.links.models import Link
from tuoke.spine.catalog.models import MARKETS, SCALES
from tuoke.spine.customers.models import CHANNELS, Contact
from tuoke.spine.deals.models import OfDealQuerySet, Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.reviews.revisits.rules import Level, Occasion, Opening, State, Usage
from tuoke.steps.reviews.revisits.rules.surveys import COMMENT_LIMIT, NAME_LIMIT
from tuoke.steps.reviews.revisits.rules.visits import REASON_LIMIT

if TYPE_CHECKING:
    from typing import Self

OCCASION_NAMES = {Occasion.WON: _("成交后回访"), Occasion.LOST: _("丢单后问候")}
STATE_NAMES = {State.DUE: _("待回访"), State.DONE: _("已回访"), State.SKIPPED: _("已跳过")}
USAGE_NAMES = {
    Usage.GROWING: _("用得越来越多"),
    Usage.STEADY: _("和以前一样"),
    Usage.FALLING: _("用得少了"),
    Usage.UNUSED: _("没有用起来"),
    Usage.UNKNOWN: _("没有了解到"),
}
OPENING_NAMES = {
    Opening.MORE: _("增购"),
    Opening.UPGRADE: _("升级"),
    Opening.EXTEND: _("扩展到新部门、新地点"),
    Opening.RENEW: _("续约"),
    Opening.AGAIN: _("重新启动"),
    Opening.OTHER: _("其他新需求"),
}
LEVEL_NAMES = {Level.SINGLE: _("单次合作"), Level.REPEAT: _("重复合作"), Level.PARTNER: _("长期伙伴")}
LEVEL_TONES = {Level.SINGLE: "gray", Level.REPEAT: "blue", Level.PARTNER: "green"}

Row = TypeVar("Row", bound=models.Model, covariant=True)


class RoomQuerySet(OfDealQuerySet[Row]):
    """Service and sales visit together: whoever has joined the deal and may write reviews writes here (P4)."""

    reads, writes = Permission.REVIEW_READ, Permission.REVIEW_WRITE
    worked_on_together = True


class RevisitPlanQuerySet(RoomQuerySet["RevisitPlan"]):
    def running(self) -> Self:
        return self.filter(ended_at=None)


class RevisitQuerySet(RoomQuerySet["Revisit"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def due(self) -> Self:
        return self.standing().filter(state=State.DUE)

    def done(self) -> Self:
        return self.standing().filter(state=State.DONE)


class SurveyQuerySet(RoomQuerySet["Survey"]):
    def answered(self) -> Self:
        return self.filter(answered_at__isnull=False)


class SecondSaleQuerySet(RoomQuerySet["SecondSale"]): ...


class SegmentRhythm(models.Model):
    """How often customers of one type are visited, where the company has said otherwise than ``rules.USUAL``. Plans that
    are there stay as they are."""

    market = models.CharField(_("市场"), max_length=3, choices=MARKETS)
    scale = models.CharField(_("规模"), max_length=5, choices=SCALES)
    every_months = models.PositiveSmallIntegerField(_("每隔几个月"))
    first_after_days = models.PositiveSmallIntegerField(_("签约后几天第一次"))
    lasts_months = models.PositiveSmallIntegerField(_("持续几个月"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["market", "scale"], name="revisits_rhythm_once")]

    def __str__(self) -> str:
        return f"{self.market} {self.scale}"


class RevisitPlan(models.Model):
    """When one deal's customer is visited again: the days of ``rules.Calendar``. One visit at a time is due; what was done
    or skipped makes the next one. ``ended_with_deal``: it ended because the deal was taken up again, and begins anew when
    that ends. ``owner`` None: whoever owns the deal that day."""

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="revisit_plan")
    occasion = models.CharField(max_length=4, choices=[(o.value, name) for o, name in OCCASION_NAMES.items()])
    first_on = models.DateField(_("第一次"))
    every_months = models.PositiveSmallIntegerField(_("每隔几个月"))
    until_on = models.DateField(_("到哪一天为止"), null=True, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("由谁回访"))
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_with_deal = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    objects = RevisitPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=models.F("first_on")), name="revisits_plan_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.first_on}"


class Revisit(models.Model):
    """回访 (S8.2): one visit, due, done or skipped. ``satisfaction`` 0–10 is what ``contact`` said to us; what he said
    himself stands in ``Survey``. ``owner`` None: whoever owns the deal."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="revisits")
    due_on = models.DateField(_("应回访日期"))
    owner = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("由谁回访"))
    state = models.CharField(max_length=7, choices=[(s.value, name) for s, name in STATE_NAMES.items()])
    done_on = models.DateField(_("回访日期"), null=True, blank=True)
    channel = models.CharField(_("方式"), max_length=20, choices=CHANNELS, blank=True)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("和谁谈的")
    )
    usage = models.TextField(_("使用情况"), blank=True)
    usage_level = models.CharField(
        _("使用得多还是少"), max_length=7, choices=[(u.value, name) for u, name in USAGE_NAMES.items()], blank=True
    )
    satisfaction = models.PositiveSmallIntegerField(_("客户打几分"), null=True, blank=True)
    new_needs = models.TextField(_("新的需求"), blank=True)
    reason = models.CharField(_("为什么跳过"), max_length=REASON_LIMIT, blank=True)
    followup = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="+")
    closed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = RevisitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(state="due", withdrawn_at=None), name="revisits_one_due"
            ),
            models.CheckConstraint(
                condition=Q(state="done", done_on__isnull=False, closed_at__isnull=False)
                | Q(state="skipped", closed_at__isnull=False)
                | Q(state="due", closed_at=None),
                name="revisits_closed_is_dated",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction=None) | Q(satisfaction__lte=10), name="revisits_satisfaction_to_ten"
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "-id"], name="revisits_of_deal"),
            models.Index(fields=["due_on", "id"], name="revisits_due", condition=Q(state="due", withdrawn_at=None)),
            models.Index(
                fields=["-done_on", "-id"], name="revisits_done", condition=Q(state="done", withdrawn_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.due_on}"

    @property
    def is_due(self) -> bool:
        return self.state == State.DUE and self.withdrawn_at is None

    def days_late(self, today: date) -> int:
        return max((today - self.due_on).days, 0) if self.is_due else 0


class Survey(models.Model):
    """A survey sent to one person by private link, and what he answered: he may change it until the link ends."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="surveys")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=80)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    choices = models.JSONField(default=dict)
    comment = models.TextField(max_length=COMMENT_LIMIT, blank=True)
    wants_call = models.BooleanField(default=False)
    answered_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    first_answered_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, score=None) | Q(answered_at__isnull=False, score__lte=10),
                name="revisits_answered_is_scored",
            )
        ]
        indexes = [
            models.Index(fields=["opportunity", "-id"], name="revisits_surveys"),
            models.Index(
                fields=["-answered_at", "-id"], name="revisits_answers", condition=Q(answered_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id} → {self.recipient}"


class SecondSale(models.Model):
    """二次销售: the deal that was found on a visit; ``opportunity`` is the new one, whose ``linked_from`` is the old."""

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="second_sale")
    revisit = models.ForeignKey(Revisit, models.PROTECT, null=True, blank=True, related_name="second_sales")
    kind = models.CharField(_("哪一种机会"), max_length=7, choices=[(o.value, n) for o, n in OPENING_NAMES.items()])
    found_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    objects = SecondSaleQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.kind}"


class Relation(models.Model):
    """How a customer stands to us, worked out from his deals and scores (``actions.relations``); can be worked out anew at
    any time. No foreign key: a row without its customer is no row."""

    customer_id = models.BigIntegerField(primary_key=True)
    level = models.CharField(max_length=7, choices=[(k.value, name) for k, name in LEVEL_NAMES.items()])
    won = models.PositiveIntegerField()
    first_won_on = models.DateField()
    last_won_on = models.DateField()
    score = models.DecimalField(max_digits=3, decimal_places=1, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["level", "customer_id"], name="revisits_level")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.level}"
