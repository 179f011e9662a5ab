"""Takes fields out of a plain mapping and notes everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from tuoke.services.exchange.rules import sound
from tuoke.spine.playbook.rules.document import StepKey

_KEY = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_FOLD = re.compile(r"(?<=[\u2014\u201d\u3000-\u9fff\uff00-\uffef])\s+(?=[\u2014\u201c\u3000-\u9fff\uff00-\uffef])")

TEXT_LIMIT = 4000
KEY_LIMIT = 60
"""Ticks, waivers and links are kept under keys of so many characters."""
MOST_DAYS = 999


@dataclass(frozen=True, slots=True)
class Problem:
    """``path`` is where, ``code`` what is wrong, ``found`` what stands there, ``expected`` what would be right."""

    path: str
    code: str
    found: str = ""
    expected: str = ""

    def __str__(self) -> str:
        found = f" {self.found!r}" if self.found else ""
        expected = f" (expected: {self.expected})" if self.expected else ""
        return f"{self.path}: {self.code}{found}{expected}"


class PlaybookError(Exception):
    """The document is no playbook. ``problems`` holds every one of its faults."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


Read = TypeVar("Read")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass
class Reader:
    """Takes fields from one mapping, noting what is wrong; whatever nobody took is an unknown field."""

    raw: object
    path: str
    problems: list[Problem]
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.is_broken = not isinstance(self.raw, Mapping)
        self.fields: Mapping[object, object] = self.raw if isinstance(self.raw, Mapping) else {}
        if self.is_broken:
            self.problem("", "not_a_mapping", self.raw, "fields with values")

    def problem(self, name: str, code: str, found: object = "", expected: str = "") -> None:
        path = f"{self.path}.{name}" if name else self.path
        self.problems.append(Problem(path, code, short(found), expected))

    def take(self, name: str) -> object:
        self.taken.add(name)
        return self.fields.get(name)

    def text(self, name: str) -> str:
        """A text that must be there."""
        text = self.optional_text(name)
        if not text and not self.is_broken and isinstance(self.take(name), str | None):
            self.problem(name, "missing", expected="a text")
        return text

    def optional_text(self, name: str) -> str:
        value = self.take(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.problem(name, "not_a_text", value, "a text")
            return ""
        return self._sound(name, unfolded(value))

    def _sound(self, name: str, text: str) -> str:
        """Noted where no database holds it, or nobody reads so much."""
        if len(text) > TEXT_LIMIT:
            self.problem(name, "too_long", len(text), str(TEXT_LIMIT))
        if not sound(text):
            self.problem(name, "not_a_text", text, "a text without control characters")
        return text

    def key(self, name: str) -> str:
        if (key := self.text(name)) and not (_KEY.fullmatch(key) and len(key) <= KEY_LIMIT):
            self.problem(name, "bad_key", key, "lower-case letters, digits and hyphens, beginning with a letter")
        return key

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts that must not be empty."""
        texts = self.optional_texts(name)
        if not texts and not self.is_broken and not self.take(name):
            self.problem(name, "missing", expected="a list of texts")
        return texts

    def optional_texts(self, name: str) -> tuple[str, ...]:
        found = []
        for position, value in enumerate(self.listed(name)):
            if isinstance(value, str) and value.strip():
                found.append(self._sound(f"{name}[{position}]", unfolded(value)))
            else:
                self.problem(f"{name}[{position}]", "not_a_text", value, "a text")
        return tuple(found)

    def listed(self, name: str) -> list[object]:
        value = self.take(name)
        if value is None:
            return []
        if not isinstance(value, list | tuple):
            self.problem(name, "not_a_list", value, "a list")
            return []
        return list(value)

    def items(self, name: str, read: Callable[[Reader], Read]) -> tuple[Read, ...]:
        """A list of mappings that must not be empty."""
        items = self.optional_items(name, read)
        if not items and not self.is_broken and not self.take(name):
            self.problem(name, "missing", expected="a list of entries")
        return items

    def optional_items(self, name: str, read: Callable[[Reader], Read]) -> tuple[Read, ...]:
        readers = [
            Reader(value, f"{self.path}.{name}[{position}]", self.problems)
            for position, value in enumerate(self.listed(name))
        ]
        return tuple(reader.all_of(read) for reader in readers)

    def by_step(self, name: str, read: Callable[[Reader, StepKey], Read]) -> tuple[Read, ...]:
        """Lists of mappings under the step they belong to."""
        value = self.take(name)
        if value is None:
            return ()
        inner = Reader(value, f"{self.path}.{name}", self.problems)
        found: list[Read] = []
        for key in inner.fields:
            if (step := inner.step_key(key)) is not None:
                found += inner.optional_items(step, lambda reader, step=step: read(reader, step))  # type: ignore[misc]  # mypy can't type a default of a lambda
        return tuple(found)

    def days_by_step(self, name: str) -> dict[StepKey, int]:
        value = self.take(name)
        if value is None:
            return {}
        inner = Reader(value, f"{self.path}.{name}", self.problems)
        return {step: inner.days(step) for key in inner.fields if (step := inner.step_key(key)) is not None}

    def step_key(self, value: object) -> StepKey | None:
        try:
            return StepKey(str(value))
        except ValueError:
            self.problem(str(value), "unknown_step", value, one_of(StepKey))
            return None

    def steps(self, name: str) -> tuple[StepKey, ...]:
        return self._known(name, self.optional_texts(name), StepKey, "unknown_step")

    def optional_step(self, name: str) -> StepKey | None:
        return self.optional_choice(name, StepKey, "unknown_step")

    def choice(self, name: str, of: type[Choice], code: str = "unknown_word") -> Choice | None:
        """One of the known words; None, and a problem noted, if it isn't."""
        text = self.text(name)
        return next(iter(self._known(name, (text,) if text else (), of, code)), None)

    def optional_choice(self, name: str, of: type[Choice], code: str = "unknown_word") -> Choice | None:
        text = self.optional_text(name)
        return next(iter(self._known(name, (text,) if text else (), of, code)), None)

    def _known(self, name: str, texts: tuple[str, ...], of: type[Choice], code: str) -> tuple[Choice, ...]:
        words = {word.value: word for word in of}
        for text in texts:
            if text not in words:
                self.problem(name, code, text, one_of(of))
        return tuple(words[text] for text in texts if text in words)

    def days(self, name: str) -> int:
        value = self.take(name)
        if value is None and self.is_broken:
            return 1
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_DAYS:
            self.problem(name, "not_days", value, f"a whole number of days from 1 to {MOST_DAYS}")
            return 1
        return value

    def flag(self, name: str) -> bool | None:
        value = self.take(name)
        if value is None or isinstance(value, bool):
            return value
        self.problem(name, "not_yes_or_no", value, "true or false")
        return None

    def all_of(self, read: Callable[[Reader], Read]) -> Read:
        """Read the mapping and complain of every field that nobody asked for."""
        value = read(self)
        for name in self.fields:
            if name not in self.taken:
                self.problem(str(name), "unknown_field", name, one_of(sorted(self.taken)))
        return value


def unfolded(text: str) -> str:
    """YAML folds a line break into a space; Chinese text has none there."""
    return _FOLD.sub("", text.strip())


def short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def one_of(words: Iterable[str]) -> str:
    return ", ".join(words)
