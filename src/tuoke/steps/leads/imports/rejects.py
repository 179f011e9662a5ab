"""The file of rejected rows: the columns as they came, and why. Corrected, it can be imported as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from tuoke.services.exchange.writing import LONGEST_CELL, write_table
from tuoke.steps.leads.imports import words
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.queries import rejected_rows
from tuoke.steps.leads.imports.rules import REASON_HEADER

Reasons = Sequence[Sequence[str]]


def headers_of(lead_import: LeadImport) -> list[str]:
    return [use.header for use in lead_import.columns.uses]


def rejects_of(lead_import: LeadImport) -> Iterator[tuple[Sequence[Any], Reasons]]:
    for row in rejected_rows(lead_import).iterator(chunk_size=500):
        yield row.cells, row.reasons


def write_rejects(
    target: str | Path | IO[bytes], *, headers: Sequence[str], rows: Iterable[tuple[Sequence[Any], Reasons]]
) -> int:
    """Answers how many rows. Cells that stood right of the last column follow behind the reason."""
    width = len(headers)
    return write_table(
        target,
        headers=[*headers, REASON_HEADER],
        rows=(
            [*map(_fitting, _padded(cells, width)), words.all_said(reasons), *cells[width:]] for cells, reasons in rows
        ),
    )


def _padded(cells: Sequence[Any], width: int) -> list[Any]:
    return [*cells[:width], *[None] * (width - len(cells))]


def _fitting(cell: Any) -> Any:
    return cell[: LONGEST_CELL // 2] if isinstance(cell, str) and len(cell) > LONGEST_CELL // 2 else cell
