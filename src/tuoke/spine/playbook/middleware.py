"""An installation without a playbook says so, instead of failing on every page that needs one."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from tuoke.base.ui.http import screen
from tuoke.spine.playbook.queries import NoPlaybook


class PlaybookMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 with what the administrator has to do; anything else goes on."""
        return screen(request, "playbook/nothing.html", {}, status=503) if isinstance(exception, NoPlaybook) else None
