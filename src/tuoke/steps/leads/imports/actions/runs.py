"""A whole file, chunk by chunk; each chunk is one transaction that also moves the mark where a run goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal, system
from tuoke.base.records.actions import record
from tuoke.services.exchange.reading import Row, Table, Unreadable, open_table
from tuoke.services.exchange.rules import header_key
from tuoke.steps.leads.imports.actions.intake import Chunk, Intake, Rehearsal, Reported, Terms, one_at_a_time
from tuoke.steps.leads.imports.models import LeadImport, ReportRow
from tuoke.steps.leads.imports.rules import KNOWN_HEADERS, storable
from tuoke.steps.leads.imports.rules.runs import LISTED, Duplicates, Outcome, Status, Tally

CHUNK = 500
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
    lead_import: LeadImport, path: str | Path, *, by: Principal, clock: Clock, stop: Callable[[], bool] = lambda: False
) -> bool:
    """Go on where the import stands, to the end of the file. False when asked to stop before.

    Raises ``Superseded`` and ``Unreadable``; what was stored before stays stored, and a later run goes on behind it.
    """
    intake = Intake(terms=terms_of(lead_import), by=by, today=timezone.localdate(clock()), file=lead_import.name)
    with opened(
        path, filename=lead_import.name, sheet=lead_import.sheet or None, header_row=lead_import.header_row
    ) as table:
        for rows in table.batches(after=lead_import.next_row, size=CHUNK):
            if stop():
                return False
            run_chunk(lead_import, rows, intake, now=clock())
    _finish(lead_import, by=by, now=clock())
    return True


def run_chunk(lead_import: LeadImport, rows: Sequence[Row], intake: Intake, *, now: datetime) -> None:
    """Rows, counters and mark in one transaction: a killed process loses and doubles nothing."""
    chunk = intake.read(rows)
    with transaction.atomic():
        one_at_a_time()
        stored = _locked(lead_import, Status.RUNNING)
        intake.place(chunk, now=now)
        stored.next_row = rows[-1].number
        stored.wakes = 0
        _store(stored, chunk, now=now)
        stored.save(update_fields=["counters", "next_row", "touched_at", "wakes"])
    lead_import.counters, lead_import.next_row = stored.counters, stored.next_row


def rehearse(
    lead_import: LeadImport, path: str | Path, *, by: Principal, clock: Clock, stop: Callable[[], bool] = lambda: False
) -> bool:
    """What a run would do, counted and listed; no lead is written. Starts anew each time."""
    intake = Rehearsal(terms=terms_of(lead_import), by=by, today=timezone.localdate(clock()), file=lead_import.name)
    with transaction.atomic():
        stored = _locked(lead_import, Status.CHECKING)
        stored.report.all().delete()
        stored.counters = {}
        stored.save(update_fields=["counters"])
    with opened(
        path, filename=lead_import.name, sheet=lead_import.sheet or None, header_row=lead_import.header_row
    ) as table:
        for rows in table.batches(size=CHUNK):
            if stop():
                return False
            now = clock()
            chunk = intake.read(rows)
            intake.place(chunk, now=now)
            with transaction.atomic():
                stored = _locked(lead_import, Status.CHECKING)
                _store(stored, chunk, now=now)
                stored.wakes = 0
                stored.save(update_fields=["counters", "touched_at", "wakes"])
    with transaction.atomic():
        stored = _locked(lead_import, Status.CHECKING)
        stored.status, stored.total_rows, stored.touched_at = Status.CHECKED, stored.tally.rows, clock()
        stored.save(update_fields=["status", "total_rows", "touched_at"])
    return True


def _locked(lead_import: LeadImport, status: Status) -> LeadImport:
    """The import as it stands; nobody else may have gone on with it meanwhile."""
    stored = LeadImport.objects.select_for_update().get(pk=lead_import.pk)
    if (stored.status, stored.attempt) != (status, lead_import.attempt) or stored.next_row != lead_import.next_row:
        raise Superseded
    return stored


def _store(stored: LeadImport, chunk: Chunk, *, now: datetime) -> None:
    """Add the chunk's figures and listed rows to the import (unsaved)."""
    tally = stored.tally
    ReportRow.objects.bulk_create(
        ReportRow(
            lead_import=stored, number=r.row.number, outcome=r.outcome,
            cells=storable(r.row.cells), reasons=[list(reason) for reason in r.reasons],
        )
        for r in _listed(chunk.reported, tally)
    )  # fmt: skip
    stored.counters = added(tally, chunk.tally).to_json()
    stored.touched_at = now


def _listed(reported: Sequence[Reported], before: Tally) -> list[Reported]:
    """All rejected rows, of the others the first some hundred."""
    listed = Counter({outcome: getattr(before, outcome.value) for outcome in Outcome})
    found = []
    for row in reported:
        listed[row.outcome] += 1
        if row.outcome is Outcome.REJECTED or listed[row.outcome] <= LISTED:
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
