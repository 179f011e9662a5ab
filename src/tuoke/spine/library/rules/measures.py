"""Lines of 指标：前 → 后 in a case, and what was gained by them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINE = re.compile(
    r"^\s*(?P<name>[^：:→]{1,40}?)\s*[：:]\s*(?P<before>[^→]+?)\s*(?:→|->|＞|—>)\s*(?P<after>[^→]+?)\s*$"
)
_FIGURE = re.compile(r"\d")


class MeasureWrong(ValueError):
    """A line that isn't 指标：前 → 后 with a figure on both sides."""


@dataclass(frozen=True, slots=True)
class Measure:
    """换线准备：42 分钟 → 29 分钟."""

    name: str
    before: str
    after: str


def measure_in(line: str) -> Measure:
    """Raises MeasureWrong."""
    found = _LINE.match(line)
    if not found or not all(_FIGURE.search(found[side]) for side in ("before", "after")):
        raise MeasureWrong(line)
    return Measure(found["name"], found["before"], found["after"])
