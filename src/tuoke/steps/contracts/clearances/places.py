"""Where on the screens a contract is cleared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.services.approvals.models import Request
from tuoke.spine.deals.models import Opportunity

REASONS = (
    "legal_not_asked", "legal_waits", "legal_refused", "legal_level_short",
    "contract_not_asked", "contract_waits", "contract_refused", "contract_level_short",
)  # fmt: skip


def to_clearances(deal: Opportunity) -> str:
    return reverse("clearances:page", args=[deal.pk])


def of_request(request: Request) -> str:
    """The text that was asked about: whoever decides may not be on the deal."""
    _label, _colon, key = request.subject.partition(":")
    return reverse("clearances:asked", args=[int(key)]) if key.isdecimal() else ""


FIX_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"legal_cleared": to_clearances}
ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"contracts-legal-review": to_clearances}
