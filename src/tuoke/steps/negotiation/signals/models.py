from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import SignalKind
from tuoke.steps.negotiation.models import Concession, RoomQuerySet
from tuoke.steps.negotiation.signals.rules import (
    EXTRA_LIMIT,
    NOTE_LIMIT,
    REASON_LIMIT,
    SENTENCE_MOST,
    STANDING,
    Answer,
    SignalState,
)

if TYPE_CHECKING:
    from typing import Self

KIND_NAMES = {
    SignalKind.CONTRACT: _("问合同细节"),
    SignalKind.DELIVERY: _("问交付时间"),
    SignalKind.PAYMENT: _("问付款方式"),
    SignalKind.PRICE: _("要最终价格"),
    SignalKind.TRIAL: _("要试用、试点"),
    SignalKind.INTRODUCTION: _("引荐更多人"),
    SignalKind.START: _("着手准备启动"),
    SignalKind.SUPPORT: _("问培训与售后"),
}
STATE_NAMES = {
    SignalState.FOUND: _("待确认"),
    SignalState.CONFIRMED: _("已确认"),
    SignalState.DISMISSED: _("不是信号"),
    SignalState.TICKED: _("手工记录"),
}
ANSWER_NAMES = {
    Answer.PENDING: _("等答复"),
    Answer.ACCEPTED: _("同意"),
    Answer.LATER: _("再考虑"),
    Answer.DECLINED: _("拒绝"),
}
ANSWER_TONES = {Answer.PENDING: "blue", Answer.ACCEPTED: "green", Answer.LATER: "orange", Answer.DECLINED: "gray"}
KINDS = [(k.value, name) for k, name in KIND_NAMES.items()]
STATES = [(s.value, name) for s, name in STATE_NAMES.items()]
ANSWERS = [(a.value, name) for a, name in ANSWER_NAMES.items()]


class SignalQuerySet(RoomQuerySet["Signal"]):
    def standing(self) -> Self:
        """What counts as a sign: found, confirmed or seen by a colleague."""
        return self.filter(state__in=[s.value for s in STANDING])


class ClosingQuerySet(RoomQuerySet["ClosingProposal"]):
    def listed(self) -> Self:
        return self.filter(withdrawn_at=None)


class Signal(models.Model):
    """成交信号 (S6.4): what showed that the customer is ready. Found in a follow-up, or seen by a colleague (no follow-up).

    ``sentence`` is the customer's or the colleague's, as it was written; ``start``/``end`` what gave it away in there.
    ``said_at``: when the customer said it. A follow-up gives each kind once.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="signals")
    kind = models.CharField(_("信号"), max_length=12, choices=KINDS)
    state = models.CharField(max_length=9, choices=STATES)
    follow_up = models.ForeignKey(FollowUp, models.PROTECT, null=True, related_name="signals")
    sentence = models.CharField(max_length=SENTENCE_MOST, blank=True)
    start = models.PositiveSmallIntegerField(default=0)
    end = models.PositiveSmallIntegerField(default=0)
    rule = models.CharField(max_length=10, blank=True)
    said_at = models.DateTimeField()
    note = models.CharField(_("客户怎么说的"), max_length=NOTE_LIMIT, blank=True)
    reason = models.CharField(_("为什么不是"), max_length=REASON_LIMIT, blank=True)
    judged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-said_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["follow_up", "kind"], name="signals_once_a_followup"),
            models.CheckConstraint(condition=Q(start__lte=F("end")), name="signals_span"),
            models.CheckConstraint(
                condition=Q(follow_up=None) | ~Q(state=SignalState.TICKED.value), name="signals_ticked_by_hand"
            ),
        ]
        indexes = [models.Index(fields=["opportunity", "-said_at", "-id"], name="signals_newest")]

    def __str__(self) -> str:
        return self.kind_name

    @property
    def kind_name(self) -> str:
        return str(KIND_NAMES[SignalKind(self.kind)])

    @property
    def is_found(self) -> bool:
        return self.state == SignalState.FOUND

    @property
    def is_dismissed(self) -> bool:
        return self.state == SignalState.DISMISSED

    @property
    def parts(self) -> tuple[str, str, str]:
        """The sentence before, in and after what gave it away."""
        return self.sentence[: self.start], self.sentence[self.start : self.end], self.sentence[self.end :]


class ClosingProposal(models.Model):
    """签约建议: what was proposed to the customer, on which sign, from which item of the library, and what he answered.

    ``extra`` is what was offered with it: a concession, a step of the ladder where ``concession`` is one.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="closings")
    signal = models.ForeignKey(Signal, models.PROTECT, null=True, blank=True, related_name="closings")
    item_version = models.ForeignKey(ItemVersion, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("怎么提的"))
    extra = models.CharField(_("附带给客户的好处"), max_length=EXTRA_LIMIT, blank=True)
    returns = models.CharField(_("换回什么"), max_length=EXTRA_LIMIT, blank=True)
    value = models.DecimalField(_("对我们的代价"), max_digits=14, decimal_places=2, null=True, blank=True)
    concession = models.ForeignKey(Concession, models.PROTECT, null=True, blank=True, related_name="+")
    offered_on = models.DateField(_("哪天提的"))
    offered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    answer = models.CharField(_("客户的答复"), max_length=8, choices=ANSWERS, blank=True)
    answered_on = models.DateField(_("哪天答复"), null=True, blank=True)
    answer_note = models.CharField(_("他怎么说"), max_length=NOTE_LIMIT, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = ClosingQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(value=None) | Q(value__gte=0), name="signals_value_positive"),
            models.CheckConstraint(
                condition=Q(answer="", answered_on=None) | (~Q(answer="") & Q(answered_on__isnull=False)),
                name="signals_answer_dated",
            ),
        ]
        indexes = [models.Index(fields=["opportunity", "-offered_on", "-id"], name="signals_closings")]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def answer_name(self) -> str:
        return str(ANSWER_NAMES[Answer(self.answer)])

    @property
    def tone(self) -> str:
        return ANSWER_TONES[Answer(self.answer)]
