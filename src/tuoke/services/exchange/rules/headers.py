"""Header rows: which row it is, what a header says besides its name, and headers that stand among the data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from tuoke.services.exchange.rules.amounts import unit_of
from tuoke.services.exchange.rules.cells import Cell

SAMPLE = 50
"""So many filled rows are looked at to find the header."""

MAX_HEADER = 60


class Header(NamedTuple):
    """``*预算金额(万元)`` has the name 预算金额 and the unit 万元; other bracketed words are its note."""

    name: str
    unit: str
    note: str


_BRACKETS = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]{0,80})[)\]】〕]")
_TAIL_UNIT = re.compile(r"^(.+?)[/:_\-,\s]+([^/:_\-,\s]{1,6})$")
_GLUED_UNIT = re.compile(r"^(.{2,}?)(百万元|千万元|万元|千元|亿元)$")
_MARKS = re.compile(r"^[*★\s]+|[*★:\s]+$")
_NOISE = re.compile(r"[\W_]+")
_NUMERIC = re.compile(r"[-+]?[0-9][0-9.,%:/\- ]*")
_TOTAL = re.compile(r"(?:.{0,6}(?:合计|总计|小计)|共计|累计|汇总|total|subtotal|sum|grandtotal):?")


@lru_cache(maxsize=4096)
def header(text: str) -> Header:
    """The parts of a header text."""
    shown = _MARKS.sub("", unicodedata.normalize("NFKC", text[:400]).strip())
    unit, notes = "", ""
    for inside in _BRACKETS.findall(shown):
        named = unit_of(inside)
        if named and not unit:
            unit = named
        else:
            notes = f"{notes} {inside.strip()}".strip()
    name = _MARKS.sub("", _BRACKETS.sub("", shown))
    for pattern in (_TAIL_UNIT, _GLUED_UNIT):
        if not unit and (found := pattern.match(name)) and (named := unit_of(found[2])):
            name, unit = found[1].strip(), named
    return Header(" ".join(name.split()), unit, notes)


@lru_cache(maxsize=16384)
def header_key(text: str) -> str:
    """A header's name for matching: width, case, blanks, marks, brackets and units don't matter."""
    name = header(text).name.casefold()
    return _NOISE.sub("", name) or name


def find_header(rows: Sequence[Sequence[Cell]], known: Set[str] = frozenset()) -> int | None:
    """Index of the header among a sheet's first filled rows, or ``None``.

    A header is a row of different short texts that is about as wide as the rows below it; titles above are
    narrower. Rows with two or more ``known`` names (header keys) win over all others.
    """
    rows = rows[:SAMPLE]
    named = (
        [(sum(header_key(c) in known for c in _texts(row)), -index) for index, row in enumerate(rows)] if known else []
    )
    if named and max(named)[0] >= 2:
        return -max(named)[1]
    widths = sorted(sum(cell is not None for cell in row) for row in rows)
    usual = widths[len(widths) // 2] if widths else 0
    for index, row in enumerate(rows):
        if _could_be_header(row, usual):
            return index
    return None


def looks_like_header(cells: Sequence[Cell], known: Set[str]) -> bool:
    """A header row among the data: three known names, or two that are half of what is filled."""
    texts = _texts(cells)
    hits = sum(len(cell) <= MAX_HEADER and header_key(cell) in known for cell in texts)
    return hits >= 3 or (hits >= 2 and 2 * hits >= len(texts))


def looks_like_total(cells: Sequence[Cell]) -> bool:
    """A sum at the end: its first text says so, with at most a few letters of what is summed up."""
    first = next((cell for cell in cells if isinstance(cell, str)), "")
    if len(first) > 40:
        return False
    return _TOTAL.fullmatch("".join(unicodedata.normalize("NFKC", first).split()).lower()) is not None


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell for cell in cells if type(cell) is str]


def _could_be_header(row: Sequence[Cell], usual: int) -> bool:
    filled = [cell for cell in row if cell is not None]
    texts = [
        cell for cell in filled if isinstance(cell, str) and len(cell) <= MAX_HEADER and not _NUMERIC.fullmatch(cell)
    ]
    if len(texts) < len(filled) or len(set(texts)) < 0.8 * len(texts):
        return False
    return len(texts) >= max(1, min(2, usual), 0.6 * usual)
