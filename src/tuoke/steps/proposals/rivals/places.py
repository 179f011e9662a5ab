"""Where on the screens a deal's competitors are compared."""

from __future__ import annotations

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_rivals(deal: Opportunity) -> str:
    return reverse("rivals:page", args=[deal.pk])
