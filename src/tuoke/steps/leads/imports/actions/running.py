"""The check, the run and what may happen on the way: stopped, gone on with, its worker lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.services.exchange.reading import Unreadable
from tuoke.services.jobs.actions import stopping
from tuoke.steps.leads.imports.actions.files import changeable, own
from tuoke.steps.leads.imports.actions.runs import Clock, Superseded, importer_of, rehearse, run
from tuoke.steps.leads.imports.actions.undoing import undo_import
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.rules.runs import Status

SMALL = 256 * 1024
"""Bytes up to which a file is checked while one waits."""
SILENCE = timedelta(seconds=120)
WAKES = 3
KEPT = timedelta(days=30)


def check(*, lead_import: LeadImport, by: Principal, clock: Clock) -> LeadImport:
    """Find out what would happen: at once for a small file, else in the background. Refused: not_mapped."""
    with transaction.atomic():
        stored = changeable(lead_import, by)
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
    stored = changeable(lead_import, by)
    if stored.status != Status.CHECKED:
        raise Refused(no("not_checked"))
    stored.report.all().delete()
    stored.counters, stored.sheet_at, stored.next_row, stored.started_at = {}, 0, 0, now
    _set_going(stored, now=now)
    record(kind="imports.started", subject=stored, by=by, at=now, facts={"file": stored.name})
    return stored


@transaction.atomic
def cancel(*, lead_import: LeadImport, by: Principal, now: datetime) -> LeadImport:
    """Stop after the chunk that is being written; what is taken in stays. Refused: not_running."""
    stored = own(lead_import, by)
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
    stored = own(lead_import, by)
    if not stored.is_resumable:
        raise Refused(no("not_resumable"))
    stored.finished_at = None
    _set_going(stored, now=now)
    record(kind="imports.resumed", subject=stored, by=by, at=now, facts={"file": stored.name})
    return stored


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


_JOBS = {Status.RUNNING: run_import, Status.CHECKING: check_import, Status.UNDOING: undo_import}


def wake(now: datetime) -> None:
    """Periodic: imports whose worker was lost for good go on; after three times without a row they fail."""
    silent = LeadImport.objects.filter(status__in=[s.value for s in _JOBS], touched_at__lt=now - SILENCE)
    for pk in silent.filter(Q(status=Status.UNDOING) | ~Q(file="")).values_list("pk", flat=True):
        with transaction.atomic():
            stored = LeadImport.objects.select_for_update().get(pk=pk)
            if not stored.is_busy or stored.touched_at >= now - SILENCE:
                continue
            stored.touched_at, stored.wakes = now, stored.wakes + 1
            if stored.wakes > WAKES:
                _fail(stored, "worker_lost", now=now)
                continue
            stored.save(update_fields=["touched_at", "wakes"])
            _JOBS[Status(stored.status)].enqueue(stored.pk, stored.attempt)


def forget(now: datetime) -> None:
    """Periodic: files of finished imports and uploads that nobody went on with are personal data; after a month they go."""
    old = LeadImport.objects.filter(touched_at__lt=now - KEPT).exclude(file="")
    for lead_import in old.filter(Q(status__in=[Status.DONE, Status.UNDONE]) | Q(started_at=None)).iterator():
        lead_import.file.delete(save=False)
        if lead_import.started_at is None:
            lead_import.delete()
        else:
            lead_import.save(update_fields=["file"])


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
