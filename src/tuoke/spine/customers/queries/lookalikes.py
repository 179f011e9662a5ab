"""Many drafts at once against everything that is there: for imports (S2.3, S2.2)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tuoke.spine.customers.queries.lookups import Row, Way, rows_among, rows_of, ways_of
from tuoke.spine.customers.rules import traces_of
from tuoke.spine.customers.rules.similarity import SHOWN, Likeness, PartyTexts, Sketch, compare, wishes_apart

MOST_SAME = 30
"""Records of the very same party, wish, phone, address or code that a draft is compared with."""
MOST_ALIKE = 5
"""Records that merely sound the same: the first ones with the same letters, then others. A common name has hundreds
of namesakes in other places; three are told, three wait for review."""


class Alike(NamedTuple):
    """A stored record that a draft may be the same as. ``kind`` is "lead" or "customer"; ``likeness.codes`` say why."""

    kind: str
    id: int
    owner_id: int | None
    status: str
    likeness: Likeness

    @property
    def similarity(self) -> int:
        return self.likeness.score


class Found(NamedTuple):
    """Of one draft. ``exact``: the same by code, by name and wish, or by name and phone; ``similar`` is the rest, best
    first, without leads of the same party that want something else."""

    exact: tuple[Alike, ...] = ()
    similar: tuple[Alike, ...] = ()


class Lookalikes:
    """Look-alikes of some drafts, in their order: ``Lookalikes.of(drafts)[n]`` is a ``Found``.

    A constant number of queries however many drafts (call it per chunk of 500-2000), against all leads and customers
    whoever may see them, practice left out. By equal keys, phones, addresses and codes, by equal names without their
    place and by names that sound the same; neighbours in the order of names are left to the nightly search. Of records that merely sound the same
    a draft is compared with ``MOST_ALIKE``; what is the same by name and wish is always found. What was
    merged shows as the record that was kept. Drafts aren't compared with each other.
    """

    def __init__(self, found: Sequence[Found]) -> None:
        self._found = found

    @classmethod
    def of(cls, drafts: Iterable[PartyTexts]) -> Lookalikes:
        sketches = [Sketch.of(draft) for draft in drafts]
        met = rows_among(sketches)
        return cls(_with_kept([_judged(sketch, met) for sketch in sketches]))

    def __getitem__(self, index: int) -> Found:
        return self._found[index]

    def __len__(self) -> int:
        return len(self._found)


_Judged = list[tuple[Row, Likeness]]
_Met = dict[Way, list[Row]]


def _judged(sketch: Sketch, met: _Met) -> _Judged:
    best: dict[tuple[str, int], tuple[Row, Likeness]] = {}
    for way in ways_of(sketch):
        for row in _nearest(sketch, way, met.get(way, ())):
            likeness = compare(sketch, row.sketch)
            known = best.get((row.kind, row.id))
            if likeness.score >= SHOWN and (known is None or likeness.score > known[1].score):
                best[row.kind, row.id] = (row, likeness)
    return list(best.values())


def _nearest(sketch: Sketch, way: Way, rows: Sequence[Row]) -> Sequence[Row]:
    """Without other wishes. A party with hundreds of leads isn't looked through for each draft: the same wish first."""
    if not rows:
        return rows
    close = [row for row in rows if row.want == sketch.want or not wishes_apart(sketch.want, row.want)]
    if way[0] == "sound":
        close = [row for row in close if row.party != sketch.party]  # found by name
        if len(close) > MOST_ALIKE:
            core = traces_of(sketch.company).core
            close = sorted(close, key=lambda row: row.core != core)[:MOST_ALIKE]
    elif len(close) > MOST_SAME:
        close = sorted(close, key=lambda row: (row.party != sketch.party, row.want != sketch.want))[:MOST_SAME]
    return close


def _with_kept(judged: list[_Judged]) -> list[Found]:
    gone = {(row.kind, row.merged_into_id) for one in judged for row, _ in one if row.merged_into_id is not None}
    kept = {
        (kind, row.id): row
        for kind in ("lead", "customer")
        for row in rows_of(kind, [pk for k, pk in gone if k == kind and pk is not None])
    }
    return [_found(one, kept) for one in judged]


def _found(judged: _Judged, kept: dict[tuple[str, int], Row]) -> Found:
    exact: dict[tuple[str, int], Alike] = {}
    similar: dict[tuple[str, int], Alike] = {}
    for found, likeness in sorted(judged, key=lambda pair: -pair[1].score):
        row = found if found.merged_into_id is None else kept.get((found.kind, found.merged_into_id))
        if row is None:
            continue
        alike = Alike(row.kind, row.id, row.owner_id, row.status, likeness)
        (exact if likeness.is_exact else similar).setdefault((row.kind, row.id), alike)
    rest = (alike for key, alike in similar.items() if key not in exact)
    return Found(tuple(exact.values()), tuple(rest))
