"""Lines of the value model, edited where they stand."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.values import actions
from tuoke.steps.proposals.values.forms import ItemForm, LineForm, ShareForm
from tuoke.steps.proposals.values.models import ValueItem
from tuoke.steps.proposals.values.places import to_values
from tuoke.steps.proposals.values.suggestions import BY_KEY
from tuoke.steps.proposals.values.views.showing import (
    conflict_of,
    deal_of,
    pressed,
    shown,
)

PROOFS_OFFERED = 200


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
@once
def add(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A measured line (region ``item-form``). ``?like=`` takes name and unit of a suggestion."""
    deal = deal_of(request, pk, action="write")
    like = BY_KEY.get(request.GET.get("like", ""))
    initial = {"name": like.name, "unit": like.unit, "direction": like.direction.value} if like else {}
    form = ItemForm(typed(request), initial=initial, **_offered(request, deal))
    context = {"deal": deal, "form": form, "url": request.path, "title": _("加一项"), "like": like}
    return _added(request, deal, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
@once
def add_share(request: StaffRequest, pk: int) -> HttpResponseBase:
    """A percentage of another line (region ``item-form``)."""
    deal = deal_of(request, pk, action="write")
    form = ShareForm(typed(request), others=_others(deal), **_offered(request, deal))
    context = {"deal": deal, "form": form, "url": request.path, "title": _("加一项连带收益"), "is_share": True}
    return _added(request, deal, form, context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OFFER_WRITE)
def edit(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Change one where it stands (region ``item-form``). A stale version shows both sides (409)."""
    item = _item(request, pk)
    deal = item.model.opportunity
    form = _form_of(request, item)
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "title": item.name, "item": item}
    context["is_share"] = item.share_of_id is not None
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            actions.edit_item(item=item, version=version, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, ValueItem)
            context |= conflict_of(form, type(form).initial_of(current), current)
            return screen(request, "values/item.html", context, region="item-form", status=409)
        else:
            toast(request, _("已保存"))
            return renewed(request, lambda: shown(request, deal), to=to_values(deal))
    return screen(request, "values/item.html", context, region="item-form", status=status_of(form))


@require_POST
@needs(Permission.OFFER_WRITE)
def move(request: StaffRequest, pk: int) -> HttpResponseBase:
    """To another place (``to`` from 0), or back again by 撤销 (``?to=``)."""
    item = _item(request, pk)
    to = request.POST.get("to") or request.GET.get("to", "")
    if not to.isdecimal() or len(to) > 4:
        raise Http404

    def act() -> None:
        was = actions.move_item(item=item, to=int(to), by=request.principal, now=timezone.now())
        if was != int(to):
            toast(request, _("顺序已改"), undo_url=f"{reverse('values:item_move', args=[pk])}?to={was}")

    return pressed(request, item.model.opportunity, act)


@require_POST
@needs(Permission.OFFER_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    item, by, now = _item(request, pk), request.principal, timezone.now()
    undo = reverse("values:item_restore", args=[pk])
    return pressed(
        request,
        item.model.opportunity,
        lambda: actions.withdraw_item(item=item, by=by, now=now),
        said=_("已撤回"),
        undo_url=undo,
    )


@require_POST
@needs(Permission.OFFER_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    item, by, now = _item(request, pk), request.principal, timezone.now()
    return pressed(
        request, item.model.opportunity, lambda: actions.restore_item(item=item, by=by, now=now), said=_("已恢复")
    )


def _added(request: StaffRequest, deal: Opportunity, form: LineForm, context: dict[str, Any]) -> HttpResponseBase:
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_item(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已加入测算"))
            return renewed(request, lambda: shown(request, deal), to=to_values(deal))
    return screen(request, "values/item.html", context, region="item-form", status=status_of(form))


def _form_of(request: StaffRequest, item: ValueItem) -> ItemForm | ShareForm:
    deal = item.model.opportunity
    offered = _offered(request, deal, keeping=item)
    if item.share_of_id is None:
        return ItemForm(typed(request), initial=ItemForm.initial_of(item), **offered)
    others = [other for other in _others(deal, keeping=item.share_of_id) if other.pk != item.pk]
    return ShareForm(typed(request), others=others, initial=ShareForm.initial_of(item), **offered)


def _item(request: StaffRequest, pk: int) -> ValueItem:
    visible = ValueItem.objects.visible_to(request.principal, "write")
    related = ("model__opportunity__customer", "model__opportunity__owner", "need", "share_of", "proof__item")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def _others(deal: Opportunity, *, keeping: int | None = None) -> list[ValueItem]:
    found = ValueItem.objects.filter(model__opportunity=deal)
    return [item for item in found if item.withdrawn_at is None or item.pk == keeping]


def _offered(request: StaffRequest, deal: Opportunity, *, keeping: ValueItem | None = None) -> dict[str, Any]:
    """Needs of this deal, and what the library has to prove something with; what the line rests on stays on offer."""
    needs_listed = list(Need.objects.visible_to(request.principal).listed().filter(opportunity=deal).order_by("id"))
    usable = ItemVersion.objects.visible_to(request.principal).current().select_related("item")
    usable = usable.filter(item__kind__in=actions.PROOF_KINDS, item__retired_at=None).order_by("item__title", "id")
    proofs = list(usable[:PROOFS_OFFERED])
    if keeping and keeping.need and keeping.need not in needs_listed:
        needs_listed.append(keeping.need)
    if keeping and keeping.proof and keeping.proof not in proofs:
        proofs.append(keeping.proof)
    return {"needs": needs_listed, "proofs": proofs}
