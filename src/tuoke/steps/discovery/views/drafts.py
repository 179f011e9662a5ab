"""Drafts of needs, from calls and from the customer: take up, merge, put back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict
from tuoke.base.ui.http import screen, toast, typed, wants_part
from tuoke.steps.discovery import actions
from tuoke.steps.discovery.forms import EditNeedForm, MergeForm, VersionForm
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.views.answering import (
    after,
    complain,
    contacts_of,
    done,
    kinds,
    need_of,
    pressed,
    status,
)
from tuoke.steps.discovery.views.needs import initial, two_sides


@require_http_methods(["GET", "POST"])
@needs(Permission.NEED_WRITE)
def take(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Take a draft into the list: somebody says its kind (region ``take-draft``)."""
    need = need_of(request, pk)
    form = EditNeedForm(
        typed(request), contacts=contacts_of(need.customer_id), initial=initial(need), prefix=f"need{need.pk}"
    )
    context: dict[str, Any] = {"form": form, "need": need, "deal": need.opportunity, "kinds": kinds()}
    context["is_part"] = wants_part(request)
    if request.method == "POST" and form.is_valid():
        by, now, version = request.principal, timezone.now(), form.cleaned_data["version"]
        try:
            if done(form, lambda: actions.take_draft(need=need, version=version, draft=form.draft, by=by, now=now)):
                toast(request, _("已采纳到清单"), undo_url=reverse("discovery:return", args=[need.pk]))
                return after(request, need)
        except Conflict as conflict:
            context["rows"] = two_sides(form, conflict)
            return screen(request, "discovery/take.html", context, region="take-draft", status=409)
    return screen(request, "discovery/take.html", context, region="take-draft", status=status(form))


@require_POST
@needs(Permission.NEED_WRITE)
def return_(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Undo ``take``; ``version`` where the page still shows the need."""
    need, form = need_of(request, pk), VersionForm(request.POST)
    version = form.cleaned_data["version"] if form.is_valid() else need.version
    by, now = request.principal, timezone.now()
    return pressed(
        request,
        lambda: actions.return_draft(need=need, version=version, by=by, now=now),
        said=_("已退回为草稿"),
        then=lambda: after(request, need),
    )


@require_POST
@needs(Permission.NEED_WRITE)
def merge(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The draft says what a listed need says already."""
    need, form = need_of(request, pk), MergeForm(request.POST)
    into = Need.objects.visible_to(request.principal, "write").filter(pk=_given(form, "into")).first()
    if into is None:
        return complain(request, _("请选择并入哪一条需求。"), then=lambda: after(request, need))
    by, now, version = request.principal, timezone.now(), _given(form, "version")
    return pressed(
        request,
        lambda: actions.merge_draft(need=need, version=version, into=into, by=by, now=now),
        said=_("已并入"),
        then=lambda: after(request, need),
        undo_url=reverse("discovery:restore", args=[need.pk]),
    )


def _given(form: MergeForm, name: str) -> int:
    return int(form.cleaned_data[name]) if form.is_valid() else 0
