"""From a plain mapping (YAML, JSON) to a PlaybookDoc, or a PlaybookError that names everything wrong with it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import TypeVar

from tuoke.base.accounts.rules import Function
from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.playbook.rules.document import (
    DEAL_STEPS,
    ActionDoc,
    Circumstances,
    CriterionDoc,
    DeliverableDoc,
    NoteDoc,
    PlaybookDoc,
    Raci,
    ResponsibilityDoc,
    ScriptPart,
    StepDoc,
    StepKey,
    VariantDoc,
)
from tuoke.spine.playbook.rules.kinds import KINDS
from tuoke.spine.playbook.rules.segments import WHOLE, resolve, variant_for

MAX_REQUIRED = 3
"""Few hard criteria a step, many soft (spec, Gates)."""

_FOLD = re.compile(r"(?<=[\u2014\u201d\u3000-\u9fff\uff00-\uffef])\s+(?=[\u2014\u201c\u3000-\u9fff\uff00-\uffef])")

_KEY = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


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


def parse(raw: object) -> PlaybookDoc:
    """Read a whole playbook. Raises PlaybookError with every problem, never with only the first."""
    problems: list[Problem] = []
    doc = _playbook(_Reader(raw, "playbook", problems))
    if not problems:
        _check_keys(doc, problems)
        _check_references(doc, problems)
    if not problems:
        _check_gates(doc, problems)
    if problems:
        raise PlaybookError(tuple(problems))
    return doc


Read = TypeVar("Read")
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass
class _Reader:
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
        self.problems.append(Problem(path, code, _short(found), expected))

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
        return _unfolded(value)

    def key(self, name: str) -> str:
        if (key := self.text(name)) and not _KEY.fullmatch(key):
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
                found.append(_unfolded(value))
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

    def items(self, name: str, read: Callable[[_Reader], Read]) -> tuple[Read, ...]:
        """A list of mappings that must not be empty."""
        items = self.optional_items(name, read)
        if not items and not self.is_broken and not self.take(name):
            self.problem(name, "missing", expected="a list of entries")
        return items

    def optional_items(self, name: str, read: Callable[[_Reader], Read]) -> tuple[Read, ...]:
        readers = [
            _Reader(value, f"{self.path}.{name}[{position}]", self.problems)
            for position, value in enumerate(self.listed(name))
        ]
        return tuple(reader.all_of(read) for reader in readers)

    def by_step(self, name: str, read: Callable[[_Reader, StepKey], Read]) -> tuple[Read, ...]:
        """Lists of mappings under the step they belong to."""
        value = self.take(name)
        if value is None:
            return ()
        inner = _Reader(value, f"{self.path}.{name}", self.problems)
        found: list[Read] = []
        for key in inner.fields:
            if (step := inner.step_key(key)) is not None:
                found += inner.optional_items(step, lambda reader, step=step: read(reader, step))  # type: ignore[misc]  # mypy can't type a default of a lambda
        return tuple(found)

    def days_by_step(self, name: str) -> dict[StepKey, int]:
        value = self.take(name)
        if value is None:
            return {}
        inner = _Reader(value, f"{self.path}.{name}", self.problems)
        return {step: inner.days(step) for key in inner.fields if (step := inner.step_key(key)) is not None}

    def step_key(self, value: object) -> StepKey | None:
        try:
            return StepKey(str(value))
        except ValueError:
            self.problem(str(value), "unknown_step", value, _one_of(StepKey))
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
                self.problem(name, code, text, _one_of(of))
        return tuple(words[text] for text in texts if text in words)

    def days(self, name: str) -> int:
        value = self.take(name)
        if value is None and self.is_broken:
            return 1
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            self.problem(name, "not_days", value, "a whole number of days, 1 or more")
            return 1
        return value

    def flag(self, name: str) -> bool | None:
        value = self.take(name)
        if value is None or isinstance(value, bool):
            return value
        self.problem(name, "not_yes_or_no", value, "true or false")
        return None

    def all_of(self, read: Callable[[_Reader], Read]) -> Read:
        """Read the mapping and complain of every field that nobody asked for."""
        value = read(self)
        for name in self.fields:
            if name not in self.taken:
                self.problem(str(name), "unknown_field", name, _one_of(sorted(self.taken)))
        return value


def _playbook(reader: _Reader) -> PlaybookDoc:
    return reader.all_of(
        lambda r: PlaybookDoc(
            key=r.key("key"),
            name=r.text("name"),
            logic=r.texts("logic"),
            notes=r.optional_items("notes", lambda n: NoteDoc(n.text("title"), n.text("text"))),
            steps=tuple(step for step in r.items("steps", _step) if step is not None),
            variants=r.optional_items("variants", _variant),
        )
    )


def _step(r: _Reader) -> StepDoc | None:
    known = r.choice("key", StepKey, "unknown_step")
    step = known or StepKey.TARGETING
    doc = StepDoc(
        key=step,
        number=r.days("number"),
        name=r.text("name"),
        subtitle=r.optional_text("subtitle"),
        theme=r.text("theme"),
        goal=r.text("goal"),
        why=r.text("why"),
        standard_days=r.days("standard_days"),
        actions=r.items("actions", lambda a: _action(a, step)),
        script=r.optional_items("script", lambda s: ScriptPart(s.text("part"), s.texts("lines"))),
        good_example=r.optional_text("good_example"),
        common_mistakes=r.optional_texts("common_mistakes"),
        deliverables=r.optional_items("deliverables", lambda d: _deliverable(d, step)),
        criteria=r.optional_items("criteria", lambda c: _criterion(c, step)),
        pacing=r.optional_texts("pacing"),
        verification=r.optional_texts("verification"),
        responsibilities=r.optional_items("responsibilities", _responsibility),
    )
    return doc if known else None


def _action(r: _Reader, step: StepKey) -> ActionDoc:
    return ActionDoc(
        key=r.key("key"),
        step=step,
        title=r.text("title"),
        how=r.texts("how"),
        tools=r.optional_texts("tools"),
        example=r.optional_text("example"),
        output=r.optional_text("output"),
    )


def _deliverable(r: _Reader, step: StepKey) -> DeliverableDoc:
    return DeliverableDoc(r.key("key"), step, r.text("name"), r.optional_text("description"))


def _criterion(r: _Reader, step: StepKey) -> CriterionDoc:
    if (kind := r.text("kind")) and kind not in KINDS:
        r.problem("kind", "unknown_kind", kind, _one_of(KINDS))
    return CriterionDoc(
        key=r.key("key"),
        step=step,
        title=r.text("title"),
        kind=kind,
        params=_params(r, kind),
        required=r.flag("required") is not False,
        hint=r.optional_text("hint"),
    )


def _params(r: _Reader, kind: str) -> dict[str, Decimal]:
    """The figures of a criterion. A missing, unknown or unusable one is a problem."""
    raw = r.take("params")
    if kind not in KINDS:
        return {}
    inner = _Reader({} if raw is None else raw, f"{r.path}.params", r.problems)
    wanted = KINDS[kind].params
    for name in inner.fields:
        if name not in wanted:
            inner.problem(str(name), "unknown_param", name, _one_of(wanted) if wanted else "no parameter")
    found = {}
    for name in wanted if not inner.is_broken else ():
        value = inner.take(name)
        if value is None:
            inner.problem(name, "missing_param", expected="a number")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            inner.problem(name, "not_a_number", value, "a number, 0 or more")
        else:
            found[name] = Decimal(str(value))
    return found


def _responsibility(r: _Reader) -> ResponsibilityDoc:
    return ResponsibilityDoc(
        function=r.choice("function", Function) or Function.SALES,
        part=r.choice("part", Raci) or Raci.INFORMED,
        what=r.text("what"),
        standard=r.text("standard"),
    )


def _variant(r: _Reader) -> VariantDoc:
    return VariantDoc(
        key=r.key("key"),
        name=r.text("name"),
        summary=r.optional_text("summary"),
        when=r.optional_items("when", _circumstances),
        starts_at=r.optional_step("starts_at"),
        leave_out_steps=r.steps("leave_out_steps"),
        leave_out_actions=r.optional_texts("leave_out_actions"),
        leave_out_criteria=r.optional_texts("leave_out_criteria"),
        advised_criteria=r.optional_texts("advised_criteria"),
        extra_actions=r.by_step("extra_actions", _action),
        extra_criteria=r.by_step("extra_criteria", _criterion),
        standard_days=r.days_by_step("standard_days"),
        responsibilities=r.flag("responsibilities"),
    )


def _circumstances(r: _Reader) -> Circumstances:
    if not r.fields:
        r.problem("", "empty_case", expected="market, scale, motion or complex")
    return Circumstances(
        market=r.optional_choice("market", Market),
        scale=r.optional_choice("scale", Scale),
        motion=r.optional_choice("motion", Motion),
        complex=r.flag("complex"),
    )


def _check_keys(doc: PlaybookDoc, problems: list[Problem]) -> None:
    """Keys are names for life: ticks, waivers and links are kept under them."""
    numbers = [step.number for step in doc.steps]
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append(Problem("playbook.steps", "bad_numbers", _short(numbers), "1, 2, 3 … in order"))
    _no_doubles("playbook.steps", [step.key.value for step in doc.steps], problems)
    _no_doubles("playbook.variants", [variant.key for variant in doc.variants], problems)
    own: list[_Item] = []
    for step in doc.steps:
        own += [*step.actions, *step.deliverables, *step.criteria]
    _no_doubles("playbook.steps", [item.key for item in own], problems)

    extras: dict[str, _Item] = {}
    for position, variant in enumerate(doc.variants):
        path = f"playbook.variants[{position}]"
        mine: list[_Item] = [*variant.extra_actions, *variant.extra_criteria]
        _no_doubles(path, [item.key for item in mine], problems)
        for item in mine:
            # Two variants may bring the same item (both need a legal review), then it must be the very same.
            if item.key in {known.key for known in own} or extras.setdefault(item.key, item) != item:
                problems.append(Problem(path, "duplicate_key", item.key, "a key of its own"))
    for item in (*own, *extras.values()):
        if not item.key.startswith(f"{item.step}-"):
            problems.append(Problem("playbook", "bad_prefix", item.key, f"a key beginning with {item.step}-"))


_Item = ActionDoc | DeliverableDoc | CriterionDoc


def _no_doubles(path: str, keys: list[str], problems: list[Problem]) -> None:
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        problems.append(Problem(path, "duplicate_key", key, "each key once"))


def _check_references(doc: PlaybookDoc, problems: list[Problem]) -> None:
    steps = {step.key for step in doc.steps}
    actions = {action.key for step in doc.steps for action in step.actions}
    criteria = {criterion.key for step in doc.steps for criterion in step.criteria}
    themes = set(doc.logic)
    for step in doc.steps:
        if step.theme not in themes:
            problems.append(
                Problem(f"playbook.steps.{step.key}.theme", "unknown_theme", step.theme, _one_of(doc.logic))
            )
    for position, variant in enumerate(doc.variants):
        path = f"playbook.variants[{position}]"
        if not variant.when and variant.key != WHOLE:
            problems.append(Problem(f"{path}.when", "missing", expected="at least one case"))
        named_steps = {
            "starts_at": {variant.starts_at} if variant.starts_at else set(),
            "leave_out_steps": set(variant.leave_out_steps),
            "standard_days": set(variant.standard_days),
            "extra_actions": {action.step for action in variant.extra_actions},
            "extra_criteria": {criterion.step for criterion in variant.extra_criteria},
        }
        for name, named in named_steps.items():
            for key in sorted(str(step) for step in named - steps):
                problems.append(Problem(f"{path}.{name}", "unknown_step", key, _one_of(sorted(steps))))
        named_items = {
            "leave_out_actions": (variant.leave_out_actions, actions, "unknown_action"),
            "leave_out_criteria": (variant.leave_out_criteria, criteria, "unknown_criterion"),
            "advised_criteria": (variant.advised_criteria, criteria, "unknown_criterion"),
        }
        for name, (keys, known, code) in named_items.items():
            for key in keys:
                if key not in known:
                    problems.append(Problem(f"{path}.{name}", code, key, "a key of this playbook"))


def _check_gates(doc: PlaybookDoc, problems: list[Problem]) -> None:
    """However variants meet, a step keeps few hard criteria and the deal keeps a step to be in."""
    seen = {WHOLE: resolve(doc, VariantDoc(key=WHOLE, name=doc.name))}
    for market, scale, motion, is_complex in product(Market, Scale, Motion, (False, True)):
        variant = variant_for(doc, Segment(market, scale, motion), is_complex=is_complex)
        seen.setdefault(variant.key, resolve(doc, variant))
    for key, resolved in seen.items():
        if not any(step.key in DEAL_STEPS for step in resolved.steps):
            problems.append(Problem(f"playbook.variants.{key}", "no_steps", expected="at least one step of a deal"))
        for step in resolved.steps:
            if len(step.required) > MAX_REQUIRED:
                problems.append(
                    Problem(
                        f"playbook.variants.{key}.{step.key}",
                        "too_many_required",
                        ", ".join(criterion.key for criterion in step.required),
                        f"at most {MAX_REQUIRED} required criteria a step",
                    )
                )


def _unfolded(text: str) -> str:
    """YAML folds a line break into a space; Chinese text has none there."""
    return _FOLD.sub("", text.strip())


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"


def _one_of(words: Iterable[str]) -> str:
    return ", ".join(words)
