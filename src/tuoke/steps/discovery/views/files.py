"""《客户需求清单》 as a file, out and in."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.services.exchange.reading import Unreadable, open_table
from tuoke.services.exchange.rules import header_key
from tuoke.services.exchange.writing import write_table
from tuoke.spine.followups.words import unreadable
from tuoke.steps.discovery import actions, queries
from tuoke.steps.discovery.documents import TITLE, needs_document
from tuoke.steps.discovery.forms import ImportForm
from tuoke.steps.discovery.rules import TABLE_COLUMNS
from tuoke.steps.discovery.views.answering import deal_of, status
from tuoke.steps.discovery.words import sentences


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str = "xlsx") -> HttpResponseBase:
    """《客户需求清单》: the exact table as xlsx, a document to hand out as docx or pdf."""
    if kind not in CONTENT_TYPES:
        raise Http404
    deal, who, target = deal_of(request, pk), request.principal, BytesIO()
    if kind == "xlsx":
        headers, rows = queries.needs_table(who, deal=deal)
        write_table(target, headers=headers, rows=rows, sheet=TITLE, widths=(24, 12, 14, 12, 60, 8, 12))
    else:
        write_document(target, needs_document(who, deal, today=timezone.localdate()), kind=kind)
    response = HttpResponse(target.getvalue(), content_type=CONTENT_TYPES[kind])
    name = quote(f"{TITLE}-{deal.customer.name}.{kind}")
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
def import_(request: StaffRequest) -> HttpResponseBase:
    """Take a 《客户需求清单》 in and report every row that was refused (region ``import``)."""
    form = ImportForm(typed(request), request.FILES or None)
    context: dict[str, Any] = {"form": form, "columns": TABLE_COLUMNS}
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        known = frozenset(map(header_key, TABLE_COLUMNS))
        try:
            with open_table(upload.temporary_file_path(), filename=upload.name, known_headers=known) as table:
                context["result"] = actions.import_table(table=table, by=request.principal, now=timezone.now())
        except Unreadable as problem:
            form.add_error("file", unreadable(problem))
        except Refused as refusal:
            form.add_error("file", " ".join(sentences(refusal.verdict)))
    return screen(request, "discovery/import.html", context, region="import", status=status(form))
