"""The list of needs on its way to the customer: sent as a version, sent again; his words answered (S4.3).

Its link is ended where all private links are: ``links.actions.revoke_link``.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.services.links.actions import make_link, revoke_link
from tuoke.services.links.models import Link
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.actions.checks import is_open, locked_deal, refuse
from tuoke.steps.discovery.actions.needs import in_order
from tuoke.steps.discovery.models import Confirmation, Need, NeedComment
from tuoke.steps.discovery.rules import (
    FrozenNeed,
    NeedKind,
    Priority,
    SendDraft,
    last_four,
    may_be_commented,
    may_be_sent,
    written,
)
from tuoke.steps.discovery.rules.sharing import CommentKind

LINK_KIND = "needs"


@transaction.atomic
def send_list(*, deal: Opportunity, draft: SendDraft, by: Principal, now: datetime) -> Confirmation:
    """Freeze the list as the next version and make the private link for the person it goes to.

    A version that still waits is superseded: its link goes on opening, and says so.
    """
    deal = locked_deal(deal, by=by)
    contact = Contact.objects.filter(pk=draft.contact_id or 0, customer_id=deal.customer_id).first()
    needs = in_order(Need.objects.listed().filter(opportunity=deal, kind__in=[k.value for k in draft.kinds]))
    refuse(_sendable(draft, needs=len(needs), contact=contact, now=now) & is_open(deal))
    assert contact is not None
    assert by.user_id is not None
    Confirmation.objects.waiting().filter(opportunity=deal).update(superseded_at=now)
    last = Confirmation.objects.filter(opportunity=deal).aggregate(n=Max("number"))["n"] or 0
    sent = Confirmation.objects.create(
        opportunity=deal,
        number=last + 1,
        content=written([_frozen(need) for need in needs]),
        message=draft.message.strip(),
        contact=contact,
        recipient=contact.name,
        sent_by_id=by.user_id,
        sent_at=now,
    )
    sent.link = _link(sent, expires_on=draft.expires_on, asks=draft.challenge, by=by, now=now)
    sent.save(update_fields=["link"])
    _tell("list_sent", sent, by=by, at=now, needs=len(needs), expires_on=draft.expires_on, asks=draft.challenge)
    return sent


@transaction.atomic
def resend_list(
    *, sent: Confirmation, expires_on: date | None, challenge: bool, by: Principal, now: datetime
) -> Confirmation:
    """The same version with a new link; the old one opens nothing any more.

    Raises Confirmation.DoesNotExist where ``by`` may not send it.
    """
    sent = _held(sent, by=by)
    draft = SendDraft(contact_id=sent.contact_id, expires_on=expires_on, challenge=challenge)
    refuse(_sendable(draft, needs=len(sent.content), contact=sent.contact, now=now) & _waits(sent))
    if sent.link is not None:
        revoke_link(link=sent.link, by=by, now=now)
    sent.link = _link(sent, expires_on=expires_on, asks=challenge, by=by, now=now)
    sent.save(update_fields=["link"])
    _tell("list_resent", sent, by=by, at=now, expires_on=expires_on, asks=challenge)
    return sent


@transaction.atomic
def answer_comment(*, comment: NeedComment, text: str, by: Principal, now: datetime) -> NeedComment:
    """Answer what the customer said; he reads it on his page. Answering again writes the answer anew.

    Raises NeedComment.DoesNotExist where ``by`` may not write about the deal.
    """
    said = (
        NeedComment.objects.visible_to(by, "write")
        .select_for_update(of=("self",))
        .select_related("confirmation__opportunity__customer")
        .get(pk=comment.pk)
    )
    refuse(may_be_commented(text, kind=CommentKind.COMMENT, so_far=0) & _may_answer(said))
    said.answer, said.answered_by_id, said.answered_at = text.strip(), by.user_id, now
    said.save(update_fields=["answer", "answered_by", "answered_at"])
    _tell("comment_answered", said.confirmation, by=by, at=now, text=said.text[:200], answer=said.answer[:200])
    return said


# Asking


def _sendable(draft: SendDraft, *, needs: int, contact: Contact | None, now: datetime) -> Verdict:
    phone = contact.phone if contact else ""
    verdict = may_be_sent(draft, needs=needs, phone=phone, today=timezone.localdate(now))
    if draft.contact_id is not None and contact is None:
        verdict &= no("contact_elsewhere")
    if contact is not None and contact.do_not_contact:
        verdict &= no("contact_gone", name=contact.name)
    return verdict


def _waits(sent: Confirmation) -> Verdict:
    verdict = is_open(sent.opportunity)
    if sent.superseded_at:
        verdict &= no("list_superseded")
    if sent.confirmed_at:
        verdict &= no("already_confirmed", name=sent.confirmed_name, at=sent.confirmed_at)
    return verdict


def _may_answer(said: NeedComment) -> Verdict:
    return (no("comment_taken_back") if said.withdrawn_at else YES) & is_open(said.confirmation.opportunity)


def _held(sent: Confirmation, *, by: Principal) -> Confirmation:
    return (
        Confirmation.objects.visible_to(by, "write")
        .select_for_update(of=("self",))
        .select_related("opportunity__customer", "contact", "link")
        .get(pk=sent.pk)
    )


# Making


def _frozen(need: Need) -> FrozenNeed:
    return FrozenNeed(need.pk, NeedKind(need.kind), need.description, Priority(need.priority))


def _link(sent: Confirmation, *, expires_on: date | None, asks: bool, by: Principal, now: datetime) -> Link:
    if expires_on is None:
        raise Refused(no("expires_missing"))
    ends = timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time.min))
    return make_link(
        kind=LINK_KIND,
        subject=sent,
        recipient=sent.recipient,
        recipient_id=sent.contact_id,
        expires_at=ends,
        challenge=last_four(sent.contact.phone) if asks else "",
        title=_("客户需求清单") + f" v{sent.number}",
        thread=sent.opportunity,
        party=sent.opportunity.customer,
        by=by,
        now=now,
    )


def _tell(verb: str, sent: Confirmation, *, by: Principal, at: datetime, **more: object) -> None:
    deal = sent.opportunity
    facts = {"number": sent.number, "recipient": sent.recipient, **more}
    record(kind=f"discovery.{verb}", subject=sent, thread=deal, party=deal.customer, by=by, at=at, facts=facts)
