"""The people on the map: how they stand, whom they report to, which role nobody has."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Conflict, no
from tuoke.base.records.actions import changes_between
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.customers.rules import ContactDraft, DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions.actions.doors import has_map, held, is_open, must, of_customer, tell
from tuoke.steps.discovery.decisions.models import AttitudeEntry, Reporting, RoleCheck, Stance
from tuoke.steps.discovery.decisions.queries import lines_of
from tuoke.steps.discovery.decisions.rules import (
    MAY_BE_NOBODY,
    Attitude,
    Influence,
    StanceDraft,
    may_report,
)


def draft_of(stance: Stance | None) -> StanceDraft:
    """The stance as it stands: what an edit of one thing starts from."""
    if stance is None:
        return StanceDraft()
    return StanceDraft(
        Influence(stance.influence),
        Attitude(stance.attitude),
        stance.since,
        stance.cares,
        stance.plan,
        stance.note,
    )


@transaction.atomic
def take_stance(
    *, deal: Opportunity, contact: Contact, version: int, draft: StanceDraft, by: Principal, now: datetime
) -> Stance:
    """Say how one of the customer's people stands to the deal; ``version`` 0 where nothing was said yet.

    A new attitude holds from today unless ``since`` says otherwise, and is kept with the earlier ones. Raises Conflict;
    Refused: deal_closed, no_map_for_persons, contact_elsewhere, too_long, text_broken, since_in_future, since_too_early.
    """
    deal, stance = _stance(deal, contact, version=version, by=by, now=now)
    today = timezone.localdate(now)
    before = draft_of(stance)
    is_new = draft.attitude != before.attitude
    if is_new and draft.since == before.since:
        draft = replace(draft, since=today if draft.attitude else None)
    must(draft.faults(today=today))
    return _take(deal, stance, before, draft, by=by, now=now)


@transaction.atomic
def leave_out(*, deal: Opportunity, contact: Contact, version: int, by: Principal, now: datetime) -> Stance:
    """He has no part in this decision: off this deal's map. ``take_in`` brings him back. Raises as ``take_stance``."""
    deal, stance = _stance(deal, contact, version=version, by=by, now=now)
    if stance.left_out_at is None:
        _save(stance, left_out_at=now)
        tell("left_out", deal, stance, by=by, now=now, facts=_named(contact))
    return stance


@transaction.atomic
def take_in(*, deal: Opportunity, contact: Contact, by: Principal, now: datetime) -> Stance:
    deal, stance = _stance(deal, contact, version=None, by=by, now=now)
    if stance.left_out_at is not None:
        _save(stance, left_out_at=None)
        tell("taken_in", deal, stance, by=by, now=now, facts=_named(contact))
    return stance


@transaction.atomic
def set_role(
    *, deal: Opportunity, contact: Contact, version: int, role: DecisionRole, by: Principal, now: datetime
) -> Contact:
    """His role is the contact's own, in every deal. ``version`` is the contact's. Raises Conflict, Contact.DoesNotExist
    where ``by`` may not write the customer; Refused as ``take_stance``."""
    deal = held(deal, by=by)
    must(is_open(deal) & has_map(deal) & of_customer(contact.pk, deal, field="contact"))
    current = Contact.objects.get(pk=contact.pk)
    said = {field.name: getattr(current, field.name) for field in fields(ContactDraft)}
    draft = ContactDraft(**said | {"role": role.value})
    return customers.edit_contact(contact=current, version=version, draft=draft, by=by, now=now)


@transaction.atomic
def add_person(
    *, deal: Opportunity, person: ContactDraft, draft: StanceDraft, boss_id: int | None, by: Principal, now: datetime
) -> Contact:
    """Somebody new at the customer, with his place on this map. Refused: his faults, and those of ``take_stance``."""
    deal = held(deal, by=by)
    must(is_open(deal) & has_map(deal) & draft.faults(today=timezone.localdate(now)))
    contact = customers.add_contact(customer=deal.customer, draft=person, by=by, now=now)
    if draft != StanceDraft():
        take_stance(deal=deal, contact=contact, version=0, draft=draft, by=by, now=now)
    if boss_id is not None:
        set_boss(deal=deal, contact=contact, boss_id=boss_id, by=by, now=now)
    return contact


