"""勿扰 (O5): somebody doesn't want to be contacted. Every channel stops; what he says himself may still be written down."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, no
from tuoke.base.records.actions import record
from tuoke.services.exchange.rules import sound
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import SILENCE_LIMIT


@transaction.atomic
def leave_alone(*, contact: Contact, reason: str, by: Principal, now: datetime) -> Contact:
    """Nobody contacts him from today on. Already so: the first reason stands. Refused: blank, too_long, text_broken."""
    contact, reason = _held(contact, by), reason.strip()
    if not reason:
        raise Refused(no("blank", field="reason"))
    if len(reason) > SILENCE_LIMIT:
        raise Refused(no("too_long", field="reason", limit=SILENCE_LIMIT, found=len(reason)))
    if not sound(reason):
        raise Refused(no("text_broken", field="reason"))
    if not contact.do_not_contact:
        contact.do_not_contact, contact.do_not_contact_reason = True, reason
        contact.do_not_contact_since = timezone.localdate(now)
        _save(contact, "customers.left_alone", by=by, now=now)
    return contact


@transaction.atomic
def contact_again(*, contact: Contact, by: Principal, now: datetime) -> Contact:
    """He may be contacted again; the history keeps why he wasn't."""
    contact = _held(contact, by)
    if contact.do_not_contact:
        contact.do_not_contact, contact.do_not_contact_reason, contact.do_not_contact_since = False, "", None
        _save(contact, "customers.contacted_again", by=by, now=now)
    return contact


def _held(contact: Contact, by: Principal) -> Contact:
    return Contact.objects.visible_to(by, "write").select_for_update(of=("self",)).get(pk=contact.pk)


def _save(contact: Contact, kind: str, *, by: Principal, now: datetime) -> None:
    contact.version += 1
    contact.save(update_fields=["do_not_contact", "do_not_contact_reason", "do_not_contact_since", "version"])
    facts = {"name": contact.name, "reason": contact.do_not_contact_reason}
    customer = contact.customer
    record(kind=kind, subject=contact, thread=customer, party=customer, by=by, at=now, facts=facts)
