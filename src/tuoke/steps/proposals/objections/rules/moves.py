"""What may be done with an objection where it stands, and what taking a step back leads to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.steps.proposals.objections.rules.vocabulary import Result, State

FROM: Mapping[str, frozenset[State]] = {
    "raise": frozenset({State.PREDICTED, State.PREPARED, State.ANSWERED, State.RESOLVED}),
    "answer": frozenset({State.PREPARED, State.RAISED, State.PREDICTED}),
    "settle": frozenset({State.RAISED, State.ANSWERED}),
    "dismiss": frozenset({State.PREDICTED, State.PREPARED}),
    "take_back": frozenset({State.RAISED, State.ANSWERED, State.RESOLVED, State.DISMISSED}),
}
"""By verb: where an objection may stand. What the customer did say can't be dismissed; said again, it is open again."""
OPEN = frozenset({State.RAISED, State.ANSWERED})
"""The customer said it, and it isn't settled."""


def may(verb: str, state: State) -> bool:
    return state in FROM[verb]


def may_move(verb: str, state: State, *, answer: str) -> Verdict:
    """Codes: state_unfit(state), answer_missing (nothing was prepared that could have been said)."""
    verdict = YES if may(verb, state) else no("state_unfit", state=state.value)
    if verb in ("answer", "settle") and not answer.strip():
        verdict &= no("answer_missing", field="answer")
    return verdict


def at_rest(answer: str) -> State:
    """Where an objection stands that nobody has raised."""
    return State.PREPARED if answer.strip() else State.PREDICTED


def settled(result: Result) -> State:
    """Only what the customer accepts is resolved; the rest stays open, with what he said to it."""
    return State.RESOLVED if result is Result.ACCEPTED else State.ANSWERED


def before(state: State, *, answer: str, answered_on: date | None, raised_on: date | None, has_result: bool) -> State:
    """The state one step back: what was settled is answered, what was answered is raised, what was raised is prepared."""
    if state is State.RESOLVED or (state is State.ANSWERED and has_result):
        return State.ANSWERED if answered_on else State.RAISED
    if state is State.ANSWERED and raised_on:
        return State.RAISED
    return at_rest(answer)


def sound_day(day: date, *, today: date, field: str) -> Verdict:
    """Codes: day_in_future, day_too_early."""
    if day > today:
        return no("day_in_future", field=field, today=today)
    return no("day_too_early", field=field) if day.year < 2000 else YES
