"""The bell of the shell (``ui.nav.bell``)."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.nav import Bell
from tuoke.services.notifications.queries import unread_count


def bell_of(request: HttpRequest) -> Bell | None:
    """One bounded query; none for a request that was refused before it had a principal."""
    who: Principal | None = getattr(request, "principal", None)
    if who is None or not who.may(Permission.ACCOUNT):
        return None
    return Bell(url=reverse("notifications:notices"), poll_url=reverse("notifications:bell"), count=unread_count(who))
