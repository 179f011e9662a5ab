"""Whose word a contract needs before it is signed, and why (S7.1, P4). Plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no

MANAGER_FROM = Decimal(500_000)
"""Yuan from which somebody above has to agree …"""
DIRECTOR_FROM = Decimal(2_000_000)
"""… and from which a director."""
OPEN_FOR = timedelta(days=14)
"""So long there is for the answer; two working days are usual (P4)."""
NOTE_LIMIT = 500


class Kind(StrEnum):
    """The kinds of approval that a clearance is."""

    LEGAL = "legal"
    CONTRACT = "contract"


class Level(StrEnum):
    MANAGER = "manager"
    DIRECTOR = "director"


class ClearState(StrEnum):
    ASKED = "asked"
    CLEARED = "cleared"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by us, or nobody answered in time


@dataclass(frozen=True, slots=True)
class Why:
    """A reason by its code; ``words.why`` says it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Want:
    """A clearance that is wanted. ``level``: who at least, for management."""

    kind: Kind
    why: tuple[Why, ...]
    level: Level = Level.MANAGER


@dataclass(frozen=True, slots=True)
class Case:
    """What is judged. ``amount``: yuan, of an amendment by how much it changes the whole; ``altered`` and ``removed`` are
    the titles of clauses that our library says no contract goes without; ``accepted`` what a manager let pass of the
    departures from what was agreed, ``paid_later`` the instalments of them by which less will have been paid than agreed:
    who pays earlier needs nobody's word."""

    amount: Decimal | None = None
    is_large: bool = False
    is_complex: bool = False
    gate_asks: bool = False
    altered: Sequence[str] = ()
    removed: Sequence[str] = ()
    accepted: Sequence[str] = ()
    paid_later: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Given:
    """The newest word on these very words. ``level`` of who decided; ``who`` waits, or has decided."""

    state: ClearState
    level: Level = Level.MANAGER
    who: str = ""


def wanted(case: Case) -> tuple[Want, ...]:
    """Which clearances the contract needs as it reads, each with every reason."""
    legal, ours = _legal(case), _management(case)
    level = Level.DIRECTOR if any(why.params.get("level") == Level.DIRECTOR for why in ours) else Level.MANAGER
    found = []
    if legal:
        found.append(Want(Kind.LEGAL, legal))
    if ours:
        found.append(Want(Kind.CONTRACT, ours, level))
    return tuple(found)


def against(wants: Sequence[Want], given: Mapping[Kind, Given]) -> Verdict:
    """Every reason against signing: <kind>_not_asked, _waits (who), _refused (who), _level_short (a director is needed)."""
    verdict = YES
    for want in wants:
        verdict &= _missing(want, given.get(want.kind))
    return verdict


def suffices(held: Level, needed: Level) -> bool:
    return held is Level.DIRECTOR or needed is Level.MANAGER


def is_altered(text: str, template: str) -> bool:
    """Whether a clause says something else than the library's, whatever stands in its places. Spaces and line ends don't
    count. Each piece is sought once, from left to right: the longest text takes no time."""
    said, (first, *pieces) = _bare(text), map(_bare, _PLACE.split(template))
    if not pieces:
        return said != first
    last = pieces.pop()
    if not said.startswith(first) or not said.endswith(last) or len(said) < len(first) + len(last):
        return True
    at, end = len(first), len(said) - len(last)
    for piece in pieces:
        found = said.find(piece, at, end)
        if found < 0:
            return True
        at = found + len(piece)
    return False


_PLACE = re.compile(r"〔[^〔〕\n]{0,40}〕")
_SPACE = re.compile(r"\s+")


def _bare(text: str) -> str:
    return _SPACE.sub("", text)


def _legal(case: Case) -> tuple[Why, ...]:
    found = []
    if case.is_large:
        found.append(Why("large"))
    if case.is_complex:
        found.append(Why("complex"))
    if case.gate_asks:
        found.append(Why("gate_asks"))
    if case.removed:
        found.append(Why("removed", {"titles": list(case.removed)}))
    if case.altered:
        found.append(Why("altered", {"titles": list(case.altered)}))
    return tuple(found)


def _management(case: Case) -> tuple[Why, ...]:
    found = []
    amount = abs(case.amount) if case.amount is not None else Decimal(0)
    if amount >= DIRECTOR_FROM:
        found.append(Why("amount", {"limit": str(DIRECTOR_FROM), "level": Level.DIRECTOR.value}))
    elif amount >= MANAGER_FROM:
        found.append(Why("amount", {"limit": str(MANAGER_FROM), "level": Level.MANAGER.value}))
    if case.paid_later:
        found.append(Why("paid_later", {"titles": list(case.paid_later)}))
    if case.accepted:
        found.append(Why("accepted", {"titles": list(case.accepted)}))
    return tuple(found)


def _missing(want: Want, given: Given | None) -> Verdict:
    if given is None or given.state is ClearState.WITHDRAWN:
        return no(f"{want.kind.value}_not_asked")
    if given.state is ClearState.ASKED:
        return no(f"{want.kind.value}_waits", who=given.who)
    if given.state is ClearState.REFUSED:
        return no(f"{want.kind.value}_refused", who=given.who)
    return YES if suffices(given.level, want.level) else no(f"{want.kind.value}_level_short", who=given.who)
