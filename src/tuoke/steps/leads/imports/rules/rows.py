"""One row of a file: a lead in the making, or every reason why it can't be one. Nothing is guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from hashlib import blake2b
from typing import Any, NamedTuple

from tuoke.services.exchange.rules import (
    BLANK_WORDS,
    BrokenCell,
    Cell,
    Day,
    Problem,
    Span,
    amount_range,
    count_range,
    credit_code,
    day,
    emails,
    header_key,
    looks_like_header,
    looks_like_total,
    phones,
    sound,
    text,
    yes_no,
)
from tuoke.spine.customers.rules.drafts import MOST_ATTRIBUTES
from tuoke.steps.leads.imports.rules.fields import FIELDS, KNOWN_HEADERS, Field, Kind, rank
from tuoke.steps.leads.imports.rules.mapping import Mapping, Use, letter
from tuoke.steps.leads.rules import LIMITS

SUBJECT_LIMIT = 500
"""Characters of a cell that a pattern looks at."""


class RowReason(NamedTuple):
    """Why a row isn't taken: a code, the column it stands in (or ``""``), and what stands there."""

    code: str
    column: str
    found: str


@dataclass(frozen=True, slots=True)
class LeadRow:
    """What a row says. ``values`` are arguments of a ``LeadDraft``; source and owner are still names."""

    number: int
    values: Dict[str, Any]
    attributes: Dict[str, str]
    source: str
    owner: str
    digest: bytes
    """The same for the very same row, whatever file, sheet or order of columns it comes from."""


class _Slot(NamedTuple):
    field: Field
    uses: tuple[tuple[int, Use, re.Pattern[str] | None], ...]


class Reader:
    """Reads rows under one mapping; made once per file. ``read`` is pure."""

    def __init__(self, mapping: Mapping) -> None:
        self._slots = [slot for field in FIELDS if (slot := _slot(field, mapping)).uses]
        self._kept = [(u.column, name) for u, name in zip(mapping.uses, _names(mapping), strict=True) if not u.field]
        self._names = dict(zip((u.column for u in mapping.uses), _names(mapping), strict=True))
        self._width = len(mapping.uses)
        headers = [use.header for use in mapping.uses if use.header]
        self._known = KNOWN_HEADERS | {header_key(h) for h in headers}
        self._headers = frozenset(headers) | {h for f in FIELDS for h in f.headers}
        self._typed = [c for slot in self._slots if slot.field.kind in _TYPED for c, _, _ in slot.uses]
        self._names_at = [c for slot in self._slots if slot.field.kind is Kind.TEXT for c, _, _ in slot.uses]

    def read(self, number: int, cells: Sequence[Cell]) -> LeadRow | tuple[RowReason, ...]:
        row = _Reading(self, cells)
        for slot in self._slots:
            _READERS[slot.field.kind](row, slot)
        for column, name in self._kept:
            if (cell := cells[column]) is not None:
                row.keep(name, cell, name)
        reasons = self._refusal(cells, row)
        if reasons:
            return reasons
        return LeadRow(number, row.values, row.attributes, row.source, row.owner, _digest(row))

    def _refusal(self, cells: Sequence[Cell], row: _Reading) -> tuple[RowReason, ...]:
        """All reasons; only the one where the row as a whole isn't data."""
        if looks_like_total(cells):
            return (RowReason("total_row", "", _shown(cells)),)
        if (row.problems or self._names_a_header(cells)) and self._is_header(cells):
            return (RowReason("header_row", "", _shown(cells)),)
        if len(cells) > self._width:
            return (RowReason("extra_cells", "", _shown(cells[self._width :])),)
        shifted = next((p for p in row.problems if p.code == "shifted_row"), None)
        if shifted:
            return (shifted,)
        if len(row.attributes) > MOST_ATTRIBUTES:
            row.problems.append(RowReason("too_many_values", "", str(len(row.attributes))))
        values = row.values
        if not row.problems and not any(n in values for n in ("company", "contact", "phone", "email", "wechat")):
            return (RowReason("nobody", "", _shown(cells)),)
        return tuple(dict.fromkeys(row.problems))

    def _names_a_header(self, cells: Sequence[Cell]) -> bool:
        return any(cells[column] in self._headers for column in self._names_at)

    def _is_header(self, cells: Sequence[Cell]) -> bool:
        if looks_like_header(cells, self._known):
            return True
        names = [type(c) is str and len(c) <= 40 and header_key(c) in self._known for c in cells]
        return sum(names) >= 2 and any(names[column] for column in self._typed if column < len(names))


