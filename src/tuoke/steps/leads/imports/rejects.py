"""The file of rejected rows: the columns as they came, where each row stood, and why. Corrected, it can be imported as
it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from tuoke.services.exchange.writing import LONGEST_CELL, write_table
from tuoke.steps.leads.imports import words
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.queries import rejected_rows
from tuoke.steps.leads.imports.rules import REASON_HEADER, ROW_HEADER

Reasons = Sequence[Sequence[str]]
Place = int | str
"""The row's number in the file it came from; with the sheet's name where several were taken in."""


def headers_of(lead_import: LeadImport) -> list[str]:
    return [use.header for use in lead_import.columns.uses]


def rejects_of(lead_import: LeadImport) -> Iterator[tuple[Sequence[Any], Place, Reasons]]:
    sheets = [name for name, _ in lead_import.sheets_taken]
    for row in rejected_rows(lead_import).iterator(chunk_size=500):
        yield row.cells, f"{sheets[row.sheet]} {row.number}" if len(sheets) > 1 else row.number, row.reasons


def write_rejects(
    target: str | Path | IO[bytes], *, headers: Sequence[str], rows: Iterable[tuple[Sequence[Any], Place, Reasons]]
) -> int:
    """Answers how many rows. Cells that stood right of the last column follow behind the reason."""
    width = len(headers)
    kept = [place for place, header in enumerate(headers) if header not in (REASON_HEADER, ROW_HEADER)]
    return write_table(
        target,
        headers=[*(headers[place] for place in kept), ROW_HEADER, REASON_HEADER],
        rows=(
            [*_kept(_padded(cells, width), kept), place, words.all_said(reasons), *map(_fitting, cells[width:])]
            for cells, place, reasons in rows
        ),
    )


def _kept(cells: Sequence[Any], places: Sequence[int]) -> list[Any]:
    return [_fitting(cells[place]) for place in places]


def _padded(cells: Sequence[Any], width: int) -> list[Any]:
    return [*cells[:width], *[None] * (width - len(cells))]


def _fitting(cell: Any) -> Any:
    return cell[: LONGEST_CELL // 2] if isinstance(cell, str) and len(cell) > LONGEST_CELL // 2 else cell
