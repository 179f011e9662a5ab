"""Asking, deciding, handing on, ending. What was asked for under a secret kind leaves no words in the history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal, system
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.base.records.models import key_of
from tuoke.services.approvals import hooks, rules
from tuoke.services.approvals.models import Approver, Request
from tuoke.services.approvals.queries import receivers_of
from tuoke.services.approvals.rules import State

AT_ONCE = 200
"""Requests that one tick looks at."""


def ask(
    *,
    kind: str,
    subject: models.Model | str,
    label: str,
    approver_ids: Collection[int],
    reason: str,
    expires_at: datetime,
    by: Principal,
    now: datetime,
    thread: models.Model | str = "",
    party: models.Model | str = "",
    facts: Mapping[str, Any] | None = None,
) -> Request:
    """Ask somebody to decide, in the caller's transaction; the caller has found out who may (``managers_above`` …).

    Approvers who don't work here any more are left out. Refused: whatever ``rules.may_be_asked`` finds, no_approver,
    already_asked (an open one of the same kind and subject; one past its time is ended first).
    """
    if not connection.in_atomic_block:
        raise RuntimeError("ask() belongs inside the transaction of what it is asked for")
    if kind not in hooks.kinds:
        raise KeyError(kind)
    verdict = rules.may_be_asked(
        label=label, reason=reason, requester_id=by.user_id, approver_ids=approver_ids, expires_at=expires_at, now=now
    )
    people = holders_of(Permission.APPROVALS, among=User.objects.filter(pk__in=approver_ids, is_active=True))
    _refuse(verdict if people else verdict & no("no_approver"))
    assert by.user_id is not None, "may_be_asked has seen to it"
    _make_room(kind, key_of(subject), now=now)
    request = _stored(
        Request(
            kind=kind, subject=key_of(subject), thread=key_of(thread), party=key_of(party), label=label.strip(),
            requester_id=by.user_id, asked_at=now, reason=reason.strip(), facts=dict(facts or {}), expires_at=expires_at,
        )
    )  # fmt: skip
    Approver.objects.bulk_create(Approver(request=request, user=user, told_at=now) for user in people)
    _tell("asked", request, by=by, now=now, to=[user.name for user in people])
    _call(hooks.on_asked, request, [user.pk for user in people], by=by, now=now)
    return request


@transaction.atomic
def withdraw(*, request: Request, by: Principal, now: datetime) -> Request:
    """撤回, by whoever asked. Refused: not_yours, and why it isn't open any more."""
    request = _locked(request, by=by)
    _refuse(_is_open(request, now=now) if request.requester_id == by.user_id else no("not_yours"))
    _end(request, State.WITHDRAWN)
    _tell("withdrawn", request, by=by, now=now)
    _call(hooks.on_withdrawn, request, _waited_for(request), by=by, now=now)
    return request


def approve(*, request: Request, version: int, reason: str, by: Principal, now: datetime) -> Request:
    """批准. Refused: own_request, not_an_approver, may_not_decide, and why it isn't open any more (already_decided says by
    whom and how). Conflict where it was changed since ``version``. ``hooks.Kind.on_decided`` may refuse too."""
    return _decide(request, State.APPROVED, rules.may_be_approved(reason), version, reason, by=by, now=now)


def reject(*, request: Request, version: int, reason: str, by: Principal, now: datetime) -> Request:
    """驳回, with the reason that whoever asked reads. Refused as ``approve``, and why_not_missing."""
    return _decide(request, State.REJECTED, rules.may_be_rejected(reason), version, reason, by=by, now=now)


@transaction.atomic
def delegate(*, request: Request, to: User, reason: str, by: Principal, now: datetime) -> Approver:
    """转交: somebody else decides too; whoever handed it on still may. ``reason`` is a note to him, if there is one.

    Refused: not_an_approver, receiver_inactive, receiver_asked (he asked for it himself), receiver_already,
    receiver_may_not (he may not see what it is about), and why it isn't open any more.
    """
    request = _locked(request, by=by)
    _refuse(_may_delegate(request, to=to, by=by, now=now) & rules.may_be_approved(reason))
    given = Approver.objects.create(request=request, user=to, given_by_id=by.user_id, note=reason.strip(), told_at=now)
    request.approvers.filter(user_id=by.user_id or 0).update(passed_on_at=now)
    _tell("delegated", request, by=by, now=now, to=[to.name])
    _call(hooks.on_delegated, request, [to.pk], by=by, now=now)
    return given


@transaction.atomic
def close_for(*, kind: str, subject: models.Model | str, why: str, by: Principal, now: datetime) -> Request | None:
    """What was asked for is gone: an open request of that kind ends. ``why``: words for the approver and whoever asked."""
    rows = Request.objects.select_for_update(of=("self",)).filter(kind=kind, subject=key_of(subject), state=State.OPEN)
    request = rows.first()
    return _close(request, why=why, by=by, now=now) if request else None


