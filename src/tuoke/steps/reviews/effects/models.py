from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal, Scope
from tuoke.spine.playbook.models import PlaybookVersion

if TYPE_CHECKING:
    from typing import Self


FRESH = timedelta(hours=20)
"""A measurement of today is not made again."""
GIVEN_UP = timedelta(minutes=15)
"""A measurement that takes longer was lost with its worker: the next who asks has it made anew."""


class State(models.TextChoices):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Figures of all deals are for those whose figures reach so far; others have measurements of their own."""
        if not who.may(Permission.EFFECT_READ):
            return self.none()
        if reads_all(who):
            return self.filter(reader=None)
        return self.filter(reader_id=who.user_id or 0)


class Measurement(models.Model):
    """What two versions of the process were compared to say, at ``made_at``; measured anew when somebody asks on another
    day. ``reader``: whose deals it is made of, where he doesn't see all of them. ``content``: ``queries.stored``."""

    before = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="+", db_index=False)
    after = models.ForeignKey(PlaybookVersion, models.PROTECT, related_name="+", db_index=False)
    reader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    asked_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True, blank=True)
    content: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["after", "before"], name="effects_one_of_all", condition=Q(reader=None)),
            models.UniqueConstraint(
                fields=["after", "before", "reader"], name="effects_one_each", condition=Q(reader__isnull=False)
            ),
            models.CheckConstraint(
                condition=Q(state="done", made_at__isnull=False) | ~Q(state="done"), name="effects_done_dated"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.before_id} → {self.after_id}"

    def is_running(self, now: datetime) -> bool:
        return self.state == State.RUNNING and now - self.asked_at < GIVEN_UP

    def is_fresh(self, now: datetime) -> bool:
        return self.state == State.DONE and self.made_at is not None and now - self.made_at < FRESH


def reads_all(who: Principal) -> bool:
    """Whether a measurement is made of all deals for this person: whoever reads all of them, and the process owner, who
    reads none but answers for the process: he is told sums of at least ``rules.MIN_CASES`` deals and never a deal."""
    return who.scope_of(Permission.DEAL_READ) is Scope.ALL or who.may(Permission.PLAYBOOK_WRITE)
