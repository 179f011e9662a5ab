"""What the door asks of a page."""

from __future__ import annotations

from typing import Protocol

from django.http import HttpResponseBase

from tuoke.doors.portal.visits import Visit


class Page(Protocol):
    """What links of one kind open. Each may raise Http404: what was behind the link is gone."""

    def show(self, visit: Visit) -> HttpResponseBase: ...

    def answer(self, visit: Visit) -> HttpResponseBase:
        """The customer sent a form. Nothing is done in a preview."""

    def too_often(self, visit: Visit) -> HttpResponseBase:
        """He sent too many (429): nothing is done, and what he typed stays."""

    def download(self, visit: Visit, kind: str) -> HttpResponseBase: ...
