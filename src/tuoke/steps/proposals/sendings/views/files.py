"""The proposal as a file for us: a version as the customer got it, or what it says now, as a draft."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.services.documents.rules import Document
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.steps.proposals.models import ProposalVersion
from tuoke.steps.proposals.queries import current_proposal, frozen_now
from tuoke.steps.proposals.sendings.documents import draft_document, proposal_document
from tuoke.steps.proposals.sendings.models import Paper
from tuoke.steps.proposals.sendings.rules import PAPER_KINDS, PaperState
from tuoke.steps.proposals.sendings.views.showing import deal_of


@require_GET
@needs(Permission.EXPORT)
def version(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The very file that the customer got, where there is one."""
    _known(kind)
    visible = ProposalVersion.objects.visible_to(request.principal)
    related = ("proposal__opportunity__customer", "proposal__opportunity__owner")
    found = get_object_or_404(visible.select_related(*related), pk=pk)
    name = f"{found.proposal.title}-v{found.number}.{kind}"
    paper = Paper.objects.filter(version=found, kind=kind, state=PaperState.DONE).first()
    if paper is not None and paper.content is not None:
        return _file(BytesIO(bytes(paper.content)), name, kind)
    return _file(_written(proposal_document(found), kind), name, kind)


@require_GET
@needs(Permission.EXPORT)
def draft(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """What the deal's proposal says now; its cover says that it is a draft."""
    _known(kind)
    proposal = current_proposal(deal_of(request, pk))
    if proposal is None:
        raise Http404
    frozen = frozen_now(proposal, today=timezone.localdate())
    document = draft_document(frozen, version=ProposalVersion(proposal=proposal, number=0))
    return _file(_written(document, kind), f"{proposal.title}.{kind}", kind)


def _known(kind: str) -> None:
    if kind not in PAPER_KINDS:
        raise Http404


def _written(document: Document, kind: str) -> BytesIO:
    target = BytesIO()
    write_document(target, document, kind=kind)
    target.seek(0)
    return target


def _file(content: BytesIO, name: str, kind: str) -> FileResponse:
    return FileResponse(content, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])
