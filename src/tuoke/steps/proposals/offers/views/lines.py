"""The lines of a draft, edited where they stand: a change saves its line and answers with the new sums."""

from __future__ import annotations

from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import after_post, screen, toast, wants_part
from tuoke.spine.deals.answering import renewed
from tuoke.steps.proposals.offers import actions
from tuoke.steps.proposals.offers.forms import LineForm, NewLineForm
from tuoke.steps.proposals.offers.models import OfferLine
from tuoke.steps.proposals.offers.places import to_offer
from tuoke.steps.proposals.offers.views.showing import (
    context_of,
    found_line,
    found_offer,
    pressed,
    products_for,
    shown,
)


@require_POST
@needs(Permission.OFFER_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One more line; what is wrong is said at its field (422), with what was typed."""
    offer = found_offer(request, pk, action="write")
    form = NewLineForm(request.POST, products=products_for(request))
    if form.is_valid():
        try:
            actions.add_line(offer=offer, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已加上"))
            fresh = found_offer(request, pk)
            return renewed(request, lambda: shown(request, fresh), to=to_offer(offer))
    return shown(request, offer, status=422, new_line=form)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One line (region ``line``). By htmx it is saved at each change and answered with its sums (region ``saved``).

    Where somebody else saved first it is shown as he left it (409).
    """
    line = found_line(request, pk)
    form = LineForm.of(line, request.POST if request.method == "POST" else None)
    status = 200 if request.method != "POST" else 422
    if request.method == "POST" and form.is_valid():
        version, by, now = form.cleaned_data["version"] or 0, request.principal, timezone.now()
        try:
            actions.edit_line(line=line, version=version, draft=form.draft, by=by, now=now)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, OfferLine)
            form, status = LineForm.of(current), 409
        else:
            if not wants_part(request):
                toast(request, _("已保存"))
            return after_post(request, lambda: _saved(request, pk), to=to_offer(line.offer))
    return _one(request, line, form, status=status)


@require_POST
@needs(Permission.OFFER_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """To another place (``to`` from 0), or back again by 撤销 (``?to=``)."""
    line = found_line(request, pk)
    to = request.POST.get("to") or request.GET.get("to", "")
    if not (to.isascii() and to.isdecimal()) or len(to) > 4:
        raise Http404

    def act() -> None:
        was = actions.move_line(line=line, to=int(to), by=request.principal, now=timezone.now())
        if was != int(to):
            toast(request, _("顺序已改"), undo_url=f"{reverse('offers:line_move', args=[pk])}?to={was}")

    return pressed(request, line.offer, act)


@require_POST
@needs(Permission.OFFER_WRITE)
def remove(request: StaffRequest, pk: int) -> HttpResponseBase:
    line, by, now = found_line(request, pk), request.principal, timezone.now()
    return pressed(
        request,
        line.offer,
        lambda: actions.remove_line(line=line, by=by, now=now),
        said=_("已移除 %(name)s") % {"name": line.name},
        undo_url=reverse("offers:line_restore", args=[pk]),
    )


@require_POST
@needs(Permission.OFFER_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    line, by, now = found_line(request, pk), request.principal, timezone.now()
    return pressed(request, line.offer, lambda: actions.restore_line(line=line, by=by, now=now), said=_("已恢复"))


def _one(request: StaffRequest, line: OfferLine, form: LineForm, *, status: int) -> HttpResponse:
    context = context_of(request, line.offer)
    priced = next((one for one in context["sheet"].lines if one.line.pk == line.pk), None)
    if priced is None or not context["may_edit"]:
        raise Http404
    context |= {"priced": priced, "form": form, "is_stale": status == HTTPStatus.CONFLICT}
    return screen(request, "offers/line.html", context, region="line", status=status)


def _saved(request: StaffRequest, pk: int) -> HttpResponse:
    """The line's own sums, and with them those of the offer."""
    line = found_line(request, pk)
    context = context_of(request, line.offer)
    context["priced"] = next(one for one in context["sheet"].lines if one.line.pk == pk)
    return screen(request, "offers/line.html", context, region="saved")
