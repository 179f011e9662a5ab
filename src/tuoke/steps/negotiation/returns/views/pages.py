"""投入产出 with the customer at the table: figures in, result at once, kept as a scenario, taken away as a file."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused, Verdict, no
from tuoke.base.ui.http import screen, toast
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns import actions, queries
from tuoke.steps.negotiation.returns.documents import returns_document
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.returns.places import to_returns
from tuoke.steps.negotiation.returns.rules import (
    NOTE_LIMIT,
    TITLE_LIMIT,
    Figures,
    Typed,
    as_typed,
    differences,
    typed,
)
from tuoke.steps.negotiation.returns.views.showing import (
    base_in,
    calculation_of,
    deal_of,
    sheet_context,
    shown,
)
from tuoke.steps.negotiation.returns.words import field_name

AFRESH = "values"


@require_GET
@needs(Permission.NEGOTIATION_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """The calculator and what was worked out so far (region ``returns``): begins with the newest kept one, with another
    by ``?from=``, with the value model by ``?from=values``."""
    deal, given = deal_of(request, pk), request.GET.get("from", "")
    begin = _begin(deal, given)
    base = queries.base_of(deal) if given == AFRESH else None
    return shown(request, deal, base=begin.figures if begin else base, calculation=begin)


@require_POST
@needs(Permission.NEGOTIATION_READ)
def calculate(request: StaffRequest, pk: int) -> HttpResponse:
    """What the typed figures come to (region ``returns-result``); nothing is kept."""
    deal = deal_of(request, pk)
    base, read = _read(request, deal)
    context = sheet_context(base, values=read.values, figures=read.figures, verdict=read.verdict)
    if request.htmx:
        context |= {"deal": deal}
        return screen(request, "returns/page.html", context, region="returns-result")
    return shown(request, deal, sheet=context, status=422 if read.verdict.reasons else 200)


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
@once
def keep(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Keep the typed figures as a scenario of the deal."""
    deal = deal_of(request, pk, action="write")
    base, read = _read(request, deal)
    given = {"title": request.POST.get("title", ""), "note": request.POST.get("note", "")}
    verdict = read.verdict if read.figures.savings else read.verdict & no("nothing_saved")
    if not verdict.reasons:
        based_on = _begin(deal, request.POST.get("from", ""))
        try:
            found = actions.keep(
                deal=deal,
                figures=read.figures,
                **given,
                based_on_id=based_on.pk if based_on else None,
                by=request.principal,
                now=timezone.now(),
            )
        except Refused as refusal:
            verdict = refusal.verdict
        else:
            toast(request, _("已保存这份测算"))
            to = f"{to_returns(deal)}?from={found.pk}"
            return renewed(request, lambda: shown(request, deal, base=found.figures, calculation=found), to=to)
    return _refused(request, deal, base, read, given, verdict)


@require_GET
@needs(Permission.NEGOTIATION_READ)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    """One kept calculation as it was (region ``calculation``)."""
    found = calculation_of(request, pk)
    context = {
        "deal": found.opportunity,
        "calculation": found,
        "changes": _changes(found),
        "may_export": request.principal.may(Permission.EXPORT),
        **sheet_context(found.figures),
    }
    return screen(request, "returns/calculation.html", context, region="calculation")


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """One calculation as docx, pdf or xlsx."""
    if kind not in CONTENT_TYPES or not request.principal.may(Permission.NEGOTIATION_READ):
        raise Http404
    found, target = calculation_of(request, pk), BytesIO()
    write_document(target, returns_document(found), kind=kind)
    target.seek(0)
    name = f"{_('投入产出测算')}-{found.opportunity.customer.name}-{found.number}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _changes(found: Calculation) -> list[tuple[str, str, str]]:
    """What differs from the one it was made from: name of the figure, before, after."""
    if found.based_on is None:
        return []
    before, after = as_typed(found.based_on.figures), as_typed(found.figures)
    names = differences(found.based_on.figures, found.figures)
    return [(field_name(name, found.figures), before.get(name, ""), after.get(name, "")) for name in names]


def _read(request: StaffRequest, deal: Opportunity) -> tuple[Figures, Typed]:
    given = request.POST.dict()
    base = base_in(given, deal)
    return base, typed(given, base=base, is_ours=True)


def _begin(deal: Opportunity, pk: str) -> Calculation | None:
    """The kept calculation of this deal to begin with; None for anything else."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        return None
    return Calculation.objects.filter(pk=int(pk), opportunity=deal).first()


def _refused(
    request: StaffRequest, deal: Opportunity, base: Figures, read: Typed, given: dict[str, str], verdict: Verdict
) -> HttpResponse:
    limits = {"title": TITLE_LIMIT * 2, "note": NOTE_LIMIT * 2}
    values = {**read.values, **{name: text[: limits[name]] for name, text in given.items()}}
    sheet = sheet_context(base, values=values, figures=read.figures, verdict=verdict)
    return shown(request, deal, sheet=sheet, status=422)
