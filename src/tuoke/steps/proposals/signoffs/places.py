"""Where on the screens a proposal is signed for."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.services.approvals.models import Request
from tuoke.spine.deals.models import Opportunity


def to_signoffs(deal: Opportunity) -> str:
    return reverse("signoffs:page", args=[deal.pk])


def of_request(request: Request) -> str:
    """The deal's page of sign-offs."""
    label, _, key = request.thread.partition(":")
    is_deal = label == Opportunity._meta.label_lower and key.isdecimal()
    return reverse("signoffs:page", args=[int(key)]) if is_deal else ""


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"feasibility_signed": to_signoffs}
