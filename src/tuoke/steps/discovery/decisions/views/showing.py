"""What the three pages of this room have in common: the deal, its tabs, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.parts import Tab
from tuoke.base.ui.verbs import press
from tuoke.spine.catalog.rules import Market
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions import words
from tuoke.steps.discovery.decisions.queries import MOST_PEOPLE


def found_deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def found_contact(deal: Opportunity, pk: int) -> Contact:
    return get_object_or_404(Contact, pk=pk, customer_id=deal.customer_id)


def people_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:MOST_PEOPLE])


def common(request: StaffRequest, deal: Opportunity, *, current: str) -> dict[str, Any]:
    """Deal, tabs and rights. ``may_name``: whether he may also write the customer, whose contacts these are."""
    who = request.principal
    may_write = who.may(Permission.NEED_WRITE) and _is_visible(Opportunity.objects.visible_to(who, "write"), deal.pk)
    may_name = may_write and _is_visible(Customer.objects.visible_to(who, "write"), deal.customer_id)
    pages = (("map", _("决策链")), ("criteria", _("采购标准与流程")), ("known", _("已知事实")))
    return {
        "deal": deal,
        "is_person": deal.market == Market.TOC,
        "tabs": [Tab(label, reverse(f"decisions:{name}", args=[deal.pk]), name == current) for name, label in pages],
        "may_write": may_write,
        "may_name": may_name,
        "may_export": who.may(Permission.EXPORT),
        "today": timezone.localdate(),
    }


def _is_visible(rows: Any, pk: int) -> bool:
    return bool(rows.filter(pk=pk).exists())


def version_in(given: QueryDict) -> int:
    """The version that was seen; what is none is not there."""
    said = given.get("version", "") or "0"
    if not said.isdecimal() or len(said) > 9:
        raise Http404
    return int(said)


def pressed(
    request: StaffRequest,
    act: Callable[[], object],
    shown: Callable[[], HttpResponse],
    *,
    to: str,
    said: str = "",
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the region as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return renewed(request, lambda: shown(), to=to)
