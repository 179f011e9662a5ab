"""The command line: the same runs, at once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, Verdict
from tuoke.base.records.actions import record
from tuoke.services.exchange.reading import Table, Unreadable
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.steps.leads.imports import words
from tuoke.steps.leads.imports.actions.files import SAMPLED, Options, digest_of, owner_faults, require_importer
from tuoke.steps.leads.imports.actions.intake import Chunk, Rehearsal
from tuoke.steps.leads.imports.actions.runs import CHUNK, Clock, Superseded, added, opened, run, terms_of
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.queries import rejected_rows
from tuoke.steps.leads.imports.rejects import headers_of, rejects_of, write_rejects
from tuoke.steps.leads.imports.rules import MapOption, applied, guess, storable
from tuoke.steps.leads.imports.rules.runs import Outcome, Status, Tally


class Interrupted(Exception):
    """The run ended before the file did; ``next_row`` is the last row that is stored. Run again to go on."""

    def __init__(self, next_row: int, why: str) -> None:
        super().__init__(why)
        self.next_row = next_row


def import_leads(
    path: str | Path,
    *,
    by: Principal,
    clock: Clock = timezone.now,
    options: Options | None = None,
    map_options: Sequence[MapOption] = (),
    sheet: str | None = None,
    rejects_to: str | Path | None = None,
) -> ImportResult:
    """Take a file in at once, through the same code as the screen. An interrupted one of the same file goes on.

    Raises Refused and Unreadable before anything is written, Interrupted afterwards.
    """
    require_importer(by)
    started, path = time.monotonic(), Path(path)
    with opened(path, filename=path.name, sheet=sheet) as table:
        lead_import = _going(
            _prepared(path, table, by=by, options=options, map_options=map_options, now=clock()), by, clock
        )
        who = by.importing(f"import {lead_import.public_id}") if by.user_id else by
        try:
            run(lead_import, path, by=who, clock=clock, table=table)
        except (KeyboardInterrupt, Superseded, Unreadable) as problem:
            raise Interrupted(lead_import.next_row, type(problem).__name__) from problem
    result = _result(lead_import.tally, seconds=time.monotonic() - started)
    result.rejects = [
        Rejected(row.number, tuple(row.cells), words.with_right(row.reasons))
        for row in rejected_rows(lead_import)[:1000]
    ]
    if rejects_to is not None:
        write_rejects(rejects_to, headers=headers_of(lead_import), rows=rejects_of(lead_import))
    return result


def rehearse_leads(
    path: str | Path,
    *,
    by: Principal,
    clock: Clock = timezone.now,
    options: Options | None = None,
    map_options: Sequence[MapOption] = (),
    sheet: str | None = None,
    rejects_to: str | Path | None = None,
) -> ImportResult:
    """What ``import_leads`` would do; nothing at all is written."""
    require_importer(by)
    started, path = time.monotonic(), Path(path)
    tally, rejects = Tally(), []
    with opened(path, filename=path.name, sheet=sheet) as table:
        lead_import = _prepared(path, table, by=by, options=options, map_options=map_options, now=clock())
        intake = Rehearsal(terms=terms_of(lead_import), by=by, today=timezone.localdate(clock()), file=path.name)
        for rows in table.batches(size=CHUNK):
            chunk = intake.read(rows)
            intake.place(chunk, now=clock())
            tally = added(tally, chunk.tally)
            rejects += _rejects_of(chunk)
    result = _result(tally, seconds=time.monotonic() - started)
    result.rejects = rejects
    if rejects_to is not None:
        rejected = ((r.cells, r.number, r.reasons) for r in rejects)
        write_rejects(rejects_to, headers=headers_of(lead_import), rows=rejected)
    return result


def _going(lead_import: LeadImport, by: Principal, clock: Clock) -> LeadImport:
    """The one that was interrupted, or this one, begun."""
    going_on = LeadImport.objects.filter(run_key=lead_import.run_key, status=Status.RUNNING, file="").first()
    if going_on is not None:
        return going_on
    lead_import.status, lead_import.started_at = Status.RUNNING, clock()
    with transaction.atomic():
        lead_import.save()
        record(kind="imports.started", subject=lead_import, by=by, at=clock(), facts={"file": lead_import.name})
    return lead_import


def _prepared(
    path: Path,
    table: Table,
    *,
    by: Principal,
    options: Options | None,
    map_options: Sequence[MapOption],
    now: datetime,
) -> LeadImport:
    """An import of the file, not yet saved. Raises Refused with everything that stands in the way."""
    options = options or Options()
    mapping, reasons = applied(guess(table.headers, [row.cells for row in table.head(SAMPLED)]), map_options)
    reasons = (*reasons, *(mapping.faults() if not reasons else ()), *owner_faults(options, by))
    if reasons:
        raise Refused(Verdict(reasons))
    owner_id = options.owner.pk if options.owner else None
    campaign_id = options.campaign.pk if options.campaign else None
    lead_import = LeadImport(
        by_id=by.user_id, name=path.name[:200], digest=digest_of(_pieces(path)), sheet=table.sheet,
        header_row=table.header_row, mapping=mapping.to_json(), duplicates=options.duplicates, owner_id=owner_id,
        campaign_id=campaign_id, total_rows=table.last_row - table.header_row, created_at=now, touched_at=now,
    )  # fmt: skip
    said = [lead_import.digest, table.sheet, lead_import.mapping, options.duplicates, owner_id, campaign_id, by.user_id]
    lead_import.run_key = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    return lead_import


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(1 << 20), b"")


def _rejects_of(chunk: Chunk) -> list[Rejected]:
    return [
        Rejected(r.row.number, tuple(storable(r.row.cells)), words.with_right([list(x) for x in r.reasons]))
        for r in chunk.reported
        if r.outcome is Outcome.REJECTED
    ]


def _result(tally: Tally, *, seconds: float) -> ImportResult:
    result = ImportResult(seconds=seconds, reasons=tally.reasons)
    for name in ("rows", "created", "updated", "skipped", "duplicates", "rejected"):
        setattr(result, name, getattr(tally, name))
    if tally.owners_unknown:
        result.warnings.append(words.owners_unknown(tally.owners_unknown))
    if tally.sources_unknown:
        result.warnings.append(words.sources_unknown(tally.sources_unknown))
    if tally.conflicts:
        result.warnings.append(words.conflicts(tally.conflicts))
    return result
