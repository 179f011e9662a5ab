"""Files of leads: written at once, or by a worker and kept for a week. Each leaves its line in the history."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import IO

from django.core.files import File
from django.db import transaction
from django.db.models import QuerySet

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.services.exchange.writing import write_table
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.models import ExportFile
from tuoke.steps.leads.queries import register_table
from tuoke.steps.leads.queries.columns import columns_table
from tuoke.steps.leads.rules.bulk import FileKind, FileStatus

KEPT = timedelta(days=7)
SHEET = "线索来源登记表"


def write_export(
    target: IO[bytes], *, leads: QuerySet[Lead], columns: Sequence[str], kind: FileKind, by: Principal, now: datetime
) -> int:
    """Write the leads, with these columns or as 《线索来源登记表》; answers how many. The history says who took them.

    Raises Refused: may_not_export.
    """
    if not by.may(Permission.EXPORT):
        raise Refused(no("may_not_export"))
    headers, rows = columns_table(by, leads=leads, columns=columns) if columns else register_table(by, leads=leads)
    number = write_table(target, headers=headers, rows=rows, kind=kind.value, sheet="线索" if columns else SHEET)
    with transaction.atomic():
        record(kind="leads.exported", subject="customers.lead:all", by=by, at=now, facts={"rows": number})
    return number


@transaction.atomic
def order_export(
    *,
    query: str,
    columns: Sequence[str],
    kind: FileKind,
    work: Callable[[int], object],
    by: Principal,
    now: datetime,
) -> ExportFile:
    """Have a worker write the list at this address: ``work`` puts the file's id into his queue. The same order, still
    waiting, is not placed twice. Raises Refused: may_not_export.
    """
    if by.user_id is None or not by.may(Permission.EXPORT):
        raise Refused(no("may_not_export"))
    list(User.objects.select_for_update(no_key=True).filter(pk=by.user_id))  # one order of his at a time
    waiting = ExportFile.objects.filter(by_id=by.user_id, query=query, kind=kind, status=FileStatus.QUEUED)
    for known in waiting:
        if list(known.columns) == list(columns):
            return known
    file = ExportFile.objects.create(
        by_id=by.user_id, query=query, columns=list(columns), kind=kind.value, created_at=now
    )
    record(kind="leads.export_ordered", subject=file, by=by, at=now, facts={"query": query})
    work(file.pk)
    return file


def fill_export(*, file: ExportFile, leads: QuerySet[Lead], by: Principal, now: datetime) -> ExportFile:
    """Write the ordered file. Once it is there a second call changes nothing."""
    if file.status != FileStatus.QUEUED:
        return file
    with tempfile.TemporaryFile() as target:
        number = write_export(target, leads=leads, columns=file.columns, kind=FileKind(file.kind), by=by, now=now)
        target.seek(0)
        with transaction.atomic():
            stored = ExportFile.objects.select_for_update().get(pk=file.pk)
            if stored.status != FileStatus.QUEUED:
                return stored
            stored.file.save("file", File(target), save=False)
            stored.rows, stored.status, stored.ready_at = number, FileStatus.READY.value, now
            stored.save()
    return stored


def give_up_export(*, file: ExportFile) -> None:
    """Say on the page that it didn't work."""
    ExportFile.objects.filter(pk=file.pk, status=FileStatus.QUEUED).update(status=FileStatus.FAILED)


def forget_exports(now: datetime) -> int:
    """Take away what is older than a week: files hold people's names and numbers. Says how many."""
    old = ExportFile.objects.filter(created_at__lt=now - KEPT).exclude(status=FileStatus.GONE)
    number = 0
    for file in old:
        if file.file:
            file.file.delete(save=False)
        file.status = FileStatus.GONE.value
        file.save(update_fields=["file", "status"])
        number += 1
    return number
