"""What became of the extras that closing proposals offered (S6.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tuoke.steps.negotiation.rounds.models import ConcessionMade
from tuoke.steps.negotiation.rounds.rules import State
from tuoke.steps.negotiation.rounds.words import GIVEN


def extra_states(sources: Sequence[str]) -> Mapping[str, str]:
    """By history key of what offered it, in words; those that stand are left out. One query."""
    rows = ConcessionMade.objects.filter(source__in=list(sources)).order_by("id").values_list("source", "state")
    newest = {source: State(state) for source, state in rows}
    return {source: str(GIVEN[state][0]) for source, state in newest.items() if state is not State.STANDS}
