"""报价: the offers of a deal, one at a time, from draft to issued."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen, toast, typed
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.services.exchange.rules import cents
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers import actions, queries, words
from tuoke.steps.proposals.offers.documents import TITLE, offer_document
from tuoke.steps.proposals.offers.forms import AskForm, OfferForm
from tuoke.steps.proposals.offers.models import Offer
from tuoke.steps.proposals.offers.places import to_offer, to_offers
from tuoke.steps.proposals.offers.rules import MOST_TOTAL, OfferState
from tuoke.steps.proposals.offers.views.showing import (
    found_deal,
    found_offer,
    may_write_deal,
    pressed,
    shown,
    version_in,
)


@require_GET
@needs(Permission.OFFER_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """What is worked on: the newest draft, else the current offer, else the newest there is."""
    deal = found_deal(request, pk)
    found = queries.offers_of(request.principal, deal)
    rank = {OfferState.DRAFT: 0, OfferState.ISSUED: 1}
    if found:
        first = min(found, key=lambda offer: (rank.get(OfferState(offer.state), 2), -offer.number))
        first.opportunity = deal
        return shown(request, first)
    context = {"deal": deal, "may_write": may_write_deal(request, deal)}
    return screen(request, "offers/none.html", context, region="offer")


@require_GET
@needs(Permission.OFFER_READ)
def one(request: StaffRequest, pk: int) -> HttpResponse:
    return shown(request, found_offer(request, pk))


@require_POST
@needs(Permission.OFFER_WRITE)
@once
def new(request: StaffRequest, pk: int) -> HttpResponseBase:
    deal = found_deal(request, pk, action="write")
    return _drafted(request, deal)


@require_POST
@needs(Permission.OFFER_WRITE)
@once
def copy(request: StaffRequest, pk: int) -> HttpResponseBase:
    """改一版: a draft with the same lines."""
    offer = found_offer(request, pk, action="write")
    return _drafted(request, offer.opportunity, like=offer)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Terms (region ``offer-form``). A stale version shows both sides (409)."""
    offer = found_offer(request, pk, action="write")
    form = OfferForm(typed(request), initial=OfferForm.initial_of(offer))
    context: dict[str, Any] = {"deal": offer.opportunity, "offer": offer, "form": form}
    if request.method == "POST" and form.is_valid():
        version, by, now = form.cleaned_data["version"] or 0, request.principal, timezone.now()
        try:
            actions.edit_offer(offer=offer, version=version, draft=form.draft, by=by, now=now)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, conflict)
            return screen(request, "offers/edit.html", context, region="offer-form", status=409)
        else:
            toast(request, _("已保存"))
            fresh = found_offer(request, pk)
            return renewed(request, lambda: shown(request, fresh), to=to_offer(offer))
    status = 422 if form.is_bound else 200
    return screen(request, "offers/edit.html", context, region="offer-form", status=status)


@require_POST
@needs(Permission.OFFER_WRITE)
def issue(request: StaffRequest, pk: int) -> HttpResponseBase:
    offer, version = found_offer(request, pk, action="write"), version_in(request.POST)
    return pressed(
        request,
        offer,
        lambda: actions.issue(offer=offer, version=version, by=request.principal, now=timezone.now()),
        said=_("已发出，这是现行报价"),
        undo_url=reverse("offers:take_back", args=[pk]),
    )


@require_POST
@needs(Permission.OFFER_WRITE)
def take_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    offer, by, now = found_offer(request, pk, action="write"), request.principal, timezone.now()
    return pressed(
        request, offer, lambda: actions.take_back(offer=offer, by=by, now=now), said=_("已撤销发出，又是草稿了")
    )


@require_POST
@needs(Permission.OFFER_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    offer, by, now = found_offer(request, pk, action="write"), request.principal, timezone.now()
    return pressed(
        request,
        offer,
        lambda: actions.withdraw(offer=offer, by=by, now=now),
        said=_("报价已撤回"),
        undo_url=reverse("offers:restore", args=[pk]),
    )


@require_POST
@needs(Permission.OFFER_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    offer, by, now = found_offer(request, pk, action="write"), request.principal, timezone.now()
    return pressed(request, offer, lambda: actions.restore(offer=offer, by=by, now=now), said=_("已恢复"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
@once
def ask(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Ask the managers for these prices (region ``ask-form``)."""
    offer = found_offer(request, pk, action="write")
    form = AskForm(typed(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_discount(
                offer=offer, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已提交审批，批准后就能发出"))
            return renewed(request, lambda: shown(request, offer), to=to_offer(offer))
    sheet = queries.sheet_of(request.principal, offer, today=timezone.localdate())
    context = {
        "deal": offer.opportunity,
        "offer": offer,
        "form": form,
        "sheet": sheet,
        "unapproved": words.sentences(sheet.unapproved),
    }
    return screen(request, "offers/ask.html", context, region="ask-form", status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.OFFER_WRITE)
def amount(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The deal's amount becomes this offer's total."""
    offer = found_offer(request, pk, action="write")

    def act() -> None:
        was = actions.take_amount(offer=offer, by=request.principal, now=timezone.now())
        undo = reverse("offers:amount_undo", args=[offer.opportunity_id])
        toast(request, _("商机金额已改成报价总价"), undo_url=f"{undo}?was={'' if was is None else was}")

    return pressed(request, offer, act)


@require_POST
@needs(Permission.OFFER_WRITE)
def amount_undo(request: StaffRequest, pk: int) -> HttpResponseBase:
    """``?was=`` is the deal's amount again; empty: it isn't known."""
    deal, was = found_deal(request, pk, action="write"), _amount(request.GET.get("was", ""))
    try:
        actions.put_amount(deal=deal, amount=was, by=request.principal, now=timezone.now())
    except Refused as refusal:
        messages.error(request, " ".join(words.sentences(refusal.verdict)))
    else:
        toast(request, _("已撤销"))
    return redirect(to_offers(deal))


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """《报价单》 as docx, xlsx or pdf."""
    if kind not in CONTENT_TYPES:
        raise Http404
    offer = found_offer(request, pk)
    today, target = timezone.localdate(), BytesIO()
    sheet = queries.sheet_of(request.principal, offer, today=today)
    write_document(target, offer_document(sheet, today=today), kind=kind)
    target.seek(0)
    name = f"{TITLE}-{offer.opportunity.customer.name}-{offer.number}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _drafted(request: StaffRequest, deal: Opportunity, *, like: Offer | None = None) -> HttpResponseBase:
    try:
        offer = actions.draft_offer(deal=deal, like=like, by=request.principal, now=timezone.now())
    except Refused as refusal:
        messages.error(request, " ".join(words.sentences(refusal.verdict)))
        return redirect(to_offers(deal))
    toast(request, _("新的草稿"), undo_url=reverse("offers:withdraw", args=[offer.pk]))
    return redirect(to_offer(offer))


def _conflict(form: OfferForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Offer)
    rows = two_sides(form, OfferForm.initial_of(current), names=words.FIELD_NAMES)
    return {"rows": rows, "who": saved_by(current), "version": current.version}


def _amount(said: str) -> Decimal | None:
    if not said:
        return None
    try:
        found = Decimal(said)
    except InvalidOperation:
        raise Http404 from None
    if not found.is_finite() or not 0 <= found < MOST_TOTAL or found != cents(found):
        raise Http404
    return found
