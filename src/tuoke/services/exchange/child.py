"""The process that parses one file: limits itself, checks, then streams rows as pickled messages on stdout.

Started by ``reading``; knows nothing of Django. Messages: ("open", meta), ("rows", [(number, cells), …]) …, ("end",)
or ("unreadable", code, params).
"""

from __future__ import annotations

import csv
import gc
import io
import json
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tuoke.services.exchange.limits import Limits, Unreadable
from tuoke.services.exchange.rules.cells import BrokenCell, Cell, safe, sound
from tuoke.services.exchange.rules.escapes import unescaped

if TYPE_CHECKING:
    from tuoke.services.exchange.safety import SheetNotes

FIRST_BATCH, BATCH = 100, 1000

Row = tuple[int, list[Cell]]


def main() -> None:
    job = json.loads(sys.argv[1])
    limits = Limits(**job["limits"])
    limit_resources(limits)
    gc.disable()  # rows hold no cycles
    out = sys.stdout.buffer
    try:
        serve(Path(job["path"]), job["filename"], job["sheet"], job["after"], limits, out.write)
    except Unreadable as refusal:
        out.write(pickle.dumps(("unreadable", refusal.code, dict(refusal.params))))
    except MemoryError:
        out.write(pickle.dumps(("unreadable", "too_large", {"what": "memory", "limit": limits.memory})))
    except BrokenPipeError:
        sys.stdout = None  # the reader has seen enough; nothing to flush
        return
    with suppress(BrokenPipeError):
        out.flush()


def serve(
    path: Path, filename: str, sheet: str | None, after: int, limits: Limits, write: Callable[[bytes], Any]
) -> None:
    """Writes every message about one file."""
    from tuoke.services.exchange import safety, sniffing

    if path.stat().st_size == 0:
        raise Unreadable("empty_file")
    if path.stat().st_size > limits.file_bytes:
        raise Unreadable("too_large", {"what": "file", "limit": limits.file_bytes})
    kind = sniffing.kind_of(path, filename)
    notes = safety.check_archive(path, limits) if kind == "xlsx" else {}
    meta, rows = text_rows(path, limits) if kind == "csv" else workbook_rows(path, sheet, limits, notes)
    write(pickle.dumps(("open", {"kind": kind, **meta})))
    batch: list[Row] = []
    size = FIRST_BATCH
    for row in rows:
        if row[0] > after:
            batch.append(row)
            if len(batch) == size:
                write(pickle.dumps(("rows", batch), protocol=5))
                batch, size = [], BATCH
    write(pickle.dumps(("rows", batch), protocol=5))
    write(pickle.dumps(("end",)))


def limit_resources(limits: Limits) -> None:
    """Memory and processor time; where the system has no such limits the checks of ``safety`` stand alone."""
    try:
        import resource
    except ImportError:
        return
    for which, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        with suppress(ValueError, OSError):
            resource.setrlimit(which, (most if hard < 0 else min(most, hard), hard))


# Spreadsheets


