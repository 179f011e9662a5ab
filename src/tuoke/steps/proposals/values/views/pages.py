"""价值测算 of a deal: the page, the spending, the file."""

from __future__ import annotations

from io import BytesIO

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.deals.answering import renewed
from tuoke.steps.proposals.values import actions, queries
from tuoke.steps.proposals.values.documents import values_document
from tuoke.steps.proposals.values.forms import SpendingForm
from tuoke.steps.proposals.values.models import ValueModel
from tuoke.steps.proposals.values.places import to_values
from tuoke.steps.proposals.values.views.showing import (
    conflict_of,
    deal_of,
    shown,
)


@require_GET
@needs(Permission.OFFER_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Every line, the sums and the charts (region ``values``)."""
    return shown(request, deal_of(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
def spending(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What the customer spends (region ``spending-form``). A stale version shows both sides (409)."""
    deal = deal_of(request, pk, action="write")
    model = ValueModel.objects.filter(opportunity=deal).first()
    form = SpendingForm(typed(request), initial=SpendingForm.initial_of(model))
    context = {"deal": deal, "form": form, "url": request.path, "investment": queries.investment_of(deal)}
    if request.method == "POST" and form.is_valid():
        version, note = form.cleaned_data["version"] or 0, form.cleaned_data["note"]
        try:
            actions.set_spending(
                deal=deal, version=version, spending=form.spending, note=note, by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            current = conflict.current
            assert current is None or isinstance(current, ValueModel)
            context |= conflict_of(form, SpendingForm.initial_of(current), current)
            return screen(request, "values/spending.html", context, region="spending-form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: shown(request, deal), to=to_values(deal))
    return screen(request, "values/spending.html", context, region="spending-form", status=status_of(form))


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """价值测算表 as docx, pdf or xlsx."""
    if kind not in CONTENT_TYPES or not request.principal.may(Permission.OFFER_READ):
        raise Http404
    deal, target = deal_of(request, pk), BytesIO()
    write_document(target, values_document(deal, today=timezone.localdate()), kind=kind)
    target.seek(0)
    name = f"{_('价值测算表')}-{deal.customer.name}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])
