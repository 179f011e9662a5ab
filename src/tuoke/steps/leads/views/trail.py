"""上一条, 下一条: a lead's page knows from which list one came, and where in it one stands."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote_plus, urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.paging import PAGE, BadCursor
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.queries import Asked, Corner, corners_of, neighbours, place_of
from tuoke.steps.leads.views.columns import address

COOKIE = "lead_trail"
LONGEST = 1500
"""Characters of a list's address that travel along; a longer one is left behind."""
KEPT = 3600


@dataclass(frozen=True, slots=True)
class Trail:
    """The way back to the row, and to the rows beside it ("" at either end)."""

    back: str
    previous: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class _Step:
    """``query`` is the list's address, ``at`` the lead's place in its order, ``number`` its row on the page."""

    query: str
    at: str
    number: int


def trail_url(lead: Lead, *, query: str, asked: Asked, number: int) -> str:
    """The address of a lead's page that knows the way back."""
    return _url(lead, _Step(query, place_of(lead, asked.sort), number))


def trail_of(request: StaffRequest, lead: Lead) -> Trail | None:
    """The trail in the address, else the one that was kept when this lead was opened: a verb comes back without."""
    step = _step(request.GET) or _kept(request, lead)
    if step is None:
        return None
    asked = asked_for(QueryDict(step.query), request.principal)
    if asked is None:
        return None
    try:
        before, after = neighbours(asked, cursor=step.at)
    except BadCursor:
        return None
    return Trail(
        back=f"{reverse('leads:list')}?{step.query}#lead-{lead.pk}",
        previous=_url(before[0], _backward(step, before, asked)) if before else "",
        next=_url(after, _forward(step, after, asked)) if after else "",
    )


def keep(request: HttpRequest, response: HttpResponse, lead: Lead) -> HttpResponse:
    """Remember the trail of this lead for when one comes back to it from a verb."""
    step = _step(request.GET)
    if step is not None:
        said = urlencode({"of": lead.pk, "in": step.query, "at": step.at, "n": step.number})
        response.set_cookie(
            COOKIE, said, max_age=KEPT, path="/leads/", httponly=True, samesite="Lax", secure=request.is_secure()
        )  # fmt: skip
    return response


def asked_for(query: QueryDict, who: Principal) -> Asked | None:
    """The list at this address; None where it can't be understood or isn't open."""
    tab = query.get("tab", "")
    if tab not in corners_of(who):
        return None
    found = LeadFilter(query, who=who, corner=Corner(tab))
    return found.asked() if found.is_valid() else None


def _step(query: QueryDict) -> _Step | None:
    said, at, number = query.get("in", ""), query.get("at", ""), query.get("n", "")
    if not said or not at or len(said) > LONGEST or len(at) > 60:
        return None
    return _Step(said, at, int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0)


def _kept(request: HttpRequest, lead: Lead) -> _Step | None:
    kept = QueryDict(request.COOKIES.get(COOKIE, ""))
    return _step(kept) if kept.get("of") == str(lead.pk) else None


def _url(lead: Lead, step: _Step) -> str:
    if len(step.query) > LONGEST:
        return lead.get_absolute_url()
    return f"{address('leads:detail', lead)}?in={quote_plus(step.query)}&at={quote_plus(step.at)}&n={step.number}"


def _forward(step: _Step, lead: Lead, asked: Asked) -> _Step:
    at = place_of(lead, asked.sort)
    if step.number + 1 < PAGE:
        return _Step(step.query, at, step.number + 1)
    return _Step(_from(step.query, step.at), at, 0)  # the next page begins behind this row


def _backward(step: _Step, before: list[Lead], asked: Asked) -> _Step:
    at = place_of(before[0], asked.sort)
    if step.number > 0:
        return _Step(step.query, at, step.number - 1)
    return _Step(_from(step.query, place_of(before[1], asked.sort) if len(before) > 1 else ""), at, 0)


def _from(query: str, cursor: str) -> str:
    changed = QueryDict(query, mutable=True)
    changed.pop("cursor", None)
    if cursor:
        changed["cursor"] = cursor
    return changed.urlencode()
