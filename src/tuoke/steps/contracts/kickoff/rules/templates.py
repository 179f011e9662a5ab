"""Templates of kick-off plans (``content/templates.yaml``), and which of them suits a deal (S7.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tuoke.services.calendar.rules import Workdays
from tuoke.spine.catalog.rules import Segment
from tuoke.steps.contracts.kickoff.rules.plans import MilestoneKind
from tuoke.steps.contracts.kickoff.rules.raci import Party, Raci, gaps
from tuoke.steps.contracts.kickoff.rules.schedule import Link, Span, circle, laid_out

SOURCE = Path(__file__).resolve().parents[1] / "content" / "templates.yaml"


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """``offset``: not before so many working days after the first day. ``waits``: places of earlier lines, with lags."""

    name: str
    kind: MilestoneKind
    phase: str
    days: int
    offset: int
    party: Party
    parts: Mapping[Party, Raci]
    acceptance: str
    waits: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Template:
    key: str
    name: str
    summary: str
    segments: tuple[Mapping[str, str], ...]
    lines: tuple[TemplateLine, ...]

    @property
    def links(self) -> tuple[Link, ...]:
        return tuple(Link(before, place, lag) for place, line in enumerate(self.lines) for before, lag in line.waits)

    def dates(self, starts_on: date, *, calendar: Workdays) -> tuple[Span, ...]:
        return laid_out(starts_on, [(line.offset, line.days) for line in self.lines], self.links, calendar=calendar)


@cache
def templates() -> tuple[Template, ...]:
    return parse(SOURCE.read_text(encoding="utf-8"))


def template_named(key: str) -> Template | None:
    return next((template for template in templates() if template.key == key), None)


def suggested(segment: Segment) -> tuple[Template, ...]:
    """All templates, those of this kind of customer first; the more a template asks of the customer, the better it suits."""
    said = segment.as_mapping()

    def fit(template: Template) -> int:
        fits = [
            len(wanted) for wanted in template.segments if all(said[name] == value for name, value in wanted.items())
        ]
        return max(fits, default=-1)

    return tuple(sorted(templates(), key=fit, reverse=True))


def parse(text: str) -> tuple[Template, ...]:
    """ValueError, naming template and line, where something doesn't hold together."""
    return tuple(_template(said) for said in yaml.safe_load(text))


def _template(said: Mapping[str, Any]) -> Template:
    places: dict[str, int] = {}
    lines = []
    for row in said["lines"]:
        lines.append(_line(row, places, template=said["key"]))
        places[row["key"]] = len(places)
    template = Template(said["key"], said["name"], said["summary"], tuple(said["for"]), tuple(lines))
    if circle(template.links):
        raise ValueError(f"{template.key}: a circle")
    return template


def _line(row: Mapping[str, Any], places: Mapping[str, int], *, template: str) -> TemplateLine:
    where = f"{template}.{row['key']}"
    days = row.get("days", 0)
    parts = {Party(party): Raci(part) for party, part in row["raci"].items()}
    if row["key"] in places or gaps(parts.values()) or not all(key in places for key, _ in _waits(row)):
        raise ValueError(f"{where}: told twice, without its A and R, or waiting for what comes later")
    return TemplateLine(
        name=row["name"],
        kind=MilestoneKind.TASK if days else MilestoneKind.MILESTONE,
        phase=row["phase"],
        days=days,
        offset=row.get("offset", 0),
        party=Party(row["party"]),
        parts=parts,
        acceptance=row.get("acceptance", ""),
        waits=tuple((places[key], lag) for key, lag in _waits(row)),
    )


def _waits(row: Mapping[str, Any]) -> Sequence[tuple[str, int]]:
    """``after: [contract, {trial: 5}]``: a key, or a key with working days between."""
    return [
        (said, 0) if isinstance(said, str) else next(iter(said.items())) for said in row.get("after", ())
    ]  # fmt: skip
