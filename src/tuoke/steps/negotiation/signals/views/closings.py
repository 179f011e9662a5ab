"""签约建议: what was proposed, and what the customer answered."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs, once
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import ClosingContent
from tuoke.steps.negotiation.queries import ladder_of
from tuoke.steps.negotiation.signals import actions, queries
from tuoke.steps.negotiation.signals.forms import AnswerForm, ClosingForm
from tuoke.steps.negotiation.signals.models import ClosingProposal
from tuoke.steps.negotiation.signals.views.showing import (
    done,
    form_page,
    found_deal,
    number_in,
    pressed,
    today,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
@once
def propose(request: StaffRequest, pk: int) -> HttpResponseBase:
    """``?signal=`` the sign it is for, ``?item=`` the version of the library that it begins as (region ``form``)."""
    deal = found_deal(request, pk, action="write")
    form = _form(request, deal)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.propose(deal=deal, draft=form.draft, by=request.principal, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已记下签约建议"), undo_url=reverse("signals:withdraw", args=[made.pk]))
            return done(request, deal)
    return form_page(request, deal, form, title=_("提签约建议"), is_new=True)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.NEGOTIATION_WRITE)
def answer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What he said to it (region ``form``); a stale version shows what stands now (409)."""
    closing = _closing(request, pk)
    deal = closing.opportunity
    initial = AnswerForm.initial_of(closing)
    form = AnswerForm(typed(request), initial={**initial, "answered_on": closing.answered_on or today()})
    if request.method == "POST" and form.is_valid():
        version, by = form.cleaned_data["version"] or 0, request.principal
        try:
            actions.answer(closing=closing, version=version, draft=form.draft, by=by, now=timezone.now())
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            form.add_error(None, _said_meanwhile(conflict.current))
            response = form_page(request, deal, form, title=_("客户的答复"), closing=closing)
            response.status_code = 409
            return response
        else:
            toast(request, _("已记下客户的答复"))
            return done(request, deal)
    return form_page(request, deal, form, title=_("客户的答复"), closing=closing)


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    closing = _closing(request, pk)
    return pressed(
        request,
        closing.opportunity,
        lambda: actions.withdraw(closing=closing, by=request.principal, now=timezone.now()),
        said=_("已撤回"),
        undo_url=reverse("signals:restore", args=[pk]),
    )


@require_POST
@needs(Permission.NEGOTIATION_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    closing = _closing(request, pk)
    return pressed(
        request,
        closing.opportunity,
        lambda: actions.restore(closing=closing, by=request.principal, now=timezone.now()),
        said=_("已恢复"),
    )


def _form(request: StaffRequest, deal: Opportunity) -> ClosingForm:
    who = request.principal
    signals = queries.page_of(who, deal).live
    ladder = [step for step in ladder_of(who, deal).listed if not step.is_given]
    return ClosingForm(typed(request), signals=signals, ladder=ladder, initial=_initial(request))


def _initial(request: StaffRequest) -> dict[str, Any]:
    """What the library says, as a beginning."""
    initial: dict[str, Any] = {"signal": number_in(request.GET.get("signal")), "offered_on": today()}
    key = number_in(request.GET.get("item"))
    versions = ItemVersion.objects.visible_to(request.principal).select_related("item")
    version = versions.filter(pk=key).first() if key else None
    content = version.parsed if version else None
    if version is None or not isinstance(content, ClosingContent):
        return initial
    return initial | {"text": content.proposal, "extra": content.extra, "version_id": version.pk}


def _closing(request: StaffRequest, pk: int) -> ClosingProposal:
    try:
        return queries.closing_seen(request.principal, pk)
    except ClosingProposal.DoesNotExist:
        raise Http404 from None


def _said_meanwhile(current: object) -> str:
    assert isinstance(current, ClosingProposal)
    said = {"answer": current.answer_name, "note": current.answer_note}
    return _("刚被别人改过，现在记的是：%(answer)s %(note)s。要以您的为准，请刷新后再保存。") % said
