"""Where on the screens a criterion about sendings is made true."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_sendings(deal: Opportunity) -> str:
    return reverse("sendings:page", args=[deal.pk])


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {
    "proposal_presented": to_sendings,
    "proposal_opened": to_sendings,
}
