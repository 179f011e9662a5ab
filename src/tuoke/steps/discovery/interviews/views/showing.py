"""What several screens of interviews find and show."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.steps.discovery.interviews import words
from tuoke.steps.discovery.interviews.models import Answer, Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.queries import sheet_of


def found_deal(request: StaffRequest, pk: int) -> Opportunity:
    """A deal that one sees, its team's or one that one has joined: its interviews are read and written with it."""
    visible = Opportunity.objects.visible_to(request.principal)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def found_outline(request: StaffRequest, pk: int, *, action: str = "read") -> Outline:
    visible = Outline.objects.visible_to(request.principal, action)
    related = ("opportunity__customer", "opportunity__owner", "next_action", "followup", "created_by")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def found_question(request: StaffRequest, pk: int) -> OutlineQuestion:
    visible = OutlineQuestion.objects.visible_to(request.principal, "write")
    return get_object_or_404(visible.select_related("outline__opportunity__customer"), pk=pk)


def found_answer(request: StaffRequest, pk: int) -> Answer:
    visible = Answer.objects.visible_to(request.principal, "write")
    related = ("question__outline__opportunity__customer", "contact", "by")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def shown(request: StaffRequest, outline: Outline) -> dict[str, Any]:
    """What every page of one outline takes."""
    return rights(request, outline) | {"sheet": sheet_of(outline)}


def rights(request: StaffRequest, outline: Outline) -> dict[str, Any]:
    deal, who = outline.opportunity, request.principal
    is_open = deal.outcome not in (Outcome.LOST, Outcome.VOID) and not outline.withdrawn_at
    may_write = is_open and who.may(Permission.FOLLOWUP_WRITE)
    writes_needs = who.may(Permission.NEED_WRITE) and Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk)
    return {
        "outline": outline,
        "deal": deal,
        "may_write": may_write,
        "may_plan": may_write and not outline.is_held,
        "may_take": may_write and bool(writes_needs),
        "may_share": may_write and who.may(Permission.LIBRARY_WRITE),
        "may_export": who.may(Permission.EXPORT),
        "user_id": who.user_id,
    }


def number_in(request: StaffRequest, name: str) -> int:
    said = request.POST.get(name, "")[:12]
    return int(said) if said.isascii() and said.isdigit() else 0


def pressed(request: StaffRequest, act: Callable[[], object]) -> bool:
    """A one-press verb; a refusal is said as a message. Whether it was done."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, words.sentences(refusal.verdict))
        return False
    return True


def attached(content: bytes, *, name: str, content_type: str) -> HttpResponse:
    disposition = content_disposition_header(as_attachment=True, filename=name)
    return HttpResponse(content, content_type=content_type, headers={"Content-Disposition": str(disposition)})


def title_after(outline: Outline) -> str:
    """The next meeting's outline, named after this one."""
    return _("%(title)s（续）") % {"title": outline.title[:110]}
