from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """People come from the organisation file, never from a sign-up form."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("输错的次数太多，请 15 分钟后再试。忘记密码请联系系统管理员。"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
