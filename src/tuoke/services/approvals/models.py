from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.services.approvals import hooks
from tuoke.services.approvals.rules import LABEL_LIMIT, State

if TYPE_CHECKING:
    from typing import Self

STATE_NAMES = {
    State.OPEN: _("待审批"),
    State.APPROVED: _("已批准"),
    State.REJECTED: _("已驳回"),
    State.EXPIRED: _("已过期"),
    State.WITHDRAWN: _("已撤回"),
}
STATE_TONES = {
    State.OPEN: "blue",
    State.APPROVED: "green",
    State.REJECTED: "red",
    State.EXPIRED: "gray",
    State.WITHDRAWN: "gray",
}
DECIDED = (State.APPROVED.value, State.REJECTED.value)


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, who: Principal, action: str = "read") -> Self:
        """Whoever asked, who is to decide, who has decided: nobody else, whatever his role."""
        if who.user_id is None or not who.may(Permission.APPROVALS):
            return self.none()
        asked = Approver.objects.filter(request=OuterRef("pk"), user_id=who.user_id)
        return self.filter(Q(requester_id=who.user_id) | Q(decided_by_id=who.user_id) | Exists(asked))

    def waiting_for(self, who: Principal) -> Self:
        """What this person has to decide. Whoever handed a request on may still decide it, but isn't waited for."""
        if who.user_id is None or not who.may(Permission.APPROVALS):
            return self.none()
        asked = Approver.objects.filter(request=OuterRef("pk"), user_id=who.user_id, passed_on_at=None)
        return self.filter(Exists(asked), state=State.OPEN)


class Request(models.Model):
    """审批: somebody asks for something that he may not decide himself.

    ``subject`` is what it is about, ``thread``/``party`` where its history shows, as ``records.models.key_of`` writes
    them. ``label`` names the subject in lists, ``reason`` is the asker's, ``facts`` what the decision page shows (drawn by
    ``hooks.Kind.describe``). What was asked for never changes: something else is another request. ``expires_at``: until
    when it can be decided.
    """

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    thread = models.CharField(max_length=60, blank=True)
    party = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=LABEL_LIMIT)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    reason = models.TextField()
    facts: models.JSONField[dict[str, Any], dict[str, Any]] = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=[(s.value, n) for s, n in STATE_NAMES.items()], default="open")
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = RequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(state="open"), name="approvals_one_open_request"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_by__isnull=False, decided_at__isnull=False)
                | (~Q(state__in=DECIDED) & Q(decided_by=None)),
                name="approvals_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requester")), name="approvals_not_ones_own"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="approvals_expire_later"),
        ]
        indexes = [
            models.Index(fields=["kind", "subject", "-id"], name="approvals_latest"),
            models.Index(fields=["requester", "-id"], name="approvals_requester"),
            models.Index(fields=["expires_at"], name="approvals_due", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("approvals:request", args=[self.pk])

    @property
    def what(self) -> hooks.Kind | None:
        """What its package says of it; None where that package is gone."""
        return hooks.kinds.get(self.kind)

    @property
    def is_secret(self) -> bool:
        """Of a kind that nobody knows any more nothing is told."""
        return self.what is None or self.what.secret

    @property
    def title(self) -> str:
        return str(self.what.title) if self.what else self.kind

    @property
    def is_approved(self) -> bool:
        return self.state == State.APPROVED

    def is_open(self, now: datetime) -> bool:
        """Can still be decided; one past its time is over even before the tick has noted it."""
        return self.state == State.OPEN and self.expires_at > now

    @property
    def state_name(self) -> str:
        return str(STATE_NAMES[State(self.state)])

    @property
    def tone(self) -> str:
        return STATE_TONES[State(self.state)]


class Approver(models.Model):
    """Somebody who may decide a request. ``given_by``: who handed it to him; None: he was asked (or the system found him
    because nobody who was asked works here any more). ``passed_on_at``: he has handed it on himself."""

    request = models.ForeignKey(Request, models.PROTECT, related_name="approvers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    told_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    passed_on_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["request", "user"], name="approvals_asked_once")]
        indexes = [models.Index(fields=["user", "-request"], name="approvals_user")]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.user_id}"
