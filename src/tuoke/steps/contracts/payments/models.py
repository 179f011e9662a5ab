from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.base.accounts.rules import Permission
from tuoke.spine.deals.models import OfDealQuerySet, Opportunity
from tuoke.spine.deals.rules import GIVEN_UP
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.payments.rules import (
    NAME_LIMIT,
    NOTE_LIMIT,
    PAYER_LIMIT,
    REASON_LIMIT,
    REFERENCE_LIMIT,
    USUAL_REMIND,
    Method,
    State,
    state_of,
)
from tuoke.steps.contracts.rules.stages import Event

if TYPE_CHECKING:
    from typing import Self

METHOD_NAMES = {
    Method.UNKNOWN: _("未定"),
    Method.BANK: _("银行转账"),
    Method.DRAFT: _("承兑汇票"),
    Method.CHEQUE: _("支票"),
    Method.ONLINE: _("在线支付"),
    Method.CASH: _("现金"),
    Method.OTHER: _("其他方式"),
}
EVENT_NAMES = {
    Event.SIGNED: _("合同签署"),
    Event.STARTED: _("项目启动"),
    Event.DELIVERED: _("到货或交付"),
    Event.LIVE: _("上线"),
    Event.ACCEPTED: _("验收"),
    Event.WARRANTY: _("质保期满"),
    Event.UNKNOWN: "",
}
STATE_NAMES = {
    State.WAITING: _("等定日期"),
    State.PLANNED: _("未到期"),
    State.SOON: _("即将到期"),
    State.OVERDUE: _("逾期"),
    State.SETTLED: _("已结清"),
    State.WITHDRAWN: _("已撤销"),
}
STATE_TONES = {
    State.WAITING: "gray",
    State.PLANNED: "blue",
    State.SOON: "orange",
    State.OVERDUE: "red",
    State.SETTLED: "green",
    State.WITHDRAWN: "gray",
}
METHODS = [(method.value, name) for method, name in METHOD_NAMES.items()]
EVENTS = [(event.value, name) for event, name in EVENT_NAMES.items()]

Row = TypeVar("Row", bound=models.Model, covariant=True)


class RoomQuerySet(OfDealQuerySet[Row]):
    """Finance works here beside sales: whoever has joined the deal and may write payments writes them (P4)."""

    reads, writes = Permission.PAYMENT_READ, Permission.PAYMENT_WRITE
    worked_on_together = True

    def counted(self) -> Self:
        """Of real deals that weren't given up: what lists, reminders and figures are made of."""
        return self.exclude(opportunity__outcome__in=sorted(GIVEN_UP)).filter(opportunity__is_practice=False)