def workbook_rows(
    path: Path, name: str | None, limits: Limits, notes: Mapping[str, SheetNotes]
) -> tuple[dict[str, object], Iterator[Row]]:
    import python_calamine as calamine

    from tuoke.services.exchange.safety import SheetNotes

    try:
        book = calamine.CalamineWorkbook.from_path(path)
        every = [sheet for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
        sheets = [sheet.name for sheet in every if sheet.visible == calamine.SheetVisibleEnum.Visible]
        hidden = [sheet.name for sheet in every if sheet.visible != calamine.SheetVisibleEnum.Visible]
        if name is not None and name not in book.sheet_names:
            raise Unreadable("unknown_sheet", {"sheet": name, "sheets": sheets})
        chosen, sheet = first_filled(book, sheets if name is None else [name])
    except calamine.PasswordError as error:
        raise Unreadable("encrypted") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("broken_file", {"why": type(error).__name__}) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a Rust panic passes by Exception
            raise Unreadable("broken_file", {"why": "parser"}) from None
        raise
    if sheet.total_width > limits.columns or sheet.start[1] + sheet.width > limits.columns:
        raise Unreadable("too_many_columns", {"columns": sheet.start[1] + sheet.width, "limit": limits.columns})
    noted = notes.get(chosen) or SheetNotes()
    meta: dict[str, object] = {
        "sheets": sheets,
        "hidden_sheets": hidden,
        "hidden_rows": len(noted.hidden_rows),
        "sheet": chosen,
        "encoding": "",
        "delimiter": "",
        "last_row": sheet.start[0] + sheet.height,
    }
    return meta, sheet_rows(sheet, noted.failed)


def first_filled(book: Any, names: Sequence[str]) -> tuple[str, Any]:
    """The first of these sheets that holds a cell."""
    for name in names:
        sheet = book.get_sheet_by_name(name)
        if sheet.start is not None:
            return name, sheet
    raise Unreadable("empty_sheet", {"sheet": names[0] if names else ""})


def sheet_rows(sheet: Any, failed: Mapping[tuple[int, int], str]) -> Iterator[Row]:
    """A cell whose formula failed comes as broken; one that found nothing (#N/A) is blank."""
    margin: list[Cell] = [None] * sheet.start[1]  # iter_rows leaves out empty columns at the left, not rows above
    merged = vertical_merges(sheet.merged_cell_ranges or ())
    running: dict[int, tuple[int, Cell]] = {}
    convert = CONVERT
    broken: dict[int, dict[int, BrokenCell]] = {}
    for (row, column), shown in failed.items():
        if shown != "#N/A":
            broken.setdefault(row - 1, {})[column - 1] = BrokenCell(safe(shown))
    for index, values in enumerate(sheet.iter_rows()):
        cells = margin + [convert[type(value)](value) for value in values]
        for column, cell in broken.get(index, NOTHING).items():
            if column < len(cells):
                cells[column] = cell
        if running or index in merged:
            fill_down(index, cells, merged, running)
        if any(cell is not None for cell in cells):
            yield index + 1, cells


NOTHING: Mapping[int, BrokenCell] = {}


def vertical_merges(ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> dict[int, list[tuple[int, int]]]:
    """First row → (column, last row) of every range that spans rows."""
    starts: dict[int, list[tuple[int, int]]] = {}
    for (top, left), (bottom, _) in ranges:
        if bottom > top:
            starts.setdefault(top, []).append((left, bottom))
    return starts


def fill_down(
    index: int, cells: list[Cell], merged: dict[int, list[tuple[int, int]]], running: dict[int, tuple[int, Cell]]
) -> None:
    """What stands in the first cell of a merged range holds for all its rows."""
    for column, (last, value) in list(running.items()):
        if cells[column] is None:
            cells[column] = value
        if index >= last:
            del running[column]
    for column, last in merged.get(index, ()):
        if column < len(cells):
            running[column] = (last, cells[column])


def from_text(value: str) -> Cell:
    if value.isprintable():
        return value or None
    return value if sound(value) else BrokenCell(safe(value))


def from_float(value: float) -> Cell:
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


CONVERT: dict[type, Callable[[Any], Cell]] = {
    str: from_text,
    float: from_float,
    int: int,
    bool: bool,
    date: lambda value: value,
    datetime: lambda value: value,
    time: lambda value: str(value.isoformat()),
    timedelta: str,
}


# Text


def text_rows(path: Path, limits: Limits) -> tuple[dict[str, object], Iterator[Row]]:
    from tuoke.services.exchange import sniffing

    encoding, errors = sniffing.encoding_of(path)
    file = path.open(encoding=encoding, errors=errors, newline="")
    sample = file.read(sniffing.SAMPLE)
    if not sample.strip("\ufeff \t\r\n,;\0"):
        raise Unreadable("empty_file")
    delimiter = sniffing.delimiter_of(sample)
    file.seek(0)
    meta: dict[str, object] = {
        "sheets": [],
        "hidden_sheets": [],
        "hidden_rows": 0,
        "sheet": "",
        "encoding": encoding.removesuffix("-sig"),
        "delimiter": delimiter,
        "last_row": line_count(path),
    }
    return meta, csv_rows(file, delimiter, limits)


def line_count(path: Path) -> int:
    """At most so many records; quoted line breaks count too."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b"")) + 1


def csv_rows(file: io.TextIOWrapper, delimiter: str, limits: Limits) -> Iterator[Row]:
    """Records with their number as a spreadsheet would count them."""
    csv.field_size_limit(limits.line_chars)
    number = 0
    reader = csv.reader(lines(file, limits.line_chars), delimiter=delimiter, strict=True)
    try:
        for number, values in enumerate(reader, start=1):
            if len(values) > limits.columns:
                raise Unreadable("too_many_columns", {"columns": len(values), "limit": limits.columns})
            if number > limits.rows:
                raise Unreadable("too_large", {"what": "rows", "limit": limits.rows})
            cells = [from_csv(value) for value in values]
            if any(cell is not None for cell in cells) and not (number == 1 and values[0].startswith("sep=")):
                yield number, cells
    except csv.Error as error:
        raise Unreadable("broken_file", {"why": "quotes", "row": number + 1}) from error
    except UnicodeError as error:
        raise Unreadable("broken_file", {"why": "encoding", "row": number + 1}) from error


def lines(file: io.TextIOWrapper, most: int) -> Iterator[str]:
    while line := file.readline(most):
        if len(line) == most:
            raise Unreadable("too_large", {"what": "line", "limit": most})
        yield line


def from_csv(value: str) -> Cell:
    first = value[:1]
    if first == "'":
        value = unescaped(value)
    elif first == "=" and value.startswith('="') and value.endswith('"') and len(value) > 2:
        value = value[2:-1]  # how exports keep the zeros of a number in front of Excel
    return from_text(value)


if __name__ == "__main__":
    main()
