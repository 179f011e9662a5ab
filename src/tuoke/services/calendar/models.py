from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

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
