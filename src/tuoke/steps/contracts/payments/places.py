"""Where on the screens payments are worked on."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_payments(deal: Opportunity) -> str:
    return reverse("payments:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"payments_scheduled": to_payments}
