"""A calculation sent by private link, and the customer's own variants coming back (S6.3)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.actions import make_link
from tuoke.services.links.models import Link
from tuoke.services.links.rules import last_digits
from tuoke.services.links.rules import problem as link_problem
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns import hooks
from tuoke.steps.negotiation.returns.actions.calculations import kept_by_customer, said_of
from tuoke.steps.negotiation.returns.actions.doors import contact_of, held, is_open, must, tell
from tuoke.steps.negotiation.returns.models import Calculation, Share
from tuoke.steps.negotiation.returns.rules import MOST_VARIANTS, NOTE_LIMIT, Figures, SendDraft
from tuoke.steps.negotiation.returns.rules.sharing import NAME_LIMIT

LINK_KIND = "returns"


@transaction.atomic
def send(*, calculation: Calculation, draft: SendDraft, by: Principal, now: datetime) -> Share:
    """Make the private link for one person. Refused: contact_missing, contact_elsewhere, contact_gone, expires_missing,
    expiry_out_of_range, phone_missing, calculation_withdrawn, deal_closed."""
    deal = held(calculation.opportunity, by=by)
    current = Calculation.objects.get(pk=calculation.pk)
    contact = contact_of(draft.contact_id, deal)
    digits = last_digits(contact.phone) if contact else ""
    verdict = is_open(deal) & draft.faults(phone_digits=digits, today=timezone.localdate(now))
    verdict &= _sendable(current, draft, contact)
    must(verdict)
    assert contact is not None
    assert draft.expires_on is not None
    assert by.user_id is not None
    share = Share.objects.create(
        calculation=current,
        contact=contact,
        recipient=contact.name,
        message=draft.message.strip(),
        shows_rivals=draft.shows_rivals,
        sent_by_id=by.user_id,
        sent_at=now,
    )
    challenge = digits if draft.challenge else ""
    share.link = _link(share, deal, expires_on=draft.expires_on, challenge=challenge, by=by, now=now)
    share.save(update_fields=["link"])
    facts = said_of(current) | {"recipient": share.recipient, "expires_on": draft.expires_on}
    tell("sent", deal, share, by=by, now=now, facts=facts)
    return share


@transaction.atomic
def customer_calculates(
    *, link: Link, figures: Figures, name: str, note: str, by: Principal, now: datetime, where: str
) -> Calculation:
    """He sends what he worked out. The same figures with the same words again are the one that was kept already.

    Raises Share.DoesNotExist; Refused: link_dead, deal_closed, contact_gone, calculation_gone, variants_too_many, the
    faults of figures and words.
    """
    share = Share.objects.select_related("calculation", "contact", "link").get(link_id=link.pk)
    deal = Opportunity.objects.select_for_update().get(pk=share.calculation.opportunity_id)
    name, note = name.strip(), note.strip()
    verdict = may_answer(share, deal, now=now) & figures.faults()
    verdict &= text_fault(name, field="name", limit=NAME_LIMIT) & text_fault(note, field="note", limit=NOTE_LIMIT)
    must(verdict)
    so_far = list(share.variants.order_by("-number"))
    same = next((one for one in so_far if one.content == figures.store() and one.note == note), None)
    if same is not None:
        return same
    must(no("variants_too_many", most=MOST_VARIANTS) if len(so_far) >= MOST_VARIANTS else YES)
    found = kept_by_customer(share=share, deal=deal, figures=figures, name=name, note=note, now=now)
    facts = said_of(found) | {"recipient": share.recipient, "name": name, "note": note[:200], "where": where[:45]}
    tell("customer_calculated", deal, found, by=by, now=now, facts=facts)
    for told in hooks.on_customer_calculated:
        told(found, by, now)
    return found


def may_answer(share: Share, deal: Opportunity, *, now: datetime) -> Verdict:
    """Every reason why the customer can no longer send anything through this link."""
    verdict = is_open(deal)
    if share.calculation.withdrawn_at is not None:
        verdict &= no("calculation_gone")
    if share.contact.do_not_contact:
        verdict &= no("contact_gone", name=share.recipient)
    link = share.link
    if link is None or link_problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now):
        verdict &= no("link_dead")
    return verdict


def _sendable(calculation: Calculation, draft: SendDraft, contact: Contact | None) -> Verdict:
    verdict = no("calculation_withdrawn") if calculation.withdrawn_at else YES
    if draft.contact_id and contact is None:
        verdict &= no("contact_elsewhere", field="contact")
    if contact is not None and contact.do_not_contact:
        verdict &= no("contact_gone", field="contact", name=contact.name)
    return verdict


def _link(share: Share, deal: Opportunity, *, expires_on: date, challenge: str, by: Principal, now: datetime) -> Link:
    ends = timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time.min))
    return make_link(
        kind=LINK_KIND,
        subject=share,
        recipient=share.recipient,
        recipient_id=share.contact_id,
        expires_at=ends,
        challenge=challenge,
        title=_("投入产出测算") + f" {share.calculation.number}",
        thread=deal,
        party=f"customers.customer:{deal.customer_id}",
        by=by,
        now=now,
    )
