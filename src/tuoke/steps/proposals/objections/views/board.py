from __future__ import annotations

import io

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.proposals.objections import queries
from tuoke.steps.proposals.objections.documents import TITLE, objections_document
from tuoke.steps.proposals.objections.views.showing import board_shown, found_deal


@require_safe
@needs(Permission.PROPOSAL_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """What the customer may object and what he did object, with our answers (region ``objections``)."""
    return board_shown(request, found_deal(request, pk))


@require_safe
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponse:
    """《异议应对清单》 as docx, pdf or xlsx."""
    if kind not in CONTENT_TYPES or not request.principal.may(Permission.PROPOSAL_READ):
        raise Http404
    deal, today = found_deal(request, pk), timezone.localdate()
    document = objections_document(deal, queries.board_of(request.principal, deal, today=today), today=today)
    target = io.BytesIO()
    write_document(target, document, kind=kind)
    name = f"{TITLE}-{deal.customer.name}-{today:%Y%m%d}.{kind}"
    headers = {"Content-Disposition": content_disposition_header(as_attachment=True, filename=name)}
    return HttpResponse(target.getvalue(), content_type=CONTENT_TYPES[kind], headers=headers)