class _Reading:
    """A row while it is read."""

    __slots__ = ("attributes", "cells", "owner", "problems", "reader", "source", "values")

    def __init__(self, reader: Reader, cells: Sequence[Cell]) -> None:
        self.reader = reader
        self.cells = cells
        self.values: dict[str, Any] = {}
        self.attributes: dict[str, str] = {}
        self.problems: list[RowReason] = []
        self.source = ""
        self.owner = ""

    def filled(self, slot: _Slot) -> list[tuple[Use, Cell]]:
        """The columns of a field that say something, cut by their patterns."""
        found: list[tuple[Use, Cell]] = []
        for column, use, pattern in slot.uses:
            cell = self.cells[column]
            if cell is None:
                continue
            if pattern is not None:
                self.keep(self.name(use), cell, use.attribute)
                cell = self.cut(use, cell, pattern)
                if cell is None:
                    continue
            found.append((use, cell))
        return found

    def cut(self, use: Use, cell: Cell, pattern: re.Pattern[str]) -> str | None:
        subject = text(cell)
        hit = pattern.search(subject[:SUBJECT_LIMIT]) if isinstance(subject, str) else None
        taken = (hit[1] if pattern.groups else hit[0]) if hit else None
        if not taken or not taken.strip():
            self.problem("no_match", use, cell)
            return None
        return taken.strip()

    def problem(self, code: str, use: Use, cell: Cell) -> None:
        self.problems.append(RowReason(code, use.attribute, storable_text(cell)))

    def refuse(self, problem: Problem, use: Use, cell: Cell) -> None:
        """A formula that failed; a yes or no, or nothing like it, where an amount or a date belongs: the row has slipped sideways."""
        if isinstance(cell, BrokenCell) and cell.text in _FAILED:
            self.problem("cell_error", use, cell)
            return
        slipped = type(cell) is str and cell.strip() in _SLIPPED and problem.code not in _EXACT
        self.problem("shifted_row" if slipped else problem.code, use, cell)

    def keep(self, name: str, cell: Cell, column: str) -> None:
        """Beside the fields, as text."""
        if type(cell) is str and cell.isprintable():
            shown: str | Problem | None = cell.strip()
        else:
            shown = text(_plain(cell))
        if isinstance(shown, Problem):
            failed = isinstance(cell, BrokenCell) and cell.text in _FAILED
            self.problems.append(RowReason("cell_error" if failed else shown.code, column, storable_text(cell)))
        elif shown:
            self.attributes[name] = shown

    def keep_rest(self, others: Sequence[tuple[Use, Cell]]) -> None:
        for use, cell in others:
            self.keep(self.name(use), cell, use.attribute)

    def name(self, use: Use) -> str:
        return self.reader._names[use.column]


