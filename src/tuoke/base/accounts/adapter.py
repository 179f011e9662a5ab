from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People come from the organisation file, never from a sign-up form."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
