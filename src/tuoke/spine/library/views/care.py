from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.ui.http import screen, toast
from tuoke.spine.library import actions, words
from tuoke.spine.library.forms import CareForm, OutdatedForm, ReviewForm, readable
from tuoke.spine.library.models import Item
from tuoke.spine.library.views.items import page
from tuoke.spine.library.views.showing import found_item, found_version, two_sides, version_in


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.LIBRARY_WRITE)
def care(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Who answers for it and when it is looked at again. A stale version answers 409 with both sides."""
    found = found_item(request, pk, "write")
    form = CareForm(request.POST or None, owners=_owners(found), initial=CareForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.entrust(
                item=found, version=version_in(request), owner_id=said["owner"], review_by=said["review_by"],
                by=request.principal, now=timezone.now(),
            )  # fmt: skip
        except Conflict as conflict:
            return _care_conflict(request, form, conflict.current)
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已保存。"))
            return redirect(found)
    context = {"form": form, "item": found, "version": found.version}
    return screen(request, "library/care.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@needs(Permission.LIBRARY_WRITE)
def review(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Still good: the next review is due on ``review_by``."""
    found = found_item(request, pk, "write")
    form = ReviewForm(request.POST)
    if form.is_valid():
        try:
            actions.confirm_review(
                item=found, review_by=form.cleaned_data["review_by"], by=request.principal, now=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已复核，到时候再提醒。"))
            return redirect(found)
    return page(request, found, review=form, status=422)


@require_POST
@needs(Permission.LIBRARY_WRITE)
def outdated(request: StaffRequest, pk: int) -> HttpResponseBase:
    """It no longer holds, for ``reason``: what rests on it is marked."""
    found = found_item(request, pk, "write")
    form = OutdatedForm(request.POST)
    if form.is_valid():
        try:
            actions.mark_outdated(
                item=found, reason=form.cleaned_data["reason"], by=request.principal, now=timezone.now()
            )
        except Refused as refused:
            form.refuse(refused.verdict.reasons)
        else:
            toast(request, _("已标为过期，引用它的地方都会标出来。"))
            return redirect(found)
    return page(request, found, outdated=form, status=422)


@require_POST
@needs(Permission.LIBRARY_WRITE)
def retire(request: StaffRequest, pk: int) -> HttpResponseBase:
    undo = reverse("library:restore", args=[pk])
    return _pressed(request, pk, actions.retire, said=_("已停用，不再推荐；用过它的记录照样看得到。"), undo_url=undo)


@require_POST
@needs(Permission.LIBRARY_WRITE)
def restore(request: StaffRequest, pk: int) -> HttpResponseBase:
    return _pressed(request, pk, actions.restore, said=_("已恢复使用。"))


@require_POST
@needs(Permission.LIBRARY_WRITE)
def restore_version(request: StaffRequest, pk: int, number: int) -> HttpResponseBase:
    """Let it say again what it said as ``number``: a new version. Carries the item's ``version``."""
    found = found_version(request, pk, number).item
    try:
        actions.restore_version(
            item=found, version=version_in(request), number=number, by=request.principal, now=timezone.now(),
            note=_("恢复第 %(number)s 版") % {"number": number},
        )  # fmt: skip
    except Conflict:
        messages.error(request, _("刚刚有人改过，没有恢复。请看过最新的内容再决定。"))
    except Refused as refused:
        messages.error(request, " ".join(map(words.right, refused.verdict.reasons)))
    else:
        toast(request, _("已恢复第 %(number)s 版的内容。") % {"number": number})
    return redirect(found)


def _pressed(
    request: StaffRequest, pk: int, verb: Callable[..., Item], *, said: str, undo_url: str = ""
) -> HttpResponseBase:
    found = found_item(request, pk, "write")
    verb(item=found, by=request.principal, now=timezone.now())
    toast(request, said, undo_url=undo_url)
    return redirect(found)


def _owners(found: Item) -> list[User]:
    """Who may answer for it, and who does now."""
    people = holders_of(Permission.LIBRARY_WRITE, among=User.objects.filter(is_active=True).order_by("name"))
    return [*people, *([found.owner] if found.owner else [])]


def _care_conflict(request: StaffRequest, form: CareForm, current: object) -> HttpResponse:
    assert isinstance(current, Item)
    names = {owner.pk: owner.name for owner in _owners(current)} | dict(
        User.objects.filter(pk__in=[form.cleaned_data["owner"] or 0]).values_list("pk", "name")
    )
    mine, theirs = form.cleaned_data, CareForm.initial_of(current)
    sides = two_sides(
        current,
        readable({**mine, "owner": names.get(mine["owner"], "")}),
        readable({**theirs, "owner": names.get(theirs["owner"], "")}),
    )
    context = {"form": form, "item": current, "version": current.version, **sides}
    return screen(request, "library/care.html", context, status=409)
