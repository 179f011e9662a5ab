from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.steps.contracts.clearances.rules import ClearState, Kind, Level
from tuoke.steps.contracts.models import Contract, ContractVersion, RoomQuerySet

if TYPE_CHECKING:
    pass

KIND_NAMES = {Kind.LEGAL: _("法务审核"), Kind.CONTRACT: _("管理审批")}
STATE_NAMES = {
    ClearState.ASKED: _("等待审批"),
    ClearState.CLEARED: _("已通过"),
    ClearState.REFUSED: _("不同意"),
    ClearState.WITHDRAWN: _("已撤回"),
}
LEVEL_NAMES = {Level.MANAGER: _("上级主管"), Level.DIRECTOR: _("总监")}


class ClearanceQuerySet(RoomQuerySet["Clearance"]):
    deal_field = "contract__opportunity"


class Clearance(models.Model):
    """审批 of a version of a contract, by the legal side or by management (P4). It is worth something as long as the contract
    says what that version says (``seal``). Decided through ``approvals``; a row is never asked twice.

    ``why``: the reasons for which it was wanted; ``remark``: conditions and risks, or why not; ``level`` of who decided.
    """

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="clearances")
    version = models.ForeignKey(ContractVersion, models.PROTECT, related_name="clearances")
    kind = models.CharField(max_length=8, choices=[(k.value, n) for k, n in KIND_NAMES.items()])
    state = models.CharField(
        max_length=9, choices=[(s.value, n) for s, n in STATE_NAMES.items()], default=ClearState.ASKED.value
    )
    seal = models.CharField(max_length=64)
    why = models.JSONField(default=list)
    note = models.CharField(_("说明"), max_length=500, blank=True)
    level = models.CharField(max_length=8, choices=[(x.value, n) for x, n in LEVEL_NAMES.items()], blank=True)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(blank=True)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "kind"], condition=Q(state=ClearState.ASKED.value), name="clearances_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ClearState.CLEARED.value, ClearState.REFUSED.value], decided_at__isnull=False)
                | Q(state__in=[ClearState.ASKED.value, ClearState.WITHDRAWN.value], decided_at=None),
                name="clearances_decided_iff_dated",
            ),
        ]
        indexes = [models.Index(fields=["contract", "kind", "-id"], name="clearances_of_contract")]

    def __str__(self) -> str:
        return f"{self.contract_id}: {self.kind} {self.state}"
