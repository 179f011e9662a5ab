"""A rescoring under way, so that a worker that is stopped or killed goes on where it was (S2.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from typing import Self


class RescoringQuerySet(models.QuerySet["Rescoring"]):
    def unfinished(self) -> Self:
        return self.filter(finished_at=None)


class Rescoring(models.Model):
    """One weighing anew of leads, then of customers, in the order of their ids.

    ``profile`` and ``campaign`` (ids) limit it to what they cover; with ``since`` it looks only at what the days since
    then can have changed, and at scores of a version that isn't the present one. ``at_id`` is the last party of ``part``
    that was looked at; it moves in the transaction that writes the scores. ``seen_at`` is the last sign of life.
    """

    PARTS = ("leads", "customers")

    reason = models.CharField(max_length=80)
    profile = models.PositiveIntegerField(null=True)
    campaign = models.PositiveIntegerField(null=True)
    since = models.DateField(null=True)
    today = models.DateField()
    part = models.CharField(max_length=9, default="leads")
    at_id = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    done = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    superseded = models.BooleanField(default=False)

    objects = RescoringQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["id"], name="leads_rescoring_unfinished", condition=Q(finished_at=None))]

    def __str__(self) -> str:
        return f"{self.reason}: {self.part} {self.at_id}"
