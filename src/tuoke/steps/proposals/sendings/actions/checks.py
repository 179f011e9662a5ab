"""What every verb about sendings asks first and tells afterwards."""

from __future__ import annotations

from datetime import date, datetime

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import record
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.doors import is_open, must
from tuoke.steps.proposals.actions.checks import held
from tuoke.steps.proposals.sendings.models import Presentation, Sending
from tuoke.steps.proposals.sendings.queries.lacks import has_ended_offer, has_lost_proof

__all__ = ["held", "is_open", "locked", "may_still_go", "must", "tell"]


def locked(sending: Sending, *, by: Principal) -> Sending:
    seen = Sending.objects.visible_to(by, "write").select_for_update(of=("self",))
    return seen.select_related("opportunity__customer", "contact").get(pk=sending.pk)


def may_still_go(sending: Sending, *, today: date) -> Verdict:
    """Between the press and the delivery, or a later try, something may have ended: deal_closed, contact_gone,
    expires_passed, proofs_gone, offer_over."""
    verdict = is_open(sending.opportunity)
    verdict &= no("contact_gone") if sending.contact.do_not_contact else YES
    verdict &= no("expires_passed") if sending.expires_on <= today else YES
    verdict &= no("proofs_gone") if has_lost_proof(sending.version, today=today) else YES
    return verdict & (no("offer_over") if has_ended_offer(sending.version, today=today) else YES)


def tell(
    verb: str,
    subject: Sending | Presentation,
    *,
    by: Principal,
    at: datetime,
    is_on_timeline: bool = True,
    **facts: object,
) -> None:
    deal = subject.opportunity
    party = f"{Customer._meta.label_lower}:{deal.customer_id}"
    if isinstance(subject, Sending):
        facts = {"number": subject.version.number, "recipient": subject.recipient, **facts}
    record(
        kind=f"sendings.{verb}", subject=subject, thread=deal if is_on_timeline else "", party=party, by=by, at=at,
        facts=facts,
    )  # fmt: skip
