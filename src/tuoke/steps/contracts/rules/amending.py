"""What an amendment changes (S7.1): each of its clauses beside the clause that it alters, value by value and in its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from tuoke.spine.library.rules import Run
from tuoke.spine.library.rules.differences import runs
from tuoke.spine.library.rules.numerals import DIGITS, number_of
from tuoke.steps.contracts.rules.content import Alters, Frozen, FrozenClause
from tuoke.steps.contracts.rules.differences import HEAD, likeness, other_values
from tuoke.steps.contracts.rules.findings import Said
from tuoke.steps.contracts.rules.likeness import ENOUGH, pairs_of
from tuoke.steps.contracts.rules.reading import Value, ValueKind, equal_in, values_of
from tuoke.steps.contracts.rules.states import Part


@dataclass(frozen=True, slots=True)
class Standing:
    """A clause that stands: ``place`` counts through the contract ``of`` that number, as one quotes it (第 5 条).
    ``alters``: which clause of an earlier contract it has changed itself, as (number, place)."""

    of: str
    place: int
    part: str
    title: str
    text: str
    alters: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Amended:
    """``values``: (before, after); where only more or less of something is agreed, after begins with ＋ or －. ``wrong``:
    (what the amendment says stood there before, what does stand)."""

    clause_id: int
    target: Standing
    values: tuple[tuple[str, str], ...]
    text: tuple[Run, ...]
    wrong: tuple[tuple[str, str], ...]

    @property
    def alters(self) -> Alters:
        return Alters(self.target.of, self.target.place, self.target.title, self.values)


def standing_clauses(signed: Sequence[Frozen]) -> tuple[Standing, ...]:
    """Every clause of the main contract and of its signed amendments, in the order of their signatures."""
    found = []
    for frozen in signed:
        ordered = [clause for part in Part for clause in frozen.clauses if clause.part == part]
        found += [_standing(frozen.number, place, clause) for place, clause in enumerate(ordered, 1)]
    return tuple(found)


def amended(clauses: Sequence[Said], base: Sequence[Standing]) -> dict[int, Amended]:
    """By the id of the amendment's clause; those that alter nothing, but are new, aren't in it."""
    found = {}
    for said in clauses:
        if target := _target(said, base):
            found[said.clause_id] = _beside(said, _chain(target, base))
    return found


def head_changes(frozen: Frozen, signed: Sequence[Frozen]) -> tuple[tuple[str, str, str], ...]:
    """(field, before, after) of what the head of an amendment says anew; ``signed`` is the main contract, then its earlier
    amendments."""
    changes = []
    for name in HEAD:
        if name in ("title", "amount") or not (after := getattr(frozen, name)):
            continue
        before = next((said for one in reversed(signed) if (said := getattr(one, name))), "")
        if before != after:
            changes.append((name, str(before), str(after)))
    return tuple(changes)


# Which clause is meant

_NUMBERED = re.compile(rf"(?<!本协议)(?<!本补充协议)第\s*([{DIGITS}\d]{{1,4}})\s*条")


def _target(said: Said, base: Sequence[Standing]) -> Standing | None:
    return _by_number(said, base) or _by_title(said, base) or _by_words(said, base) or _by_part(said, base)


def _by_number(said: Said, base: Sequence[Standing]) -> Standing | None:
    """第 5 条 is the fifth of the main contract."""
    match = _NUMBERED.search(f"{said.title}\n{said.text}")
    place = number_of(match[1]) if match else None
    main = base[0].of if base else ""
    return next((one for one in base if one.of == main and one.place == place), None)


def _by_title(said: Said, base: Sequence[Standing]) -> Standing | None:
    named = f"{said.title}\n{said.text}"
    found = [
        one
        for one in base
        if _plain(one.title) == _plain(said.title) or f"“{one.title}”" in named or f"《{one.title}》" in named
    ]
    return found[-1] if found else None


def _by_words(said: Said, base: Sequence[Standing]) -> Standing | None:
    """Of the same part, and about the same: as a whole, or one of its sentences that names a figure of the same measure."""
    scored = [(_score(said, one), place) for place, one in enumerate(base) if one.part == said.part]
    best, place = max(scored, default=(0.0, 0))
    return base[place] if best >= _SURE else None


def _by_part(said: Said, base: Sequence[Standing]) -> Standing | None:
    """由 40% 改为 50% changes something: the only clause of that part."""
    there = [one for one in base if one.part == said.part] if _FROM_TO.search(said.text) else []
    return there[0] if len(there) == 1 and values_of(said.text) else None


MOST_SOUGHT, MOST_SOUGHT_IN = 12, 40
"""Pieces of an amendment's clause, and of each that stands, that are set beside each other: eighty clauses of full length on
either side stay a matter of seconds."""
_SURE = 0.75
"""It goes onto paper: rather none than a wrong one. Who means another writes its number."""


def _score(said: Said, one: Standing) -> float:
    shares = [likeness(said.text, one.text)]
    for piece in map(_read, _fine(said.text)[:MOST_SOUGHT]):
        for other in map(_read, _said(one.text)[:MOST_SOUGHT_IN] if piece.measures else ()):
            if piece.measures & other.measures:
                shares.append(_overlap(piece.about, other.about))
    return max(shares)


def _chain(target: Standing, base: Sequence[Standing]) -> list[Standing]:
    """The clause with what has altered it since, the newest first."""
    root = target.alters or (target.of, target.place)
    return [one for one in reversed(base) if root in (one.alters, (one.of, one.place))] or [target]


# What it says instead

_TO = r"改为|改成|调整为|变更为|变为|修改为|提高到|提高至|增加到|增加至|降到|降至|降为|减少到|减少至|延长到|延长至|缩短到|缩短至|推迟到|推迟至|提前到|提前至|→|->"
_FROM_TO = re.compile(
    rf"(?:由|从|原为?)(?P<old>.{{1,80}}?)(?:{_TO}|(?:增加|减少).{{1,40}}?后.{{0,16}}?为)(?P<new>.+)", re.S
)
_ONLY_TO = re.compile(rf"(?:{_TO})(?P<new>.+)", re.S)
_NUMBERING = re.compile(rf"^\s*[(（]?\d{{1,2}}[)）.、]\s*|第\s*[{DIGITS}\d]{{1,4}}\s*条(?:的|中)?")
_CHANGING = re.compile(rf"{_TO}|[由从原]|增加|增购|新增|追加|加购|另购|增补|减少|减去|取消|核减|比例|数量|金额")
_MORE, _LESS = re.compile(r"增加|增购|新增|追加|加购|另购|增补"), re.compile(r"减少|减去|取消|核减")
_COARSE = re.compile(r"[^。；;\n]+")
_FINE = re.compile(r"[。；;，\n]|(?<!\d),(?!\d)")


def _beside(said: Said, chain: Sequence[Standing]) -> Amended:
    newest = chain[0]
    if likeness(said.text, newest.text) >= ENOUGH and not _ONLY_TO.search(said.text):
        values = other_values(newest.text, said.text)
        return Amended(said.clause_id, newest, values, runs(newest.text, said.text), ())
    changed: list[tuple[str, str]] = []
    wrong: list[tuple[str, str]] = []
    text: list[Run] = []
    there = [value for one in chain for value in values_of(one.text)]
    for match in _COARSE.finditer(said.text):
        piece = match[0].strip()
        pairs: list[tuple[str, str]] = []
        for part, stated in _parts(piece):
            pairs += _stated(stated) if stated else _told(part, chain)
            olds = values_of(stated["old"]) if stated else ()
            wrong += [(old.text, _of_measure(old, there)) for old in olds if not equal_in(old, there)]
        changed += pairs
        if pairs and (other := _nearest(piece, [m[0].strip() for one in chain for m in _COARSE.finditer(one.text)])):
            text += runs(other, piece)
    return Amended(said.clause_id, newest, tuple(dict.fromkeys(changed)), tuple(text), tuple(wrong))


def _parts(piece: str) -> list[tuple[str, re.Match[str] | None]]:
    """What a sentence says one after the other; in one where it takes the whole of it to say from what to what."""
    parts = [(part, _FROM_TO.search(part)) for part in _fine(piece)]
    whole = _FROM_TO.search(piece)
    return [(piece, whole)] if whole and not any(stated for _part, stated in parts) else parts


def _stated(match: re.Match[str]) -> list[tuple[str, str]]:
    """由 40% 改为 50%: both are said."""
    old, new = list(values_of(match["old"])), list(values_of(match["new"]))
    pairs = []
    for value in old:
        other = next((one for one in new if one.measure == value.measure), None)
        if other is not None:
            new.remove(other)
            pairs.append((value.text, other.text))
    return pairs


def _told(piece: str, chain: Sequence[Standing]) -> Iterator[tuple[str, str]]:
    """首付改为 50%; 上线 30%; 增加 20 台: what stood there is sought in the clause."""
    match = _ONLY_TO.search(piece)
    sign = "" if match else "＋" if _MORE.search(piece) else "－" if _LESS.search(piece) else ""
    other = _nearest(piece, [part for one in chain for part in _said(one.text)], values_of(piece))
    was = _ONLY_TO.search(other)  # an earlier amendment: 由 40% 改为 50% stands as 50%
    left = list(values_of(was["new"] if was else other))
    for value in values_of(match["new"] if match else piece):
        before = next((one for one in left if one.measure == value.measure), None)
        if before is not None:
            left.remove(before)
        if sign or before is None or before.same != value.same:
            yield (before.text if before else "", f"{sign}{value.text}")


def _nearest(piece: str, others: Sequence[str], values: Sequence[Value] = ()) -> str:
    """What of the clause speaks of the same, and with ``values`` in one of their measures; of equals the newest."""
    wanted, measures = _read(piece).about, {value.measure for value in values}
    best, found = 0.0, ""
    for other in others:
        read = _read(other)
        if measures and not measures & read.measures:
            continue
        if (share := _overlap(wanted, read.about)) > best:
            best, found = share, other
    return found if best >= ENOUGH else ""


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the shorter stands in the longer."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


class _Piece(NamedTuple):
    about: frozenset[str]
    measures: frozenset[tuple[object, ...]]


@lru_cache(maxsize=4096)
def _read(piece: str) -> _Piece:
    """What it is about, without its number and the words by which it changes something; and what its figures measure. Each
    piece is set beside every other: it is read once."""
    about = pairs_of(_CHANGING.sub("", _NUMBERING.sub("", piece)))
    return _Piece(about, frozenset(value.measure for value in values_of(piece)))


def _of_measure(value: Value, there: Sequence[Value]) -> str:
    said = [one.text for one in there if one.measure == value.measure and one.kind is not ValueKind.FOREIGN]
    return "、".join(dict.fromkeys(said))


def _fine(text: str) -> list[str]:
    return [piece.strip() for piece in _FINE.split(text) if piece.strip()]


def _said(text: str) -> list[str]:
    """Its pieces, and the sentences that say of what their figures are: 扫码终端，数量 50 台."""
    return [*_fine(text), *(match[0].strip() for match in _COARSE.finditer(text))]


def _plain(title: str) -> str:
    return re.sub(r"\s+", "", normalize("NFKC", title)).casefold()


def _standing(of: str, place: int, clause: FrozenClause) -> Standing:
    alters = (clause.alters.of, clause.alters.place) if clause.alters else None
    return Standing(of, place, clause.part, clause.title, clause.text, alters)
