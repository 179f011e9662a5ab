"""What becomes of each column: guessed from its header, chosen on the screen or given with ``--map``."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from re import _parser as sre  # type: ignore[attr-defined]  # the one way to look into a pattern before it runs
from typing import Any

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Cell, Problem, header, header_key, unit_of, yes_no
from tuoke.steps.leads.imports.rules.fields import (
    FIELDS,
    PARTY_FIELDS,
    Field,
    Kind,
    field_for_header,
    field_of,
    field_within_header,
)

ATTRIBUTE = ""
"""The column is kept beside the fields, under its own header."""
IGNORE = "ignore"
"""The column is left out; only a person chooses that, on the screen."""
REASON_HEADER = "原因（重新导入时忽略）"
ROW_HEADER = "原行号（重新导入时忽略）"
"""Heads of the columns that our rejects file adds; they are left out when the corrected file comes back."""

CERTAIN, LIKELY, UNSURE = 100, 60, 0
PATTERN_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Use:
    """One column: what it fills, in which unit, and what is cut out of its text."""

    column: int
    header: str
    field: str = ATTRIBUTE
    unit: str = ""
    pattern: str = ""
    confidence: int = CERTAIN
    first: bool = False  # named with --map: comes before guessed columns of the same field

    @property
    def attribute(self) -> str:
        """The name under which the column is kept."""
        return self.header or f"列 {letter(self.column)}"


@dataclass(frozen=True, slots=True)
class MapOption:
    """``COLUMN=FIELD[:unit][:/regex/]``"""

    column: str
    field: str
    unit: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    uses: tuple[Use, ...]

    def fields(self) -> frozenset[str]:
        return frozenset(use.field for use in self.uses if use.field not in (ATTRIBUTE, IGNORE))

    def shared(self) -> dict[str, list[str]]:
        """Fields with one value that several columns fill, and the columns' names."""
        uses: dict[str, list[str]] = {}
        for use in self.uses:
            field = field_of(use.field)
            if field is not None and field.kind not in (Kind.PLACE, Kind.LINES):
                uses.setdefault(field.name, []).append(use.attribute)
        return {name: headers for name, headers in uses.items() if len(headers) > 1}

    def faults(self) -> tuple[Reason, ...]:
        """Why it can't be used; ``column`` in the params is the header."""
        return (*self._missing(), *(fault for use in self.uses for fault in faults_of(use)))

    def _missing(self) -> Iterator[Reason]:
        if not self.fields().intersection(PARTY_FIELDS):
            yield Reason("nobody_mapped", {"headers": "、".join(use.attribute for use in self.uses)[:200]})

    def to_json(self) -> list[dict[str, Any]]:
        return [
            {"column": u.column, "header": u.header, "field": u.field, "unit": u.unit, "pattern": u.pattern}
            | {"confidence": u.confidence, "first": u.first}
            for u in self.uses
        ]

    @classmethod
    def from_json(cls, data: Iterable[dict[str, Any]]) -> Mapping:
        return cls(tuple(Use(**use) for use in data))


def guess(headers: Sequence[str], samples: Sequence[Sequence[Cell]] = ()) -> Mapping:
    """The likely use of each column. ``samples`` are the first rows: they say whether 决策人 is a yes or a name."""
    return Mapping(tuple(_guessed(index, text, samples) for index, text in enumerate(headers)))


def applied(mapping: Mapping, options: Sequence[MapOption]) -> tuple[Mapping, tuple[Reason, ...]]:
    """The mapping with what was asked for, and why some of it can't be."""
    uses, reasons, seen = list(mapping.uses), [], Counter[int]()
    for option in options:
        found = _column_of(option.column, mapping.uses)
        if isinstance(found, Reason):
            reasons.append(found)
            continue
        seen[found] += 1
        if seen[found] > 1:
            reasons.append(Reason("column_twice", {"column": option.column}))
        unit = option.unit or (header(uses[found].header).unit if _is_amount(option.field) else "")
        uses[found] = replace(
            uses[found], field=option.field, unit=unit, pattern=option.pattern, confidence=CERTAIN, first=True
        )
    return Mapping(tuple(uses)), tuple(reasons)


