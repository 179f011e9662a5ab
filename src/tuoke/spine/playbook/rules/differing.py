"""How two texts differ, piece by piece: Chinese sign by sign, numbers and Latin words whole."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

_PIECES = re.compile(r"〔[^〔〕]*〕|[A-Za-z0-9.%]+|\s+|.", re.DOTALL)
MOST_PIECES = 4000
"""Longer texts are shown as one for the other: comparing them sign by sign would take too long."""


class Stretch(StrEnum):
    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stayed, went or came."""

    stretch: Stretch
    text: str


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Both texts in one, in reading order."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    if not old or not new or max(len(old), len(new)) > MOST_PIECES:
        return tuple(run for run in (Run(Stretch.OUT, before), Run(Stretch.IN, after)) if run.text)
    found: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Run(Stretch.SAME, "".join(old[a:b])))
            continue
        if b > a:
            found.append(Run(Stretch.OUT, "".join(old[a:b])))
        if d > c:
            found.append(Run(Stretch.IN, "".join(new[c:d])))
    return tuple(found)
