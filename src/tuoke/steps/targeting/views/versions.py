from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.steps.targeting import actions, words
from tuoke.steps.targeting.forms import CompareForm, RestoreForm
from tuoke.steps.targeting.models import CustomerProfile, ProfileVersion
from tuoke.steps.targeting.queries import content_of, said_in, version_of, versions_of
from tuoke.steps.targeting.views.previews import changes_between, content_context, impact_of, market_change


@require_safe
@needs(Permission.PROFILE_READ)
def versions(request: StaffRequest, pk: int) -> HttpResponse:
    """Every version with who, when and why; any two beside each other (``?a=1&b=3``, first the older one)."""
    profile = _profile(request, pk)
    found = versions_of(profile, who=request.principal)
    numbers = [version.number for version in found]
    newest = {"a": numbers[1] if len(numbers) > 1 else numbers[0], "b": numbers[0]} if numbers else {}
    form = CompareForm(request.GET or None, numbers=numbers, initial=newest)
    if form.is_bound and not form.is_valid():
        return screen(
            request, "targeting/versions.html", {"profile": profile, "versions": found, "form": form}, status=422
        )
    pair = form.cleaned_data if form.is_bound else newest
    context = {
        "profile": profile,
        "versions": found,
        "form": form,
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
        **(_compared(request, profile, int(pair["a"]), int(pair["b"])) if pair else {}),
    }
    return screen(request, "targeting/versions.html", context)


@require_safe
@needs(Permission.PROFILE_READ)
def version(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """What the profile said as this version: what a score of this version was weighed against."""
    profile = _profile(request, pk)
    found = _version(request, profile, number)
    context = {
        "profile": profile,
        "version": found,
        "may_write": request.principal.may(Permission.PROFILE_WRITE),
        **content_context(said_in(found), found.market),
    }
    return screen(request, "targeting/version.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.PROFILE_WRITE)
def restore(request: StaffRequest, pk: int, number: int) -> HttpResponseBase:
    """First what going back would change, then going back: a new version with the old content.

    A POST carries the profile's ``version`` in its body, or in the address where an undo button sends it.
    """
    profile = _profile(request, pk, "write")
    found = _version(request, profile, number)
    if request.method != "POST":
        return _restoring(request, profile, found)
    form = RestoreForm(request.GET.dict() | request.POST.dict())
    if not form.is_valid():
        raise Http404
    try:
        saved = actions.restore_profile(
            profile=profile, version=form.cleaned_data["version"], number=number, by=request.principal,
            now=timezone.now(), note=form.cleaned_data["note"],
        )  # fmt: skip
    except Conflict:
        stale = _("画像刚刚被别人改过，还没有恢复。下面是和最新版本的比较，请再看一遍。")
        return _restoring(request, _profile(request, pk, "write"), found, refused=[stale], status=409)
    except Refused as refused:
        lines = [words.right(reason) for reason in refused.verdict.reasons]
        return _restoring(request, profile, found, refused=lines, note=form.cleaned_data["note"], status=422)
    toast(request, _("已恢复版本 %(old)s 的内容，现在是版本 %(number)s。") % {"old": number, "number": saved.number})
    return redirect(saved)


def _restoring(
    request: StaffRequest,
    profile: CustomerProfile,
    found: ProfileVersion,
    *,
    refused: list[str] | None = None,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    content = said_in(found)
    context = {
        "profile": profile,
        "version": found,
        "form": RestoreForm(initial={"version": profile.version, "note": note}),
        "refused": refused,
        "differences": changes_between(content_of(profile), content),
        "plain": market_change(profile.market, found.market),
        **impact_of(request, profile, content),
    }
    return screen(request, "targeting/profile_restore.html", context, status=status)


def _compared(request: StaffRequest, profile: CustomerProfile, a: int, b: int) -> dict[str, Any]:
    old, new = (_version(request, profile, number) for number in (a, b))
    return {
        "old": old,
        "new": new,
        "differences": changes_between(said_in(old), said_in(new)),
        "plain": market_change(old.market, new.market),
    }


def _profile(request: StaffRequest, pk: int, action: str = "read") -> CustomerProfile:
    return get_object_or_404(CustomerProfile.objects.visible_to(request.principal, action), pk=pk)


def _version(request: StaffRequest, profile: CustomerProfile, number: int) -> ProfileVersion:
    try:
        return version_of(profile, number, who=request.principal)
    except ProfileVersion.DoesNotExist as error:
        raise Http404 from error
