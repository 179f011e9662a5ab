from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.services.links.models import Link
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.rules import (
    LINE_LIMIT,
    NAME_LIMIT,
    SCORE_LEAST,
    SCORE_MOST,
    TITLE_LIMIT,
    Answer,
    How,
    IssueState,
    ItemKind,
    ItemState,
    Severity,
    Side,
    seal_of,
)
from tuoke.steps.contracts.kickoff.models import Milestone, RoomQuerySet

if TYPE_CHECKING:
    from datetime import date
    from typing import Self

KIND_NAMES = {
    ItemKind.TRAINING: _("方案培训"),
    ItemKind.GOLIVE: _("系统上线"),
    ItemKind.PRODUCT: _("产品交付"),
    ItemKind.OTHER: _("其他"),
}
STATE_NAMES = {
    ItemState.OPEN: _("未交付"),
    ItemState.DELIVERED: _("待验收"),
    ItemState.ACCEPTED: _("已验收"),
    ItemState.REJECTED: _("未通过"),
}
ANSWER_NAMES = {
    Answer.ACCEPTED: _("通过"),
    Answer.CONDITIONAL: _("有条件通过"),
    Answer.REJECTED: _("不通过"),
}
HOW_NAMES = {How.LINK: _("客户在链接里填写"), How.PAPER: _("按客户填写的纸质单据录入")}
SEVERITY_NAMES = {Severity.LOW: _("轻微"), Severity.NORMAL: _("一般"), Severity.HIGH: _("严重")}
ISSUE_NAMES = {IssueState.OPEN: _("处理中"), IssueState.SOLVED: _("待确认"), IssueState.CLOSED: _("已关闭")}
SIDE_NAMES = {Side.OURS: _("我方"), Side.THEIRS: _("客户")}
KINDS = [(kind.value, name) for kind, name in KIND_NAMES.items()]
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]
ANSWERS = [(answer.value, name) for answer, name in ANSWER_NAMES.items()]
HOWS = [(how.value, name) for how, name in HOW_NAMES.items()]
SEVERITIES = [(severity.value, name) for severity, name in SEVERITY_NAMES.items()]
ISSUE_STATES = [(state.value, name) for state, name in ISSUE_NAMES.items()]
SIDES = [(side.value, name) for side, name in SIDE_NAMES.items()]


