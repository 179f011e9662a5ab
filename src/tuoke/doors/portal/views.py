"""The customer's door: a link is tried, its challenge asked, then the page of its kind answers.

Nothing a GET does confirms anything: messengers and mail filters open links before their reader does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial, wraps
from http import HTTPStatus

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_GET, require_http_methods

from tuoke.base.accounts import queries as accounts
from tuoke.base.accounts.access import StaffRequest, open_to_all
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.doors.portal import limits
from tuoke.doors.portal.pages import PAGES
from tuoke.doors.portal.visits import Host, Visit, has_answered, host_of, ip_of, remember_answer, visit_of
from tuoke.doors.portal.words import sentences
from tuoke.services.links import actions, queries
from tuoke.services.links.models import Link
from tuoke.services.links.queries import LinkProblem
from tuoke.services.links.rules import Why

_STATUS = {
    Why.FORGED.value: HTTPStatus.NOT_FOUND,
    Why.EXPIRED.value: HTTPStatus.GONE,
    Why.REVOKED.value: HTTPStatus.GONE,
    "too_often": HTTPStatus.TOO_MANY_REQUESTS,
}
View = Callable[..., HttpResponseBase]


def behind_a_link(view: View) -> View:
    """Kept by no cache, found by no search engine, and its address told to no other site.

    Not ``no-referrer``: browsers then send ``Origin: null`` with a form, which the CSRF check must refuse.
    """

    @wraps(view)
    def guarded(request: StaffRequest, *args: str, **kwargs: str) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return guarded


@open_to_all("the signed link is what lets a customer in")
@behind_a_link
@require_http_methods(["GET", "HEAD", "POST"])
def open_link(request: StaffRequest, token: str) -> HttpResponseBase:
    visit = _tried(request, token, now=timezone.now())
    if isinstance(visit, HttpResponse):
        return visit
    if request.method != "POST":
        return _shown(visit) if has_answered(visit) else _asked(visit)
    is_often = not limits.is_within(limits.POSTS, str(visit.link.pk), now=visit.now)
    if has_answered(visit):
        return _guarded(visit, PAGES[visit.link.kind].too_often if is_often else PAGES[visit.link.kind].answer)
    return _asked(visit, no("too_often")) if is_often else _answered(visit)


@open_to_all("the signed link is what lets a customer in")
@behind_a_link
@require_GET
def download(request: StaffRequest, token: str, kind: str) -> HttpResponseBase:
    """What the customer may take with him, as a file."""
    visit = _tried(request, token, now=timezone.now())
    if isinstance(visit, HttpResponse):
        return visit
    if not has_answered(visit):
        return redirect("portal:open", token)
    return _guarded(visit, partial(PAGES[visit.link.kind].download, kind=kind))


def _tried(request: StaffRequest, token: str, *, now: datetime) -> Visit | HttpResponse:
    """The visit, or the page that says why the link opens nothing."""
    found = queries.opened(token, now=now)
    if not isinstance(found, LinkProblem):
        return visit_of(request, found, token=token, now=now) if found.kind in PAGES else _problem(request, "forged")
    if found.link is None and not limits.is_within(limits.FORGED, ip_of(request) or "unknown", now=now):
        return _problem(request, "too_often")
    return _problem(request, found.why.value, link=found.link)


def _shown(visit: Visit) -> HttpResponseBase:
    response = _guarded(visit, PAGES[visit.link.kind].show)
    if visit.request.method == "GET" and not visit.is_preview and response.status_code == HTTPStatus.OK:
        actions.note_visit(link=visit.link, ip=visit.ip, agent=visit.agent, now=visit.now)
    return response


def _guarded(visit: Visit, answer: Callable[[Visit], HttpResponseBase]) -> HttpResponseBase:
    """What is behind the link may be gone although the link lives."""
    try:
        return answer(visit)
    except Http404:
        return _problem(visit.request, "forged")


def _answered(visit: Visit) -> HttpResponse:
    """The answer to the challenge. Any other form that is sent without one leads there."""
    if "digits" not in visit.request.POST:
        return redirect("portal:open", visit.token)
    answer = visit.request.POST["digits"].strip()[:20]
    verdict = actions.answer_challenge(link=visit.link, answer=answer, now=visit.now)
    return _asked(visit, verdict) if not verdict else remember_answer(redirect("portal:open", visit.token), visit)


def _asked(visit: Visit, verdict: Verdict = YES) -> HttpResponse:
    """The page that asks for the digits, with what was wrong with the last try."""
    company = accounts.company()
    context = {
        "company": company,
        "host": host_of(visit.link.created_by, company_phone=company.phone),
        "link": visit.link,
        "token": visit.token,
        "problems": sentences(verdict),
        "is_locked": {"challenge_locked", "too_often"} & set(verdict.codes),
    }
    status = HTTPStatus.OK if verdict else HTTPStatus.UNPROCESSABLE_ENTITY
    return render(
        visit.request, "portal/challenge.html", context,
        status=HTTPStatus.TOO_MANY_REQUESTS if context["is_locked"] else status,
    )  # fmt: skip


def _problem(request: StaffRequest, why: str, *, link: Link | None = None) -> HttpResponse:
    company = accounts.company()
    host = host_of(link.created_by, company_phone=company.phone) if link else Host()
    context = {"company": company, "host": host, "link": link, "why": why}
    return render(request, "portal/problem.html", context, status=_STATUS[why])
