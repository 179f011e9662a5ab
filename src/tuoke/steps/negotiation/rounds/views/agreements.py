"""谈定的条件: noted, confirmed, negotiated anew."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.queries import may_see_line
from tuoke.steps.negotiation.rounds import actions, queries
from tuoke.steps.negotiation.rounds.forms import AgreementForm
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Round
from tuoke.steps.negotiation.rounds.rules import NOTHING, carried, shown_agreement
from tuoke.steps.negotiation.rounds.views.offers import asked
from tuoke.steps.negotiation.rounds.views.showing import (
    done,
    found_deal,
    inside_or_404,
    people_of,
    pressed,
    tried,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def agree(request: StaffRequest, pk: int) -> HttpResponseBase:
    """谈定 (region ``agreement-form``), filled in from what lies on the table: what we offered last, else what they did."""
    deal = found_deal(request, pk, action="write")
    row = Round.objects.listed().filter(opportunity=deal).order_by("-number").first()
    form = _form(request, deal, row)
    if request.method == "POST" and form.is_valid():
        by, now = request.principal, timezone.now()
        if tried(form, lambda: actions.agree(deal=deal, draft=form.draft, row=row, by=by, now=now, reason=form.why)):
            toast(request, _("已记下谈定的条件"))
            return done(request, deal)
    context: dict[str, Any] = {"deal": deal, "form": form, "url": request.path, "row": row}
    return screen(request, "rounds/agreement.html", context, region="agreement-form", status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def confirm(request: StaffRequest, pk: int) -> HttpResponseBase:
    """确认 what a colleague noted (region ``reason-form``)."""
    agreed = _agreed(request, pk)
    inside_or_404(request, agreed.opportunity)
    return asked(
        request,
        agreed.opportunity,
        lambda reason: actions.confirm_agreement(
            agreed=agreed, by=request.principal, now=timezone.now(), reason=reason
        ),
        title=_("确认谈定的条件"),
        hint=_("在底线以内，确认后立即成立；越过底线时请写理由，会送主管批准。"),
        button=_("确认"),
        said=_("已处理谈定的条件"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def decline(request: StaffRequest, pk: int) -> HttpResponseBase:
    """不同意, with the reason that the colleague reads (region ``reason-form``)."""
    agreed = _agreed(request, pk)
    inside_or_404(request, agreed.opportunity)
    return asked(
        request,
        agreed.opportunity,
        lambda reason: actions.decline_agreement(
            agreed=agreed, by=request.principal, now=timezone.now(), reason=reason
        ),
        title=_("不同意这些条件"),
        hint=_("理由会写进时间线，请不要写底线数字。"),
        button=_("不同意"),
        said=_("已告知同事"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def reopen(request: StaffRequest, pk: int) -> HttpResponseBase:
    """重新谈判, with a reason (region ``reason-form``)."""
    agreed = _agreed(request, pk)
    return asked(
        request,
        agreed.opportunity,
        lambda reason: actions.reopen_agreement(agreed=agreed, by=request.principal, now=timezone.now(), reason=reason),
        title=_("重新谈判"),
        hint=_("原来谈定的条件会原样保留；新的条件谈定后另记一份。"),
        button=_("重新谈判"),
        said=_("已重新打开谈判"),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Noted too early: take it back while it waits."""
    agreed = _agreed(request, pk)

    def act() -> None:
        actions.withdraw_agreement(agreed=agreed, by=request.principal, now=timezone.now())
        toast(request, _("已撤回"))

    return pressed(request, act, agreed.opportunity)


def _agreed(request: StaffRequest, pk: int) -> AgreedTerms:
    """One that is there for whoever asks; what waits behind the line's door is not."""
    rows = AgreedTerms.objects.visible_to(request.principal, "write")
    found = get_object_or_404(rows.select_related("opportunity__customer", "opportunity__owner"), pk=pk)
    sees_line = may_see_line(request.principal, found.opportunity)
    if shown_agreement(found.standing, from_inside=found.from_inside, sees_line=sees_line) is None:
        raise Http404
    return found


def _form(request: StaffRequest, deal: Opportunity, row: Round | None) -> AgreementForm:
    ours, theirs = queries.on_the_table(deal)
    first = queries.first_terms(deal) if ours == NOTHING else ours
    initial = AgreementForm.initial_of(
        carried(theirs, first), today=timezone.localdate(), contact_id=row.contact_id if row else None
    )
    sees_line = may_see_line(request.principal, deal)
    return AgreementForm(typed(request), contacts=people_of(deal), asks_reason=sees_line, initial=initial)