class DeliveryItemQuerySet(RoomQuerySet["DeliveryItem"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class DeliveryShareQuerySet(RoomQuerySet["Share"]):
    """Links by which the customer accepts."""


class AcceptanceQuerySet(RoomQuerySet["Acceptance"]):
    def standing(self) -> Self:
        return self.filter(taken_back_at=None)


class DeliveryFeedbackQuerySet(RoomQuerySet["Feedback"]):
    def standing(self) -> Self:
        return self.filter(taken_back_at=None)


class DeliveryIssueQuerySet(RoomQuerySet["Issue"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def unclosed(self) -> Self:
        return self.standing().exclude(state=IssueState.CLOSED)


class DeliveryItem(models.Model):
    """A part of the first delivery 首期交付, with what must be true for the customer to accept it (S7.3).

    ``criteria`` are lines. ``milestone``: the line of the kick-off plan that is done once it is accepted. ``delivered_on``: handed over, as of
    the last time. ``accepted_on`` while it is accepted.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="delivery_items")
    kind = models.CharField(_("类型"), max_length=8, choices=KINDS)
    title = models.CharField(_("交付内容"), max_length=TITLE_LIMIT)
    criteria = models.JSONField(_("验收标准"), default=list)
    due_on = models.DateField(_("计划交付"), null=True, blank=True)
    milestone = models.ForeignKey(
        Milestone,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="delivery_items",
        verbose_name=_("启动计划里的里程碑"),
    )
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=9, choices=STATES, default=ItemState.OPEN.value)
    delivered_on = models.DateField(null=True, blank=True)
    delivered_note = models.CharField(_("交付说明"), max_length=LINE_LIMIT, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryItemQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ItemState.ACCEPTED.value, accepted_on__isnull=False)
                | (~Q(state=ItemState.ACCEPTED.value) & Q(accepted_on=None)),
                name="deliveries_accepted_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.OPEN.value) | Q(delivered_on__isnull=False),
                name="deliveries_delivered_dated",
            ),
        ]
        indexes = [models.Index(fields=["opportunity", "position", "id"], name="deliveries_items")]

    def __str__(self) -> str:
        return self.title

    @property
    def seal(self) -> str:
        return seal_of(title=self.title, criteria=self.criteria)


class Share(models.Model):
    """The delivery sent to one person of the customer by private link: he accepts, says how it was, reports issues."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="delivery_shares")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    recipient = models.CharField(max_length=80)
    link = models.ForeignKey(Link, models.PROTECT, null=True, related_name="+")
    message = models.TextField(blank=True)
    sent_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()

    objects = DeliveryShareQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["opportunity", "-id"], name="deliveries_shares")]

    def __str__(self) -> str:
        return f"{self.opportunity_id} → {self.recipient}"


class Said(models.Model):
    """What the customer said, never the seller: by whom, on which day, how we know. Kept as it was said; what was entered
    wrongly from paper is taken back, never changed."""

    how = models.CharField(max_length=5, choices=HOWS)
    name = models.CharField(max_length=NAME_LIMIT)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    on = models.DateField()
    at = models.DateTimeField()
    share = models.ForeignKey(Share, models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Acceptance(Said):
    """The customer's word on one item as it was then: ``seal`` and ``content`` are what he had before him."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="acceptances")
    item = models.ForeignKey(DeliveryItem, models.PROTECT, related_name="acceptances")
    answer = models.CharField(max_length=11, choices=ANSWERS)
    note = models.TextField(blank=True)
    content = models.JSONField()
    seal = models.CharField(max_length=64)

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(how=How.LINK.value, share__isnull=False, entered_by=None)
                | Q(how=How.PAPER.value, share=None, entered_by__isnull=False),
                name="deliveries_acceptance_origin",
            )
        ]
        indexes = [models.Index(fields=["item", "-id"], name="deliveries_acceptances")]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.answer}"


class Feedback(Said):
    """How satisfied the customer is with the first delivery: 1 to 10, in his own words (S7.3). The newest counts."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="delivery_feedback")
    score = models.PositiveSmallIntegerField(_("评分"))
    comment = models.TextField(_("哪里和预想的不一样"), blank=True)

    objects = DeliveryFeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=SCORE_LEAST, score__lte=SCORE_MOST), name="deliveries_score_range"
            ),
            models.CheckConstraint(
                condition=Q(how=How.LINK.value, share__isnull=False, entered_by=None)
                | Q(how=How.PAPER.value, share=None, entered_by__isnull=False),
                name="deliveries_feedback_origin",
            ),
        ]
        indexes = [models.Index(fields=["opportunity", "-id"], name="deliveries_feedback_deal")]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.score}"


class Issue(models.Model):
    """初期问题: something that isn't as it should be, somebody's until the side that found it says it is gone (S7.3).

    ``from_acceptance``: it is what the customer asked for when he accepted with a condition, or why he did not accept.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="delivery_issues")
    item = models.ForeignKey(DeliveryItem, models.PROTECT, null=True, blank=True, related_name="issues")
    title = models.CharField(_("问题"), max_length=LINE_LIMIT)
    note = models.TextField(_("说明"), blank=True)
    severity = models.CharField(_("严重程度"), max_length=6, choices=SEVERITIES)
    found_by = models.CharField(_("谁发现的"), max_length=6, choices=SIDES)
    found_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    share = models.ForeignKey(Share, models.PROTECT, null=True, blank=True, related_name="issues")
    from_acceptance = models.ForeignKey(Acceptance, models.PROTECT, null=True, blank=True, related_name="issues")
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="delivery_issues", verbose_name=_("责任人")
    )
    due_on = models.DateField(_("期限"), null=True, blank=True)
    state = models.CharField(max_length=6, choices=ISSUE_STATES, default=IssueState.OPEN.value)
    solution = models.TextField(_("怎么解决的"), blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_name = models.CharField(max_length=NAME_LIMIT, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryIssueQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=IssueState.CLOSED.value, closed_at__isnull=False)
                | (~Q(state=IssueState.CLOSED.value) & Q(closed_at=None)),
                name="deliveries_closed_iff_dated",
            )
        ]
        indexes = [
            models.Index(fields=["opportunity", "id"], name="deliveries_issues"),
            models.Index(
                fields=["owner", "due_on", "id"],
                condition=~Q(state=IssueState.CLOSED.value) & Q(withdrawn_at=None),
                name="deliveries_issues_of_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_late(self, today: date) -> bool:
        return self.state == IssueState.OPEN and self.due_on is not None and self.due_on < today
