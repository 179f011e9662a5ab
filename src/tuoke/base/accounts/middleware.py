from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal, PrincipalKind

NOBODY = Principal(kind=PrincipalKind.USER, user_id=None, name="")


class PrincipalMiddleware:
    """Give every request its principal, read from the database when first used, so changed rights hold at once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.principal = SimpleLazyObject(lambda: _principal(request))  # type: ignore[attr-defined]
        return self.get_response(request)


def _principal(request: HttpRequest) -> Principal:
    user = request.user
    return principal_of(user) if user.is_authenticated else NOBODY
