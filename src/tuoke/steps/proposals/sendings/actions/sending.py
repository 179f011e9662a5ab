"""A proposal on its way: asked for, tried again, called off; what came back answered (S5.2, S5.4).

Its link is ended where all private links are: ``links.actions.revoke_link``.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.notifications import smtp
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.actions import freeze, locked_proposal
from tuoke.steps.proposals.models import Proposal
from tuoke.steps.proposals.queries import current_proposal
from tuoke.steps.proposals.sendings.actions.checks import held, is_open, locked, may_still_go, must, tell
from tuoke.steps.proposals.sendings.actions.delivering import begin
from tuoke.steps.proposals.sendings.models import Remark, Sending
from tuoke.steps.proposals.sendings.queries import lacks_of
from tuoke.steps.proposals.sendings.rules import (
    RECIPIENTS_MOST,
    Reach,
    SendDraft,
    State,
    may_be_said,
    may_go_out,
    may_reach,
)


@transaction.atomic
def send(*, deal: Opportunity, draft: SendDraft, host: str = "", by: Principal, now: datetime) -> Sending:
    """Freeze what the proposal says and begin to prepare it for one person: his link exists, and the proposal counts as
    sent, once its papers are written. ``host`` (https://…) begins the address in the mail.

    Refused with every reason of ``rules.may_go_out`` and ``rules.may_reach``, deal_closed, too_many_preparing.
    """
    deal, today = held(deal, by=by), timezone.localdate(now)
    proposal = current_proposal(deal)
    if proposal is not None:
        proposal = locked_proposal(proposal, by=by)  # nobody writes between what is judged and what is frozen
    contact = Contact.objects.filter(pk=draft.contact_id or 0).first()
    must(_sendable(deal, proposal, draft, contact, today=today))
    assert proposal is not None
    assert contact is not None
    assert draft.expires_on is not None
    assert by.user_id is not None
    version = freeze(
        proposal=proposal, note=draft.note, by=by, now=now
    )  # the latest one, where nothing has changed since
    sending = Sending.objects.create(
        opportunity=deal,
        version=version,
        contact=contact,
        recipient=contact.name,
        email=contact.email if draft.by_mail else "",
        message=draft.message.strip(),
        expires_on=draft.expires_on,
        challenge=draft.challenge,
        may_download=draft.may_download,
        by_mail=draft.by_mail,
        attach=draft.attach,
        host=host[:200],
        worked_at=now,
        created_by_id=by.user_id,
        created_at=now,
    )
    begin(sending, now=now)
    tell("begun", sending, by=by, at=now, is_on_timeline=False, expires_on=draft.expires_on)
    return sending


@transaction.atomic
def retry(*, sending: Sending, by: Principal, now: datetime) -> Sending:
    """Prepare once more what failed. Refused: not_failed, and what stands in its way by now."""
    sending = locked(sending, by=by)
    verdict = YES if sending.state == State.FAILED else no("not_failed")
    must(verdict & may_still_go(sending, today=timezone.localdate(now)))
    sending.state, sending.error, sending.error_codes, sending.attempts = State.PREPARING.value, "", [], 0
    sending.worked_at = now
    sending.save(update_fields=["state", "error", "error_codes", "attempts", "worked_at"])
    begin(sending, now=now)
    tell("retried", sending, by=by, at=now, is_on_timeline=False)
    return sending


@transaction.atomic
def cancel(*, sending: Sending, by: Principal, now: datetime) -> Sending:
    """Call it off while nobody has got it. Refused: already_out."""
    sending = locked(sending, by=by)
    must(YES if sending.state in (State.PREPARING, State.FAILED) else no("already_out"))
    sending.state = State.CANCELLED.value
    sending.save(update_fields=["state"])
    tell("cancelled", sending, by=by, at=now, is_on_timeline=False)
    return sending


@transaction.atomic
def answer_remark(*, remark: Remark, text: str, by: Principal, now: datetime) -> Remark:
    """Answer what the customer asked; he reads it on his page. Answering again writes the answer anew.

    Raises Remark.DoesNotExist where ``by`` may not write about the deal.
    """
    seen = Remark.objects.visible_to(by, "write").select_for_update(of=("self",))
    said = seen.select_related("sending__opportunity", "sending__version").get(pk=remark.pk)
    verdict = may_be_said(text) & (no("remark_taken_back") if said.withdrawn_at else YES)
    must(verdict & is_open(said.sending.opportunity))
    said.answer, said.answered_by_id, said.answered_at = text.strip(), by.user_id, now
    said.save(update_fields=["answer", "answered_by", "answered_at"])
    tell(
        "answered", said.sending, by=by, at=now, section=said.title, text=said.text[:200], answer=said.answer[:200]
    )  # fmt: skip
    return said


# Asking


def _sendable(
    deal: Opportunity, proposal: Proposal | None, draft: SendDraft, contact: Contact | None, *, today: date
) -> Verdict:
    verdict = is_open(deal)
    if proposal is None:
        verdict &= no("nothing_to_send")
    else:
        verdict &= may_go_out(lacks_of(proposal, today=today))
    verdict &= may_reach(draft, _reach(deal, contact), mail_is_on=smtp.is_on(), today=today)
    if Sending.objects.preparing().filter(opportunity=deal).count() >= RECIPIENTS_MOST:
        verdict &= no("too_many_preparing", limit=RECIPIENTS_MOST)
    return verdict


def _reach(deal: Opportunity, contact: Contact | None) -> Reach:
    if contact is None or contact.customer_id != deal.customer_id:
        return Reach(is_elsewhere=True)
    return Reach(phone=contact.phone, email=contact.email, is_gone=contact.do_not_contact)
