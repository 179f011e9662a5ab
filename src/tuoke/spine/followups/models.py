from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import CHANNEL_NAMES, Contact, Customer, Lead
from tuoke.spine.customers.rules import Channel
from tuoke.spine.deals.models import STEPS, Opportunity
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.spine.playbook.rules import StepKey

if TYPE_CHECKING:
    from typing import Self

Subject = Lead | Customer | Opportunity
"""What a follow-up or a next action belongs to: exactly one of them."""

OUTCOME_NAMES = {
    FollowUpOutcome.PROGRESS: _("推进"),
    FollowUpOutcome.STALLED: _("停滞"),
    FollowUpOutcome.WON: _("成交"),
    FollowUpOutcome.REFUSED: _("拒绝"),
    FollowUpOutcome.UNKNOWN: _("未说明"),
}
STEP_NAMES = {
    StepKey.TARGETING: _("前期准备"),
    StepKey.LEADS: _("客户筛选"),
    StepKey.OUTREACH: _("初步接触"),
    StepKey.DISCOVERY: _("深度沟通"),
    StepKey.PROPOSALS: _("方案呈现"),
    StepKey.NEGOTIATION: _("谈判促成"),
    StepKey.CONTRACTS: _("签约启动"),
    StepKey.REVIEWS: _("复盘优化"),
}
OUTCOMES = [(o.value, name) for o, name in OUTCOME_NAMES.items()]
ASKED = [(value, name) for value, name in OUTCOMES if value]
"""The outcomes that people choose from; only imported rows may leave it open."""
ONE_SUBJECT = (
    Q(lead__isnull=False, customer=None, opportunity=None)
    | Q(lead=None, customer__isnull=False, opportunity=None)
    | Q(lead=None, customer=None, opportunity__isnull=False)
)


def column_of(subject: Subject) -> str:
    """The foreign key that points to such a subject."""
    return {Lead: "lead", Customer: "customer", Opportunity: "opportunity"}[type(subject)]


def through_subject(who: Principal, action: str) -> Q:
    """Seen with the lead, customer or opportunity that it belongs to.

    Asked of each row by its subject's key, so it costs what is listed, not what the company holds. What was said with a
    lead that waits in the pool is read once it is claimed: it is full of names and numbers (S2.6).
    """
    leads = Lead.objects.visible_to(who, action).filter(pk=OuterRef("lead_id"))
    if not who.may(Permission.LEAD_ASSIGN):
        leads = leads.exclude(owner=None, customer=None)
    return (
        Q(Exists(Opportunity.objects.visible_to(who, action).filter(pk=OuterRef("opportunity_id"))))
        | Q(Exists(Customer.objects.visible_to(who, action).filter(pk=OuterRef("customer_id"))))
        | Q(Exists(leads))
    )


def _real() -> Q:
    return (
        (Q(opportunity=None) | Q(opportunity__is_practice=False))
        & (Q(customer=None) | Q(customer__is_practice=False))
        & (Q(lead=None) | Q(lead__is_practice=False))
    )


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def about(self, subject: Subject) -> Self:
        return self.filter(**{column_of(subject): subject})

    def real(self) -> Self:
        """Without practice: what figures are made of."""
        return self.filter(_real())

    def visible_to(self, who: Principal, action: str = "read") -> Self:
        permission = Permission.FOLLOWUP_READ if action == "read" else Permission.FOLLOWUP_WRITE
        return self.filter(through_subject(who, "read")) if who.may(permission) else self.none()


