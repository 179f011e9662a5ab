"""Where an offer of ours, or an agreement, stands; and what of it is shown to whom (S6.1, S6.2)."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    STANDS = "stands"
    AWAITS_OWNER = "owner"  # entered by somebody who may not see the line: whoever may looks at it first
    AWAITS_APPROVAL = "approval"  # past the line: a manager decides
    REFUSED = "refused"  # by the owner, by the manager, or because nobody decided in time
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"  # an agreement alone: it stood, and is negotiated anew


class Shown(StrEnum):
    """What one reads of a state. ``NOTED`` is all that is said of an offer to whom the line is closed."""

    STANDS = "stands"
    NOTED = "noted"
    AWAITS_OWNER = "owner"
    AWAITS_APPROVAL = "approval"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"


PENDING = frozenset({State.AWAITS_OWNER, State.AWAITS_APPROVAL})
DROPPED = frozenset({State.REFUSED, State.WITHDRAWN})


def shown(state: State, *, from_inside: bool, sees_line: bool) -> Shown:
    """``from_inside``: whoever entered it could see the line, so it was judged at once.

    Who can't see it reads the same on either side of the line: an offer from inside is noted, whether it stands or waits;
    one from outside waits for the owner until all is decided; what was refused is taken back like any other.
    """
    if sees_line:
        return Shown(state.value)
    if state in DROPPED:
        return Shown.WITHDRAWN
    if state is State.REOPENED:
        return Shown.REOPENED
    if from_inside:
        return Shown.NOTED
    return Shown.AWAITS_OWNER if state in PENDING else Shown.STANDS


def shown_agreement(state: State, *, from_inside: bool, sees_line: bool) -> Shown | None:
    """None: for him it isn't there. An agreement from inside is there once it stands; until then nothing tells of it."""
    if not sees_line and from_inside and state not in (State.STANDS, State.REOPENED):
        return None
    if state is State.STANDS:
        return Shown.STANDS
    return shown(state, from_inside=from_inside, sees_line=sees_line)
