"""A version of the contract on its way to the customer by private link."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.services.links.actions import make_link
from tuoke.services.links.models import Link
from tuoke.services.links.rules import last_digits
from tuoke.services.links.rules import problem as link_problem
from tuoke.spine.customers.models import Customer
from tuoke.steps.contracts.actions import freeze
from tuoke.steps.contracts.confirmations.actions.doors import contact_of, held_contract, may_confirm, must, tell
from tuoke.steps.contracts.confirmations.models import NAME_MAX, Invitation
from tuoke.steps.contracts.confirmations.rules import InviteDraft
from tuoke.steps.contracts.models import Contract, ContractVersion

LINK_KIND = "contract"


@transaction.atomic
def prepare(*, contract: Contract, by: Principal, now: datetime) -> ContractVersion:
    """The version that both sides are asked about: what the contract says now. Refused as ``contracts.actions.freeze``."""
    return freeze(contract=contract, note="", by=by, now=now)


@transaction.atomic
def invite(*, contract: Contract, draft: InviteDraft, by: Principal, now: datetime) -> Invitation:
    """Ask one person of the customer to confirm what the contract says now: a version is made of it, and a private link.

    Refused: contact_missing, contact_elsewhere, contact_gone, expires_missing, expiry_out_of_range, phone_missing,
    already_invited (his link is still open), and what ``prepare`` refuses.
    """
    contract = held_contract(contract, by=by)
    contact = contact_of(draft.contact_id, contract)
    digits = last_digits(contact.phone) if contact else ""
    verdict = may_confirm(contract) & draft.faults(phone_digits=digits, today=timezone.localdate(now))
    if draft.contact_id and contact is None:
        verdict &= no("contact_elsewhere", field="contact")
    if contact is not None:
        verdict &= no("contact_gone", field="contact", name=contact.name) if contact.do_not_contact else YES
        verdict &= _not_yet(contract, contact.pk, name=contact.name, now=now)
    must(verdict)
    assert contact is not None
    assert draft.expires_on is not None
    assert by.user_id is not None
    version = prepare(contract=contract, by=by, now=now)
    version.contract = contract
    sent = Invitation.objects.create(
        contract=contract, version=version, contact=contact, recipient=contact.name[:NAME_MAX],
        message=draft.message.strip(), sent_by_id=by.user_id, sent_at=now,
    )  # fmt: skip
    challenge = digits if draft.challenge else ""
    sent.link = _link(sent, contract, expires_on=draft.expires_on, challenge=challenge, by=by, now=now)
    sent.save(update_fields=["link"])
    tell("invited", version, sent, by=by, now=now, facts={"recipient": sent.recipient, "expires_on": draft.expires_on})
    return sent


@transaction.atomic
def bring_forward(*, invitation: Invitation, by: Principal, now: datetime) -> Invitation:
    """Let the link that he has already open what the contract says now; what he confirmed stays where the words are the
    same. Refused: link_dead, contact_gone, nothing_newer, and what ``prepare`` refuses."""
    contract = held_contract(invitation.contract, by=by)
    current = Invitation.objects.select_related("link", "contact").get(pk=invitation.pk)
    verdict = may_confirm(contract) & (YES if _is_open(current.link, now=now) else no("link_dead"))
    if current.contact.do_not_contact:
        verdict &= no("contact_gone", name=current.recipient)
    must(verdict)
    version = prepare(contract=contract, by=by, now=now)
    if version.pk == current.version_id:
        raise Refused(no("nothing_newer", number=version.number))
    current.version, version.contract = version, contract
    current.save(update_fields=["version"])
    tell("brought_forward", version, current, by=by, now=now, facts={"recipient": current.recipient})
    return current


def _not_yet(contract: Contract, contact_id: int, *, name: str, now: datetime) -> Verdict:
    sent = Invitation.objects.filter(contract=contract, contact_id=contact_id).select_related("link")
    is_sent = any(_is_open(one.link, now=now) for one in sent)
    return no("already_invited", field="contact", name=name) if is_sent else YES


def _is_open(link: Link | None, *, now: datetime) -> bool:
    return link is not None and not link_problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now)


def _link(
    sent: Invitation, contract: Contract, *, expires_on: date, challenge: str, by: Principal, now: datetime
) -> Link:
    deal = contract.opportunity
    ends = timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time.min))
    return make_link(
        kind=LINK_KIND,
        subject=sent,
        recipient=sent.recipient,
        recipient_id=sent.contact_id,
        expires_at=ends,
        challenge=challenge,
        title=_("合同 %(number)s") % {"number": contract.number},
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        by=by,
        now=now,
    )
