"""Somebody stands at the door with a link: who, from where, and what the link opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.services.links import queries as links
from tuoke.services.links.models import Link

ANSWER_HOURS = 12
"""So long a browser need not answer a link's challenge again."""

_SALT = "tuoke.portal.challenge"


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that came with a living link. ``is_preview``: a colleague looks at the customer's page; he only reads."""

    request: StaffRequest
    link: Link
    token: str
    by: Principal
    ip: str
    agent: str
    now: datetime
    is_preview: bool


@dataclass(frozen=True, slots=True)
class Host:
    """Who looks after the customer, as every page says it."""

    name: str = ""
    phone: str = ""
    email: str = ""


def visit_of(request: StaffRequest, link: Link, *, token: str, now: datetime) -> Visit:
    return Visit(
        request=request, link=link, token=token, by=links.holder_of(link), ip=ip_of(request), agent=agent_of(request),
        now=now, is_preview=request.principal.user_id is not None,
    )  # fmt: skip


def host_of(user: User, *, company_phone: str = "") -> Host:
    """The colleague with his own phone, else the company's. Who has left isn't named any more."""
    if not user.is_active:
        return Host(phone=company_phone)
    return Host(str(user), user.phone or company_phone, user.email)


def ip_of(request: HttpRequest) -> str:
    """The address that the log-in limits count by: a proxy is believed only where settings say so."""
    try:
        ip: str = get_adapter().get_client_ip(request)
    except PermissionDenied:
        return ""
    return ip


def agent_of(request: HttpRequest) -> str:
    return str(request.META.get("HTTP_USER_AGENT", ""))


def has_answered(visit: Visit) -> bool:
    """Whether this browser has answered the link's challenge, or nothing is asked of it."""
    if not visit.link.challenge or (visit.is_preview and links.may(visit.request.principal, visit.link)):
        return True
    kept = visit.request.get_signed_cookie(_cookie(visit.link), "", salt=_SALT, max_age=ANSWER_HOURS * 3600)
    return kept == visit.link.challenge


def remember_answer(response: HttpResponse, visit: Visit) -> HttpResponse:
    """For this link only: the cookie is sent to no other address, and ends with the challenge that it answered."""
    response.set_signed_cookie(
        _cookie(visit.link), visit.link.challenge, salt=_SALT, max_age=ANSWER_HOURS * 3600,
        path=links.address_of(visit.link), secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def _cookie(link: Link) -> str:
    return f"link-{link.public_id.hex[:12]}"
