"""How a verb is answered that takes one press, or asks for something in a form first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from tuoke.base.kernel.verdict import Conflict, Refused, Verdict
from tuoke.base.ui.http import screen, toast


class Refusable(Protocol):
    """A form that says at its fields why it was refused."""

    @property
    def is_bound(self) -> bool: ...

    def is_valid(self) -> bool: ...

    def refuse(self, verdict: Verdict) -> None: ...


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where the form of a verb is drawn: in the sheet (the region), or on a page of its own (the template)."""

    template: str
    region: str
    context: Mapping[str, Any]


def press(
    request: HttpRequest,
    act: Callable[[], object],
    *,
    say: Callable[[Verdict], Iterable[str]],
    said: str = "",
    undo_url: str = "",
) -> None:
    """A verb in one press: done and ``said``. Refused, or later than somebody else, it says why and has changed nothing."""
    try:
        act()
    except Refused as refusal:
        messages.error(request, " ".join(say(refusal.verdict)))
    except Conflict:
        messages.error(request, _("刚被别人改过，已显示最新内容，请再试一次。"))
    else:
        if said:
            toast(request, said, undo_url=undo_url)


def asked(
    request: HttpRequest,
    form: Refusable,
    act: Callable[[], object],
    *,
    sheet: Sheet,
    then: Callable[[], HttpResponseBase],
    two_sides: Callable[[Conflict], Mapping[str, Any]],
    said: str,
    undo_url: str = "",
) -> HttpResponseBase:
    """A verb with a form: shown, refused at its fields (422), too late with both sides (409), or done, ``said`` and ``then``."""
    context = {"form": form, "url": request.path, **sheet.context}
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.refuse(refusal.verdict)
        except Conflict as conflict:
            return screen(request, sheet.template, {**context, **two_sides(conflict)}, region=sheet.region, status=409)
        else:
            toast(request, said, undo_url=undo_url)
            return then()
    return screen(request, sheet.template, context, region=sheet.region, status=422 if form.is_bound else 200)
