"""A whole file, chunk by chunk; each chunk is one transaction that also moves the mark where a run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal, system
from tuoke.base.records.actions import record
from tuoke.base.records.bulk import insert
from tuoke.base.records.bulk_reading import unmapped
from tuoke.services.exchange.reading import Row, Table, Unreadable, open_table
from tuoke.services.exchange.rules import header_key
from tuoke.steps.leads.imports.actions.intake import Chunk, Intake, Rehearsal, Reported, Terms, one_at_a_time
from tuoke.steps.leads.imports.models import LeadImport, ReportRow
from tuoke.steps.leads.imports.rules import KNOWN_HEADERS, storable
from tuoke.steps.leads.imports.rules.runs import LISTED, LISTED_WHOLLY, Duplicates, Outcome, Status, Tally

CHUNK = 1000
Clock = Callable[[], datetime]


class Superseded(Exception):
    """Another process works on this import, or it was cancelled."""


def opened(path: str | Path, *, filename: str, sheet: str | None = None, header_row: int | None = None) -> Table:
    """The table in a file. Known headers help to find the header row, but only where enough of them agree: a list
    *about* headers is no header. Raises ``Unreadable``."""
    if header_row:
        return open_table(path, filename=filename, sheet=sheet, header_row=header_row)
    table = open_table(path, filename=filename, sheet=sheet, known_headers=KNOWN_HEADERS)
    headers = [header for header in table.headers if header]
    agreed = sum(header_key(header) in KNOWN_HEADERS for header in headers)
    if agreed < 3 or any(header.isdigit() for header in headers):
        try:
            table.find_header()
        except Unreadable:
            table.close()
            raise
    return table


def terms_of(lead_import: LeadImport) -> Terms:
    return Terms(
        mapping=lead_import.columns,
        duplicates=Duplicates(lead_import.duplicates),
        owner_id=lead_import.owner_id,
        campaign_id=lead_import.campaign_id,
    )


def importer_of(lead_import: LeadImport) -> Principal:
    """Whoever sent the file, with the rights he has now; the shell's imports are the system's."""
    reason = f"import {lead_import.public_id}"
    return principal_of(lead_import.by).importing(reason) if lead_import.by else system(reason)


def run(
    lead_import: LeadImport,
    path: str | Path,
    *,
    by: Principal,
    clock: Clock,
    stop: Callable[[], bool] = lambda: False,
    table: Table | None = None,
) -> bool:
    """Go on where the import stands, to the end of the file. False when asked to stop before.

    ``table`` is the first sheet where it is open already. Raises ``Superseded`` and ``Unreadable``; what was stored
    before stays stored, and a later run goes on behind it.
    """
    intake = _intake(Intake, lead_import, by=by, clock=clock)
    with unmapped():
        for sheet, rows in batches(lead_import, path, table=table):
            if stop():
                return False
            run_chunk(lead_import, rows, intake, sheet=sheet, now=clock())
    _finish(lead_import, by=by, now=clock())
    return True


def batches(
    lead_import: LeadImport, path: str | Path, *, table: Table | None = None
) -> Iterator[tuple[int, list[Row]]]:
    """The rows behind the mark, sheet by sheet, each with the place of its sheet."""
    begun, after = lead_import.mark
    for place, (name, header_row) in enumerate(lead_import.sheets_taken):
        if place < begun:
            continue
        how = {"filename": lead_import.name, "sheet": name or None, "header_row": header_row}
        with table if table and place == 0 else opened(path, **how) as sheet:  # type: ignore[arg-type]  # mixed values
            for rows in sheet.batches(after=after if place == begun else 0, size=CHUNK):
                yield place, rows


def run_chunk(lead_import: LeadImport, rows: Sequence[Row], intake: Intake, *, now: datetime, sheet: int = 0) -> None:
    """Rows, counters and mark in one transaction: a killed process loses and doubles nothing."""
    chunk = intake.read(rows)
    with transaction.atomic():
        one_at_a_time()
        stored = _locked(lead_import, Status.RUNNING)
        intake.place(chunk, now=now)
        stored.sheet_at, stored.next_row = sheet, rows[-1].number
        stored.wakes = 0
        _store(stored, chunk, sheet=sheet, now=now)
        stored.save(update_fields=["counters", "sheet_at", "next_row", "touched_at", "wakes"])
    lead_import.counters, lead_import.sheet_at, lead_import.next_row = stored.counters, stored.sheet_at, stored.next_row


def rehearse(
    lead_import: LeadImport, path: str | Path, *, by: Principal, clock: Clock, stop: Callable[[], bool] = lambda: False
) -> bool:
    """What a run would do, counted and listed; no lead is written. Starts anew each time."""
    intake = _intake(Rehearsal, lead_import, by=by, clock=clock)
    with transaction.atomic():
        stored = _locked(lead_import, Status.CHECKING)
        stored.report.all().delete()
        stored.counters = {}
        stored.save(update_fields=["counters"])
    for sheet, rows in batches(lead_import, path):
        if stop():
            return False
        now = clock()
        chunk = intake.read(rows)
        intake.place(chunk, now=now)
        with transaction.atomic():
            stored = _locked(lead_import, Status.CHECKING)
            _store(stored, chunk, sheet=sheet, now=now)
            stored.wakes = 0
            stored.save(update_fields=["counters", "touched_at", "wakes"])
    with transaction.atomic():
        stored = _locked(lead_import, Status.CHECKING)
        stored.status, stored.total_rows, stored.touched_at = Status.CHECKED, stored.tally.rows, clock()
        stored.save(update_fields=["status", "total_rows", "touched_at"])
    return True


def _intake(kind: type[Intake], lead_import: LeadImport, *, by: Principal, clock: Clock) -> Intake:
    today = timezone.localdate(clock())
    return kind(terms=terms_of(lead_import), by=by, today=today, file=lead_import.name, lead_import=lead_import)


def _locked(lead_import: LeadImport, status: Status) -> LeadImport:
    """The import as it stands; nobody else may have gone on with it meanwhile."""
    stored = LeadImport.objects.select_for_update().get(pk=lead_import.pk)
    if (stored.status, stored.attempt) != (status, lead_import.attempt) or stored.mark != lead_import.mark:
        raise Superseded
    return stored


def _store(stored: LeadImport, chunk: Chunk, *, sheet: int, now: datetime) -> None:
    """Add the chunk's figures and listed rows to the import (unsaved)."""
    tally = stored.tally
    listed = [
        ReportRow(
            lead_import=stored, sheet=sheet, number=r.row.number, outcome=r.outcome.value,
            cells=storable(r.row.cells), reasons=[list(reason) for reason in r.reasons],
        )
        for r in _listed(chunk.reported, tally)
    ]  # fmt: skip
    insert(listed)
    stored.counters = added(tally, chunk.tally).to_json()
    stored.touched_at = now


def _listed(reported: Sequence[Reported], before: Tally) -> list[Reported]:
    """All that somebody has to look at one by one, of the others the first some hundred."""
    listed = Counter({outcome: getattr(before, outcome.value) for outcome in Outcome})
    found = []
    for row in reported:
        listed[row.outcome] += 1
        if row.outcome in LISTED_WHOLLY or listed[row.outcome] <= LISTED:
            found.append(row)
    return found


def added(one: Tally, other: Tally) -> Tally:
    names = [name for name in one.to_json() if name != "reasons"]
    return Tally(**{n: getattr(one, n) + getattr(other, n) for n in names}, reasons=one.reasons + other.reasons)


def _finish(lead_import: LeadImport, *, by: Principal, now: datetime) -> None:
    with transaction.atomic():
        stored = _locked(lead_import, Status.RUNNING)
        stored.status, stored.finished_at, stored.touched_at = Status.DONE, now, now
        stored.total_rows = stored.tally.rows
        stored.save(update_fields=["status", "finished_at", "touched_at", "total_rows"])
        record(kind="imports.finished", subject=stored, by=by, at=now, facts={"file": stored.name, **stored.counters})
    lead_import.refresh_from_db()