class FollowUp(models.Model):
    """跟进记录: one dated contact with the customer (F1), or the attempt at one (``reached``: whether anybody was).

    The ``*_label`` columns keep what an imported 《项目跟进记录表》 said, so that it comes out cell for cell.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="followups")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="followups")
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, blank=True, related_name="followups")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("跟进时间"))
    step = models.CharField(_("跟进阶段"), max_length=12, choices=STEPS, blank=True)
    stage_label = models.CharField(max_length=40, blank=True)
    channels = models.JSONField(_("跟进方式"), default=list)  # of customers.rules.Channel values
    channel_label = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(_("结果"), max_length=8, choices=OUTCOMES, blank=True)
    reached = models.BooleanField(_("联系上了"), default=True)
    summary = models.TextField(_("沟通内容摘要"))
    customer_label = models.CharField(max_length=120, blank=True)
    owner_label = models.CharField(max_length=60, blank=True)
    by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="followups", verbose_name=_("跟进人")
    )
    import_digest = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_SUBJECT, name="followups_one_subject"),
            models.UniqueConstraint(
                fields=["import_digest"], condition=~Q(import_digest=""), name="followups_import_once"
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "-at"], name="followups_opportunity"),
            models.Index(fields=["customer", "-at"], name="followups_customer"),
            models.Index(fields=["lead", "-at"], name="followups_lead"),
            models.Index(fields=["by", "-at", "-id"], name="followups_by"),
            models.Index(fields=["-at", "-id"], name="followups_newest"),
        ]

    def __str__(self) -> str:
        return self.summary[:40]

    @property
    def subject(self) -> Subject:
        """Load with ``select_related("lead", "customer", "opportunity")`` where many are shown."""
        return _subject_of(self)

    @property
    def step_name(self) -> str:
        return str(STEP_NAMES[StepKey(self.step)]) if self.step else ""

    @property
    def channel_names(self) -> list[str]:
        return [str(CHANNEL_NAMES[Channel(c)]) for c in self.channels]


class NextActionQuerySet(models.QuerySet["NextAction"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        permission = Permission.FOLLOWUP_READ if action == "read" else Permission.FOLLOWUP_WRITE
        if not who.may(permission):
            return self.none()
        mine = Q(owner_id=who.user_id) if who.user_id else Q(pk__in=())
        return self.filter(mine | through_subject(who, "read"))

    def of(self, who: Principal) -> Self:
        """What ``who`` has to do himself: always seen, whoever holds the case."""
        if who.user_id is None or not who.may(Permission.FOLLOWUP_READ):
            return self.none()
        return self.filter(owner_id=who.user_id)

    def about(self, subject: Subject) -> Self:
        return self.filter(**{column_of(subject): subject})

    def real(self) -> Self:
        """Without practice: what figures are made of."""
        return self.filter(_real())

    def waiting(self) -> Self:
        return self.filter(done_at=None, cancelled_at=None)


class NextAction(models.Model):
    """下一步行动: who does what by when (F2). With a time it is an appointment in the calendar (ADR 14)."""

    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="next_actions")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="next_actions")
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, blank=True, related_name="next_actions")
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="next_actions")
    title = models.CharField(_("下一步行动"), max_length=200)
    channel = models.CharField(_("方式"), max_length=16, blank=True)
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="next_actions", verbose_name=_("责任人")
    )
    owner_label = models.CharField(max_length=60, blank=True)
    due_on = models.DateField(_("完成时限"), null=True, blank=True)
    due_time = models.TimeField(_("时间"), null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("时长（分钟）"), null=True, blank=True)
    place = models.CharField(_("地点或会议链接"), max_length=200, blank=True)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("约谁")
    )
    done_at = models.DateTimeField(null=True, blank=True)
    done_note = models.CharField(_("完成情况"), max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = NextActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=ONE_SUBJECT, name="nextactions_one_subject"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(cancelled_at=None), name="nextactions_done_or_cancelled"
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on", "id"],
                name="nextactions_waiting",
                condition=Q(done_at=None, cancelled_at=None),
            ),
            models.Index(
                fields=["opportunity", "due_on"],
                name="nextactions_opportunity",
                condition=Q(done_at=None, cancelled_at=None),
            ),
            models.Index(
                fields=["due_on", "id"],
                name="nextactions_due",
                condition=Q(done_at=None, cancelled_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> Subject:
        """Load with ``select_related("lead", "customer", "opportunity")`` where many are shown."""
        return _subject_of(self)

    @property
    def is_waiting(self) -> bool:
        return self.done_at is None and self.cancelled_at is None


def _subject_of(row: FollowUp | NextAction) -> Subject:
    found = row.opportunity or row.customer or row.lead
    assert found is not None, "the database sees to it (followups_one_subject)"
    return found
