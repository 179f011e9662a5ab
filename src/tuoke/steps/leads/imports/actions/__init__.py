"""Everything that can be done with a file of leads. Refused names every reason as a code (``words.py`` says them)."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Reason, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.exchange.reading import Table, Unreadable
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.services.exchange.rules import Cell, header_key
from tuoke.services.jobs.actions import stopping
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.queries import receivers
from tuoke.steps.leads.imports import words
from tuoke.steps.leads.imports.actions.intake import Chunk, Rehearsal
from tuoke.steps.leads.imports.actions.runs import (
    CHUNK,
    Clock,
    Superseded,
    added,
    importer_of,
    opened,
    rehearse,
    run,
    terms_of,
)
from tuoke.steps.leads.imports.models import LeadImport, MappingMemory
from tuoke.steps.leads.imports.queries import rejected_rows
from tuoke.steps.leads.imports.rejects import headers_of, rejects_of, write_rejects
from tuoke.steps.leads.imports.rules import MapOption, Mapping, Use, applied, guess, headers_key, storable
from tuoke.steps.leads.imports.rules.runs import Duplicates, Outcome, Status, Tally

SMALL = 256 * 1024
"""Bytes up to which a file is checked while one waits."""
SAMPLED = 50
SILENCE = timedelta(seconds=120)
WAKES = 3
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Options:
    """What the person chooses beside the columns. ``owner`` ``None`` is the pool."""

    duplicates: Duplicates = Duplicates.SKIP
    owner: User | None = None
    campaign: Campaign | None = None


# On the screen


def upload(*, file: UploadedFile[bytes], by: Principal, now: datetime) -> LeadImport:
    """Keep the file and look at its head. Raises ``Unreadable`` (nothing is kept) and Refused may_not_import."""
    _require_importer(by)
    lead_import = LeadImport(
        by_id=by.user_id, name=Path(file.name or "").name[:200], digest=_digest_of(file.chunks()),
        created_at=now, touched_at=now,
    )  # fmt: skip
    lead_import.file.save("", file, save=False)
    try:
        with opened(lead_import.file.path, filename=lead_import.name) as table:
            _look_at(lead_import, table)
    except BaseException:
        lead_import.file.delete(save=False)
        raise
    with transaction.atomic():
        lead_import.save()
        record(kind="imports.uploaded", subject=lead_import, by=by, at=now, facts={"file": lead_import.name})
    return lead_import


def choose_sheet(*, lead_import: LeadImport, sheet: str, by: Principal, now: datetime) -> LeadImport:
    """Take another sheet of the file; its columns are guessed anew. Raises ``Unreadable``."""
    with opened(lead_import.file.path, filename=lead_import.name, sheet=sheet) as table, transaction.atomic():
        stored = _changeable(lead_import, by)
        _look_at(stored, table)
        stored.status, stored.touched_at = Status.UPLOADED, now
        stored.save()
    return stored


@transaction.atomic
def set_mapping(
    *, lead_import: LeadImport, mapping: Mapping, options: Options, by: Principal, now: datetime
) -> LeadImport:
    """What becomes of the columns and of the leads. Refused: every fault of the mapping, owner_not_allowed, started."""
    stored = _changeable(lead_import, by)
    reasons = [*mapping.faults(), *_owner_faults(options, by)]
    if reasons:
        raise Refused(Verdict(tuple(reasons)))
    stored.mapping = mapping.to_json()
    stored.duplicates, stored.owner, stored.campaign = options.duplicates, options.owner, options.campaign
    stored.status, stored.touched_at, stored.counters = Status.MAPPED, now, {}
    stored.save()
    _remember(mapping, now=now)
    return stored


def check(*, lead_import: LeadImport, by: Principal, clock: Clock) -> LeadImport:
    """Find out what would happen: at once for a small file, else in the background. Refused: not_mapped."""
    with transaction.atomic():
        stored = _changeable(lead_import, by)
        if stored.status == Status.UPLOADED:
            raise Refused(no("not_mapped"))
        stored.status, stored.touched_at, stored.attempt = Status.CHECKING, clock(), stored.attempt + 1
        stored.counters, stored.error = {}, {}
        stored.save(update_fields=["status", "touched_at", "attempt", "counters", "error"])
        small = stored.file.size <= SMALL
        if not small:
            check_import.enqueue(stored.pk, stored.attempt)
    if small:
        _check(stored.pk, stored.attempt, clock=clock)
    stored.refresh_from_db()
    return stored


@transaction.atomic
def start(*, lead_import: LeadImport, by: Principal, now: datetime) -> LeadImport:
    """Take the leads in, in the background. Refused: not_checked."""
    stored = _changeable(lead_import, by)
    if stored.status != Status.CHECKED:
        raise Refused(no("not_checked"))
    stored.report.all().delete()
    stored.counters, stored.next_row, stored.started_at = {}, 0, now
    _set_going(stored, now=now)
    record(kind="imports.started", subject=stored, by=by, at=now, facts={"file": stored.name})
    return stored


@transaction.atomic
def cancel(*, lead_import: LeadImport, by: Principal, now: datetime) -> LeadImport:
    """Stop after the chunk that is being written; what is taken in stays. Refused: not_running."""
    stored = _own(lead_import, by)
    if stored.status == Status.CHECKING:
        stored.status = Status.MAPPED
    elif stored.status == Status.RUNNING:
        stored.status, stored.finished_at = Status.CANCELLED, now
        record(kind="imports.cancelled", subject=stored, by=by, at=now, facts={"file": stored.name, **stored.counters})
    else:
        raise Refused(no("not_running"))
    stored.touched_at = now
    stored.save(update_fields=["status", "finished_at", "touched_at"])
    return stored


@transaction.atomic
def resume(*, lead_import: LeadImport, by: Principal, now: datetime) -> LeadImport:
    """Go on behind the last row that is stored. Refused: not_resumable."""
    stored = _own(lead_import, by)
    if not stored.is_resumable:
        raise Refused(no("not_resumable"))
    stored.finished_at = None
    _set_going(stored, now=now)
    record(kind="imports.resumed", subject=stored, by=by, at=now, facts={"file": stored.name})
    return stored


# In the background


@task()
def check_import(pk: int, attempt: int) -> None:
    _check(pk, attempt, clock=timezone.now)


@task()
def run_import(pk: int, attempt: int) -> None:
    """May run twice at once (a worker that was thought dead): each chunk finds out and the later one ends."""
    lead_import = LeadImport.objects.filter(pk=pk, attempt=attempt, status=Status.RUNNING).first()
    if lead_import is None:
        return
    _guarded(lead_import, run, again=lambda: run_import.enqueue(pk, attempt), clock=timezone.now)


def wake(now: datetime) -> None:
    """Periodic: imports whose worker was lost for good go on; after three times without a row they fail."""
    silent = LeadImport.objects.filter(status__in=[Status.RUNNING, Status.CHECKING], touched_at__lt=now - SILENCE)
    for pk in silent.exclude(file="").values_list("pk", flat=True):
        with transaction.atomic():
            stored = LeadImport.objects.select_for_update().get(pk=pk)
            if not stored.is_busy or stored.touched_at >= now - SILENCE:
                continue
            stored.touched_at, stored.wakes = now, stored.wakes + 1
            if stored.wakes > WAKES:
                _fail(stored, "worker_lost", now=now)
                continue
            stored.save(update_fields=["touched_at", "wakes"])
            job = run_import if stored.status == Status.RUNNING else check_import
            job.enqueue(stored.pk, stored.attempt)


def forget(now: datetime) -> None:
    """Periodic: files of finished imports and uploads that nobody went on with are personal data; after a month they go."""
    old = LeadImport.objects.filter(touched_at__lt=now - KEPT).exclude(file="")
    for lead_import in old.filter(Q(status=Status.DONE) | Q(started_at=None)).iterator():
        lead_import.file.delete(save=False)
        if lead_import.started_at is None:
            lead_import.delete()
        else:
            lead_import.save(update_fields=["file"])


# On the command line


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
    started, path = time.monotonic(), Path(path)
    lead_import = _prepared(path, by=by, options=options, map_options=map_options, sheet=sheet, now=clock())
    going_on = LeadImport.objects.filter(run_key=lead_import.run_key, status=Status.RUNNING, file="").first()
    if going_on is None:
        lead_import.status, lead_import.started_at = Status.RUNNING, clock()
        with transaction.atomic():
            lead_import.save()
            record(kind="imports.started", subject=lead_import, by=by, at=clock(), facts={"file": lead_import.name})
    else:
        lead_import = going_on
    try:
        run(lead_import, path, by=by.importing(f"import {lead_import.public_id}") if by.user_id else by, clock=clock)
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
    started, path = time.monotonic(), Path(path)
    lead_import = _prepared(path, by=by, options=options, map_options=map_options, sheet=sheet, now=clock())
    intake = Rehearsal(terms=terms_of(lead_import), by=by, today=timezone.localdate(clock()), file=path.name)
    tally, rejects = Tally(), []
    with opened(path, filename=path.name, sheet=sheet, header_row=lead_import.header_row) as table:
        for rows in table.batches(size=CHUNK):
            chunk = intake.read(rows)
            intake.place(chunk, now=clock())
            tally = added(tally, chunk.tally)
            rejects += _rejects_of(chunk)
    result = _result(tally, seconds=time.monotonic() - started)
    result.rejects = rejects
    if rejects_to is not None:
        write_rejects(rejects_to, headers=headers_of(lead_import), rows=((r.cells, r.reasons) for r in rejects))
    return result


# Below: what the verbs are made of


def _require_importer(by: Principal) -> None:
    if not (by.may(Permission.LEAD_IMPORT) and by.may(Permission.LEAD_WRITE)):
        raise Refused(no("may_not_import"))


def _own(lead_import: LeadImport, by: Principal) -> LeadImport:
    """One's own, locked; somebody else's raises DoesNotExist."""
    return LeadImport.objects.visible_to(by, "write").select_for_update().get(pk=lead_import.pk)


def _changeable(lead_import: LeadImport, by: Principal) -> LeadImport:
    stored = _own(lead_import, by)
    if not stored.is_changeable:
        raise Refused(no("already_started"))
    return stored


def _owner_faults(options: Options, by: Principal) -> list[Reason]:
    if options.owner is None or options.owner.pk in receivers(by):
        return []
    return [Reason("owner_not_allowed", {"name": options.owner.name, "field": "owner"})]


def _look_at(lead_import: LeadImport, table: Table) -> None:
    """Header, samples and the likely columns: as they were mapped last time, else guessed."""
    head = [row.cells for row in table.head(SAMPLED)]
    lead_import.sheet, lead_import.sheets, lead_import.header_row = table.sheet, list(table.sheets), table.header_row
    lead_import.samples = [_samples(head, index) for index in range(len(table.columns))]
    lead_import.mapping = _recalled(guess(table.headers, head)).to_json()


def _samples(rows: Sequence[Sequence[Cell]], index: int) -> list[str]:
    """Three different values of a column."""
    texts = (str(cell)[:60] for cell in storable([row[index] for row in rows]) if cell is not None)
    return list(dict.fromkeys(texts))[:3]


def _recalled(mapping: Mapping) -> Mapping:
    memory = MappingMemory.objects.filter(key=headers_key([use.header for use in mapping.uses])).first()
    if memory is None:
        return mapping
    return Mapping(tuple(_as_before(use, memory.uses.get(header_key(use.header))) for use in mapping.uses))


def _as_before(use: Use, before: list[str] | None) -> Use:
    if not before:
        return use
    return Use(use.column, use.header, field=before[0], unit=before[1], pattern=before[2])


def _remember(mapping: Mapping, *, now: datetime) -> None:
    uses = {header_key(use.header): [use.field, use.unit, use.pattern] for use in mapping.uses if use.header}
    MappingMemory.objects.update_or_create(
        key=headers_key([use.header for use in mapping.uses]), defaults={"uses": uses, "used_at": now}
    )


def _set_going(stored: LeadImport, *, now: datetime) -> None:
    stored.status, stored.touched_at, stored.error = Status.RUNNING, now, {}
    stored.attempt, stored.wakes = stored.attempt + 1, 0
    stored.save()
    run_import.enqueue(stored.pk, stored.attempt)


def _check(pk: int, attempt: int, *, clock: Clock) -> None:
    lead_import = LeadImport.objects.filter(pk=pk, attempt=attempt, status=Status.CHECKING).first()
    if lead_import is not None:
        _guarded(lead_import, rehearse, again=lambda: check_import.enqueue(pk, attempt), clock=clock)


def _guarded(lead_import: LeadImport, work: Callable[..., bool], *, again: Callable[[], object], clock: Clock) -> None:
    """Do it; a worker that stops leaves the rest to the next, a file that can't be read any more fails the import."""
    try:
        if not Path(lead_import.file.path).is_file():
            raise Unreadable("file_gone")
        done = work(lead_import, lead_import.file.path, by=importer_of(lead_import), clock=clock, stop=stopping.is_set)
    except Superseded:
        return
    except (Unreadable, Refused) as problem:  # Refused: rights were lost meanwhile
        code = problem.code if isinstance(problem, Unreadable) else problem.verdict.codes[0]
        with transaction.atomic():
            _fail(LeadImport.objects.select_for_update().get(pk=lead_import.pk), code, now=clock())
        return
    if not done:
        again()