@transaction.atomic
def close_thread(*, thread: models.Model | str, why: str, by: Principal, now: datetime) -> None:
    """What all of it belonged to is gone: every open request about it ends. Secret kinds belong to no thread; who asked
    for them ends them."""
    rows = Request.objects.select_for_update(of=("self",)).filter(thread=key_of(thread), state=State.OPEN)
    for request in rows.order_by("id"):
        _close(request, why=why, by=by, now=now)


# The tick


def expire_due(now: datetime) -> int:
    """What nobody decided in time is over. Says how many ended."""
    due = Request.objects.filter(state=State.OPEN, expires_at__lte=now).order_by("expires_at")
    return sum(_expire(pk, now=now) for pk in list(due.values_list("pk", flat=True)[:AT_ONCE]))


def remind_due(now: datetime) -> int:
    """Approvers hear of it once a day and shortly before the end; where none of them works here any more somebody else
    who may decide is asked, and where whoever asked has left somebody carries on for him. Says how many heard."""
    _find_deputies(now)
    _find_heirs(now)
    waited = Approver.objects.filter(request__state=State.OPEN, request__expires_at__gt=now, passed_on_at=None)
    waited = waited.filter(user__is_active=True, told_at__lt=now).select_related("request").order_by("told_at", "pk")
    due: dict[int, list[int]] = {}
    for one in waited:
        if rules.is_reminder_due(told_at=one.told_at, expires_at=one.request.expires_at, now=now):
            due.setdefault(one.request_id, []).append(one.user_id)
    return sum(_remind(pk, users, now=now) for pk, users in list(due.items())[:AT_ONCE])


@transaction.atomic
def _expire(pk: int, *, now: datetime) -> bool:
    request = Request.objects.select_for_update(of=("self",)).get(pk=pk)
    if request.state != State.OPEN:
        return False
    _run_out(request, now=now)
    return True


def _run_out(request: Request, *, now: datetime) -> None:
    by = system("approvals")
    _end(request, State.EXPIRED)
    _tell("expired", request, by=by, now=now)
    _call(hooks.on_expired, request, [request.requester_id], by=by, now=now)


@transaction.atomic
def _remind(pk: int, user_ids: list[int], *, now: datetime) -> int:
    request = Request.objects.select_for_update(of=("self",)).get(pk=pk)
    if not request.is_open(now):
        return 0
    request.approvers.filter(user__in=user_ids).update(told_at=now, reminded_at=now)
    by = system("approvals")
    _tell("reminded", request, by=by, now=now)
    _call(hooks.on_reminded, request, user_ids, by=by, now=now)
    return len(user_ids)


def _find_deputies(now: datetime) -> None:
    working = Approver.objects.filter(request=OuterRef("pk"), user__is_active=True)
    left_alone = Request.objects.filter(~Exists(working), state=State.OPEN, expires_at__gt=now)
    for pk in list(left_alone.values_list("pk", flat=True)[:AT_ONCE]):
        _find_deputy(pk, now=now)


@transaction.atomic
def _find_deputy(pk: int, *, now: datetime) -> None:
    """The first of those to whom it could have been handed on; where there is none it waits for its end."""
    request = Request.objects.select_for_update(of=("self",)).get(pk=pk)
    if not request.is_open(now) or not (found := receivers_of(request)):
        return
    Approver.objects.create(request=request, user=found[0], told_at=now)
    by = system("approvals")
    _tell("delegated", request, by=by, now=now, to=[found[0].name])
    _call(hooks.on_delegated, request, [found[0].pk], by=by, now=now)


def _find_heirs(now: datetime) -> None:
    orphaned = Request.objects.filter(state=State.OPEN, expires_at__gt=now, requester__is_active=False)
    for pk in list(orphaned.values_list("pk", flat=True)[:AT_ONCE]):
        _find_heir(pk, now=now)


@transaction.atomic
def _find_heir(pk: int, *, now: datetime) -> None:
    """Whoever has what it is about by now; where nobody has, or he decides it himself, it waits as it is."""
    request = Request.objects.select_for_update(of=("self",)).select_related("requester").get(pk=pk)
    heir = next((found for ask in hooks.heir_of if (found := ask(request)) is not None), None)
    is_fit = heir is not None and heir.is_active and not request.approvers.filter(user=heir).exists()
    if heir is None or not is_fit or not request.is_open(now) or request.requester.is_active:
        return
    left, request.requester = request.requester, heir
    request.version += 1
    request.save(update_fields=["requester", "version"])
    by = system("approvals")
    _tell("inherited", request, by=by, now=now, to=[heir.name], left=left.name)
    _call(hooks.on_inherited, request, [heir.pk], by=by, now=now)


# Checks


def _locked(request: Request, *, by: Principal) -> Request:
    """Without its people: who waited for the lock would see them as they were before."""
    seen = Request.objects.visible_to(by).filter(pk=request.pk).values("pk")
    return Request.objects.filter(pk__in=seen).select_for_update(of=("self",)).get()


