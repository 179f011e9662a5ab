"""撤销导入: the new leads of an import are void again, but for those that somebody has gone on with."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.services.jobs.actions import stopping
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.actions import void_many
from tuoke.steps.leads.imports.actions.files import own
from tuoke.steps.leads.imports.actions.intake import one_at_a_time
from tuoke.steps.leads.imports.actions.runs import importer_of
from tuoke.steps.leads.imports.models import LeadImport, RowSeen
from tuoke.steps.leads.imports.queries import UNDO_DAYS, UNDONE, untouched
from tuoke.steps.leads.imports.rules.runs import Status

CHUNK = 1000


@transaction.atomic
def undo(*, lead_import: LeadImport, by: Principal, now: datetime) -> LeadImport:
    """In the background; ``tally.undone`` and ``kept`` say what became of them. The file may be imported again
    afterwards. Refused: not_undoable, undo_too_late(days)."""
    stored = own(lead_import, by)
    if not stored.is_undoable or stored.started_at is None:
        raise Refused(no("not_undoable"))
    if stored.started_at < now - UNDO_DAYS:
        raise Refused(no("undo_too_late", days=UNDO_DAYS.days))
    stored.status, stored.touched_at, stored.error = Status.UNDOING, now, {}
    stored.attempt, stored.wakes, stored.next_row = stored.attempt + 1, 0, 0
    stored.save()
    undo_import.enqueue(stored.pk, stored.attempt)
    return stored


@task()
def undo_import(pk: int, attempt: int) -> None:
    """Twice at once does it once: each chunk looks again, under lock, for what is still there."""
    lead_import = LeadImport.objects.filter(pk=pk, attempt=attempt, status=Status.UNDOING).first()
    if lead_import is None:
        return
    by, last = importer_of(lead_import), 0
    while True:
        if stopping.is_set():
            undo_import.enqueue(pk, attempt)
            return
        with transaction.atomic():
            one_at_a_time()
            stored = LeadImport.objects.select_for_update().get(pk=pk)
            if (stored.status, stored.attempt) != (Status.UNDOING, attempt):
                return
            last = _undo_chunk(stored, after=last, by=by, now=timezone.now())
            if not last:
                _finish(stored, by=by, now=timezone.now())
                return


def _undo_chunk(stored: LeadImport, *, after: int, by: Principal, now: datetime) -> int:
    """Void the next leads; answers the last one looked at, 0 where there are no more."""
    rows = RowSeen.objects.filter(lead_import=stored, created=True, lead_id__gt=after).order_by("lead_id")
    ids = list(rows.values_list("lead_id", flat=True)[:CHUNK])
    if not ids:
        return 0
    leads = untouched(Lead.objects.select_for_update().filter(pk__in=ids))
    void_many(leads=leads, reason=UNDONE, by=by, now=now)
    RowSeen.objects.filter(lead_import=stored, lead_id__in=[lead.pk for lead in leads]).delete()
    tally = stored.tally
    tally.undone += len(leads)
    tally.kept += len(ids) - len(leads)
    stored.counters, stored.touched_at, stored.wakes = tally.to_json(), now, 0
    stored.save(update_fields=["counters", "touched_at", "wakes"])
    return ids[-1]


def _finish(stored: LeadImport, *, by: Principal, now: datetime) -> None:
    stored.status, stored.undone_at, stored.touched_at = Status.UNDONE, now, now
    stored.save(update_fields=["status", "undone_at", "touched_at"])
    facts = {"file": stored.name, "undone": stored.tally.undone, "kept": stored.tally.kept}
    record(kind="imports.undone", subject=stored, by=by, at=now, facts=facts)
