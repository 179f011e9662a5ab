"""Where on the screens demonstrations and trials are."""

from __future__ import annotations

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_demos(deal: Opportunity) -> str:
    return reverse("demos:page", args=[deal.pk])
