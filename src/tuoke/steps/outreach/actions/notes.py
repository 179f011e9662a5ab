from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Conflict, Refused, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.steps.outreach.models import BackgroundEvent, Concern, Note, Profile
from tuoke.steps.outreach.rules import MOST_NOTES, ConcernDraft, EventDraft, NoteDraft, ProfileDraft, stored_link

Whose = Lead | Customer | Contact
MODELS: Mapping[type[NoteDraft], type[BackgroundEvent | Concern | Profile]] = {
    EventDraft: BackgroundEvent,
    ConcernDraft: Concern,
    ProfileDraft: Profile,
}


@transaction.atomic
def add_note(*, whose: Whose, draft: NoteDraft, by: Principal, now: datetime) -> BackgroundEvent | Concern | Profile:
    """Note an event of a lead or customer, a concern of a lead's person or a contact, a page of any of them.

    The very same again is the one that stands. Raises Refused: the draft's faults, not_of_this (an event of a contact, a
    concern of a company), too_many.
    """
    party = _held(whose, by)
    _require_sound(draft, now=now)
    model = MODELS[type(draft)]
    column = "lead" if isinstance(whose, Lead) else "customer" if isinstance(whose, Customer) else "contact"
    if column not in {field.name for field in model._meta.fields}:
        raise Refused(no("not_of_this"))
    own = model.objects.filter(**{column: whose.pk})
    known: BackgroundEvent | Concern | Profile | None = own.standing().filter(**_columns(draft)).first()
    if known is not None:
        return known
    if own.count() >= MOST_NOTES:
        raise Refused(no("too_many", limit=MOST_NOTES))
    note = model(**{f"{column}_id": whose.pk}, **_columns(draft), by_id=by.user_id, created_at=now)
    note.save()
    _keep("added", note, party, by=by, now=now)
    return note


@transaction.atomic
def edit_note(*, note: Note, version: int, draft: NoteDraft, by: Principal, now: datetime) -> Note:
    """Correct it; it stays with whom it is about. Raises Refused: the draft's faults, note_withdrawn."""
    party, note = _held_note(note, by)
    if note.version != version:
        raise Conflict(note)
    if note.withdrawn_at is not None:
        raise Refused(no("note_withdrawn"))
    _require_sound(draft, now=now)
    after = _columns(draft)
    changes = changes_between(before={name: getattr(note, name) for name in after}, after=after)
    if not changes:
        return note
    for name, value in after.items():
        setattr(note, name, value)
    note.version += 1
    note.save()
    _keep("edited", note, party, by=by, now=now, changes=changes)
    return note


def withdraw_note(*, note: Note, by: Principal, now: datetime) -> Note:
    """It counts no more; ``restore_note`` takes that back (O5). Withdrawn before: nothing happens."""
    return _mark(note, withdrawn_at=now, verb="withdrawn", by=by, now=now)


def restore_note(*, note: Note, by: Principal, now: datetime) -> Note:
    return _mark(note, withdrawn_at=None, verb="restored", by=by, now=now)


@transaction.atomic
def _mark(note: Note, *, withdrawn_at: datetime | None, verb: str, by: Principal, now: datetime) -> Note:
    party, note = _held_note(note, by)
    if (note.withdrawn_at is None) != (withdrawn_at is None):
        note.withdrawn_at, note.version = withdrawn_at, note.version + 1
        note.save(update_fields=["withdrawn_at", "version"])
        _keep(verb, note, party, by=by, now=now)
    return note


def _held(whose: Whose, by: Principal) -> Lead | Customer:
    """The party that ``by`` may write, locked: whoever notes something of it waits here."""
    if isinstance(whose, Lead):
        return Lead.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=whose.pk)
    pk = whose.customer_id if isinstance(whose, Contact) else whose.pk
    return Customer.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=pk)


def _held_note(note: Note, by: Principal) -> tuple[Lead | Customer, Note]:
    party = _held(note.whose, by)
    return party, type(note)._default_manager.select_for_update(of=("self",)).get(pk=note.pk)


def _require_sound(draft: NoteDraft, *, now: datetime) -> None:
    verdict = draft.faults(today=timezone.localdate(now))
    if not verdict:
        raise Refused(verdict)


def _columns(draft: NoteDraft) -> dict[str, Any]:
    columns = {name: _plain(value) for name, value in asdict(draft).items()}
    if "link" in columns:
        columns["link"] = stored_link(columns["link"])
    return columns


def _plain(value: Any) -> Any:
    if isinstance(value, StrEnum):
        return value.value
    return value.strip() if isinstance(value, str) else value


def _keep(
    verb: str,
    note: Note,
    party: Lead | Customer,
    *,
    by: Principal,
    now: datetime,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
) -> None:
    """Without links: whoever sees a lead in the pool reads its history, and a page of a person names him (S2.6)."""
    whose = note.whose
    facts = {
        "said": str(note),
        "kind": getattr(note, "kind", ""),
        "name": whose.name if isinstance(whose, Contact) else "",
    }
    record(
        kind=f"outreach.{note.SORT}_{verb}", subject=note, thread=party, party=party, by=by, at=now,
        changes=changes, facts=facts,
    )  # fmt: skip