def _fail(stored: LeadImport, code: str, *, now: datetime) -> None:
    stored.status, stored.error, stored.finished_at, stored.touched_at = Status.FAILED, {"code": code}, now, now
    stored.save(update_fields=["status", "error", "finished_at", "touched_at", "wakes"])


def _prepared(
    path: Path,
    *,
    by: Principal,
    options: Options | None,
    map_options: Sequence[MapOption],
    sheet: str | None,
    now: datetime,
) -> LeadImport:
    """An import of the file, not yet saved. Raises Refused with everything that stands in the way."""
    _require_importer(by)
    options = options or Options()
    with opened(path, filename=path.name, sheet=sheet) as table:
        mapping, reasons = applied(guess(table.headers, [row.cells for row in table.head(SAMPLED)]), map_options)
        found_sheet, header_row = table.sheet, table.header_row
    reasons = (*reasons, *(mapping.faults() if not reasons else ()), *_owner_faults(options, by))
    if reasons:
        raise Refused(Verdict(reasons))
    owner_id = options.owner.pk if options.owner else None
    campaign_id = options.campaign.pk if options.campaign else None
    lead_import = LeadImport(
        by_id=by.user_id, name=path.name[:200], digest=_digest_of(_pieces(path)), sheet=found_sheet,
        header_row=header_row, mapping=mapping.to_json(), duplicates=options.duplicates, owner_id=owner_id,
        campaign_id=campaign_id, created_at=now, touched_at=now,
    )  # fmt: skip
    said = [lead_import.digest, found_sheet, lead_import.mapping, options.duplicates, owner_id, campaign_id, by.user_id]
    lead_import.run_key = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    return lead_import


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from iter(lambda: file.read(1 << 20), b"")


def _digest_of(pieces: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.hexdigest()


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
    return result
