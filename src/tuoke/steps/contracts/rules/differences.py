"""What changed between two versions of a contract, and between ours and the one that the customer sent back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from tuoke.spine.library.rules import Change, Run
from tuoke.spine.library.rules.differences import runs
from tuoke.steps.contracts.rules.content import Frozen, FrozenClause
from tuoke.steps.contracts.rules.reading import values_of

MOST_LINES = 800
"""Lines of a returned text that are compared; a contract has a few hundred."""
MOST_SIGNS = 100_000
HEAD = (
    "title",
    "our_party",
    "their_party",
    "amount",
    "tax_note",
    "starts_on",
    "ends_on",
    "delivery_days",
    "delivery_on",
)
"""What stands in the head of a contract, by field."""


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """``change`` in: new, out: gone, same: it stands in both and says something else. ``values``: what was said with other
    figures, before and after, one pair for each sentence or instalment."""

    title: str
    part: str
    change: Change
    clause_id: int = 0
    text: tuple[Run, ...] = ()
    renamed_from: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class VersionChange:
    """``head``: (field, before, after)."""

    head: tuple[tuple[str, str, str], ...]
    clauses: tuple[ClauseChange, ...]
    is_reordered: bool

    @property
    def is_none(self) -> bool:
        return not (self.head or self.clauses or self.is_reordered)


def between(before: Frozen, after: Frozen) -> VersionChange:
    old = {clause.clause_id: clause for clause in before.clauses}
    new = {clause.clause_id: clause for clause in after.clauses}
    found = [_changed(old.get(pk), clause) for pk, clause in new.items()]
    gone = [_whole(clause, Change.OUT) for pk, clause in old.items() if pk not in new]
    return VersionChange(
        head=tuple(
            (name, str(getattr(before, name)), str(getattr(after, name)))
            for name in HEAD
            if getattr(before, name) != getattr(after, name)
        ),
        clauses=(*(one for one in found if one is not None), *gone),
        is_reordered=[pk for pk in old if pk in new] != [pk for pk in new if pk in old],
    )


def _changed(before: FrozenClause | None, after: FrozenClause) -> ClauseChange | None:
    if before is None:
        return _whole(after, Change.IN)
    if before.seal == after.seal:
        return None
    return ClauseChange(
        title=after.title,
        part=after.part,
        change=Change.SAME,
        clause_id=after.clause_id,
        text=runs(before.text, after.text) if before.text != after.text else (),
        renamed_from=before.title if before.title != after.title else "",
        values=other_values(before.text, after.text),
    )


def _whole(clause: FrozenClause, change: Change) -> ClauseChange:
    return ClauseChange(clause.title, clause.part, change, clause.clause_id, (Run(change, clause.text),))


def other_values(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """What is said with other figures, before and after: one pair for each piece of a sentence that was altered (one
    instalment is one), however many figures of it differ."""
    old, new = _pieces(before), _pieces(after)
    partner = _matched(old, new)
    lone = [place for place in range(len(new)) if place not in partner.values()]
    alone = [place for place in range(len(old)) if place not in partner]
    if len(alone) == len(lone):
        partner |= dict(zip(alone, lone, strict=True))
    pairs = [(_only(old[place], new[other]), _only(new[other], old[place])) for place, other in sorted(partner.items())]
    if len(alone) != len(lone):
        pairs += [*((_only(old[place], ""), []) for place in alone), *(([], _only(new[place], "")) for place in lone)]
    return tuple(("、".join(gone), "、".join(came)) for gone, came in pairs if gone or came)


_PIECE = re.compile(r"[^。；;\n]+")


def _pieces(text: str) -> list[str]:
    return [match[0] for match in _PIECE.finditer(text) if _bare(match[0])]


def _only(text: str, other: str) -> list[str]:
    """The figures of one text that the other hasn't, as often as it has more of them."""
    left = Counter(value.same for value in values_of(other))
    only = []
    for value in values_of(text):
        if left[value.same]:
            left[value.same] -= 1
        else:
            only.append(value.text)
    return only


# The customer's version


@dataclass(frozen=True, slots=True)
class Returned:
    """``clauses``: every clause of ours that is gone or says something else, in our order; then ``added``, lines of theirs
    that stand in none of ours. ``unchanged`` counts the others. ``is_cut``: their text was too long to be read whole."""

    clauses: tuple[ClauseChange, ...]
    added: tuple[str, ...]
    unchanged: int
    is_cut: bool

    @property
    def is_none(self) -> bool:
        return not (self.clauses or self.added)


ALIKE = 0.5
"""So much two lines have in common (Dice over pairs of signs): one became the other."""


