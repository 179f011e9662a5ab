"""Cells as they come out of a file, and the plain text in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from tuoke.base.kernel.verdict import YES, Verdict, no


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a value can't be taken: a stable code; the words for it live with whoever shows it."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BrokenCell:
    """A cell that held NUL, control characters, lone surrogates or undecodable bytes. ``text`` is safe to show."""

    text: str


Cell = str | int | float | bool | date | datetime | BrokenCell | None

BLANK_WORDS = frozenset(
    "- -- --- — —— / \\ n/a na #n/a null none nil 无 暂无 没有 未知 不详 不明 待定 未定 待确认 面议 另议 空".split()  # noqa: SIM905  # words read better as words
)
"""What people type into a field that they can't fill, folded."""

_BROKEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BLANKS = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])|[\ufeff\u200b\u200c\u200e\u200f]")
_EDGES = " \t\r\n\v\f\u00a0\u3000\ufeff\u200b\u200c\u200e\u200f\u2028\u2029"


def text(cell: Cell, limit: int | None = None) -> str | Problem | None:
    """The cell's text without blanks at its edges, otherwise as it came. Longer than ``limit``: refused, never cut."""
    if type(cell) is not str:
        if cell is None:
            return None
        if isinstance(cell, BrokenCell):
            return Problem("text_broken", {"text": cell.text})
        shown = str(cell)
    elif cell.isprintable():  # the common case, decided in C
        shown = cell.strip()
    else:
        if _BROKEN.search(cell):
            return Problem("text_broken", {"text": safe(cell)})
        shown = cell.strip(_EDGES).replace("\r\n", "\n").replace("\r", "\n")
    if limit is not None and len(shown) > limit:
        return Problem("text_too_long", {"limit": limit, "length": len(shown)})
    return shown or None


def sound(value: str) -> bool:
    """Can both databases and every file format hold this text?"""
    return value.isprintable() or not _BROKEN.search(value)


def text_fault(text: str, *, field: str, limit: int) -> Verdict:
    """too_long(limit, length) · text_broken: what can't be stored or read."""
    if len(text.strip()) > limit:
        return no("too_long", field=field, limit=limit, length=len(text.strip()))
    return YES if sound(text) else no("text_broken", field=field)


def unfit(cell: Cell, code: str) -> Problem:
    """The problem of a cell that a parser can do nothing with."""
    return (
        Problem("text_broken", {"text": cell.text})
        if isinstance(cell, BrokenCell)
        else Problem(code, {"text": str(cell)[:80]})
    )


def safe(value: str) -> str:
    """Broken text, with what can't be shown replaced."""
    return _BROKEN.sub("\ufffd", value)


def compact(cell: Cell, limit: int = 200) -> str | Problem | None:
    """For parsing: NFKC, lower case; blank words are blank. ``limit`` bounds what every pattern after it has to read.

    White space goes, but one blank stays between two digits: ``10 20`` must never become 1020.
    """
    if type(cell) is str:
        shown: str | Problem | None = cell
        if len(cell) > 4 * limit:
            return Problem("text_too_long", {"limit": limit, "length": len(cell)})
        if not cell.isprintable():
            shown = text(cell)
    else:
        shown = text(cell)
    if shown is None or isinstance(shown, Problem):
        return shown
    folded = unicodedata.normalize("NFKC", shown).lower().strip(_EDGES)
    if " " in folded or not folded.isprintable():
        folded = " ".join(_BLANKS.sub("", folded).split())
    if len(folded) > limit:
        return Problem("text_too_long", {"limit": limit, "length": len(folded)})
    return None if not folded or folded in BLANK_WORDS else folded
