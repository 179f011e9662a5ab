"""对口联系人 of both sides (S7.2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.teams.actions.doors import contact_of, is_open, must, opened, tell
from tuoke.steps.contracts.teams.models import ProjectContact
from tuoke.steps.contracts.teams.rules import MOST_CONTACTS, ContactDraft, Side


@transaction.atomic
def add_contact(*, deal: Opportunity, draft: ContactDraft, by: Principal, now: datetime) -> ProjectContact:
    """The first of a side is its main contact. Whoever was withdrawn before comes back with what is said now.

    Refused: the draft's faults, contact_elsewhere, colleague_gone, already_there, too_many, deal_closed.
    """
    deal = opened(deal, by=by)
    rows = list(ProjectContact.objects.filter(opportunity=deal))
    standing = [row for row in rows if row.withdrawn_at is None]
    verdict = is_open(deal) & draft.faults() & _person(draft, deal)
    if any(_who(row) == (draft.side.value, draft.person_id) for row in standing):
        verdict &= no("already_there", field="person")
    must(verdict & (no("too_many", most=MOST_CONTACTS) if len(standing) >= MOST_CONTACTS else YES))
    is_main = draft.is_main or not any(row.is_main for row in standing if row.side == draft.side)
    if is_main:
        _no_main(deal, draft.side)
    before = next((row for row in rows if _who(row) == (draft.side.value, draft.person_id)), None)
    row = before or ProjectContact(opportunity=deal, side=draft.side.value, created_at=now)
    if draft.side is Side.OURS:
        row.user_id = draft.person_id
    else:
        row.contact_id = draft.person_id
    row.withdrawn_at = None
    _store(row, draft, is_main=is_main)
    tell("contact_added", deal, row, by=by, now=now, facts=said_of(row))
    return row


@transaction.atomic
def edit_contact(
    *, row: ProjectContact, version: int, draft: ContactDraft, by: Principal, now: datetime
) -> ProjectContact:
    """What he is and what for; who he is stays. Raises Conflict; Refused: the draft's faults, contact_withdrawn."""
    current = _fresh(row, by=by)
    if current.version != version:
        raise Conflict(current)
    verdict = is_open(current.opportunity) & draft.faults()
    must(verdict & (no("contact_withdrawn") if current.withdrawn_at else YES))
    if draft.is_main and not current.is_main:
        _no_main(current.opportunity, Side(current.side))
    _store(current, draft, is_main=draft.is_main or current.is_main)
    tell("contact_edited", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def withdraw_contact(*, row: ProjectContact, by: Principal, now: datetime) -> ProjectContact:
    """He isn't one any more; another of his side becomes its main contact. Refused: contact_withdrawn, deal_closed."""
    current = _fresh(row, by=by)
    must(is_open(current.opportunity) & (no("contact_withdrawn") if current.withdrawn_at else YES))
    was_main, current.is_main, current.withdrawn_at = current.is_main, False, now
    current.version += 1
    current.save()
    if was_main:
        others = ProjectContact.objects.standing().filter(opportunity=current.opportunity, side=current.side)
        if following := others.order_by("id").first():
            following.is_main = True
            following.save(update_fields=["is_main"])
    tell("contact_withdrawn", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def restore_contact(*, row: ProjectContact, by: Principal, now: datetime) -> ProjectContact:
    """Refused: not_withdrawn, already_there, too_many, deal_closed."""
    current = _fresh(row, by=by)
    standing = list(ProjectContact.objects.standing().filter(opportunity=current.opportunity))
    verdict = is_open(current.opportunity) & (YES if current.withdrawn_at else no("not_withdrawn"))
    if current.withdrawn_at and any(_who(one) == _who(current) for one in standing):
        verdict &= no("already_there", field="person")
    must(verdict & (no("too_many", most=MOST_CONTACTS) if len(standing) >= MOST_CONTACTS else YES))
    current.withdrawn_at = None
    current.is_main = not any(one.is_main for one in standing if one.side == current.side)
    current.version += 1
    current.save()
    tell("contact_restored", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


def said_of(row: ProjectContact) -> dict[str, Any]:
    return {"side": row.side, "name": row.name, "role": row.role, "is_main": row.is_main}


def _fresh(row: ProjectContact, *, by: Principal) -> ProjectContact:
    deal = opened(row.opportunity, by=by)
    current = ProjectContact.objects.select_related("user", "contact").get(pk=row.pk)
    current.opportunity = deal
    return current


def _no_main(deal: Opportunity, side: Side) -> None:
    ProjectContact.objects.standing().filter(opportunity=deal, side=side, is_main=True).update(is_main=False)


def _store(row: ProjectContact, draft: ContactDraft, *, is_main: bool) -> None:
    row.role, row.responsible_for = draft.role.strip(), draft.responsible_for.strip()
    row.shows_phone, row.is_main = draft.shows_phone, is_main
    row.version += 1 if row.pk else 0
    row.save()


def _who(row: ProjectContact) -> tuple[str, int | None]:
    return (row.side, row.user_id or row.contact_id)


def _person(draft: ContactDraft, deal: Opportunity) -> Verdict:
    if not draft.person_id:
        return YES
    if draft.side is Side.THEIRS:
        return YES if contact_of(draft.person_id, deal) else no("contact_elsewhere", field="person")
    is_there = User.objects.filter(pk=draft.person_id, is_active=True).exists()
    return YES if is_there else no("colleague_gone", field="person")
