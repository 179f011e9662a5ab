from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import NextAction
from tuoke.steps.proposals.demos.rules import DemoKind, DemoState, Reaction
from tuoke.steps.proposals.models import RoomQuerySet

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

KIND_NAMES = {DemoKind.DEMO: _("产品演示"), DemoKind.PROTOTYPE: _("原型演示")}
STATE_NAMES = {
    DemoState.PLANNED: _("已安排"),
    DemoState.HELD: _("已演示"),
    DemoState.CANCELLED: _("已取消"),
}
REACTION_NAMES = {
    Reaction.CONVINCED: _("认可"),
    Reaction.INTERESTED: _("感兴趣"),
    Reaction.NEUTRAL: _("没有明确态度"),
    Reaction.DOUBTFUL: _("有疑虑"),
    Reaction.UNKNOWN: _("未知"),
}
KINDS = [(kind.value, name) for kind, name in KIND_NAMES.items()]
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]
REACTIONS = [(reaction.value, name) for reaction, name in REACTION_NAMES.items()]


class DemoQuerySet(RoomQuerySet["Demo"]):
    """Seen and changed with its deal."""


class TrialQuerySet(RoomQuerySet["Trial"]):
    def running(self) -> Self:
        return self.filter(ended_at=None)


class Demo(models.Model):
    """演示: planned as a next action, held, with what was shown and what the customer said (S5.2).

    ``presented``: the proposal itself was gone through.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="demos")
    kind = models.CharField(_("类型"), max_length=9, choices=KINDS, default=DemoKind.DEMO.value)
    state = models.CharField(max_length=9, choices=STATES, default=DemoState.PLANNED.value)
    planned_on = models.DateField(_("安排在"))
    planned_time = models.TimeField(_("几点"), null=True, blank=True)
    held_on = models.DateField(_("演示日期"), null=True, blank=True)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="demos", verbose_name=_("给谁看")
    )
    purpose = models.CharField(_("要让客户看到什么"), max_length=300, blank=True)
    shown = models.TextField(_("演示了什么"), blank=True)
    feedback = models.TextField(_("客户反馈"), blank=True)
    reaction = models.CharField(_("反应"), max_length=10, choices=REACTIONS, blank=True)
    presented = models.BooleanField(_("讲了方案"), default=False)
    action = models.ForeignKey(NextAction, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = DemoQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=DemoState.HELD.value, held_on__isnull=False)
                | (~Q(state=DemoState.HELD.value) & Q(held_on=None)),
                name="demos_held_iff_dated",
            )
        ]
        indexes = [models.Index(fields=["opportunity", "-planned_on", "-id"], name="demos_of_deal")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.kind} {self.planned_on}"


class Trial(models.Model):
    """试用账号: what the customer tries, until when. ``account`` names it; a password never stands here.

    Both days are included. ``reminded_on``: the expiry of which its owner was told; an extension has him told anew.
    ``action``: the next action that the reminder made.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="trials")
    account = models.CharField(_("账号"), max_length=120)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="trials", verbose_name=_("给谁用")
    )
    goal = models.CharField(_("客户要验证什么"), max_length=300, blank=True)
    starts_on = models.DateField(_("开通日期"))
    expires_on = models.DateField(_("到期日期"))
    usage = models.TextField(_("使用情况"), blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_note = models.CharField(_("结果"), max_length=300, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    action = models.ForeignKey(NextAction, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["-expires_on", "-id"]
        constraints = [models.CheckConstraint(condition=Q(expires_on__gte=F("starts_on")), name="demos_trial_period")]
        indexes = [
            models.Index(fields=["opportunity", "-expires_on", "-id"], name="demos_trials_of_deal"),
            models.Index(fields=["expires_on"], condition=Q(ended_at=None), name="demos_trials_due"),
        ]

    def __str__(self) -> str:
        return self.account

    def has_expired(self, today: date) -> bool:
        return self.expires_on < today