_SLIPPED = frozenset({"是", "否", "有", "无", "Y", "N", "yes", "no"})
_FAILED = frozenset({"#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})
_EXACT = frozenset({"text_broken", "text_too_long"})
_TYPED = frozenset({Kind.PHONE, Kind.EMAIL, Kind.CODE, Kind.COUNT, Kind.AMOUNT, Kind.DAY, Kind.YES_NO})
_NUMERIC = re.compile(r"[0-9]+\.[0-9]+|[0-9]{4}[-/年][0-9]{1,2}[-/月].*|[0-9]{4}年[0-9]{1,2}月")


def _text(row: _Reading, slot: _Slot) -> None:
    filled = row.filled(slot)
    target = slot.field.target
    limit = LIMITS[target]
    while filled:
        use, cell = filled.pop(0)
        value = text(cell if type(cell) is str else _plain(cell), limit)
        if isinstance(value, Problem):
            row.refuse(value, use, cell)
        elif value is None or (len(value) < 5 and value.lower() in BLANK_WORDS):
            continue
        elif target == "company" and (value in _SLIPPED or _NUMERIC.fullmatch(value)):
            row.problem("shifted_row", use, cell)
        else:
            row.values[target] = value
        break
    row.keep_rest(filled)


def _place(row: _Reading, slot: _Slot) -> None:
    places: list[str] = []
    filled = row.filled(slot)
    for use, cell in filled:
        value = text(_plain(cell), LIMITS["region"])
        if isinstance(value, Problem):
            row.refuse(value, use, cell)
        elif value and value.lower() not in BLANK_WORDS and not any(value in place for place in places):
            places = [place for place in places if place not in value] + [value]
    joined = " ".join(places)
    if len(joined) > LIMITS["region"]:
        row.problem("text_too_long", filled[0][0], joined)
    elif joined:
        row.values["region"] = joined


def _lines(row: _Reading, slot: _Slot) -> None:
    lines: list[str] = []
    filled = row.filled(slot)
    for use, cell in filled:
        value = text(_plain(cell))
        if isinstance(value, Problem):
            row.refuse(value, use, cell)
        elif value:
            lines.append(f"{use.attribute}：{value}" if lines else value)
    note = "\n".join(lines)
    if len(note) > LIMITS["note"]:
        row.problem("text_too_long", filled[0][0], note)
    elif note:
        row.values["note"] = note


def _phone(row: _Reading, slot: _Slot) -> None:
    filled = row.filled(slot)
    for place, (use, cell) in enumerate(filled):
        found = phones(cell)
        if found is None:
            continue
        if isinstance(found, Problem):
            row.refuse(found, use, cell)
        else:
            first = found[0]
            row.values["phone"] = first.number + (f"x{first.extension}" if first.extension else "")
            if len(found) > 1:
                row.keep(row.name(use), cell, use.attribute)
        row.keep_rest([(u, c) for u, c in filled[place + 1 :] if c != cell])
        return


def _email(row: _Reading, slot: _Slot) -> None:
    filled = row.filled(slot)
    for place, (use, cell) in enumerate(filled):
        found = emails(cell)
        if found is None or (type(cell) is str and cell.strip().lower() in BLANK_WORDS):
            continue
        if isinstance(found, Problem):
            row.refuse(found, use, cell)
        else:
            row.values["email"] = found[0]
            if len(found) > 1:
                row.keep(row.name(use), cell, use.attribute)
        row.keep_rest(filled[place + 1 :])
        return


def _valued(parse: Callable[[Cell, Use], Any], put: Callable[[_Reading, Field, Any], None]) -> Callable[..., None]:
    """The first column that says something fills the field; what others say is kept."""

    def read(row: _Reading, slot: _Slot) -> None:
        filled = row.filled(slot)
        for place, (use, cell) in enumerate(filled):
            value = parse(cell, use)
            if value is None:
                continue
            if isinstance(value, Problem):
                row.refuse(value, use, cell)
            else:
                put(row, slot.field, value)
            row.keep_rest(filled[place + 1 :])
            return

    return read


def _put(row: _Reading, field: Field, value: Any) -> None:
    row.values[field.target] = value


def _put_day(row: _Reading, field: Field, value: Day) -> None:
    row.values[field.target] = value.date


def _put_span(row: _Reading, field: Field, value: Span[Any]) -> None:
    row.values[field.target + "_low"], row.values[field.target + "_high"] = value


def _put_source(row: _Reading, field: Field, value: str) -> None:
    row.source = value


def _put_owner(row: _Reading, field: Field, value: str) -> None:
    row.owner = value


def _name(cell: Cell, use: Use) -> str | Problem | None:
    value = text(_plain(cell), 60)
    return None if isinstance(value, str) and value.lower() in BLANK_WORDS else value


_READERS: dict[Kind, Callable[[_Reading, _Slot], None]] = {
    Kind.TEXT: _text,
    Kind.PLACE: _place,
    Kind.LINES: _lines,
    Kind.PHONE: _phone,
    Kind.EMAIL: _email,
    Kind.CODE: _valued(lambda cell, use: credit_code(cell), _put),
    Kind.COUNT: _valued(lambda cell, use: count_range(cell), _put_span),
    Kind.AMOUNT: _valued(lambda cell, use: amount_range(cell, use.unit), _put_span),
    Kind.DAY: _valued(lambda cell, use: day(cell), _put_day),
    Kind.YES_NO: _valued(lambda cell, use: yes_no(cell), _put),
    Kind.SOURCE: _valued(_name, _put_source),
    Kind.OWNER: _valued(_name, _put_owner),
}


def storable(cells: Sequence[Cell]) -> list[str | int | float | bool | None]:
    """The cells as JSON can hold them and a file can be written of them again."""
    return [_storable(cell) for cell in cells]


def storable_text(cell: Cell) -> str:
    return str(_storable(cell))[:200]


def _storable(cell: Cell) -> str | int | float | bool | None:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, BrokenCell):
        return cell.text
    if isinstance(cell, str):
        return cell if sound(cell) else "".join(c if sound(c) else "\ufffd" for c in cell)
    return cell


def _plain(cell: Cell) -> Cell:
    """Numbers and dates as the text that people would type."""
    if type(cell) is str or isinstance(cell, BrokenCell) or cell is None:
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    return str(_storable(cell))


def _shown(cells: Sequence[Cell]) -> str:
    return "｜".join(storable_text(cell)[:20] for cell in cells if cell is not None)[:200]


def _slot(field: Field, mapping: Mapping) -> _Slot:
    uses = [use for use in mapping.uses if use.field == field.name]
    uses.sort(key=lambda use: (not use.first, rank(field, header_key(use.header)), use.column))
    return _Slot(field, tuple((u.column, u, re.compile(u.pattern) if u.pattern else None) for u in uses))


def _names(mapping: Mapping) -> list[str]:
    """The attribute of each column; of two with one header the later ones carry their letter."""
    taken: set[str] = set()
    names: list[str] = []
    for use in mapping.uses:
        name = use.attribute if use.attribute not in taken else f"{use.attribute} ({letter(use.column)})"
        taken.add(name)
        names.append(name)
    return names


def _digest(row: _Reading) -> bytes:
    said = json.dumps(
        [row.values, row.attributes, row.source, row.owner], ensure_ascii=False, sort_keys=True, default=_exact
    )
    return blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _exact(value: Any) -> str:
    assert isinstance(value, date | Decimal)
    return str(value)