@transaction.atomic
def set_boss(*, deal: Opportunity, contact: Contact, boss_id: int | None, by: Principal, now: datetime) -> None:
    """Whom he reports to, of the same customer; None: not known. The customer's people take turns, so that no two
    edits make a circle. Refused: deal_closed, contact_elsewhere, reports_to_himself, reports_in_a_circle."""
    deal = held(deal, by=by)
    Customer.objects.select_for_update().get(pk=deal.customer_id)
    lines = lines_of(deal.customer_id)
    if lines.get(contact.pk) == boss_id:
        return
    verdict = is_open(deal) & has_map(deal)
    verdict &= of_customer(contact.pk, deal, field="contact") & of_customer(boss_id, deal, field="boss")
    if boss_id is not None:
        verdict &= may_report(contact.pk, boss_id, lines)
    must(verdict)
    names = dict(Contact.objects.filter(pk__in=[boss_id or 0, lines.get(contact.pk) or 0]).values_list("pk", "name"))
    line, _ = Reporting.objects.update_or_create(
        contact=contact, defaults={"boss_id": boss_id, "by_id": by.user_id, "at": now}
    )
    changes = {"boss": (names.get(lines.get(contact.pk) or 0, ""), names.get(boss_id or 0, ""))}
    tell("reporting", deal, line, by=by, now=now, changes=changes, facts=_named(contact))


@transaction.atomic
def think_of_role(*, deal: Opportunity, role: DecisionRole, note: str, by: Principal, now: datetime) -> RoleCheck:
    """Thought of, and nobody has this role. Refused: deal_closed, role_never_empty (somebody decides), too_long …"""
    deal = held(deal, by=by)
    verdict = is_open(deal) & has_map(deal) & text_fault(note, field="note", limit=200)
    if role not in MAY_BE_NOBODY:
        verdict &= no("role_never_empty")
    must(verdict)
    said = {"note": note.strip(), "by_id": by.user_id, "at": now, "taken_back_at": None}
    check, _ = RoleCheck.objects.update_or_create(opportunity=deal, role=role.value, defaults=said)
    tell("role_thought", deal, check, by=by, now=now, facts={"role": role.value, "note": check.note})
    return check


@transaction.atomic
def reconsider_role(*, deal: Opportunity, role: DecisionRole, by: Principal, now: datetime) -> None:
    """There may be somebody after all."""
    deal = held(deal, by=by)
    must(is_open(deal))
    check = RoleCheck.objects.filter(opportunity=deal, role=role.value, taken_back_at=None).first()
    if check is not None:
        check.taken_back_at = now
        check.save(update_fields=["taken_back_at"])
        tell("role_reconsidered", deal, check, by=by, now=now, facts={"role": role.value})


def _stance(
    deal: Opportunity, contact: Contact, *, version: int | None, by: Principal, now: datetime
) -> tuple[Opportunity, Stance]:
    """The deal and the stance, locked; a new stance where there was none. ``version`` None: whatever it is."""
    deal = held(deal, by=by)
    must(is_open(deal) & has_map(deal) & of_customer(contact.pk, deal, field="contact"))
    found = Stance.objects.select_for_update().filter(opportunity=deal, contact=contact).first()
    if version is not None and version != (found.version if found else 0):
        raise Conflict(found)
    return deal, found or Stance(opportunity=deal, contact=contact, version=0, created_at=now)


def _take(
    deal: Opportunity, stance: Stance, before: StanceDraft, draft: StanceDraft, *, by: Principal, now: datetime
) -> Stance:
    after = {name: text.strip() if isinstance(text, str) else text for name, text in asdict(draft).items()}
    changes = changes_between(before=asdict(before), after=after)
    if not changes:
        return stance
    _save(stance, **after)
    if draft.attitude != before.attitude:
        AttitudeEntry.objects.create(
            stance=stance, attitude=draft.attitude, since=stance.since, note=stance.note, by_id=by.user_id, at=now
        )
    tell("stance", deal, stance, by=by, now=now, changes=changes, facts=_named(stance.contact))
    return stance


def _save(stance: Stance, **values: Any) -> None:
    for name, value in values.items():
        setattr(stance, name, value)
    stance.version += 1
    stance.save()


def _named(contact: Contact) -> dict[str, str]:
    return {"name": contact.name, "position": contact.position}
