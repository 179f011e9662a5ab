"""What the screens of needs share: reading what was asked, and answering with the list as it is now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import screen, wants_part
from tuoke.base.ui.verbs import press
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery import queries
from tuoke.steps.discovery.forms import OWN_MANNERS, NeedForm, RefusableForm
from tuoke.steps.discovery.models import KIND_MEANINGS, KIND_NAMES, Need
from tuoke.steps.discovery.words import sentences

# Reading


def deal_of(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def need_of(request: StaffRequest, pk: int) -> Need:
    visible = Need.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("opportunity__customer", "customer", "contact"), pk=pk)


def contacts_of(customer_id: int) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=customer_id).order_by("id")[:200])


def kind_asked(request: StaffRequest) -> str:
    """The kind of need that the list is narrowed to, also while a verb on that page is answered."""
    asked = request.GET.get("kind", "")
    if request.method == "POST" and wants_part(request):
        asked = parse_qs(urlsplit(request.htmx.current_url or "").query).get("kind", [""])[0]
    return asked if asked in KIND_NAMES else ""


# Answering


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The whole page, or its list (region ``needs``)."""
    who, now = request.principal, timezone.now()
    context = list_context(request, deal)
    kind, listed = kind_asked(request), context["needs"].listed
    context |= {
        "kinds": kinds(),
        "kind": kind,
        "lines": queries.lines_of([need for need in listed if kind in ("", need.kind)]),
        "sharing": queries.sharing_of(who, deal, listed, now=now),
        "manners": OWN_MANNERS,
        "is_part": True,
    }
    if context["may_write"]:
        context["form"] = NeedForm(contacts=contacts_of(deal.customer_id))
    return screen(request, "discovery/needs.html", context, region="needs")


def list_context(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    needs = queries.needs_of(request.principal, deal)
    return {
        "deal": deal,
        "needs": needs,
        "counts": [(name, needs.by_kind[kind.value], kind.value) for kind, name in KIND_NAMES.items()],
        "may_write": may_write(request, deal),
        "may_export": request.principal.may(Permission.EXPORT),
        "today": timezone.localdate(),
    }


def may_write(request: StaffRequest, deal: Opportunity) -> bool:
    return (
        request.principal.may(Permission.NEED_WRITE)
        and Opportunity.objects.visible_to(request.principal, "write").filter(pk=deal.pk).exists()
    )


def kinds() -> list[tuple[str, Any, Any]]:
    return [(kind.value, KIND_NAMES[kind], KIND_MEANINGS[kind]) for kind in KIND_NAMES]


def done(form: RefusableForm, act: Callable[[], object]) -> bool:
    """Whether the action took it; a refusal is said at the fields."""
    try:
        act()
    except Refused as refusal:
        form.refuse(refusal.verdict)
        return False
    return True


def pressed(
    request: StaffRequest,
    act: Callable[[], object],
    *,
    said: str,
    then: Callable[[], HttpResponseBase],
    undo_url: str = "",
) -> HttpResponseBase:
    """A one-press verb: do it, say so, show the list as it is now."""
    press(request, act, say=sentences, said=said, undo_url=undo_url)
    return then()


def complain(request: StaffRequest, text: str, *, then: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    messages.error(request, text)
    return then()


def after(request: StaffRequest, need: Need) -> HttpResponseBase:
    """Back to the list that the need stands in, or to its customer."""
    deal = need.opportunity
    return redirect(need.customer.get_absolute_url()) if deal is None else after_deal(request, deal)


def after_deal(request: StaffRequest, deal: Opportunity) -> HttpResponseBase:
    return renewed(request, lambda: shown(request, deal), to=address(deal))


def address(deal: Opportunity) -> str:
    return reverse("discovery:needs", args=[deal.pk])


def status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200