class InstalmentQuerySet(RoomQuerySet["Instalment"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def open(self) -> Self:
        """Standing, and not yet paid in full."""
        return self.filter(withdrawn_at=None, settled_on=None)

    def overdue(self, today: date) -> Self:
        return self.open().filter(due_on__lt=today)


class ReceiptQuerySet(RoomQuerySet["Receipt"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Instalment(models.Model):
    """One line of a deal's 回款计划. Due on a day of its own, or ``days_after`` (``in_workdays``, where the contract says
    so) the end of a ``milestone`` of the kick-off plan: then ``due_on`` follows that (``actions.follow_plan``). ``event``: what the contract says it waits for, as long as
    neither is known. The milestone's name and day stand on the schedule for finance too, who has no right to the project:
    a payer is told what for and since when he owes; nothing else of the plan is shown, and no way into it. ``received``, ``settled_on``, ``remind_on`` are worked out from receipts and dates by the actions.
    """

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="instalments")
    name = models.CharField(_("名称"), max_length=NAME_LIMIT)
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2)
    due_on = models.DateField(_("到期日期"), null=True, blank=True)
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="instalments", verbose_name=_("里程碑")
    )
    days_after = models.PositiveSmallIntegerField(_("之后几天"), default=0)
    in_workdays = models.BooleanField(_("按工作日计算"), default=False)
    event = models.CharField(max_length=10, choices=EVENTS, blank=True)
    remind_days = models.PositiveSmallIntegerField(_("提前几天提醒"), default=USUAL_REMIND)
    method = models.CharField(_("付款方式"), max_length=6, choices=METHODS, blank=True)
    note = models.CharField(_("备注"), max_length=NOTE_LIMIT, blank=True)
    received = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    settled_on = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)
    remind_on = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=REASON_LIMIT, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = InstalmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_amount"),
            models.CheckConstraint(
                condition=Q(received__gte=0, received__lte=models.F("amount")), name="payments_received_within"
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None) | Q(received=models.F("amount")), name="payments_settled_in_full"
            ),
        ]
        indexes = [
            models.Index(fields=["opportunity", "id"], name="payments_of_deal"),
            models.Index(fields=["milestone"], condition=Q(milestone__isnull=False), name="payments_of_milestone"),
            models.Index(
                fields=["due_on", "id"], condition=Q(withdrawn_at=None, settled_on=None), name="payments_open_due"
            ),
            models.Index(fields=["due_on", "id"], condition=Q(withdrawn_at=None), name="payments_due"),
            models.Index(fields=["settled_on", "id"], condition=Q(withdrawn_at=None), name="payments_settled"),
            models.Index(
                fields=["remind_on", "id"], condition=Q(withdrawn_at=None, settled_on=None), name="payments_remind"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("payments:page", args=[self.opportunity_id])

    @property
    def rest(self) -> Decimal:
        return self.amount - self.received

    @property
    def is_partial(self) -> bool:
        return 0 < self.received < self.amount

    @property
    def days_late(self) -> int:
        """Of one that is settled: by how many days it came too late (below 0: early)."""
        return (self.settled_on - self.due_on).days if self.settled_on and self.due_on else 0

    def state(self, today: date) -> State:
        return state_of(
            due_on=self.due_on, settled_on=self.settled_on, withdrawn=self.withdrawn_at is not None,
            remind_days=self.remind_days, today=today,
        )  # fmt: skip


class Receipt(models.Model):
    """Money that came in (到账), or with an ``amount`` below 0 that was paid back (退款). Never edited: what was entered
    wrongly is withdrawn. One transfer that paid several instalments has a row for each, all with the same ``transfer``.
    It counts for the ``owner`` and ``department`` that the deal had when it was entered."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="receipts")
    instalment = models.ForeignKey(Instalment, models.PROTECT, null=True, blank=True, related_name="receipts")
    transfer = models.UUIDField(default=uuid.uuid4, editable=False)
    amount = models.DecimalField(_("金额"), max_digits=14, decimal_places=2)
    received_on = models.DateField(_("到账日期"))
    method = models.CharField(_("方式"), max_length=6, choices=METHODS, blank=True)
    reference = models.CharField(_("流水号"), max_length=REFERENCE_LIMIT, blank=True)
    payer = models.CharField(_("付款方"), max_length=PAYER_LIMIT, blank=True)
    note = models.CharField(_("备注"), max_length=NOTE_LIMIT, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=REASON_LIMIT, blank=True)

    objects = ReceiptQuerySet.as_manager()

    class Meta:
        ordering = ["-received_on", "-id"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="payments_receipt_amount")]
        indexes = [
            models.Index(fields=["opportunity", "-received_on", "-id"], name="payments_receipts_of_deal"),
            models.Index(fields=["instalment"], condition=Q(withdrawn_at=None), name="payments_receipts_of"),
            models.Index(fields=["received_on", "id"], condition=Q(withdrawn_at=None), name="payments_receipts_on"),
            models.Index(fields=["transfer"], name="payments_transfer"),
        ]

    def __str__(self) -> str:
        return f"{self.received_on}: {self.amount}"

    def get_absolute_url(self) -> str:
        return reverse("payments:page", args=[self.opportunity_id])

    @property
    def is_refund(self) -> bool:
        return self.amount < 0
