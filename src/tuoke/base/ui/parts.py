"""Value types that components take. Any object with the same attributes will do."""

from __future__ import annotations

from dataclasses import dataclass

from django_stubs_ext import StrOrPromise

TONES = ("gray", "blue", "cyan", "teal", "green", "lime", "yellow", "orange", "red", "purple")
PATH_STATES = ("done", "current", "todo", "skipped")
REASON_KINDS = ("hard", "soft", "met", "waived")


@dataclass(frozen=True, slots=True)
class PathStep:
    """A step of the path. `days` is said as it stands ("第 6 天 / 标准 14"); `late` makes it red."""

    number: int
    name: StrOrPromise
    state: str = "todo"
    days: StrOrPromise = ""
    url: str = ""
    late: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One reason or criterion: what it says, where it is put right, how it stands (one of REASON_KINDS)."""

    text: StrOrPromise
    url: str = ""
    kind: str = "hard"


@dataclass(frozen=True, slots=True)
class Tab:
    """`count` is shown when it isn't None; `current` marks the tab that is seen."""

    label: StrOrPromise
    url: str
    current: bool = False
    count: int | None = None
