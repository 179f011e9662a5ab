"""A document as a tree of parts, plain values in reading order. ``writing.write_document`` puts it on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tuoke.base.ui.charts import Chart

Value = str | int | Decimal | date | None

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; blank lines in it begin new ones. ``quiet`` for notes and sources."""

    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the section's own."""

    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Somebody's own words, and where they come from."""

    text: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is to be seen at once: 86 万元, what it is, and how it was reached."""

    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Up to four figures stand side by side, more of them in rows."""

    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with what is known; an unknown value is shown as such."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """``widths`` are shares of the page's width, one a column; left out, the text decides. Numbers stand right.

    The last ``totals`` rows are sums and stand out.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    widths: tuple[float, ...] | None = None
    totals: int = 0

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.headers)]
        if wrong or (self.widths is not None and len(self.widths) != len(self.headers)):
            raise ValueError(f"not {len(self.headers)} columns: {wrong[:1] or self.widths}")


Part = Text | Heading | Quote | Bullets | Facts | Figures | Table | Chart


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it. A section without parts says ``empty`` instead."""

    heading: str
    parts: tuple[Part, ...] = ()
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Cover:
    """A first page of its own: what it is (``kicker``), for whom, by whom. ``contents`` heads the list of the sections
    that follows it, which are then numbered."""

    kicker: str = ""
    to: str = ""
    by: str = ""
    contents: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """``facts`` are the lines below the title, or on the cover: version, owner, dates. ``footer`` stands on every page
    beside its number, ``header`` above it.

    With a ``cover`` it is made to be handed over: cover, contents, numbered sections. A sheet has no cover.
    """

    title: str
    sections: tuple[Section, ...]
    subtitle: str = ""
    facts: tuple[tuple[str, Value], ...] = ()
    footer: str = ""
    header: str = ""
    cover: Cover | None = None


def printable(text: str) -> str:
    """Without what no file format can carry: control characters, lone surrogates."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def said(value: Value) -> str:
    """A value as it is printed: dates as 2026-11-23, numbers with thousands, "—" for what isn't known."""
    if value is None or value == "":
        return "—"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return f"{value:,}"
    return printable(str(value))


def paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", printable(text)) if part.strip()]


def is_number(value: Value) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def numeric_columns(table: Table) -> tuple[bool, ...]:
    """Which columns hold numbers: their headers and gaps stand right as well."""
    return tuple(any(is_number(row[column]) for row in table.rows) for column in range(len(table.headers)))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is printed. ``right``: it stands right; ``is_sum``: it stands out."""

    text: str
    right: bool
    is_sum: bool


def cells_of(table: Table) -> list[list[Cell]]:
    """The rows as they are printed; a gap in a row of sums stays blank, elsewhere it says that nothing is known."""
    numeric, sums = numeric_columns(table), len(table.rows) - table.totals
    return [
        [
            Cell(
                "" if at >= sums and value in (None, "") else said(value),
                is_number(value) or (value in (None, "") and right),
                at >= sums,
            )
            for value, right in zip(row, numeric, strict=True)
        ]
        for at, row in enumerate(table.rows)
    ]


def shares(table: Table) -> tuple[float, ...]:
    """The columns' shares of the width, adding up to 1: as given, else by the longest words in them."""
    given = table.widths or tuple(_need(table, column) for column in range(len(table.headers)))
    whole = sum(given) or 1.0
    return tuple(width / whole for width in given)


def breadth(text: str) -> float:
    """How broad a text runs, in Chinese characters."""
    return sum(1.0 if ord(character) > 0x2E80 else 0.55 for character in text)


def _need(table: Table, column: int) -> float:
    cells: Sequence[str] = [table.headers[column], *(said(row[column]) for row in table.rows)]
    longest = max(breadth(line) for cell in cells for line in cell.split("\n") or [""])
    return min(max(longest, 4.0), 22.0)
