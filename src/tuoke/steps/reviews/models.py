from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import FUNCTION_NAMES, User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.models import STEPS, OfDealQuerySet, Opportunity
from tuoke.steps.reviews.rules import LINE_LIMIT, TEXT_LIMIT, Cause, ReviewState

if TYPE_CHECKING:
    from typing import Self

STATE_NAMES = {ReviewState.OPEN: _("待复盘"), ReviewState.HELD: _("已开会，待定稿"), ReviewState.FINAL: _("已定稿")}
CAUSE_NAMES = {
    Cause.PRICE: _("价格"),
    Cause.PRODUCT: _("产品或方案不合适"),
    Cause.RIVAL: _("对手更强"),
    Cause.RELATION: _("没有见到决策人，关系不够"),
    Cause.TIMING: _("客户推迟或取消了计划"),
    Cause.BUDGET: _("预算没有批下来"),
    Cause.SERVICE: _("交付或服务的顾虑"),
    Cause.OURSELVES: _("我们自己放弃"),
    Cause.OTHER: _("其他"),
}
FUNCTIONS = [(function.value, name) for function, name in FUNCTION_NAMES.items()]
STATES = [(state.value, name) for state, name in STATE_NAMES.items()]
CAUSES = [(cause.value, name) for cause, name in CAUSE_NAMES.items()]


Row = TypeVar("Row", bound=models.Model, covariant=True)


class ReviewQuerySet(OfDealQuerySet["Review"]):
    """Everybody who has joined the deal reads and writes its review (P4)."""

    reads, writes = Permission.REVIEW_READ, Permission.REVIEW_WRITE
    worked_on_together = True

    def waiting(self) -> Self:
        return self.exclude(state=ReviewState.FINAL.value)


class OfReviewQuerySet(models.QuerySet[Row]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        return self.filter(review__in=Review.objects.visible_to(who, action))


class ContributionQuerySet(OfReviewQuerySet["Contribution"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Everybody reads all parts; each writes his own."""
        seen = super().visible_to(who, action)
        return seen if action == "read" else seen.filter(user_id=who.user_id)

    def asked(self) -> Self:
        return self.filter(withdrawn_at=None)

    def waiting(self) -> Self:
        return self.asked().filter(written_at=None)


class ProblemQuerySet(OfReviewQuerySet["Problem"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Everybody reads all of them; each changes what he found himself, whoever answers for the deal all."""
        seen = super().visible_to(who, action)
        if action == "read":
            return seen
        led = Q(review__opportunity__in=Opportunity.objects.visible_to(who, "write"))
        return seen.filter(led | Q(created_by_id=who.user_id or 0))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class ReportQuerySet(OfReviewQuerySet["Report"]):
    """Read with its deal."""


class Review(models.Model):
    """复盘 of a deal that was won, lost or voided (S8.1): once a deal. ``due_on``: a week after it became due.

    ``cause``: what decided a lost one, as the review found it. ``nothing_to_change``: why it led to no improvement.
    ``cost``: what finance says that the project cost, in yuan; read with what a deal costs (OFFER_READ).
    """

    opportunity = models.OneToOneField(Opportunity, models.PROTECT, related_name="review")
    state = models.CharField(max_length=5, choices=STATES, default=ReviewState.OPEN.value)
    due_on = models.DateField(_("最晚复盘"))
    held_on = models.DateField(_("复盘会日期"), null=True, blank=True)
    summary = models.TextField(_("结论"), blank=True, max_length=TEXT_LIMIT)
    cause = models.CharField(_("丢单的主要原因"), max_length=10, choices=CAUSES, blank=True)
    cause_text = models.TextField(_("原因说明"), blank=True, max_length=TEXT_LIMIT)
    nothing_to_change = models.CharField(_("没有改进项的原因"), max_length=LINE_LIMIT, blank=True)
    cost = models.DecimalField(_("项目成本"), max_digits=14, decimal_places=2, null=True, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    final_at = models.DateTimeField(null=True, blank=True)
    final_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ReviewState.OPEN.value, held_on=None)
                | (~Q(state=ReviewState.OPEN.value) & Q(held_on__isnull=False)),
                name="reviews_held_iff_dated",
            ),
            models.CheckConstraint(
                condition=Q(state=ReviewState.FINAL.value, final_at__isnull=False)
                | (~Q(state=ReviewState.FINAL.value) & Q(final_at=None)),
                name="reviews_final_iff_dated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "id"], condition=~Q(state=ReviewState.FINAL.value), name="reviews_to_be_done"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}"

    @property
    def standing(self) -> ReviewState:
        return ReviewState(self.state)

    @property
    def is_final(self) -> bool:
        return self.state == ReviewState.FINAL


class Contribution(models.Model):
    """One person's part of a review: asked of him, written by him. ``function`` is his department's on the day he was
    asked (P4); ``excuse`` says why he has nothing to say: that, too, is an answer."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="contributions")
    user = models.ForeignKey(User, models.PROTECT, related_name="contributions")
    function = models.CharField(max_length=10, choices=FUNCTIONS, blank=True)
    went_well = models.TextField(_("做得好的"), blank=True, max_length=TEXT_LIMIT)
    went_wrong = models.TextField(_("要改的"), blank=True, max_length=TEXT_LIMIT)
    advice = models.TextField(_("下次怎么做"), blank=True, max_length=TEXT_LIMIT)
    excuse = models.CharField(_("没有内容的原因"), max_length=LINE_LIMIT, blank=True)
    due_on = models.DateField(_("请在这天前写"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["review", "user"], name="reviews_asked_once")]
        indexes = [
            models.Index(
                fields=["user", "due_on"], condition=Q(written_at=None, withdrawn_at=None), name="reviews_parts_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.user_id}"


class Problem(models.Model):
    """What went wrong, in which step, and why: what improvements answer."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="problems")
    step = models.CharField(_("出在哪一步"), max_length=12, choices=STEPS, blank=True)
    text = models.TextField(_("问题"), max_length=TEXT_LIMIT)
    cause = models.TextField(_("原因"), blank=True, max_length=TEXT_LIMIT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.review_id}: {self.text[:40]}"


class Report(models.Model):
    """《项目复盘报告》 as it was when it was made final: figures, parts, problems, improvements. Frozen by the database;
    a reopened review makes the next number."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="reviews_report_number")]

    def __str__(self) -> str:
        return f"{self.review_id} v{self.number}"