def _is_open(request: Request, *, now: datetime) -> Verdict:
    who = request.decided_by.name if request.decided_by else ""
    return rules.still_open(state=request.state, expires_at=request.expires_at, who=who, at=request.decided_at, now=now)


def _is_approver(request: Request, *, by: Principal) -> Verdict:
    if request.requester_id == by.user_id:
        return no("own_request")
    asked = request.approvers.filter(user_id=by.user_id or 0, user__is_active=True)
    return YES if asked.exists() else no("not_an_approver")


def _may_decide(request: Request, *, by: Principal, now: datetime) -> Verdict:
    verdict = _is_open(request, now=now) & _is_approver(request, by=by)
    if verdict and (request.what is None or not request.what.may_decide(by, request)):
        return no("may_not_decide")
    return verdict


def _may_delegate(request: Request, *, to: User, by: Principal, now: datetime) -> Verdict:
    verdict = _may_decide(request, by=by, now=now)
    if not to.is_active or not holders_of(Permission.APPROVALS, among=[to]):
        verdict &= no("receiver_inactive", name=to.name, field="to")
    elif to.pk == request.requester_id:
        verdict &= no("receiver_asked", name=to.name, field="to")
    elif request.approvers.filter(user=to).exists():
        verdict &= no("receiver_already", name=to.name, field="to")
    elif request.what is None or not request.what.may_receive(to, request):
        verdict &= no("receiver_may_not", name=to.name, field="to")
    return verdict


def _make_room(kind: str, subject: str, *, now: datetime) -> None:
    rows = Request.objects.select_for_update(of=("self",)).filter(kind=kind, subject=subject, state=State.OPEN)
    standing = rows.select_related("requester").first()
    if standing is None:
        return
    if standing.is_open(now):
        raise Refused(no("already_asked", who=standing.requester.name, at=standing.asked_at))
    _run_out(standing, now=now)


def _stored(request: Request) -> Request:
    """Two who ask at the same moment: the second hears what he would have heard a moment later."""
    try:
        with transaction.atomic():
            request.save()
    except IntegrityError:
        standing = Request.objects.select_related("requester").filter(
            kind=request.kind, subject=request.subject, state=State.OPEN
        )
        if first := standing.first():
            raise Refused(no("already_asked", who=first.requester.name, at=first.asked_at)) from None
        raise
    return request


def _refuse(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


# Changes


@transaction.atomic
def _decide(
    request: Request, state: State, sound: Verdict, version: int, reason: str, *, by: Principal, now: datetime
) -> Request:
    request = _locked(request, by=by)
    _refuse(_may_decide(request, by=by, now=now) & sound)
    if request.version != version:
        raise Conflict(request)
    request.decided_by_id, request.decided_at, request.decision_reason = by.user_id, now, reason.strip()
    _end(request, state)
    _tell(state.value, request, by=by, now=now)
    assert request.what is not None, "_may_decide has asked"
    request.what.on_decided(request, by, now)
    _call(hooks.on_decided, request, [request.requester_id], by=by, now=now)
    return request


def _close(request: Request, *, why: str, by: Principal, now: datetime) -> Request:
    request.decision_reason = why[: rules.REASON_LIMIT]
    _end(request, State.WITHDRAWN)
    _tell("closed", request, by=by, now=now)
    people = {*_waited_for(request), request.requester_id}
    _call(hooks.on_withdrawn, request, people, by=by, now=now)
    return request


def _end(request: Request, state: State) -> None:
    request.state = state.value
    request.version += 1
    request.save()


def _waited_for(request: Request) -> list[int]:
    return list(request.approvers.filter(passed_on_at=None).values_list("user_id", flat=True))


def _call(
    told: Iterable[hooks.Told], request: Request, user_ids: Collection[int], *, by: Principal, now: datetime
) -> None:
    """Whoever did it isn't told of it; the packages that listen are called also where nobody else is."""
    people = [pk for pk in user_ids if pk != by.user_id]
    for tell in told:
        tell(request, people, by, now)


def _tell(
    what: str, request: Request, *, by: Principal, now: datetime, to: Collection[str] = (), left: str = ""
) -> None:
    """Of a secret kind only that something happened, and on no timeline."""
    kind = f"approvals.{what}"
    if request.is_secret:
        record(kind=kind, subject=request, by=by, at=now, facts={"kind": request.kind}, secret=True)
        return
    facts: dict[str, Any] = {"title": request.title, "label": request.label, "request": request.pk}
    if to:
        facts["to"] = list(to)
    if left:
        facts["left"] = left
    if what == "asked":
        facts["reason"] = request.reason
    elif request.decision_reason:
        facts["reason"] = request.decision_reason
    thread, party = ("", "") if what == "reminded" else (request.thread, request.party)
    section = request.what.section if request.what else ""
    record(kind=kind, subject=request, thread=thread, party=party, by=by, at=now, facts=facts, section=section)
