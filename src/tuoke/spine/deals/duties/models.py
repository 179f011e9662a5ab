from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import FUNCTION_NAMES, User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.duties.rules import NOTE_LIMIT, STANDARD_LIMIT, WHAT_LIMIT, State
from tuoke.spine.playbook.rules import Raci, StepKey

if TYPE_CHECKING:
    from typing import Self

PART_NAMES = {
    Raci.ACCOUNTABLE: _("最终负责"),
    Raci.RESPONSIBLE: _("执行"),
    Raci.CONSULTED: _("提供意见"),
    Raci.INFORMED: _("被告知"),
}
STATE_NAMES = {State.OPEN: _("待交付"), State.DELIVERED: _("待验收"), State.ACCEPTED: _("已验收")}


class DutyQuerySet(models.QuerySet["Duty"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """With the deal; to see who answers for what is why one joins it."""
        from tuoke.spine.deals.models import Opportunity

        if not who.may(Permission.DEAL_READ if action == "read" else Permission.DEAL_WRITE):
            return self.none()
        return self.filter(opportunity__in=Opportunity.objects.visible_to(who, action))

    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)


class Duty(models.Model):
    """One line of 责任分工: what a department owes in a step, to which standard, by whom, until when, accepted by whom.

    ``key`` names a line that came from the playbook; empty where somebody wrote it here. ``note`` is why it was sent back.
    """

    opportunity = models.ForeignKey("deals.Opportunity", models.PROTECT, related_name="duties")
    key = models.CharField(max_length=40, blank=True)
    step = models.CharField(_("步骤"), max_length=12, choices=[(s.value, s.value) for s in StepKey])
    function = models.CharField(_("部门"), max_length=10, choices=[(f.value, n) for f, n in FUNCTION_NAMES.items()])
    part = models.CharField(_("责任"), max_length=12, choices=[(p.value, n) for p, n in PART_NAMES.items()])
    what = models.CharField(_("交付什么"), max_length=WHAT_LIMIT)
    standard = models.CharField(_("交付标准"), max_length=STANDARD_LIMIT, blank=True)
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="duties", verbose_name=_("谁来做")
    )
    due_on = models.DateField(_("期限"), null=True, blank=True)
    accepter = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False, verbose_name=_("谁验收")
    )
    state = models.CharField(
        max_length=9, choices=[(s.value, n) for s, n in STATE_NAMES.items()], default=State.OPEN.value
    )
    note = models.CharField(max_length=NOTE_LIMIT, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", db_index=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = DutyQuerySet.as_manager()

    class Meta:
        app_label = "deals"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "key"], condition=~Q(key=""), name="deals_duty_once"),
            models.CheckConstraint(
                condition=Q(person=None) | Q(accepter=None) | ~Q(person=models.F("accepter")),
                name="deals_duty_accepted_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "due_on", "id"], condition=Q(state="open", withdrawn_at=None), name="deals_duty_due"
            )
        ]

    def __str__(self) -> str:
        return self.what

    def is_late(self, today: date) -> bool:
        return self.state == State.OPEN and self.due_on is not None and self.due_on < today
