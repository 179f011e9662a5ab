"""Rules that people set: cadence and pool in one row, assignment in several."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import Department, User
from tuoke.steps.leads.rules.assignment import NAME_LIMIT, RuleKind

KIND_NAMES = {
    RuleKind.REGION: _("按地区"),
    RuleKind.INDUSTRY: _("按行业"),
    RuleKind.TURN: _("轮流"),
    RuleKind.LOAD: _("按负荷"),
}


class PoolRules(models.Model):
    """The one row of cadence and pool rules (``rules.pool.PoolPolicy`` as JSON).

    ``applied`` is the version by which the dates of all parties are worked out; where it lags behind, a job is at it.
    """

    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    applied = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="leads_one_pool_rules")]

    def __str__(self) -> str:
        return f"v{self.version}"


class AssignmentRule(models.Model):
    """One of the ordered rules by which leads are given out. ``values`` are parts of region or industry names."""

    position = models.PositiveIntegerField(default=0)
    name = models.CharField(_("名称"), max_length=NAME_LIMIT)
    kind = models.CharField(_("方式"), max_length=8, choices=[(k.value, n) for k, n in KIND_NAMES.items()])
    values: models.JSONField[list[str], list[str]] = models.JSONField(default=list)
    people = models.ManyToManyField(User, blank=True, related_name="+")
    departments = models.ManyToManyField(Department, blank=True, related_name="+")
    is_active = models.BooleanField(_("启用"), default=True)
    last_served = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name
