"""A moving of deals to another version, so that a worker that is stopped or killed goes on where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.playbook.models import PlaybookVersion

if TYPE_CHECKING:
    from typing import Self


class ChangeoverQuerySet(models.QuerySet["Changeover"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """The process owners': numbers of deals, and nothing of what a deal says."""
        return self if who.may(Permission.PLAYBOOK_WRITE) else self.none()

    def unfinished(self) -> Self:
        return self.filter(finished_at=None)


class Changeover(models.Model):
    """换版: running deals go over to ``version``, in the order of their ids.

    ``sources`` are the ids of the versions that they are on, ``mapped`` says where those go on whose step is gone.
    ``at_id`` is the last deal that was looked at; it moves in the transaction that moves the deals. ``seen_at`` is the
    last sign of life; ``superseded``: another version was published before all were over, the rest stayed.
    """

    version = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="changeovers")
    sources = models.JSONField()
    mapped = models.JSONField(default=dict)
    total = models.PositiveIntegerField()
    at_id = models.BigIntegerField(default=0)
    moved = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_name = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    superseded = models.BooleanField(default=False)

    objects = ChangeoverQuerySet.as_manager()

    class Meta:
        app_label = "deals"
        constraints = [
            models.UniqueConstraint(fields=["version"], condition=Q(finished_at=None), name="deals_one_changeover")
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.at_id}"

    @property
    def done(self) -> int:
        return self.moved + self.refused

    @property
    def percent(self) -> int:
        if self.finished_at is not None:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class ChangeoverRefusal(models.Model):
    """A deal that stayed on its version, and why."""

    changeover = models.ForeignKey(Changeover, models.CASCADE, related_name="refusals")
    opportunity = models.ForeignKey("deals.Opportunity", models.PROTECT, related_name="+")
    step = models.CharField(max_length=12)
    code = models.CharField(max_length=40)
    params = models.JSONField(default=dict)

    class Meta:
        app_label = "deals"
        constraints = [
            models.UniqueConstraint(fields=["changeover", "opportunity"], name="deals_changeover_refused_once")
        ]

    def __str__(self) -> str:
        return f"{self.opportunity_id}: {self.code}"
