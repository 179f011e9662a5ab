"""What the editor's views begin and end with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.kernel.verdict import Refused
from tuoke.base.ui.http import toast
from tuoke.spine.playbook import queries, words
from tuoke.spine.playbook.models import DraftChange, PlaybookVersion
from tuoke.spine.playbook.rules.editing import Node, Unreachable, part_at


def the_draft() -> PlaybookVersion:
    """The open draft; 404 where nobody has begun one."""
    found = queries.open_draft()
    if found is None:
        raise Http404
    return found


def part_or_404(content: Node, place: str) -> Node:
    try:
        return part_at(content, place)
    except (Unreachable, KeyError, AttributeError) as error:
        raise Http404 from error


def home_of(place: str) -> str:
    """The page on which a part is shown: that of its step or customer type, else the draft's."""
    parts = place.split("/")
    return reverse("playbook:draft_part", args=parts[:2]) if len(parts) > 1 else reverse("playbook:draft")


def pressed(request: StaffRequest, act: Callable[[], DraftChange | None], *, to: str, said: str) -> HttpResponseBase:
    """One press on a part of the draft: done and said, with the way back; or refused and said why."""
    try:
        change = act()
    except Refused as refused:
        toast(request, " ".join(words.said(reason) for reason in refused.verdict.reasons))
    else:
        tell(request, change, said)
    return redirect(to)


def tell(request: StaffRequest, change: DraftChange | None, said: str) -> None:
    if change is None:
        toast(request, _("没有改动。"))
    else:
        toast(request, said, undo_url=reverse("playbook:draft_undo", args=[change.pk]))


def revision_in(request: StaffRequest) -> int:
    given: Any = request.POST.get("revision", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) <= 9 else -1  # a number that fits
