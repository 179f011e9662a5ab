"""Whether a contract is paid later than was agreed. Earlier is good for us; later costs, and is for management to say (P4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tuoke.steps.contracts.rules.reading import Value, ValueKind, values_of
from tuoke.steps.contracts.rules.stages import Event, Stage, stages_of


@dataclass(frozen=True, slots=True)
class Due:
    """What a contract or the agreed terms say of payment. ``total`` and ``delivery_days`` are None where not said."""

    text: str
    total: Decimal | None = None
    delivery_days: int | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """By instalment ``place`` of the agreed ones so much of the whole was to be paid, ``contract`` will be: per cent. None:
    no share is said, and so nobody can tell that it isn't later."""

    place: int = 0
    agreed: Decimal | None = None
    contract: Decimal | None = None


def later_than(agreed: Due, contract: Due) -> tuple[Later, ...]:
    """Each agreed instalment by which less of the whole will have been paid; none where every yuan comes as early as agreed,
    or earlier. What can't be told to be early counts as late."""
    wanted, given = stages_of(agreed.text), stages_of(contract.text)
    if not wanted:
        return () if _spans_no_longer(agreed.text, contract.text) else (Later(),)
    shares = [_share(stage, agreed.total) for stage in wanted]
    ours = [_share(stage, contract.total) for stage in given]
    if None in shares or None in ours:
        return (Later(),)
    late, due = [], Decimal(0)
    for place, share in enumerate(shares):
        due += share or Decimal(0)
        paid = sum(
            (ours[n] or Decimal(0) for n in range(len(given)) if _is_in(given, n, wanted, place, contract)), Decimal(0)
        )
        if paid < due - _SPARE:
            late.append(Later(place + 1, due, min(paid, Decimal(100))))
    return tuple(late)


_SPARE = Decimal("0.01")
"""Per cent: the cents of an instalment that takes the rest."""
_ORDER = (Event.SIGNED, Event.STARTED, Event.DELIVERED, Event.LIVE, Event.ACCEPTED, Event.WARRANTY)
_AT_THE_START = frozenset({Event.SIGNED, Event.STARTED})
_WEEK, _WORKWEEK = 7, 5


def _share(stage: Stage, total: Decimal | None) -> Decimal | None:
    if stage.percent is not None:
        return stage.percent
    return 100 * stage.amount / total if stage.amount is not None and total else None


def _is_in(given: Sequence[Stage], n: int, wanted: Sequence[Stage], place: int, due: Due) -> bool:
    """Agreed instalments follow each other: what comes by one of them has come by those after it."""
    return any(_by(given, n, wanted, earlier, due) for earlier in range(place + 1))


def _by(stages: Sequence[Stage], n: int, wanted: Sequence[Stage], place: int, due: Due) -> bool:
    """Whether the ``n``-th of ``stages`` is surely paid by the time of that agreed one."""
    one, other = stages[n], wanted[place]
    if one.on or other.on:
        return bool(one.on and other.on) and one.on <= other.on
    if Event.UNKNOWN in (one.event, other.event):
        return n <= place
    if one.event is other.event:
        return other.days is None or _days(one) <= _days(other)
    if _ORDER.index(one.event) > _ORDER.index(other.event):
        return False
    is_across = one.event in _AT_THE_START and other.event not in _AT_THE_START
    return _days(one) <= _days(other) + (due.delivery_days or 0 if is_across else 0)


def _days(stage: Stage) -> int:
    """Calendar days, of working days as many as they take without a holiday."""
    days = stage.days or 0
    return -(-days * _WEEK // _WORKWEEK) if stage.is_workdays else days


def _spans_no_longer(agreed: str, contract: str) -> bool:
    """月结 30 天 beside 月结 15 天: one term each, of one unit, and ours is no longer."""
    wanted, given = _spans(agreed), _spans(contract)
    if len(wanted) != 1 or len(given) != 1 or wanted[0].unit != given[0].unit:
        return False
    return (given[0].amount or 0) <= (wanted[0].amount or 0)


def _spans(text: str) -> list[Value]:
    return [value for value in values_of(text) if value.kind is ValueKind.SPAN]
