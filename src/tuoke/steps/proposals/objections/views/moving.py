"""What becomes of an objection, verb by verb; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, status_of, toast, typed
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.objections import actions, queries, words
from tuoke.steps.proposals.objections.forms import AnswerForm, DismissForm, RaiseForm, RefusableForm, SettleForm
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.rules import RULES, ObjectionDraft
from tuoke.steps.proposals.objections.views.showing import (
    done,
    followups_of,
    found_deal,
    found_objection,
    people_of,
    pressed,
    version_in,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def raise_(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The customer said it (region ``objection-verb``)."""
    objection = found_objection(request, pk)
    deal = objection.opportunity
    form = RaiseForm(
        typed(request), contacts=people_of(deal), followups=followups_of(deal), today=timezone.localdate(),
        initial={"version": objection.version},
    )  # fmt: skip
    return _asked(
        request,
        objection,
        form,
        lambda: actions.raise_(
            objection=objection, version=form.seen, raised=form.raised, by=request.principal, now=timezone.now()
        ),
        title=_("客户提出来了"),
        said=_("已记下：客户提出了这条异议"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def answer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """We gave the answer (region ``objection-verb``)."""
    objection = found_objection(request, pk)
    form = AnswerForm(typed(request), today=timezone.localdate(), initial={"version": objection.version})
    return _asked(
        request,
        objection,
        form,
        lambda: actions.answer(
            objection=objection, version=form.seen, on=form.cleaned_data["on"], by=request.principal,
            now=timezone.now(),
        ),
        title=_("答复过了"),
        said=_("已记下：答复过了"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def settle(request: StaffRequest, pk: int) -> HttpResponseBase:
    """What the customer said to it (region ``objection-verb``)."""
    objection = found_objection(request, pk)
    form = SettleForm(typed(request), today=timezone.localdate(), initial={"version": objection.version})
    return _asked(
        request,
        objection,
        form,
        lambda: actions.settle(
            objection=objection, version=form.seen, result=form.result_said, note=form.cleaned_data["result_note"],
            on=form.cleaned_data["on"], by=request.principal, now=timezone.now(),
        ),
        title=_("客户的反应"),
        said=_("已记下客户的反应"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def dismiss(request: StaffRequest, pk: int) -> HttpResponseBase:
    """It doesn't apply (region ``objection-verb``)."""
    objection = found_objection(request, pk)
    form = DismissForm(typed(request), initial={"version": objection.version})
    return _asked(
        request,
        objection,
        form,
        lambda: actions.dismiss(
            objection=objection, version=form.seen, reason=form.cleaned_data["reason"], by=request.principal,
            now=timezone.now(),
        ),
        title=_("这条不适用"),
        said=_("已标为不适用"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROPOSAL_WRITE)
def dismiss_predicted(request: StaffRequest, pk: int, rule: str) -> HttpResponseBase:
    """One that is only predicted doesn't apply (region ``objection-verb``)."""
    if rule not in RULES:
        raise Http404
    deal = found_deal(request, pk, action="write")
    form = DismissForm(typed(request))
    text = _predicted_text(request, deal, rule)
    context: dict[str, Any] = {"deal": deal, "form": form, "title": _("这条不适用"), "text": text, "here": request.path}
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.dismiss_predicted(
                deal=deal, rule=rule, draft=ObjectionDraft(RULES[rule][0], text), reason=form.cleaned_data["reason"],
                by=request.principal, now=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.refuse(refusal.verdict)
        else:
            toast(request, _("已标为不适用"), undo_url=_undo_url(made))
            return done(request, deal)
    return screen(request, "objections/verb.html", context, region="objection-verb", status=status_of(form))


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def take_back(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One step back. The version comes with the form, or with the address of 撤销."""
    objection = found_objection(request, pk)
    seen = version_in(request) if "version" in request.POST else _version_asked(request)
    return pressed(
        request,
        objection.opportunity,
        lambda: actions.take_back(objection=objection, version=seen, by=request.principal, now=timezone.now()),
        said=_("已退回上一步"),
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    objection = found_objection(request, pk)
    return pressed(
        request,
        objection.opportunity,
        lambda: actions.withdraw(objection=objection, by=request.principal, now=timezone.now()),
        said=_("已撤回"),
        undo_url=reverse("objections:restore", args=[pk]),
    )


@require_POST
@needs(Permission.PROPOSAL_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    objection = found_objection(request, pk)
    return pressed(
        request,
        objection.opportunity,
        lambda: actions.restore(objection=objection, by=request.principal, now=timezone.now()),
        said=_("已恢复"),
    )


def _asked(
    request: StaffRequest,
    objection: DealObjection,
    form: RefusableForm,
    act: Callable[[], DealObjection],
    *,
    title: str,
    said: str,
) -> HttpResponseBase:
    """A verb that asks for something first. Where somebody else was first (409) what was typed stays."""
    deal, text, status = objection.opportunity, objection.text, None
    if request.method == "POST" and form.is_valid():
        try:
            moved = act()
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            current = conflict.current
            assert isinstance(current, DealObjection)
            form.keep_for(current.version)
            text, status = current.text, 409
        else:
            toast(request, said, undo_url=_undo_url(moved))
            return done(request, deal)
    context = {"deal": deal, "form": form, "title": title, "text": text, "here": request.path}
    return screen(request, "objections/verb.html", context, region="objection-verb", status=status or status_of(form))


def _undo_url(objection: DealObjection) -> str:
    return f"{reverse('objections:take_back', args=[objection.pk])}?version={objection.version}"


def _version_asked(request: StaffRequest) -> int:
    said = request.GET.get("version", "")
    if not said.isascii() or not said.isdigit() or len(said) > 9:
        raise Http404
    return int(said)


def _predicted_text(request: StaffRequest, deal: Opportunity, rule: str) -> str:
    """What the customer would say by the library, else by the rule itself."""
    board = queries.board_of(request.principal, deal, today=timezone.localdate())
    line = next((line for line in board.waiting if line.rule == rule), None)
    return (line.text if line else "") or str(words.RULE_TEXTS[rule])
