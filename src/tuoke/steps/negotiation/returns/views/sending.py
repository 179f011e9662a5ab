"""A calculation with the customer: noted that it was walked through, sent to him by link."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, status_of, toast
from tuoke.spine.deals.answering import renewed
from tuoke.steps.negotiation.returns import actions
from tuoke.steps.negotiation.returns.forms import SendForm, WalkForm
from tuoke.steps.negotiation.returns.places import to_returns
from tuoke.steps.negotiation.returns.rules import VALID_USUAL
from tuoke.steps.negotiation.returns.views.showing import (
    calculation_of,
    contacts_of,
    shown,
    typed_in,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def walk(request: StaffRequest, pk: int) -> HttpResponseBase:
    """We went through it together: a day, a contact (region ``walk-form``)."""
    found = calculation_of(request, pk, action="write")
    deal = found.opportunity
    form = WalkForm(typed_in(request), contacts=contacts_of(deal), initial={"walked_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.walk(
                calculation=found,
                contact_id=said["contact"],
                walked_on=said["walked_on"],
                note=said["note"],
                by=request.principal,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已记下：和客户一起算过"))
            return renewed(
                request,
                lambda: shown(request, deal, base=found.figures, calculation=found),
                to=to_returns(deal),
            )
    context = {"form": form, "deal": deal, "calculation": found, "url": request.path}
    return screen(request, "returns/walk.html", context, region="walk-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def send(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Make the private link for somebody of the customer (region ``send-form``)."""
    found = calculation_of(request, pk, action="write")
    deal = found.opportunity
    initial = {"expires_on": timezone.localdate() + VALID_USUAL}
    form = SendForm(typed_in(request), contacts=contacts_of(deal), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.send(calculation=found, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("链接已生成，复制后发给客户"))
            return renewed(
                request,
                lambda: shown(request, deal, base=found.figures, calculation=found),
                to=to_returns(deal),
            )
    context = {"form": form, "deal": deal, "calculation": found, "url": request.path}
    return screen(request, "returns/send.html", context, region="send-form", status=status_of(form))
