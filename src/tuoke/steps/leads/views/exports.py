"""Files of what the list shows: at once while they are small, else prepared by a worker."""

from __future__ import annotations

import tempfile
from typing import IO
from uuid import UUID

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, toast
from tuoke.steps.leads import actions
from tuoke.steps.leads.export_jobs import write_export_file
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.models import ExportFile
from tuoke.steps.leads.queries import counted
from tuoke.steps.leads.queries.columns import sound_columns
from tuoke.steps.leads.rules.bulk import EXPORTED_AT_ONCE, FileKind, FileStatus
from tuoke.steps.leads.views.lists import answer, corner_of, kept_query

CONTENT_TYPES = {
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.CSV: "text/csv; charset=utf-8",
}


@require_http_methods(["GET", "POST"])
@needs(Permission.EXPORT)
def export(request: StaffRequest) -> HttpResponseBase:
    """What the list shows now: 《线索来源登记表》, with ``?columns=`` these columns; ``?format=csv`` or xlsx."""
    corner, who = corner_of(request), request.principal
    found = LeadFilter(request.GET, who=who, corner=corner)
    if not found.is_valid():
        return answer(request)
    asked = found.asked()
    kind = _kind(request)
    said = request.GET.get("columns", "")[:400]
    columns = sound_columns(said.split(",")) if said else ()
    number = counted(asked, limit=EXPORTED_AT_ONCE)
    if request.method == "POST":
        query = kept_query(request.GET, corner)
        order = actions.order_export(
            query=query, columns=columns, kind=kind, work=write_export_file.enqueue, by=who, now=timezone.now()
        )
        return redirect(order)
    if number > EXPORTED_AT_ONCE:
        return screen(request, "leads/export.html", {"limit": EXPORTED_AT_ONCE, "back": _back(request)})
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # FileResponse closes it
    actions.write_export(file, leads=asked.found, columns=columns, kind=kind, by=who, now=timezone.now())
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=_name(columns, kind), content_type=CONTENT_TYPES[kind])


@require_GET
@needs(Permission.EXPORT)
def export_file(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A file on its way: the page asks again until it is there."""
    file = _own(request, public_id)
    context = {
        "file": file,
        "is_waiting": file.status == FileStatus.QUEUED,
        "back": f"{reverse('leads:list')}?{file.query}",
    }
    return screen(request, "leads/export_file.html", context, region="file")


@require_GET
@needs(Permission.EXPORT)
def export_download(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    file = _own(request, public_id)
    if file.status != FileStatus.READY or not file.file:
        raise Http404
    kind = FileKind(file.kind)
    try:
        content = file.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    return FileResponse(
        content, as_attachment=True, filename=_name(file.columns, kind), content_type=CONTENT_TYPES[kind]
    )


@require_http_methods(["POST"])
@needs(Permission.EXPORT)
def export_again(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """The same list as it is now, for a file that failed or is gone."""
    file = _own(request, public_id)
    order = actions.order_export(
        query=file.query,
        columns=file.columns,
        kind=FileKind(file.kind),
        work=write_export_file.enqueue,
        by=request.principal,
        now=timezone.now(),
    )
    toast(request, _("正在重新准备文件"))
    return redirect(order)


def _own(request: StaffRequest, public_id: UUID) -> ExportFile:
    return get_object_or_404(ExportFile.objects.visible_to(request.principal), public_id=public_id)


def _kind(request: StaffRequest) -> FileKind:
    return FileKind.CSV if request.GET.get("format") == "csv" else FileKind.XLSX


def _back(request: StaffRequest) -> str:
    return f"{reverse('leads:list')}?{request.GET.urlencode()}"


def _name(columns: object, kind: FileKind) -> str:
    title = "线索" if columns else "线索来源登记表"
    return f"{title}-{timezone.localdate():%Y%m%d}.{kind.value}"