def faults_of(use: Use) -> Iterator[Reason]:
    if use.field in (ATTRIBUTE, IGNORE):
        return
    field = field_of(use.field)
    if field is None:
        known = " ".join(known.name for known in FIELDS)
        yield Reason("unknown_field", {"column": use.attribute, "field": use.field, "known": known})
    elif use.unit and field.kind is not Kind.AMOUNT:
        yield Reason("unit_without_amount", {"column": use.attribute, "field": use.field})
    elif use.unit and not unit_of(use.unit):
        yield Reason("unknown_unit", {"column": use.attribute, "unit": use.unit})
    if use.pattern and (problem := pattern_problem(use.pattern)):
        yield Reason(problem, {"column": use.attribute, "pattern": use.pattern})


_OPTION = re.compile(r"(?P<column>.+?)=(?P<field>[a-z_]+)(?::(?P<unit>[^/:=]+))?(?::/(?P<pattern>.+)/)?", re.DOTALL)


def parse_map_option(text: str) -> MapOption | Reason:
    """``金额=budget:万元``, ``标题=company:/^(.+?)\\d{4}年/``. A column may also be named by its letter: ``#C=phone``."""
    found = _OPTION.fullmatch(text.strip())
    if found is None:
        return Reason("map_unclear", {"text": text[:120]})
    return MapOption(found["column"].strip(), found["field"], found["unit"] or "", found["pattern"] or "")


def pattern_problem(pattern: str) -> str:
    """``bad_regex``, ``slow_regex`` or nothing. Someone's pattern must not hold up everyone's work."""
    if len(pattern) > PATTERN_LIMIT:
        return "bad_regex"
    try:
        re.compile(pattern)
        parsed = sre.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return "bad_regex"
    return "slow_regex" if _slow(parsed) else ""


def headers_key(headers: Sequence[str]) -> str:
    """What two files with the same set of headers share."""
    return hashlib.sha256("\n".join(sorted(header_key(text) for text in headers)).encode()).hexdigest()


def letter(column: int) -> str:
    """A, B … Z, AA as spreadsheets say; ``column`` counts from 0."""
    name, left = "", column + 1
    while left:
        left, place = divmod(left - 1, 26)
        name = chr(65 + place) + name
    return name


def _guessed(index: int, text: str, samples: Sequence[Sequence[Cell]]) -> Use:
    if text in (REASON_HEADER, ROW_HEADER):
        return Use(index, text, IGNORE)
    key = header_key(text) if text else ""
    field, confidence = field_for_header(key), CERTAIN
    if field is None and key:
        field, confidence = field_within_header(key), LIKELY
    if field is None or not _fits(field, [row[index] for row in samples if index < len(row)]):
        return Use(index, text, confidence=UNSURE if field else CERTAIN)
    return Use(index, text, field.name, header(text).unit if field.kind is Kind.AMOUNT else "", confidence=confidence)


def _fits(field: Field, cells: Sequence[Cell]) -> bool:
    if field.kind is not Kind.YES_NO:
        return True
    return not any(isinstance(yes_no(cell), Problem) for cell in cells)


def _column_of(name: str, uses: Sequence[Use]) -> int | Reason:
    if name.startswith("#"):
        found = [use.column for use in uses if letter(use.column) == name[1:].strip().upper()]
    else:
        found = [use.column for use in uses if use.header == name] or [
            use.column for use in uses if use.header and header_key(use.header) == header_key(name)
        ]
    if len(found) == 1:
        return found[0]
    if found:
        return Reason("column_ambiguous", {"column": name, "letters": "、".join(f"#{letter(i)}" for i in found)})
    return Reason("unknown_column", {"column": name, "headers": "、".join(use.attribute for use in uses)[:200]})


def _is_amount(name: str) -> bool:
    field = field_of(name)
    return field is not None and field.kind is Kind.AMOUNT


MAX_REPEATS = 3


def _slow(parsed: Any) -> bool:
    """An open repeat inside another one is exponential, more than a few in a row too polynomial."""
    opened, nested = _open_repeats(parsed, inside=False)
    return nested or opened > MAX_REPEATS


def _open_repeats(parsed: Any, *, inside: bool) -> tuple[int, bool]:
    """How many open repeats there are, and whether one stands inside another (or repeats a choice)."""
    count, nested = 0, False
    for operation, argument in parsed:
        opened = str(operation) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT") and argument[1] > 20
        nested |= inside and (opened or str(operation) in ("BRANCH", "GROUPREF"))
        count += opened
        for part in _parts(argument):
            more, deep = _open_repeats(part, inside=inside or opened)
            count, nested = count + more, nested or deep
    return count, nested


def _parts(argument: Any) -> Iterator[Any]:
    if isinstance(argument, sre.SubPattern):
        yield argument
    elif isinstance(argument, tuple | list):
        for part in argument:
            yield from _parts(part)
