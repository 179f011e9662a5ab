"""Writes tabular files that are safe to open and come in again as they went out."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from pathlib import Path, PurePath
from typing import IO, Any, Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tuoke.services.exchange.rules import sound
from tuoke.services.exchange.rules.escapes import escaped, is_formula_like

__all__ = ["Outgoing", "Unwritable", "write_table"]

Outgoing = str | int | float | Decimal | bool | date | datetime | None

LONGEST_CELL = 32_767
"""Characters; Excel's limit."""


class Unwritable(Exception):
    """A cell can't be written without losing something: cell_too_long, cell_broken. Rows count from 1, the header is row 1."""

    def __init__(self, code: str, *, row: int, column: int) -> None:
        super().__init__(code, row, column)
        self.code = code
        self.params = {"row": row, "column": column}


def write_table(
    target: str | Path | IO[bytes],
    *,
    headers: Sequence[str],
    rows: Iterable[Sequence[Outgoing]],
    kind: Literal["xlsx", "csv"] | None = None,
    sheet: str = "Sheet1",
    widths: Sequence[int] | None = None,
) -> int:
    """Writes a header and rows as they come, keeping one row in memory; answers how many rows. Raises ``Unwritable``.

    The kind follows the name's ending, xlsx for a file object. Texts stay texts, whatever they start with: in xlsx they
    are marked as text, in csv an apostrophe is put in front that reading takes off again. ``widths`` are in characters.
    """
    if kind is None:
        kind = "csv" if isinstance(target, str | Path) and PurePath(target).suffix.lower() == ".csv" else "xlsx"
    if kind == "csv":
        return _write_csv(target, headers, rows)
    return _write_xlsx(target, headers, rows, sheet, widths)


def _write_csv(target: str | Path | IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Outgoing]]) -> int:
    if isinstance(target, str | Path):
        with Path(target).open("wb") as file:
            return _write_csv(file, headers, rows)
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    count = 0
    for count, row in enumerate(chain([headers], rows), start=1):
        writer.writerow([_csv_cell(value, count, column) for column, value in enumerate(row, start=1)])
    text.detach()
    return count - 1


def _csv_cell(value: Outgoing, row: int, column: int) -> str | int | float | Decimal:
    if isinstance(value, str):
        if not sound(value):
            raise Unwritable("cell_broken", row=row, column=column)
        return escaped(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return _local(value).isoformat(sep=" ", timespec="seconds")
    return value.isoformat() if isinstance(value, date) else value


def _write_xlsx(
    target: str | Path | IO[bytes],
    headers: Sequence[str],
    rows: Iterable[Sequence[Outgoing]],
    name: str,
    widths: Sequence[int] | None,
) -> int:
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, str | Path) else target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet: Any = book.add_worksheet(_sheet_name(name), _Sheet)
    formats = _Formats(book)
    for column, header in enumerate(headers):
        sheet.set_column(column, column, widths[column] if widths else _width(header))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    style = formats.wrapped if widths else None  # whoever knows his columns' widths wants to read it all on paper
    count = 0
    try:
        for column, header in enumerate(headers):
            _write_cell(sheet, 0, column, header, formats, formats.header)
        for count, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                if value is not None and value != "":
                    plain = style if isinstance(value, str) and not is_formula_like(value) else None
                    _write_cell(sheet, count, column, value, formats, plain)
    finally:
        book.close()
    return count


_A4 = 9
"""As spreadsheets number sizes of paper."""


class _Formats:
    def __init__(self, book: Any) -> None:
        self.header = book.add_format(
            {"bold": True, "bg_color": "#EEF2F6", "bottom": 1, "valign": "top", "text_wrap": True}
        )
        self.text = book.add_format({"quote_prefix": True})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})


def _write_cell(sheet: Any, row: int, column: int, value: Outgoing, formats: _Formats, style: Any) -> None:
    if isinstance(value, str):
        if not sound(value):
            raise Unwritable("cell_broken", row=row + 1, column=column + 1)
        if len(value.encode("utf-16-le")) // 2 > LONGEST_CELL:
            raise Unwritable("cell_too_long", row=row + 1, column=column + 1)
        if style is None and is_formula_like(value):
            style = formats.text  # stays text even after somebody edits the cell
        elif style is None and "\n" in value:
            style = formats.wrapped
        sheet.write_string(row, column, value, style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, "是" if value else "否", style)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, column, _local(value), formats.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.day)
    elif value is not None:
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value, style)


_UNDERSCORED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class _Sheet(Worksheet):  # type: ignore[misc]  # xlsxwriter has no types
    """With an escape of ``_xHHHH_`` that also holds where two of them share an underscore.

    ``<r>`` at the start is escaped too, because xlsxwriter would take it for its own rich text.
    """

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        data = _UNDERSCORED.sub("_x005F_", data).replace("\r", "_x000D_")
        return "_x003C_" + data[1:] if data.startswith("<r>") else data


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", name)[:31].strip() or "Sheet1"


def _width(header: str) -> int:
    return max(10, min(40, 4 + sum(2 if ord(char) > 0x2E7F else 1 for char in header)))


def _local(value: datetime) -> datetime:
    """Spreadsheets know no time zones: the caller hands over local times."""
    return value.replace(tzinfo=None)
