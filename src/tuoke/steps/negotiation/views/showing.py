"""What the pages of this room have in common: the deal, the rights, the plan's page, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import models
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.conflicts import two_sides
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import queries, words
from tuoke.steps.negotiation.models import behind_the_door


def found_deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def deal_inside(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    """The deal, where the door to its bottom line is open; 404 for everybody else."""
    visible = behind_the_door(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The plan's page as ``request``'s person may see it (region ``plan``)."""
    who = request.principal
    table, ladder = queries.table_of(who, deal), queries.ladder_of(who, deal)
    inside = queries.inside_of(who, deal)
    seated = {seat.contact_id for seat in table.theirs}
    context = common(request, deal) | {
        "plan": queries.plan_of(who, deal),
        "table": table,
        "ladder": ladder,
        "inside": inside,
        "hints": [hint for hint in queries.hints_of(who, deal) if hint.contact.pk not in seated],
        "ideas": queries.ideas_for(ladder),
    }
    return screen(request, "negotiation/plan.html", context, region="plan")


def common(request: StaffRequest, deal: Opportunity) -> dict[str, Any]:
    who = request.principal
    is_over = deal.is_given_up
    writes = who.may(Permission.NEGOTIATION_WRITE) and not is_over
    return {
        "deal": deal,
        "may_write": writes and Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists(),
        "may_export": who.may(Permission.EXPORT),
        "is_over": is_over,
        "today": timezone.localdate(),
    }


def number_in(said: str | None) -> int:
    """A small number in an address or a form; what is none is not there."""
    if not said or not (said.isascii() and said.isdecimal()) or len(said) > 9:
        raise Http404
    return int(said)


def conflict_of(form: forms.Form, theirs: dict[str, Any], *, current: models.Model | None, who: str) -> dict[str, Any]:
    return {"rows": two_sides(form, theirs, names=words.FIELD_NAMES), "who": who, "current": current}


def pressed(
    request: StaffRequest,
    act: Callable[[], object],
    *,
    deal: Opportunity,
    to: str,
    said: str = "",
    undo_url: str = "",
    again: Callable[[], HttpResponse] | None = None,
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the page as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return renewed(request, lambda: (again or (lambda: shown(request, deal)))(), to=to)
