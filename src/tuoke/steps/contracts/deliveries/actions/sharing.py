"""The delivery sent to the customer by private link (S7.3)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import no
from tuoke.services.links.actions import make_link
from tuoke.services.links.models import Link
from tuoke.services.links.rules import last_digits
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.actions.doors import contact_of, must, opened, tell
from tuoke.steps.contracts.deliveries.models import Share
from tuoke.steps.contracts.deliveries.queries import ready_to_send
from tuoke.steps.contracts.deliveries.rules import SendDraft

LINK_KIND = "delivery"


@transaction.atomic
def send(*, deal: Opportunity, draft: SendDraft, by: Principal, now: datetime) -> Share:
    """A private link for one person; it shows the delivery as it is when he looks. Refused: the draft's faults,
    contact_elsewhere, contact_gone, nothing_to_accept, deal_closed."""
    deal = opened(deal, by=by)
    contact = contact_of(draft.contact_id, deal)
    digits = last_digits(contact.phone) if contact else ""
    verdict = draft.faults(phone_digits=digits, today=timezone.localdate(now))
    if draft.contact_id and contact is None:
        verdict &= no("contact_elsewhere", field="contact")
    if contact is not None and contact.do_not_contact:
        verdict &= no("contact_gone", field="contact", name=contact.name)
    must(verdict & ready_to_send(deal))
    assert contact is not None
    assert draft.expires_on is not None
    assert by.user_id is not None
    share = Share.objects.create(
        opportunity=deal, contact=contact, recipient=contact.name, message=draft.message.strip(), sent_by_id=by.user_id,
        sent_at=now,
    )  # fmt: skip
    challenge = digits if draft.challenge else ""
    share.link = _link(share, deal, expires_on=draft.expires_on, challenge=challenge, by=by, now=now)
    share.save(update_fields=["link"])
    tell("sent", deal, share, by=by, now=now, facts={"recipient": share.recipient, "expires_on": draft.expires_on})
    return share


def _link(share: Share, deal: Opportunity, *, expires_on: date, challenge: str, by: Principal, now: datetime) -> Link:
    ends = timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time.min))
    return make_link(
        kind=LINK_KIND,
        subject=share,
        recipient=share.recipient,
        recipient_id=share.contact_id,
        expires_at=ends,
        challenge=challenge,
        title=_("首期交付验收"),
        thread=deal,
        party=f"customers.customer:{deal.customer_id}",
        by=by,
        now=now,
    )
