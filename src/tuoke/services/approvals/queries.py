from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import managers_above
from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.services.approvals.models import Approver, Request, RequestQuerySet
from tuoke.services.approvals.rules import State

PAGE = 30
WAITING_MOST = 200
"""So many waiting requests are shown: those that expire first."""
LARGEST_ID = 2**63 - 1


# For packages that ask


def latest(kind: str, subject: models.Model | str) -> Request | None:
    """The newest request of that kind about one thing, whatever became of it. One query; who asks may see the thing."""
    return Request.objects.filter(kind=kind, subject=key_of(subject)).select_related("requester", "decided_by").last()


def latest_of(kind: str, subjects: Iterable[models.Model | str]) -> dict[str, Request]:
    """The newest of each, by ``key_of(subject)``. One query; give it a page's worth of subjects."""
    keys = [key_of(subject) for subject in subjects]
    rows = Request.objects.filter(kind=kind, subject__in=keys).select_related("requester", "decided_by")
    return {row.subject: row for row in rows.order_by("id")}


# For people


def waiting_for(who: Principal) -> RequestQuerySet:
    """What ``who`` has to decide, what expires first on top."""
    rows = Request.objects.waiting_for(who).select_related("requester")
    return rows.order_by("expires_at", "id")


def waiting_count(who: Principal) -> int:
    return Request.objects.waiting_for(who).count()


def decided_since(who: Principal, since: datetime, *, limit: int) -> list[Request]:
    """``who``'s own requests that somebody has decided since then, the latest first. One query."""
    rows = Request.objects.visible_to(who).filter(requester_id=who.user_id, decided_at__gte=since)
    return list(rows.select_related("decided_by").order_by("-decided_at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list, and the cursor of the next one (None: that was all)."""

    rows: Sequence[Request]
    next: str | None


def listed(who: Principal, tab: str, *, text: str = "", cursor: str = "") -> Listed:
    """``waiting`` 待我审批, ``mine`` 我发起的, ``done`` 已处理, each narrowed by what the label or the asker's name says.

    What waits is few, what expires first on top, and shown whole; the others are paged, newest first.
    """
    people = ("requester", "decided_by")
    if tab == "waiting":
        return Listed(list(_saying(waiting_for(who), text)[:WAITING_MOST]), None)
    rows = _saying(_tab(who, tab), text).select_related(*people).order_by("-id")
    if cursor.isascii() and cursor.isdigit() and len(cursor) <= 19 and int(cursor) <= LARGEST_ID:
        rows = rows.filter(pk__lt=int(cursor))
    found = list(rows[: PAGE + 1])
    return Listed(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else None)


def request_seen(who: Principal, pk: int) -> Request:
    """One request with its people. Raises Request.DoesNotExist for anybody else's."""
    approvers = Approver.objects.select_related("user", "user__department", "given_by")
    rows = Request.objects.visible_to(who).select_related("requester", "requester__department", "decided_by")
    return rows.prefetch_related(Prefetch("approvers", approvers)).get(pk=pk)


def may_read_texts(who: Principal, request: Request) -> bool:
    """Reason, facts and the decision's reason: of a secret kind not for an approver who has lost the right since."""
    if not request.is_secret:
        return True
    if request.what is None:
        return False
    allowed = request.what.may_see or request.what.may_decide
    return who.user_id == request.requester_id or allowed(who, request)


def may_decide(who: Principal, request: Request, *, now: datetime) -> bool:
    """Whether the page offers a decision; the action asks again. ``request`` from ``request_seen``."""
    is_asked = any(one.user_id == who.user_id and one.user.is_active for one in request.approvers.all())
    if not request.is_open(now) or not is_asked or request.requester_id == who.user_id or request.what is None:
        return False
    return request.what.may_decide(who, request)


def receivers_of(request: Request) -> list[User]:
    """To whom an approver may hand it on."""
    if request.what is None:
        return []
    known = {one.user_id for one in request.approvers.all()} | {request.requester_id}
    offered = request.what.receivers(request) if request.what.receivers else managers_above(request.requester)
    may_receive = request.what.may_receive
    return [user for user in offered if user.is_active and user.pk not in known and may_receive(user, request)]


def _tab(who: Principal, tab: str) -> RequestQuerySet:
    rows = Request.objects.visible_to(who)
    if tab == "mine":
        return rows.filter(requester_id=who.user_id)
    asked = Approver.objects.filter(request=OuterRef("pk"), user_id=who.user_id or 0)
    passed_on = asked.filter(passed_on_at__isnull=False)
    return rows.filter(Exists(asked)).filter(~Q(state=State.OPEN) | Exists(passed_on))


def _saying(rows: RequestQuerySet, text: str) -> RequestQuerySet:
    if not (text := text.replace("\0", "").strip()[:80]):
        return rows
    return rows.filter(Q(label__icontains=text) | Q(requester__name__icontains=text))
