from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from tuoke.services.links.rules import AGENT_LIMIT, IP_LIMIT, RECIPIENT_LIMIT, TITLE_LIMIT


class Link(models.Model):
    """A private link (S4.3, S5.2 …): opens one thing for one person, without an account, for some days.

    Its address is signed with the secret key (``queries.address_of``): nothing in this table suffices to open it.
    ``subject`` is what it opens and ``thread``/``party`` where its history shows, as ``records.models.key_of`` writes
    them. ``title`` says what it opens, for the history. ``challenge`` is a keyed digest of the answer that is asked for;
    empty: nothing is asked.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=60)
    thread = models.CharField(max_length=60, blank=True)
    party = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=TITLE_LIMIT, blank=True)
    recipient = models.CharField(max_length=RECIPIENT_LIMIT)
    recipient_id = models.BigIntegerField(null=True)
    challenge = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    last_opened_at = models.DateTimeField(null=True)
    opens = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("created_at")), name="links_expire_later")
        ]
        indexes = [models.Index(fields=["subject", "-id"], name="links_subject")]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient}"

    @property
    def last_day(self) -> date:
        """The last day on which it opens, as it is said to people: a link that ends at midnight ends with the day before."""
        return timezone.localtime(self.expires_at - timedelta(microseconds=1)).date()


class LinkVisit(models.Model):
    """Somebody opened a link: when, from where, with what. Several addresses or browsers mean that it was handed on."""

    link = models.ForeignKey(Link, models.PROTECT, related_name="visits")
    at = models.DateTimeField()
    ip = models.CharField(max_length=IP_LIMIT, blank=True)
    agent = models.CharField(max_length=AGENT_LIMIT, blank=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["link", "-id"], name="links_visits")]

    def __str__(self) -> str:
        return f"{self.link_id}: {self.at:%Y-%m-%d %H:%M}"
