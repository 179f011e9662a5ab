"""The one place that knows how a page and its regions are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django_htmx.middleware import HtmxDetails

CARRIED_OUT = "tuoke.carried_out"
"""In ``request.META`` once the write has worked: forms in the fresh region are new ones (``{% once %}``)."""


class HtmxRequest(HttpRequest):
    """A request that passed django-htmx' middleware: `request.htmx` is truthy when htmx asks."""

    htmx: HtmxDetails


def screen(
    request: HttpRequest, template: str, context: dict[str, Any], *, region: str = "", status: int = 200
) -> HttpResponse:
    """Answer with the whole page, or with only the named region when htmx asked for a part.

    Messages that wait for this person travel with a region as toasts.
    """
    if not (region and wants_part(request)):
        return _varying(render(request, template, context, status=status))
    response = render(request, f"{template}#{region}", context, status=status)
    response.write(waiting_toasts(request))
    return _varying(response)


def after_post(request: HttpRequest, region: Callable[[], HttpResponse], *, to: str) -> HttpResponse:
    """A write that worked: htmx gets the fresh region, a plain form is redirected so that reload is harmless."""
    request.META[CARRIED_OUT] = True
    return region() if wants_part(request) else redirect(to)


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page: not a boosted link, not its own history."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    return bool(htmx) and not (htmx and (htmx.boosted or htmx.history_restore_request))


def toast(request: HttpRequest, text: str, *, undo_url: str = "") -> None:
    """Say that something worked; `undo_url` takes a POST that takes it back."""
    messages.success(request, text, extra_tags=undo_url)


def waiting_toasts(request: HttpRequest) -> str:
    """Markup that htmx appends to the toasts of the page; empty when nothing waits."""
    waiting = list(messages.get_messages(request))
    return render_to_string("ui/toasts.html#appended", {"toasts": waiting}, request) if waiting else ""


def _varying(response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["HX-Request"])
    return response


def status_of(form: BaseForm) -> int:
    """200 for a form that is still to be sent or was right, 422 for one that was not."""
    return 422 if form.is_bound and form.errors else 200


def typed(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: what was sent, None where it is only shown."""
    return request.POST if request.method == "POST" else None
