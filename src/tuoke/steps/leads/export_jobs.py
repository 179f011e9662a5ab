"""Files of leads that a worker writes: with the rights that their maker has when it is written."""

from __future__ import annotations

from datetime import datetime

from django.http import QueryDict
from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.queries import principal_of
from tuoke.base.kernel.verdict import Refused
from tuoke.steps.leads import actions
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.models import ExportFile
from tuoke.steps.leads.queries import Corner, corners_of
from tuoke.steps.leads.rules.bulk import FileStatus


@task()
def write_export_file(pk: int) -> None:
    file = ExportFile.objects.select_related("by").filter(pk=pk, status=FileStatus.QUEUED).first()
    if file is None:
        return
    by = principal_of(file.by)
    query = QueryDict(file.query)
    tab = query.get("tab", "")
    if tab not in corners_of(by):
        actions.give_up_export(file=file)
        return
    found = LeadFilter(query, who=by, corner=Corner(tab))
    if not found.is_valid():  # a source, a person that has gone meanwhile
        actions.give_up_export(file=file)
        return
    try:
        actions.fill_export(file=file, leads=found.asked().found, by=by, now=timezone.now())
    except Refused:
        actions.give_up_export(file=file)


def forget(now: datetime) -> None:
    actions.forget_exports(now)
