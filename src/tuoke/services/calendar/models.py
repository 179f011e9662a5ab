from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.models import User
from tuoke.services.calendar.rules import NAME_LIMIT


class CompanyDay(models.Model):
    """A day on which the company does otherwise than the state: works, or is off."""

    day = models.DateField(_("日期"), primary_key=True)
    is_workday = models.BooleanField(_("上班"))
    name = models.CharField(_("名称"), max_length=NAME_LIMIT, blank=True)

    class Meta:
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class Feed(models.Model):
    """A person's private calendar address (F2). A new ``public_id`` makes the old address useless."""

    user = models.OneToOneField(User, models.PROTECT, related_name="+")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id}"
