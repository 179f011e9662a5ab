"""What the rooms of a deal answer after a verb."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tuoke.base.ui.http import after_post

Answer = TypeVar("Answer", bound=HttpResponseBase)


def renewed(request: HttpRequest, fresh: Callable[[], HttpResponse], *, to: str) -> HttpResponse:
    """A room as it is now, and the deal's page is told; a plain form goes ``to`` the room."""
    return after_post(request, lambda: changed(fresh()), to=to)


def changed(response: Answer) -> Answer:
    """The deal's page is told."""
    response["HX-Trigger"] = "deal-changed"
    return response
