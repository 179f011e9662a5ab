"""Who may call a view. Every view carries ``@needs`` or ``@open_to_all``; a test walks the addresses and makes sure."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.views.decorators.cache import cache_control

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.http import HtmxRequest


class StaffRequest(HtmxRequest):
    user: User
    principal: Principal


View = Callable[..., HttpResponseBase]


def needs(permission: Permission) -> Callable[[View], View]:
    """Only for people who hold the permission; others get the login page (anonymous) or 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.principal.may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        wrapped = cache_control(private=True, no_store=True)(login_required(guarded))
        wrapped.needs = permission  # type: ignore[attr-defined]  # read by tests/architecture
        return wrapped

    return decorate


def open_to_all(reason: str) -> Callable[[View], View]:
    """For the few views without login; the reason is listed by the access test."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        opened.open_to_all = reason  # type: ignore[attr-defined]  # read by tests/architecture
        return opened

    return decorate
