"""Verbs of 责任分工."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.exchange import rules as exchange
from tuoke.spine.deals import doors
from tuoke.spine.deals.actions import join
from tuoke.spine.deals.duties.models import Duty
from tuoke.spine.deals.duties.rules import MOST, NOTE_LIMIT, DutyDraft, State, shipped, sound
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.queries import process_of


@transaction.atomic
def lay_out(*, deal: Opportunity, by: Principal, now: datetime) -> int:
    """Take over what the deal's playbook says of who owes what; what is there stays as it is. Returns how many were new.

    Raises Refused: deal_closed, nothing_shipped.
    """
    deal = doors.held(deal, by=by, permission=Permission.DEAL_WRITE)
    doors.must(doors.is_open(deal))
    said = shipped(process_of(deal))
    if not said:
        raise Refused(no("nothing_shipped"))
    there = set(Duty.objects.filter(opportunity=deal).exclude(key="").values_list("key", flat=True))
    new = [_row(deal, draft, now=now, key=key) for key, draft in said if key not in there]
    Duty.objects.bulk_create(new)
    if new:
        record(kind="deals.duties_laid_out", subject=deal, thread=deal, by=by, at=now, facts={"count": len(new)})
    return len(new)


@transaction.atomic
def add(*, deal: Opportunity, draft: DutyDraft, by: Principal, now: datetime) -> Duty:
    """One more line. Whoever is to do it joins the deal. Raises Refused (rules.sound), deal_closed, too_many,
    person_inactive, may_not_read."""
    deal = doors.held(deal, by=by, permission=Permission.DEAL_WRITE)
    verdict = doors.is_open(deal) & _sound(deal, draft)
    if Duty.objects.filter(opportunity=deal, withdrawn_at=None).count() >= MOST:
        verdict &= no("too_many", limit=MOST)
    doors.must(verdict)
    duty = _row(deal, draft, now=now)
    _let_in(deal, duty.person, duty=duty.what, by=by, now=now)
    duty.save()
    _tell("duty_added", duty, by=by, now=now)
    return duty


@transaction.atomic
def change(*, duty: Duty, draft: DutyDraft, version: int, by: Principal, now: datetime) -> Duty:
    """Another person, day, standard …. Changed after it was accepted, it is open again. Raises as ``add``; Conflict."""
    deal, duty = _held(duty, by=by, version=version)
    doors.must(doors.is_open(deal) & _sound(deal, draft))
    before = {name: _said(duty, name) for name in _FIELDS}
    for name in ("step", "function", "part", "what", "standard", "due_on", "person_id", "accepter_id"):
        value = getattr(draft, name)
        setattr(duty, name, value.strip() if isinstance(value, str) else value)
    duty = _fresh(duty)
    changes = {name: (before[name], _said(duty, name)) for name in _FIELDS if before[name] != _said(duty, name)}
    if not changes:
        return duty
    if duty.state == State.ACCEPTED:
        duty.state, duty.accepted_at, duty.accepted_by_id, duty.delivered_at = State.OPEN, None, None, None
    _let_in(deal, duty.person, duty=duty.what, by=by, now=now)
    _save(duty)
    _tell("duty_changed", duty, by=by, now=now, changes=changes)
    return duty


@transaction.atomic
def deliver(*, duty: Duty, by: Principal, now: datetime) -> Duty:
    """The person says that it is done; so may who writes the deal. Raises Refused: not_yours, not_open, deal_closed."""
    deal = doors.worked_on(duty.opportunity, by=by, permission=Permission.FOLLOWUP_WRITE)
    duty = _locked(duty)
    mine = by.user_id is not None and by.user_id in (duty.person_id, deal.owner_id)
    verdict = doors.is_open(deal)
    if not mine and not Opportunity.objects.visible_to(by, "write").filter(pk=deal.pk).exists():
        verdict &= no("not_yours")
    if duty.state != State.OPEN or duty.withdrawn_at is not None:
        verdict &= no("not_open")
    doors.must(verdict)
    duty.state, duty.delivered_at, duty.note = State.DELIVERED, now, ""
    _save(duty)
    _tell("duty_delivered", duty, by=by, now=now)
    return duty


@transaction.atomic
def accept(*, duty: Duty, by: Principal, now: datetime) -> Duty:
    """验收: by whoever is named, or where nobody is by the deal's owner. Raises Refused: not_yours_to_accept,
    not_delivered, deal_closed."""
    duty = _to_judge(duty, by=by)
    duty.state, duty.accepted_at, duty.accepted_by_id = State.ACCEPTED, now, by.user_id
    _save(duty)
    _tell("duty_accepted", duty, by=by, now=now)
    return duty


@transaction.atomic
def send_back(*, duty: Duty, note: str, by: Principal, now: datetime) -> Duty:
    """Not to the standard: open again, with what is missing. Raises as ``accept``; reason_missing, reason_too_long."""
    note = note.strip()
    if not note:
        raise Refused(no("reason_missing", field="note"))
    if len(note) > NOTE_LIMIT or not exchange.sound(note):
        raise Refused(no("reason_too_long", field="note", limit=NOTE_LIMIT, length=len(note)))
    duty = _to_judge(duty, by=by)
    duty.state, duty.delivered_at, duty.note = State.OPEN, None, note
    _save(duty)
    _tell("duty_sent_back", duty, by=by, now=now, note=note)
    return duty


@transaction.atomic
def withdraw(*, duty: Duty, by: Principal, now: datetime) -> Duty:
    """Take a line away; it can be brought back."""
    return _switch(duty, at=now, kind="duty_withdrawn", by=by, now=now)


@transaction.atomic
def restore(*, duty: Duty, by: Principal, now: datetime) -> Duty:
    return _switch(duty, at=None, kind="duty_restored", by=by, now=now)


_FIELDS = ("step", "function", "part", "what", "standard", "person", "due_on", "accepter")


def _switch(duty: Duty, *, at: datetime | None, kind: str, by: Principal, now: datetime) -> Duty:
    deal, duty = _held(duty, by=by)
    doors.must(doors.is_open(deal))
    if (duty.withdrawn_at is None) == (at is None):
        return duty
    duty.withdrawn_at = at
    _save(duty)
    _tell(kind, duty, by=by, now=now)
    return duty


def _row(deal: Opportunity, draft: DutyDraft, *, now: datetime, key: str = "") -> Duty:
    return Duty(
        opportunity=deal, key=key, step=draft.step, function=draft.function, part=draft.part, what=draft.what.strip(),
        standard=draft.standard.strip(), person_id=draft.person_id, due_on=draft.due_on, accepter_id=draft.accepter_id,
        created_at=now,
    )  # fmt: skip


def _sound(deal: Opportunity, draft: DutyDraft) -> Verdict:
    steps = [step.key for step in process_of(deal).steps]
    verdict = sound(draft, steps=steps, opened_on=timezone.localdate(deal.created_at))
    for field, pk in (("person", draft.person_id), ("accepter", draft.accepter_id)):
        if pk is not None and not User.objects.filter(pk=pk, is_active=True).exists():
            verdict &= no("person_inactive", field=field)
    if not all(exchange.sound(text) for text in (draft.what, draft.standard)):
        verdict &= no("broken", field="what")
    return verdict


def _let_in(deal: Opportunity, person: User | None, *, duty: str, by: Principal, now: datetime) -> None:
    """Whoever is to do something must see the deal: he joins it, unless he holds it or is in it."""
    if person is None or person.pk == deal.owner_id:
        return
    today = timezone.localdate(now)
    if not Membership.objects.current(today).filter(opportunity=deal, user=person).exists():
        join(deal=deal, user=person, duty=duty[:80], by=by, now=now)


def _held(duty: Duty, *, by: Principal, version: int | None = None) -> tuple[Opportunity, Duty]:
    deal = doors.held(duty.opportunity, by=by, permission=Permission.DEAL_WRITE)
    current = _locked(duty)
    if version is not None and version != current.version:
        raise Conflict(current)
    return deal, current


def _to_judge(duty: Duty, *, by: Principal) -> Duty:
    deal = doors.worked_on(duty.opportunity, by=by, permission=Permission.FOLLOWUP_WRITE)
    duty = _locked(duty)
    verdict = doors.is_open(deal)
    if by.user_id is None or by.user_id != (duty.accepter_id or deal.owner_id):
        verdict &= no("not_yours_to_accept")
    verdict &= YES if duty.state == State.DELIVERED and duty.withdrawn_at is None else no("not_delivered")
    doors.must(verdict)
    return duty


def _locked(duty: Duty) -> Duty:
    related = Duty.objects.select_for_update(of=("self",)).select_related("opportunity", "person", "accepter")
    return related.get(pk=duty.pk)


def _fresh(duty: Duty) -> Duty:
    """Its people as they are named now."""
    duty.person = User.objects.filter(pk=duty.person_id).first() if duty.person_id else None
    duty.accepter = User.objects.filter(pk=duty.accepter_id).first() if duty.accepter_id else None
    return duty


def _save(duty: Duty) -> None:
    duty.version += 1
    duty.save()


def _said(duty: Duty, name: str) -> Any:
    value = getattr(duty, name)
    return value.name if isinstance(value, User) else value


def _tell(kind: str, duty: Duty, *, by: Principal, now: datetime, changes: Any = None, **facts: Any) -> None:
    told = {"what": duty.what, "step": duty.step, "person": duty.person.name if duty.person else "", **facts}
    record(
        kind=f"deals.{kind}", subject=duty, thread=duty.opportunity, by=by, at=now, changes=changes, facts=told
    )  # fmt: skip
