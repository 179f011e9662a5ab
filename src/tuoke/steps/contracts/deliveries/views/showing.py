"""What the screens of this room share: the deal, how a form and a press are answered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import YES, Conflict, Verdict
from tuoke.base.records.queries import saved_by
from tuoke.base.ui import verbs
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen
from tuoke.base.ui.refusals import SaysWhy
from tuoke.base.ui.verbs import Sheet, press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries import queries, words
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Feedback, Issue
from tuoke.steps.contracts.deliveries.places import to_delivery


def deal_of(request: StaffRequest, pk: int) -> Opportunity:
    """For the page."""
    visible = Opportunity.objects.visible_to(request.principal)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def worked_on(request: StaffRequest, pk: int) -> Opportunity:
    """For a verb and its form: whoever has joined the deal works on its project (P4), who only reads it doesn't."""
    deals = Opportunity.objects.worked_on_by(request.principal, Permission.PROJECT_WRITE)
    return get_object_or_404(deals.select_related("customer", "owner"), pk=pk)


def item_of(request: StaffRequest, pk: int) -> DeliveryItem:
    visible = DeliveryItem.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("milestone", *_DEAL), pk=pk)


def issue_of(request: StaffRequest, pk: int) -> Issue:
    visible = Issue.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("owner", "item", *_DEAL), pk=pk)


def acceptance_of(request: StaffRequest, pk: int) -> Acceptance:
    visible = Acceptance.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("item__opportunity", *_DEAL), pk=pk)


def feedback_of(request: StaffRequest, pk: int) -> Feedback:
    visible = Feedback.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related(*_DEAL), pk=pk)


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The whole page (region ``delivery``)."""
    now, today = timezone.now(), timezone.localdate()
    worked_on_by_me = Opportunity.objects.worked_on_by(request.principal, Permission.PROJECT_WRITE).filter(pk=deal.pk)
    context = {
        "deal": deal,
        "overview": queries.overview_of(deal, now=now, today=today),
        "may_write": not deal.is_given_up and worked_on_by_me.exists(),
        "today": today,
    }
    return screen(request, "deliveries/page.html", context, region="delivery")


def asked(
    request: StaffRequest,
    deal: Opportunity,
    form: SaysWhy,
    act: Callable[[], object],
    *,
    title: str,
    said: str,
    lead: str = "",
    undo_url: str = "",
    ready: Verdict = YES,
) -> HttpResponseBase:
    """A verb with a form (region ``delivery-form``): in the sheet, or on a page of its own. What isn't ``ready`` for it
    gets the reasons in place of a form that would refuse whatever is typed."""
    context: dict[str, Any] = {"deal": deal, "title": title, "lead": lead}
    if not form.is_bound and not ready:
        context |= {"reasons": words.sentences(ready)}
        return screen(request, "deliveries/form.html", context, region="delivery-form")
    sheet = Sheet("deliveries/form.html", "delivery-form", context)
    return verbs.asked(
        request,
        form,
        act,
        sheet=sheet,
        then=lambda: _done(request, deal),
        two_sides=partial(conflict_of, form),
        said=said,
        undo_url=undo_url,
    )


def pressed(
    request: StaffRequest, deal: Opportunity, act: Callable[[], object], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    """A verb in one press: a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return _done(request, deal)


def _done(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    return renewed(request, lambda: shown(request, deal), to=to_delivery(deal))


def conflict_of(form: SaysWhy, conflict: Conflict) -> dict[str, Any]:
    current = conflict.current
    assert isinstance(current, DeliveryItem | Issue)
    theirs = {name: _said(current, name) for name in words.FIELD_NAMES}
    rows = two_sides(form, theirs, names=words.FIELD_NAMES)
    return {"rows": rows, "who": saved_by(current), "version": current.version}


def _said(current: DeliveryItem | Issue, name: str) -> str:
    if name == "criteria":
        return "\n".join(getattr(current, "criteria", []))
    value = getattr(current, f"{name}_id", getattr(current, name, ""))
    return "" if value is None else str(value)


_DEAL = ("opportunity__customer", "opportunity__owner")
