"""Charts as values: the same figures are drawn on the screen, in Word and in PDF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from django_stubs_ext import StrOrPromise

Number = int | float | Decimal | None
CNY = "CNY"
"""The unit that stands before its number: CNY 142,800."""


class ChartKind(StrEnum):
    BARS = "bars"  # lying, one row a label
    COLUMNS = "columns"  # standing, one place a label
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one set of bars; ``None`` leaves a gap: unknown is not zero."""

    name: StrOrPromise
    values: tuple[Number, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """``labels`` and the values of every series are of one length. ``unit`` is said behind each number (万元, %),
    CNY before it.

    ``title`` says what is seen and how it counts; it is the chart's name for who can't see it. Raises ValueError on
    series of another length.
    """

    kind: ChartKind
    title: StrOrPromise
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    unit: StrOrPromise = ""

    def __post_init__(self) -> None:
        wrong = [str(series.name) for series in self.series if len(series.values) != len(self.labels)]
        if wrong:
            raise ValueError(f"not {len(self.labels)} values: {', '.join(wrong)}")

    @property
    def says_something(self) -> bool:
        return any(value is not None for series in self.series for value in series.values)

    def rows(self) -> Sequence[tuple[str, ...]]:
        """The same as a table: a label and its values as they are said."""
        return [
            (label, *(said(series.values[index], str(self.unit)) for series in self.series))
            for index, label in enumerate(self.labels)
        ]

    def as_json(self) -> dict[str, object]:
        """What the script on the page draws from."""
        return {
            "kind": self.kind.value,
            "title": str(self.title),
            "labels": list(self.labels),
            "unit": str(self.unit),
            "series": [
                {"name": str(s.name), "values": [None if v is None else float(v) for v in s.values]}
                for s in self.series
            ],
        }


def said(value: Number, unit: str = "") -> str:
    """46 亿元, 12.5%, CNY 142,800; at most two places, none where they are zeros; "—" for what isn't known."""
    if value is None:
        return "—"
    number = f"{Decimal(str(value)):,.2f}".rstrip("0").rstrip(".")
    if unit == CNY:
        return f"{CNY} {number}"
    return f"{number}{unit}" if unit in ("", "%") else f"{number} {unit}"
