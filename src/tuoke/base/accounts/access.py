"""Who may call a view. Every view carries ``@needs`` or ``@open_to_all``; a test walks the addresses and makes sure."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import cache_control

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.records.actions import led_to, submit
from tuoke.base.ui.http import HtmxRequest, toast, wants_part


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


def may_open(who: Principal, url: str) -> bool:
    """May he call the view behind one of our own addresses? A link that would end in 403 is better not shown."""
    try:
        permission = getattr(resolve(urlsplit(url).path).func, "needs", None)
    except Resolver404:
        return False
    return permission is None or who.may(permission)


def open_to_all(reason: str) -> Callable[[View], View]:
    """For the few views without login; the reason is listed by the access test."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        opened.open_to_all = reason  # type: ignore[attr-defined]  # read by tests/architecture
        return opened

    return decorate


def once(view: View) -> View:
    """A form with ``{% once %}`` in it is carried out once, however often it is sent: reloads, second clicks, retries.

    Sent again it leads to where the first time led. A refusal (4xx) doesn't count as sent.
    """

    @wraps(view)
    def sent(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        token = request.POST.get("once", "")
        if not token:
            return view(request, *args, **kwargs)
        named = f"{request.principal.user_id}\0{request.path}\0{token}"
        with transaction.atomic():
            submission, is_first = submit(key=sha256(named.encode("utf-8", "replace")).hexdigest(), at=timezone.now())
            if not is_first:
                return _sent_before(request, submission.location)
            response = view(request, *args, **kwargs)
            if response.status_code >= HTTPStatus.BAD_REQUEST:
                transaction.set_rollback(True)
            elif location := response.headers.get("Location", ""):
                led_to(submission, location=location)
            return response

    return sent


def _sent_before(request: StaffRequest, location: str) -> HttpResponseBase:
    toast(request, gettext("已经保存过，没有重复保存。"))
    return HttpResponse(status=HTTPStatus.NO_CONTENT) if wants_part(request) else redirect(location or "/")
