"""What becomes of an offer of ours, and of what was given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.queries import ladder_of, may_see_line
from tuoke.steps.negotiation.rounds import actions
from tuoke.steps.negotiation.rounds.forms import ConcessionForm, ReasonForm
from tuoke.steps.negotiation.rounds.models import ConcessionMade, Position, Round
from tuoke.steps.negotiation.rounds.views.showing import (
    done,
    inside_or_404,
    pressed,
    tried,
)
from tuoke.steps.negotiation.rules import Side


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def confirm(request: StaffRequest, pk: int) -> HttpResponseBase:
    """放行 what a colleague entered (region ``reason-form``): past the line with a reason, for the manager."""
    position = _position(request, pk)
    inside_or_404(request, position.round.opportunity)
    return asked(
        request,
        position.round.opportunity,
        lambda reason: actions.confirm_offer(
            position=position, by=request.principal, now=timezone.now(), reason=reason
        ),
        title=_("放行这个报价"),
        hint=_("在底线以内，确认后立即成立；越过底线时请写理由，会送主管批准。"),
        button=_("放行"),
        said=_("已处理这个报价"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def decline(request: StaffRequest, pk: int) -> HttpResponseBase:
    """不放行, with the reason that the colleague reads (region ``reason-form``)."""
    position = _position(request, pk)
    inside_or_404(request, position.round.opportunity)
    return asked(
        request,
        position.round.opportunity,
        lambda reason: actions.decline_offer(
            position=position, by=request.principal, now=timezone.now(), reason=reason
        ),
        title=_("不放行这个报价"),
        hint=_("理由会写进时间线，请不要写底线数字。"),
        button=_("不放行"),
        said=_("已告知同事"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def again(request: StaffRequest, pk: int) -> HttpResponseBase:
    """重新提出 (region ``reason-form``). The form is the same for everybody; the reason is only read where it is needed."""
    position = _position(request, pk)
    deal = position.round.opportunity
    sees_line = may_see_line(request.principal, deal)
    return asked(
        request,
        deal,
        lambda reason: actions.offer_again(position=position, by=request.principal, now=timezone.now(), reason=reason),
        title=_("重新提出这个报价"),
        hint=_("越过底线时请写理由，会送主管批准。") if sees_line else _("提出后等负责人确认。"),
        button=_("重新提出"),
        said=_("已重新提出"),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    """收回报价."""
    position = _position(request, pk)

    def act() -> None:
        actions.withdraw_offer(position=position, by=request.principal, now=timezone.now())
        toast(request, _("已收回报价"))

    return pressed(request, act, position.round.opportunity)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def concede(request: StaffRequest, pk: int) -> HttpResponseBase:
    """记一条让步 in a round (region ``concession-form``)."""
    row = get_object_or_404(
        Round.objects.visible_to(request.principal, "write").select_related("opportunity__customer"), pk=pk
    )
    deal = row.opportunity
    steps = [step for step in ladder_of(request.principal, deal).listed if not step.is_given]
    form = ConcessionForm(typed(request), steps=steps)
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        if tried(
            form,
            lambda: actions.concede(row=row, draft=form.draft, concession=form.chosen, by=by, now=now),
        ):
            toast(request, _("已记下让步"))
            return done(request, deal)
    title = _("第 %(number)s 轮的让步") % {"number": row.number}
    context = {"deal": deal, "form": form, "url": request.path, "title": title}
    return screen(request, "rounds/concession.html", context, region="concession-form", status=status_of(form))


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def concession_withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    made = _made(request, pk)

    def act() -> None:
        actions.withdraw_concession(made=made, by=request.principal, now=timezone.now())
        toast(request, _("已撤回让步"), undo_url=reverse("rounds:concession_restore", args=[pk]))

    return pressed(request, act, made.opportunity)


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def concession_restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    made = _made(request, pk)

    def act() -> None:
        actions.restore_concession(made=made, by=request.principal, now=timezone.now())
        toast(request, _("已恢复让步"))

    return pressed(request, act, made.opportunity)


def asked(
    request: StaffRequest,
    deal: Opportunity,
    act: Callable[[str], object],
    *,
    title: str,
    hint: str,
    button: str,
    said: str,
) -> HttpResponseBase:
    """A verb that may ask for a reason: a small form of its own, in the shared sheet where there is a script."""
    form = ReasonForm(typed(request))
    if request.method == "POST" and form.is_valid() and tried(form, lambda: act(form.cleaned_data["reason"])):
        toast(request, said)
        return done(request, deal)
    context: dict[str, Any] = {
        "deal": deal, "form": form, "url": request.path, "title": title, "hint": hint, "button": button,
    }  # fmt: skip
    return screen(request, "rounds/reason.html", context, region="reason-form", status=status_of(form))


def _position(request: StaffRequest, pk: int) -> Position:
    rows = Position.objects.visible_to(request.principal, "write").filter(side=Side.OURS.value)
    people = ("round__opportunity__customer", "round__opportunity__owner")
    return get_object_or_404(rows.select_related(*people), pk=pk)


def _made(request: StaffRequest, pk: int) -> ConcessionMade:
    rows = ConcessionMade.objects.visible_to(request.principal, "write")
    return get_object_or_404(rows.select_related("opportunity__customer", "opportunity__owner"), pk=pk)
