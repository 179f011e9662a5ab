"""Opens a tabular file that somebody sent. The file is parsed in a child process, so a bad one can't hurt the server."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Iterator, Set
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from tuoke.services.exchange.limits import LIMITS, Limits, Unreadable
from tuoke.services.exchange.rules import BrokenCell, Cell, find_header
from tuoke.services.exchange.rules.headers import SAMPLE
from tuoke.services.exchange.safety import column_letters

__all__ = ["LIMITS", "Column", "Limits", "Row", "Table", "Unreadable", "open_table"]


@dataclass(frozen=True, slots=True)
class Column:
    index: int
    letter: str
    header: str
    """Cleaned text of the header cell, blank where it is blank; two columns may have the same."""


class Row(NamedTuple):
    number: int
    """As the spreadsheet counts, from 1."""
    cells: list[Cell]
    """At least one per column; more only where something stands right of the header."""


class Table:
    """One open sheet. A context manager; close it, or read it to its end.

    Hidden sheets are not among ``sheets``, hidden rows are among the rows. ``last_row`` is known without reading on: no
    row has a higher number, in a csv file with line breaks inside cells the last one has a lower.
    """

    def __init__(self, job: dict[str, Any], *, known_headers: Set[str], header_row: int | None) -> None:
        self._job = job
        self._stream: _Stream | None = None
        stream = _Stream(job)
        try:
            self.kind: str = stream.meta["kind"]
            self.sheets: tuple[str, ...] = tuple(stream.meta["sheets"])
            self.hidden_sheets: tuple[str, ...] = tuple(stream.meta["hidden_sheets"])
            self.hidden_rows: int = stream.meta["hidden_rows"]
            self.last_row: int = stream.meta["last_row"]
            self.sheet: str = stream.meta["sheet"]
            self.encoding: str = stream.meta["encoding"]
            self.delimiter: str = stream.meta["delimiter"]
            self._first = next(stream, [])
            self.find_header(known_headers, header_row)
        except BaseException:
            stream.close()
            raise
        self._stream = stream

    def find_header(self, known: Set[str] = frozenset(), row: int | None = None) -> None:
        """Look for the header anew, before any row is read. Raises ``Unreadable``: no_header."""
        self.header_row, cells = self._header(known, row)
        self.columns = tuple(
            Column(i, column_letters(i + 1), _header_text(cell)) for i, cell in enumerate(_trimmed(cells))
        )

    @property
    def headers(self) -> tuple[str, ...]:
        return tuple(column.header for column in self.columns)

    def head(self, count: int = 20) -> list[Row]:
        """The first data rows (at most some fifty), for a preview; consumes nothing."""
        return list(islice(self._rows_of(self._first, 0), count))

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """Every filled row below the header whose number is above ``after``. Each call starts anew.

        Raises ``Unreadable`` where the file breaks half-way.
        """
        stream, self._stream = self._stream, None
        if stream is None:
            stream, batch = _Stream({**self._job, "after": max(after, self.header_row)}), []
        else:
            batch = self._first
        try:
            yield from self._rows_of(batch, after)
            for batch in stream:
                yield from self._rows_of(batch, after)
        finally:
            stream.close()

    def batches(self, *, after: int = 0, size: int = 1000) -> Iterator[list[Row]]:
        """The same rows by the thousand."""
        rows = self.rows(after=after)
        while batch := list(islice(rows, size)):
            yield batch

    def close(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _header(self, known: Set[str], row: int | None) -> tuple[int, list[Cell]]:
        if not self._first:
            raise Unreadable("empty_sheet", {"sheet": self.sheet})
        if row is None:
            index = find_header([cells for _, cells in self._first[:SAMPLE]], known)
        else:
            index = next((i for i, (number, _) in enumerate(self._first) if number == row), None)
        if index is None:
            raise Unreadable("no_header")
        return self._first[index]

    def _rows_of(self, batch: list[tuple[int, list[Cell]]], after: int) -> Iterator[Row]:
        width, start = len(self.columns), max(after, self.header_row)
        for number, cells in batch:
            if number <= start:
                continue
            if len(cells) < width:
                cells = cells + [None] * (width - len(cells))
            elif len(cells) > width:
                cells = cells[:width] + _trimmed(cells[width:])
            yield Row(number, cells)


def open_table(
    path: str | Path,
    *,
    filename: str = "",
    sheet: str | None = None,
    known_headers: Set[str] = frozenset(),
    header_row: int | None = None,
    limits: Limits = LIMITS,
) -> Table:
    """Opens a sheet and finds its header.

    ``filename`` is the name that the sender gave (default: the path's); what it says must be what the file is.
    ``known_headers`` are ``header_key``s that help to find the header row; ``header_row`` forces it.
    Raises ``Unreadable``.
    """
    path = Path(path)
    job = {"path": str(path), "filename": filename or path.name, "sheet": sheet, "after": 0, "limits": asdict(limits)}
    return Table(job, known_headers=known_headers, header_row=header_row)


_BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[2]); from tuoke.services.exchange.child import main; main()"
)


class _Stream(Iterator[list[tuple[int, list[Cell]]]]):
    """The child's messages. Not forked: a worker with threads may use it."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._limits = job["limits"]
        self._child = subprocess.Popen(  # noqa: S603  # our own module; the path is an argument, never a command
            [sys.executable, "-I", "-S", "-c", _BOOT, json.dumps(job), json.dumps([p for p in sys.path if p])],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=1 << 20,
        )
        assert self._child.stdout is not None
        self._pipe = self._child.stdout
        self.meta: dict[str, Any] = self._message()[1]

    def __next__(self) -> list[tuple[int, list[Cell]]]:
        message = self._message()
        if message[0] == "end":
            self.close()
            raise StopIteration
        rows: list[tuple[int, list[Cell]]] = message[1]
        return rows

    def close(self) -> None:
        if self._child.poll() is None:
            self._child.kill()
        self._pipe.close()
        self._child.wait()

    def _message(self) -> tuple[Any, ...]:
        try:
            message: tuple[Any, ...] = _Messages(self._pipe).load()
        except (EOFError, pickle.UnpicklingError) as error:
            self.close()
            raise self._died() from error
        if message[0] == "unreadable":
            self.close()
            raise Unreadable(message[1], message[2])
        return message

    def _died(self) -> Unreadable:
        """The child ended without a word: its limits did it (an abort when memory is refused, a signal for time)."""
        if self._child.returncode < 0:
            return Unreadable("too_large", {"what": "memory", "limit": self._limits["memory"]})
        return Unreadable("broken_file", {"why": "parser"})


class _Messages(pickle.Unpickler):
    """Takes plain values only: what the child sends was made from somebody else's file."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in ("date", "datetime"):
            return super().find_class(module, name)
        if name == "BrokenCell" and module == BrokenCell.__module__:
            return BrokenCell
        raise pickle.UnpicklingError(f"unexpected {module}.{name}")


def _trimmed(cells: list[Cell]) -> list[Cell]:
    """Without blanks at the end."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


def _header_text(cell: Cell) -> str:
    if cell is None:
        return ""
    return " ".join((cell.text if isinstance(cell, BrokenCell) else str(cell)).split())
