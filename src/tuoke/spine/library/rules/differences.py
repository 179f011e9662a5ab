"""What changed between two versions, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from tuoke.spine.library.rules.content import CODED, Content, parts_of

_WORDS = re.compile(r"〔[^〔〕]*〕|[A-Za-z0-9.%]+|\s+|.", re.DOTALL)


class Change(StrEnum):
    SAME = "same"
    OUT = "out"
    IN = "in"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that stayed, went or came."""

    change: Change
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs, with its runs in reading order."""

    part: str
    runs: tuple[Run, ...]


def differences(before: Content, after: Content) -> tuple[Difference, ...]:
    """The parts that differ between two contents of one kind; none where they say the same."""
    old, new = parts_of(before), parts_of(after)
    return tuple(
        Difference(name, (whole if name in CODED else runs)(old[name], text))
        for name, text in new.items()
        if old[name] != text
    )


def whole(before: str, after: str) -> tuple[Run, ...]:
    """One text for the other: codes aren't read word by word."""
    return tuple(run for run in (Run(Change.OUT, before), Run(Change.IN, after)) if run.text)


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Both texts in one: placeholders, numbers and Latin words stay whole."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Run] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Run(Change.SAME, "".join(old[a:b])))
            continue
        if b > a:
            found.append(Run(Change.OUT, "".join(old[a:b])))
        if d > c:
            found.append(Run(Change.IN, "".join(new[c:d])))
    return tuple(found)
