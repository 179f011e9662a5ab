"""审批: what waits for me, what I asked for, what is done with; one request and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.base.ui.parts import Tab
from tuoke.services.approvals import actions, queries, words
from tuoke.services.approvals.forms import DecideForm, DelegateForm, SearchForm
from tuoke.services.approvals.models import Request
from tuoke.services.approvals.rules import REMIND_BEFORE

TABS = ("waiting", "mine", "done")


@require_GET
@needs(Permission.APPROVALS)
def index(request: StaffRequest) -> HttpResponse:
    """``?tab=waiting|mine|done``, ``?q=`` narrows by label or asker (region ``list``)."""
    who = request.principal
    tab = request.GET.get("tab", "waiting")
    if tab not in TABS:
        raise Http404
    text = request.GET.get("q", "").strip()
    found = queries.listed(who, tab, text=text, cursor=request.GET.get("cursor", ""))
    now = timezone.now()
    context = {
        "tab": tab,
        "tabs": _tabs(request, tab),
        "q": text,
        "search": SearchForm(initial={"q": text, "tab": tab}),
        "found": found,
        "now": now,
        "soon": now + REMIND_BEFORE,
    }
    return screen(request, "approvals/list.html", context, region="list")


@require_GET
@needs(Permission.APPROVALS)
def show(request: StaffRequest, pk: int) -> HttpResponse:
    return _shown(request, _found(request, pk))


@require_POST
@needs(Permission.APPROVALS)
def decide(request: StaffRequest, pk: int) -> HttpResponseBase:
    """``verb`` approve or reject."""
    asked, form = _found(request, pk), DecideForm(request.POST)
    if not form.is_valid():
        return _shown(request, asked, form=form)
    said = form.cleaned_data
    act = actions.approve if said["verb"] == "approve" else actions.reject
    try:
        act(request=asked, version=said["version"], reason=said["reason"], by=request.principal, now=timezone.now())
    except Refused as refusal:
        if not asked.is_open(timezone.now()) or not form.has_place_for(refusal.verdict):
            return _shown(request, _found(request, pk), reasons=words.sentences(refusal.verdict))
        form.refuse(refusal.verdict)
        return _shown(request, asked, form=form)
    except Conflict:
        return _shown(
            request, _found(request, pk), reasons=[_("这项申请刚有变动，已显示最新内容，请再决定一次。")], status=409
        )
    toast(request, _("已批准") if said["verb"] == "approve" else _("已驳回"))
    return redirect("approvals:request", pk)


@require_POST
@needs(Permission.APPROVALS)
def delegate(request: StaffRequest, pk: int) -> HttpResponseBase:
    asked = _found(request, pk)
    form = DelegateForm(request.POST, people=queries.receivers_of(asked))
    if form.is_valid():
        to = User.objects.get(pk=form.cleaned_data["to"])
        try:
            actions.delegate(
                request=asked, to=to, reason=form.cleaned_data["note"], by=request.principal, now=timezone.now()
            )
        except Refused as refusal:
            if not form.has_place_for(refusal.verdict):
                return _shown(request, _found(request, pk), reasons=words.sentences(refusal.verdict))
            form.refuse(refusal.verdict)
            return _shown(request, asked, delegation=form)
        toast(request, _("已转交给%(name)s，您仍然可以自己决定") % {"name": to.name})
        return redirect("approvals:request", pk)
    return _shown(request, asked, delegation=form)


@require_POST
@needs(Permission.APPROVALS)
def withdraw(request: StaffRequest, pk: int) -> HttpResponseBase:
    asked = _found(request, pk)
    try:
        actions.withdraw(request=asked, by=request.principal, now=timezone.now())
    except Refused as refusal:
        return _shown(request, _found(request, pk), reasons=words.sentences(refusal.verdict))
    toast(request, _("已撤回，审批人不会再看到它"))
    return redirect("approvals:request", pk)


def _found(request: StaffRequest, pk: int) -> Request:
    if pk > queries.LARGEST_ID:
        raise Http404
    try:
        return queries.request_seen(request.principal, pk)
    except Request.DoesNotExist:
        raise Http404 from None


def _shown(
    request: StaffRequest,
    asked: Request,
    *,
    form: DecideForm | None = None,
    delegation: DelegateForm | None = None,
    reasons: list[str] | None = None,
    status: int = 422,
) -> HttpResponse:
    """The decision page; with what was wrong (422) where something was."""
    who, now = request.principal, timezone.now()
    decides = queries.may_decide(who, asked, now=now)
    context: dict[str, Any] = {
        "asked": asked,
        "reads": queries.may_read_texts(who, asked),
        "url": asked.what.url(asked) if asked.what else "",
        "is_open": asked.is_open(now),
        "is_mine": asked.requester_id == who.user_id,
        "decides": decides,
        "reasons": reasons or [],
        "others": queries.waiting_count(who) - decides,
    }
    if decides:
        context["form"] = form or DecideForm(initial={"version": asked.version})
        people = queries.receivers_of(asked)
        context["delegation"] = delegation or (DelegateForm(people=people) if people else None)
    wrong = bool(reasons or form or delegation)
    return screen(request, "approvals/request.html", context, region="request", status=status if wrong else 200)


def _tabs(request: StaffRequest, current: str) -> list[Tab]:
    labels: Mapping[str, str] = {"waiting": _("待我审批"), "mine": _("我发起的"), "done": _("已处理")}
    counts = {"waiting": queries.waiting_count(request.principal)}
    place = reverse("approvals:list")
    return [
        Tab(label, f"{place}?{urlencode({'tab': tab})}", tab == current, counts.get(tab))
        for tab, label in labels.items()
    ]
