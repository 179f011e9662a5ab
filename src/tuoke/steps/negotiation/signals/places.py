"""Where on the screens signs are seen and closings proposed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.urls import reverse

from tuoke.spine.deals.models import Opportunity


def to_signals(deal: Opportunity) -> str:
    return reverse("signals:deal", args=[deal.pk])


ACTION_PLACES: Mapping[str, Callable[[Opportunity], str]] = {"negotiation-close": to_signals}
"""By key action of the playbook."""
