from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal, PrincipalKind

NOBODY = Principal(kind=PrincipalKind.USER, user_id=None, name="")


class PrincipalMiddleware:
    """Give every request its principal, read from the database when first used, so changed rights hold at once.

    No answer is kept by a cache unless its view says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.principal = SimpleLazyObject(lambda: _principal(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):  # refusals and missing pages, too: they name who is logged in
            patch_cache_control(response, private=True, no_store=True)
        return response


def _principal(request: HttpRequest) -> Principal:
    user = request.user
    return principal_of(user) if user.is_authenticated else NOBODY
