from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.words import OBJECTION_KINDS
from tuoke.steps.proposals.models import RoomQuerySet
from tuoke.steps.proposals.objections.rules import Result, State

if TYPE_CHECKING:
    from typing import Self

STATE_NAMES = {
    State.PREDICTED: _("待准备"),
    State.PREPARED: _("已备好"),
    State.RAISED: _("客户已提出"),
    State.ANSWERED: _("已答复"),
    State.RESOLVED: _("已消除"),
    State.DISMISSED: _("不适用"),
}
RESULT_NAMES = {
    Result.ACCEPTED: _("客户接受"),
    Result.PARTLY: _("部分接受"),
    Result.REJECTED: _("没有接受"),
}
STATES = [(s.value, name) for s, name in STATE_NAMES.items()]
RESULTS = [(r.value, name) for r, name in RESULT_NAMES.items()]
KINDS = [(str(kind), name) for kind, name in OBJECTION_KINDS.items()]


class ObjectionQuerySet(RoomQuerySet["DealObjection"]):
    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class DealObjection(models.Model):
    """异议 of one deal (S5.3): what the customer may say or did say, what we answer, and what came of it.

    A row exists from the moment somebody works on it; what is only predicted is reckoned when it is asked. ``rule``
    and ``why`` name the prediction that it answers and the facts as they were; both empty where somebody thought of it.
    ``source`` is the library's answer it began with.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="objections")
    source = models.ForeignKey(ItemVersion, models.PROTECT, null=True, blank=True, related_name="deal_objections")
    kind = models.CharField(_("类型"), max_length=10, choices=KINDS)
    text = models.CharField(_("客户会怎么说"), max_length=300)
    answer = models.TextField(_("我们怎么答"), blank=True)
    alternative = models.TextField(_("做不到时的替代办法"), blank=True)
    backing = models.TextField(_("其他依据"), blank=True)
    proofs = models.ManyToManyField(ItemVersion, through="ObjectionProof", related_name="proved_objections")
    state = models.CharField(max_length=9, choices=STATES)
    rule = models.CharField(max_length=24, blank=True)
    why = models.JSONField(default=dict, blank=True)
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("谁提的")
    )
    followup = models.ForeignKey(FollowUp, models.PROTECT, null=True, blank=True, related_name="objections")
    raised_on = models.DateField(_("提出日期"), null=True, blank=True)
    answered_on = models.DateField(_("答复日期"), null=True, blank=True)
    result = models.CharField(_("结果"), max_length=8, choices=RESULTS, blank=True)
    result_note = models.CharField(_("客户怎么说"), max_length=500, blank=True)
    settled_on = models.DateField(null=True, blank=True)
    reason = models.CharField(_("为什么不适用"), max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "rule"],
                condition=~Q(rule="") & Q(withdrawn_at=None),
                name="objections_one_a_rule",
            ),
            models.CheckConstraint(
                condition=~Q(state="resolved") | Q(result="accepted"), name="objections_resolved_is_accepted"
            ),
            models.CheckConstraint(condition=~Q(state="dismissed") | ~Q(reason=""), name="objections_dismissed_why"),
        ]
        indexes = [
            models.Index(fields=["opportunity", "id"], name="objections_deal"),
            models.Index(fields=["source", "result"], condition=Q(withdrawn_at=None), name="objections_source"),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def standing(self) -> State:
        return State(self.state)


class ObjectionProof(models.Model):
    """A case or evidence, in the version that was chosen, on which the answer rests."""

    objection = models.ForeignKey(DealObjection, models.PROTECT, related_name="proof_links")
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="objection_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["objection", "item_version"], name="objections_proof_once")]

    def __str__(self) -> str:
        return f"{self.objection_id}: {self.item_version_id}"
