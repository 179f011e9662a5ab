from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.steps.reviews.improvements.rules import (
    LINE_LIMIT,
    OPEN,
    TEXT_LIMIT,
    TITLE_LIMIT,
    Origin,
    State,
    Target,
    is_overdue,
)
from tuoke.steps.reviews.models import Problem, Review

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

STATE_NAMES = {
    State.PROPOSED: _("待决定"),
    State.ACCEPTED: _("已采纳"),
    State.DECLINED: _("未采纳"),
    State.DRAFTING: _("正在写进新版本"),
    State.PUBLISHED: _("已写进新版本"),
    State.DONE: _("已落实"),
}
TARGET_NAMES = {
    Target.PROFILE: _("目标客户画像"),
    Target.SCRIPT: _("话术"),
    Target.OPENING: _("开场白"),
    Target.QUESTION: _("问题"),
    Target.BLOCK: _("方案内容"),
    Target.OBJECTION: _("异议"),
    Target.CLAUSE: _("条款"),
    Target.STEP: _("流程步骤"),
    Target.CRITERION: _("推进条件"),
    Target.OTHER: _("其他做法"),
}
ORIGIN_NAMES = {Origin.REVIEW: _("来自复盘"), Origin.MARKET: _("来自市场变化"), Origin.PRACTICE: _("来自日常工作")}
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]
TARGETS = [(target.value, name) for target, name in TARGET_NAMES.items()]
ORIGINS = [(origin.value, name) for origin, name in ORIGIN_NAMES.items()]


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """All of them by those who read improvements; by others those of the deals that they may read the reviews of.

        Which deal one comes from is told only to whoever may read the deal (``queries.named_deals``). ``write``: what he
        proposed or answers for himself; who decides on improvements writes all.
        """
        if action == "read":
            if who.may(Permission.IMPROVEMENT_READ):
                return self
            return self.filter(review__in=Review.objects.visible_to(who))
        if may_decide(who):
            return self
        if not (who.may(Permission.IMPROVEMENT_WRITE) or who.may(Permission.REVIEW_WRITE)) or who.user_id is None:
            return self.none()
        return self.visible_to(who).filter(Q(proposed_by_id=who.user_id) | Q(owner_id=who.user_id))

    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)

    def open(self) -> Self:
        return self.listed().filter(state__in=sorted(OPEN))


def may_decide(who: Principal) -> bool:
    """Who answers for the process, and directors: those who may change profiles (O1)."""
    return who.may(Permission.IMPROVEMENT_WRITE) and who.may(Permission.PROFILE_WRITE)


class Improvement(models.Model):
    """改进项 (S8.3): what is to change, in which tool, by whom and when. Without a ``review`` it comes from the market or
    from daily work.

    ``target_key`` names what is to change: a row as history does (``library.item:12``), or the key of a step or a
    criterion; ``target_label`` is how it was called. ``drafting_by``: who writes the next version. ``carried_out_as``
    names the version that says it, ``carried_label`` how it is called. ``drafted_in``: the draft of the process that it hangs on.
    """

    review = models.ForeignKey(Review, models.PROTECT, null=True, blank=True, related_name="improvements")
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="improvements", verbose_name=_("回答哪个问题")
    )
    origin = models.CharField(max_length=8, choices=ORIGINS, default=Origin.REVIEW.value)
    title = models.CharField(_("改什么"), max_length=TITLE_LIMIT)
    why = models.TextField(_("为什么"), blank=True, max_length=TEXT_LIMIT)
    target = models.CharField(_("改在哪里"), max_length=10, choices=TARGETS)
    target_key = models.CharField(max_length=60, blank=True)
    target_label = models.CharField(max_length=160, blank=True)
    proposal = models.TextField(_("改成什么"), max_length=TEXT_LIMIT)
    owner = models.ForeignKey(User, models.PROTECT, related_name="improvements", verbose_name=_("负责人"))
    due_on = models.DateField(_("期限"))
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=9, choices=STATES, default=State.PROPOSED.value)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_reason = models.CharField(_("理由"), max_length=LINE_LIMIT, blank=True)
    drafting_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_in = models.CharField(max_length=60, blank=True)
    carried_out_as = models.CharField(max_length=60, blank=True)
    carried_label = models.CharField(max_length=200, blank=True)
    carried_out_at = models.DateTimeField(null=True, blank=True)
    done_note = models.CharField(_("怎么落实的"), max_length=LINE_LIMIT, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin=Origin.REVIEW.value, review__isnull=False)
                | (~Q(origin=Origin.REVIEW.value) & Q(review=None)),
                name="improvements_of_a_review",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["published", "done"], carried_out_at__isnull=False)
                | (~Q(state__in=["published", "done"]) & Q(carried_out_at=None)),
                name="improvements_carried_out_iff_dated",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], condition=Q(withdrawn_at=None), name="improvements_state"),
            models.Index(fields=["target", "-id"], condition=Q(withdrawn_at=None), name="improvements_target"),
            models.Index(fields=["owner", "-id"], condition=Q(withdrawn_at=None), name="improvements_owner"),
            models.Index(fields=["due_on", "id"], condition=Q(withdrawn_at=None), name="improvements_due"),
            models.Index(fields=["target_key"], condition=~Q(target_key=""), name="improvements_about"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("improvements:show", args=[self.pk])

    @property
    def standing(self) -> State:
        return State(self.state)

    def is_overdue(self, today: date) -> bool:
        return self.withdrawn_at is None and is_overdue(self.standing, due_on=self.due_on, today=today)