def returned(ours: Frozen, theirs: str) -> Returned:
    """Compare the text that came back with what was sent, line by line: numbering, spaces and line ends don't matter.

    A line of ours goes with the line of theirs that is most like it; a clause none of whose lines is found is gone.
    """
    lines = [line for line in theirs[:MOST_SIGNS].splitlines() if _bare(line)]
    is_cut = len(theirs) > MOST_SIGNS or len(lines) > MOST_LINES
    lines = lines[:MOST_LINES]
    own = [(clause, line) for clause in ours.clauses for line in clause.text.splitlines() if _bare(line)]
    partner = _matched([line for _clause, line in own], lines)
    taken = set(partner.values())
    found, unchanged = [], 0
    for clause in ours.clauses:
        at = [place for place, (of, _line) in enumerate(own) if of is clause]
        here = [partner[place] for place in at if place in partner]
        between_them = _inserted(here, taken)
        taken.update(between_them)
        change = _came_back(clause, [own[place][1] for place in at], at, partner, lines, between_them)
        if change is None:
            unchanged += 1
        else:
            found.append(change)
    titles = _heads(ours)
    added = tuple(line.strip() for place, line in enumerate(lines) if place not in taken and _bare(line) not in titles)
    return Returned(tuple(found), added, unchanged, is_cut)


def _came_back(
    clause: FrozenClause,
    own: Sequence[str],
    at: Sequence[int],
    partner: Mapping[int, int],
    lines: Sequence[str],
    inserted: Sequence[int],
) -> ClauseChange | None:
    here = [partner[place] for place in at if place in partner]
    if own and not here:
        return _whole(clause, Change.OUT)
    is_same = len(here) == len(own) and not inserted
    if is_same and all(_bare(line) == _bare(lines[partner[place]]) for place, line in zip(at, own, strict=True)):
        return None
    theirs = "\n".join(lines[place].strip() for place in sorted({*here, *inserted}))
    ours = "\n".join(line.strip() for line in own)
    return ClauseChange(
        clause.title, clause.part, Change.SAME, clause.clause_id, runs(ours, theirs), values=other_values(ours, theirs)
    )


def _matched(own: Sequence[str], lines: Sequence[str]) -> dict[int, int]:
    """Place of ours → place of theirs, each once: the same words first, then whatever is most alike."""
    partner: dict[int, int] = {}
    taken: set[int] = set()
    known: dict[str, list[int]] = {}
    for place, line in enumerate(lines):
        known.setdefault(_bare(line), []).append(place)
    for place, line in enumerate(own):
        if same := known.get(_bare(line)):
            partner[place] = same.pop(0)
            taken.add(partner[place])
    left = [place for place in range(len(own)) if place not in partner]
    open_lines = {place: _pairs(line) for place, line in enumerate(lines) if place not in taken}
    scored = []
    for place in left:
        pairs = _pairs(own[place])
        for other, other_pairs in open_lines.items():
            if (alike := _dice(pairs, other_pairs)) >= ALIKE:
                scored.append((-alike, place, other))
    for _alike, place, other in sorted(scored):
        if place not in partner and other not in taken:
            partner[place] = other
            taken.add(other)
    return partner


def _inserted(here: Sequence[int], taken: set[int]) -> list[int]:
    """Lines of theirs that stand between those of one clause and belong to no other."""
    return [place for place in range(min(here), max(here)) if place not in taken] if len(here) > 1 else []


_NUMBERING = re.compile(
    r"^\s*(?:第[零一二三四五六七八九十百\d]+[条章款项]|[(（]?[一二三四五六七八九十百\d]{1,4}(?:\.\d{1,3})*[)）、.．](?!\d)|[•·\-*])\s*"
)


def _bare(line: str) -> str:
    """What a line says, whatever number stands before it: full-width signs as plain ones, without spaces."""
    plain = normalize("NFKC", line)
    return re.sub(r"\s+", "", _NUMBERING.sub("", plain)).casefold()


@lru_cache(maxsize=256)
def _pairs(line: str) -> frozenset[str]:
    bare = _bare(line)
    return frozenset(bare[at : at + 2] for at in range(len(bare) - 1)) or frozenset({bare})


def likeness(one: str, other: str) -> float:
    """How much two texts have in common, whatever their numbering: 1.0 is all of both."""
    return _dice(_pairs(one), _pairs(other))


def _dice(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _heads(ours: Frozen) -> set[str]:
    """Lines that stand on the paper besides the clauses: titles, parties, signatures."""
    said: Iterable[str] = (ours.title, ours.number, ours.our_party, ours.their_party, *(c.title for c in ours.clauses))
    return {_bare(line) for line in said}
