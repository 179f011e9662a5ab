from __future__ import annotations

import io

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.services.documents.rules import Document
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.library.documents import TITLE, kind_document, script_document, scripts_document
from tuoke.spine.library.queries import current_items, current_of, current_scripts
from tuoke.spine.library.rules import ItemKind
from tuoke.spine.library.views.showing import found_item, kind_named


@require_safe
@needs(Permission.LIBRARY_READ)
def script(request: StaffRequest, pk: int, ending: str) -> HttpResponse:
    """One script as docx, pdf or xlsx."""
    found = found_item(request, pk)
    if found.kind != ItemKind.SCRIPT:
        raise Http404
    return _sent(script_document(current_of(found)), name=f"{TITLE}-{found.title}", ending=ending)


@require_safe
@needs(Permission.LIBRARY_READ)
def scripts(request: StaffRequest, ending: str) -> HttpResponse:
    """Every script in use."""
    document = scripts_document(current_scripts(request.principal), today=timezone.localdate())
    return _sent(document, name=TITLE, ending=ending)


@require_safe
@needs(Permission.LIBRARY_READ)
def listed(request: StaffRequest, kind: str, ending: str) -> HttpResponse:
    """Everything of a kind that is in use, at most as many as ``current_items`` gives."""
    of = kind_named(kind)
    document = kind_document(of, current_items(request.principal, of), today=timezone.localdate())
    return _sent(document, name=document.title, ending=ending)


def _sent(document: Document, *, name: str, ending: str) -> HttpResponse:
    if ending not in CONTENT_TYPES:
        raise Http404
    target = io.BytesIO()
    write_document(target, document, kind=ending)
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    headers = {"Content-Disposition": disposition}
    return HttpResponse(target.getvalue(), content_type=CONTENT_TYPES[ending], headers=headers)
