"""客户背景表 of a lead, customer or deal: page, panel, document."""

from __future__ import annotations

import io

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.outreach.documents import background_document
from tuoke.steps.outreach.views.showing import answer, sheet_context, subject_of


@require_safe
@needs(Permission.LEAD_READ)
def lead(request: StaffRequest, pk: int) -> HttpResponse:
    return answer(request, subject_of(request, "lead", pk), is_panel=False)


@require_safe
@needs(Permission.CUSTOMER_READ)
def customer(request: StaffRequest, pk: int) -> HttpResponse:
    return answer(request, subject_of(request, "customer", pk), is_panel=False)


@require_safe
@needs(Permission.DEAL_READ)
def deal(request: StaffRequest, pk: int) -> HttpResponse:
    return answer(request, subject_of(request, "deal", pk), is_panel=False)


@require_safe
@needs(Permission.LEAD_READ)
def panel_lead(request: StaffRequest, pk: int) -> HttpResponse:
    return answer(request, subject_of(request, "lead", pk), is_panel=True)


@require_safe
@needs(Permission.CUSTOMER_READ)
def panel_customer(request: StaffRequest, pk: int) -> HttpResponse:
    return answer(request, subject_of(request, "customer", pk), is_panel=True)


@require_safe
@needs(Permission.DEAL_READ)
def panel_deal(request: StaffRequest, pk: int) -> HttpResponse:
    return answer(request, subject_of(request, "deal", pk), is_panel=True)


@require_safe
@needs(Permission.EXPORT)
def export(request: StaffRequest, kind: str, pk: int, form: str) -> HttpResponse:
    """One page to take along: docx, pdf or xlsx."""
    if form not in CONTENT_TYPES:
        raise Http404
    context = sheet_context(request, subject_of(request, kind, pk))
    found = context["background"]
    target = io.BytesIO()
    document = background_document(found, context.get("openings"), today=timezone.localdate())
    write_document(target, document, kind=form)
    disposition = content_disposition_header(as_attachment=True, filename=f"客户背景表-{found.name}.{form}")
    return HttpResponse(
        target.getvalue(), content_type=CONTENT_TYPES[form], headers={"Content-Disposition": disposition}
    )
