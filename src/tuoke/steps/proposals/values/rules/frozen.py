"""The value model as it goes into a version of the proposal: plain JSON that never changes. Page, Word and PDF draw from it
and from nothing else, so that they say the same figures. Amounts are texts: a float would round them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tuoke.steps.proposals.values.rules.items import Band, Basis, Direction
from tuoke.steps.proposals.values.rules.payback import Spending

FORMAT = 1


@dataclass(frozen=True, slots=True)
class FrozenLine:
    """One line with what it was worked out from. A share names the line (``share_of``) and has no figures of its own.

    ``need`` and ``proof`` are what the need and the evidence were called then.
    """

    name: str
    basis: Basis
    benefit: Band
    source: str = ""
    need: str = ""
    proof: str = ""
    unit: str = ""
    direction: Direction | None = None
    current: Decimal | None = None
    expected: Band | None = None
    unit_value: Decimal | None = None
    times: Decimal | None = None
    share_of: str = ""
    percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FrozenWorth:
    """Everything that a customer is shown of the value. ``investment_label`` says what the investment is (报价 2)."""

    lines: tuple[FrozenLine, ...]
    spending: Spending
    yearly: Band
    net: Band | None
    payback: tuple[int | None, int | None, int | None]
    course: tuple[tuple[int, Band | None], ...]
    investment_label: str = ""
    note: str = ""

    def store(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "lines": [_stored_line(line) for line in self.lines],
            "investment": _text(self.spending.investment),
            "running": str(self.spending.running),
            "delay": self.spending.delay,
            "years": self.spending.years,
            "yearly": _stored_band(self.yearly),
            "net": _stored_band(self.net),
            "payback": list(self.payback),
            "course": [[month, _stored_band(band)] for month, band in self.course],
            "investment_label": self.investment_label,
            "note": self.note,
        }


def parse_frozen(stored: Mapping[str, Any]) -> FrozenWorth:
    """What ``store`` has written. Raises KeyError or ValueError on anything else."""
    if stored.get("format") != FORMAT:
        raise ValueError("not a stored value model")
    yearly = _band(stored["yearly"])
    assert yearly is not None
    low, likely, high = stored["payback"]
    return FrozenWorth(
        lines=tuple(_line(line) for line in stored["lines"]),
        spending=Spending(_decimal(stored["investment"]), Decimal(stored["running"]), stored["delay"], stored["years"]),
        yearly=yearly,
        net=_band(stored["net"]),
        payback=(low, likely, high),
        course=tuple((month, _band(band)) for month, band in stored["course"]),
        investment_label=stored["investment_label"],
        note=stored["note"],
    )


def _stored_line(line: FrozenLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "basis": line.basis.value,
        "benefit": _stored_band(line.benefit),
        "source": line.source,
        "need": line.need,
        "proof": line.proof,
        "unit": line.unit,
        "direction": line.direction.value if line.direction else "",
        "current": _text(line.current),
        "expected": _stored_band(line.expected),
        "unit_value": _text(line.unit_value),
        "times": _text(line.times),
        "share_of": line.share_of,
        "percent": _text(line.percent),
    }


def _line(stored: Mapping[str, Any]) -> FrozenLine:
    benefit = _band(stored["benefit"])
    assert benefit is not None
    return FrozenLine(
        name=stored["name"],
        basis=Basis(stored["basis"]),
        benefit=benefit,
        source=stored["source"],
        need=stored["need"],
        proof=stored["proof"],
        unit=stored["unit"],
        direction=Direction(stored["direction"]) if stored["direction"] else None,
        current=_decimal(stored["current"]),
        expected=_band(stored["expected"]),
        unit_value=_decimal(stored["unit_value"]),
        times=_decimal(stored["times"]),
        share_of=stored["share_of"],
        percent=_decimal(stored["percent"]),
    )


def _stored_band(band: Band | None) -> list[str] | None:
    return None if band is None else [str(value) for value in band]


def _band(stored: list[str] | None) -> Band | None:
    return None if stored is None else Band(*(Decimal(value) for value in stored))


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _decimal(stored: str | None) -> Decimal | None:
    return None if stored is None else Decimal(stored)
