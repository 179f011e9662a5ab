"""What became of extras that were offered with a proposal to sign (``signals.hooks.extra_states``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from tuoke.steps.negotiation.rounds.models import ConcessionMade
from tuoke.steps.negotiation.rounds.rules import State

_SAID = {State.AWAITS_APPROVAL: _("等批准"), State.REFUSED: _("没有批准")}


def states_of_extras(sources: Sequence[str]) -> Mapping[str, str]:
    """By source, in words: those that wait for their approval or didn't get it. One query."""
    rows = ConcessionMade.objects.filter(source__in=sources, state__in=[state.value for state in _SAID])
    return {source: str(_SAID[State(state)]) for source, state in rows.order_by("id").values_list("source", "state")}
