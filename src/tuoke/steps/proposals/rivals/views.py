"""竞品对比: whom the customer compares us with, by what he chooses by."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import saved_by
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen, toast
from tuoke.base.ui.verbs import press
from tuoke.services.documents.writing import CONTENT_TYPES, write_document
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.models import STANDINGS, PurchaseCriterion
from tuoke.steps.proposals.rivals import actions, queries, words
from tuoke.steps.proposals.rivals.documents import TITLE, rivals_document
from tuoke.steps.proposals.rivals.forms import AddForm, MarkForm, RivalForm
from tuoke.steps.proposals.rivals.models import Rival
from tuoke.steps.proposals.rivals.places import to_rivals


@require_GET
@needs(Permission.OFFER_READ)
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """Each rival, and the table by the customer's criteria (region ``rivals``)."""
    return _shown(request, _deal(request, pk))


@require_POST
@needs(Permission.OFFER_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One more, with what the catalogue says of him."""
    deal = _deal(request, pk, action="write")
    form = AddForm(request.POST, competitors=_listed(request))
    if form.is_valid():
        try:
            rival = actions.add_rival(
                deal=deal, competitor=form.cleaned_data["competitor"], by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error("competitor", " ".join(words.sentences(refusal.verdict)))
        else:
            undo = reverse("rivals:withdraw", args=[rival.pk])
            toast(request, _("已加入对比，目录里的优势、劣势和价格一起带过来了"), undo_url=undo)
            return renewed(request, lambda: _shown(request, deal), to=to_rivals(deal))
    return _shown(request, deal, form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What we know of him here (region ``rival-form``). A stale version shows both sides (409)."""
    rival = _rival(request, pk)
    deal = rival.opportunity
    form = RivalForm(request.POST if request.method == "POST" else None, initial=RivalForm.initial_of(rival))
    context: dict[str, Any] = {"deal": deal, "rival": rival, "form": form}
    if request.method == "POST" and form.is_valid():
        version, by, now = form.cleaned_data["version"] or 0, request.principal, timezone.now()
        try:
            actions.edit_rival(rival=rival, version=version, draft=form.draft, by=by, now=now)
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            context |= _conflict(form, conflict)
            return screen(request, "rivals/rival.html", context, region="rival-form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: _shown(request, deal), to=to_rivals(deal))
    status = 422 if form.is_bound else 200
    return screen(request, "rivals/rival.html", context, region="rival-form", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
def mark(request: StaffRequest, pk: int, criterion: int) -> HttpResponseBase:
    """How he stands by one criterion (region ``mark-form``)."""
    rival = _rival(request, pk)
    deal = rival.opportunity
    listed = PurchaseCriterion.objects.listed().filter(opportunity=deal)
    found = get_object_or_404(listed, pk=criterion)
    known = rival.marks.filter(criterion=found).first()
    initial = {"standing": known.standing, "note": known.note} if known else {}
    form = MarkForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.mark(
                rival=rival, criterion=found, standing=form.standing_said, note=form.cleaned_data["note"],
                by=request.principal, now=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, " ".join(words.sentences(refusal.verdict)))
        else:
            return renewed(request, lambda: _shown(request, deal), to=to_rivals(deal))
    context = {"deal": deal, "rival": rival, "criterion": found, "form": form}
    status = 422 if form.is_bound else 200
    return screen(request, "rivals/mark.html", context, region="mark-form", status=status)


@require_POST
@needs(Permission.OFFER_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    rival, by, now = _rival(request, pk), request.principal, timezone.now()
    return _pressed(
        request,
        rival,
        lambda: actions.withdraw_rival(rival=rival, by=by, now=now),
        said=_("已移出对比"),
        undo_url=reverse("rivals:restore", args=[pk]),
    )


@require_POST
@needs(Permission.OFFER_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    rival, by, now = _rival(request, pk), request.principal, timezone.now()
    return _pressed(request, rival, lambda: actions.restore_rival(rival=rival, by=by, now=now), said=_("已恢复"))


@require_GET
@needs(Permission.EXPORT)
def export(request: StaffRequest, pk: int, kind: str) -> HttpResponseBase:
    """The comparison as docx or pdf: for our own people."""
    if kind not in ("docx", "pdf"):
        raise Http404
    deal, target = _deal(request, pk), BytesIO()
    document = rivals_document(deal, queries.comparison_of(request.principal, deal), today=timezone.localdate())
    write_document(target, document, kind=kind)
    target.seek(0)
    name = f"{TITLE}-{deal.customer.name}.{kind}"
    return FileResponse(target, as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind])


def _deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def _rival(request: StaffRequest, pk: int) -> Rival:
    visible = Rival.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("competitor", "opportunity__customer", "opportunity__owner"), pk=pk)


def _listed(request: StaffRequest) -> list[Competitor]:
    return list(Competitor.objects.visible_to(request.principal).listed())


def _shown(request: StaffRequest, deal: Opportunity, *, form: AddForm | None = None, status: int = 200) -> HttpResponse:
    who = request.principal
    comparison = queries.comparison_of(who, deal)
    may_write = _may_write(request, deal)
    context: dict[str, Any] = {
        "deal": deal,
        "comparison": comparison,
        "standings": STANDINGS,
        "may_write": may_write,
        "may_export": who.may(Permission.EXPORT),
    }
    if may_write and comparison.has_room:
        compared = {column.rival.competitor_id for column in comparison.columns}
        offered = [one for one in _listed(request) if one.pk not in compared]
        context["form"] = form or AddForm(competitors=offered)
        context["offered"] = len(offered)
    return screen(request, "rivals/rivals.html", context, region="rivals", status=status)


def _may_write(request: StaffRequest, deal: Opportunity) -> bool:
    """Whether his verbs are drawn; the actions ask again."""
    if not request.principal.may(Permission.OFFER_WRITE) or deal.is_given_up:
        return False
    return Opportunity.objects.visible_to(request.principal, "write").filter(pk=deal.pk).exists()


def _pressed(
    request: StaffRequest, rival: Rival, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    deal = rival.opportunity
    return renewed(request, lambda: _shown(request, deal), to=to_rivals(deal))


def _conflict(form: RivalForm, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, Rival)
    rows = two_sides(form, RivalForm.initial_of(current), names=words.FIELD_NAMES)
    return {"rows": rows, "who": saved_by(current), "version": current.version}
