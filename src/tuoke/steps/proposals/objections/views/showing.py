"""What the screens of this room have in common: the deal, the board, how a verb in one press is answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.base.ui.verbs import press
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.answering import renewed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.proposals.objections import queries, words
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.places import to_objections
from tuoke.steps.proposals.objections.queries import Board

PEOPLE_SHOWN = 100
FOLLOWUPS_SHOWN = 20


def found_deal(request: StaffRequest, pk: int, *, action: str = "read") -> Opportunity:
    visible = Opportunity.objects.visible_to(request.principal, action)
    return get_object_or_404(visible.select_related("customer", "owner"), pk=pk)


def found_objection(request: StaffRequest, pk: int) -> DealObjection:
    visible = DealObjection.objects.visible_to(request.principal, "write")
    related = ("opportunity__customer", "opportunity__owner", "contact", "source__item")
    return get_object_or_404(visible.select_related(*related), pk=pk)


def people_of(deal: Opportunity) -> list[Contact]:
    return list(Contact.objects.filter(customer_id=deal.customer_id).order_by("id")[:PEOPLE_SHOWN])


def followups_of(deal: Opportunity) -> list[FollowUp]:
    return list(FollowUp.objects.filter(opportunity=deal).order_by("-at", "-id")[:FOLLOWUPS_SHOWN])


def board_shown(request: StaffRequest, deal: Opportunity) -> HttpResponse:
    """The list (region ``objections``)."""
    who, today = request.principal, timezone.localdate()
    board = queries.board_of(who, deal, today=today)
    may_write = may_write_in(request, deal)
    context = {
        "deal": deal,
        "board": board,
        "groups": groups_of(board),
        "sounds": queries.sounds_of(who, deal, noted=_noted(board)) if may_write else [],
        "may_write": may_write,
        "may_export": who.may(Permission.EXPORT),
        "today": today,
    }
    return screen(request, "objections/board.html", context, region="objections")


def may_write_in(request: StaffRequest, deal: Opportunity) -> bool:
    if not request.principal.may(Permission.PROPOSAL_WRITE):
        return False
    return Opportunity.objects.visible_to(request.principal, "write").filter(pk=deal.pk).exists()


def groups_of(board: Board) -> list[tuple[str, str, Any]]:
    """(key, heading, lines), what presses first."""
    return [
        ("open", _("客户提出来了"), board.open),
        ("waiting", _("预判会提，还没备好回答"), board.waiting),
        ("prepared", _("已备好回答"), board.prepared),
        ("resolved", _("已消除"), board.resolved),
        ("dismissed", _("不适用"), board.dismissed),
    ]


def pressed(
    request: StaffRequest,
    deal: Opportunity,
    act: Callable[[], object],
    *,
    said: str,
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb in one press: do it, say so, show the list as it is now; a refusal is said and changes nothing."""
    press(request, act, say=words.sentences, said=said, undo_url=undo_url)
    return done(request, deal)


def done(request: StaffRequest, deal: Opportunity) -> HttpResponseBase:
    return renewed(request, lambda: board_shown(request, deal), to=to_objections(deal))


def version_in(request: StaffRequest) -> int:
    said = request.POST.get("version", "")
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise Http404
    return int(said)


def _noted(board: Board) -> set[tuple[int, str]]:
    rows = [line.objection for line in board.listed if line.objection]
    return {(row.followup_id, row.kind) for row in rows if row.followup_id is not None}
