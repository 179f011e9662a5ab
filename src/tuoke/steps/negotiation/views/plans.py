"""谈判要点: the page, its panel on the deal's page, its document."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.deals.answering import renewed
from tuoke.steps.negotiation import actions, queries
from tuoke.steps.negotiation.documents import TITLE, plan_document
from tuoke.steps.negotiation.forms import PlanForm
from tuoke.steps.negotiation.models import Plan
from tuoke.steps.negotiation.places import to_plan
from tuoke.steps.negotiation.views.showing import (
    conflict_of,
    found_deal,
    shown,
)


@require_GET
@needs(Permission.NEGOTIATION_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Aim, table, ladder; the bottom line for those inside (region ``plan``)."""
    return shown(request, found_deal(request, pk))


@require_GET
@needs(Permission.DEAL_READ)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """That our offer doesn't keep to the bottom line, or comes close to it; for who is named and may open nothing else of
    the negotiation, the way to the line. Empty for everybody else (region ``negotiation-panel``): how far the plan is
    says its room's line."""
    deal = found_deal(request, pk)
    inside, reads = queries.inside_of(request.principal, deal), request.principal.may(Permission.NEGOTIATION_READ)
    says = inside is not None and (inside.is_past or inside.is_tight or not reads)
    context = {"deal": deal, "inside": inside, "says": says}
    return screen(request, "negotiation/panel.html", context, region="negotiation-panel")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Aim and arrangements (region ``form``); a stale version shows both sides (409)."""
    deal = found_deal(request, pk, action="write")
    form = PlanForm(typed(request), initial=PlanForm.initial_of(queries.plan_of(request.principal, deal)))
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "title": _("目标与安排")}
    if request.method == "POST" and form.is_valid():
        version, by = form.cleaned_data["version"] or 0, request.principal
        try:
            actions.set_plan(deal=deal, version=version, draft=form.draft, by=by, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, conflict)
            return screen(request, "negotiation/form.html", context, region="form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: shown(request, deal), to=to_plan(deal))
    return screen(request, "negotiation/form.html", context, region="form", status=status_of(form))


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """《谈判要点清单》 as docx, xlsx or pdf; the bottom line stands in it for those inside only."""
    if kind not in CONTENT_TYPES or not request.principal.may(Permission.NEGOTIATION_READ):
        raise Http404
    deal, target = found_deal(request, pk), BytesIO()
    write_document(target, plan_document(request.principal, deal, today=timezone.localdate()), kind=kind)
    target.seek(0)
    name = f"{TITLE}-{deal.customer.name}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _conflict(form: PlanForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Plan)
    return conflict_of(form, PlanForm.initial_of(current), current=current, who=saved_by(current))
