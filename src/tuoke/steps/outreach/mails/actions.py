from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from tuoke.base.accounts.models import User
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, Verdict, no
from tuoke.services.notifications.actions import queue_mail
from tuoke.services.notifications.queries import mail_from, mail_is_on
from tuoke.services.notifications.rules import Attached, may_be_queued
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.actions import record_followup
from tuoke.spine.followups.models import FollowUp, NextAction, Subject
from tuoke.spine.followups.queries import party_of
from tuoke.spine.followups.rules import SUMMARY_LIMIT
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.rules import ItemKind
from tuoke.steps.outreach.mails import queries
from tuoke.steps.outreach.mails.models import Letter
from tuoke.steps.outreach.mails.queries import Outgoing
from tuoke.steps.outreach.mails.rules import (
    GRACE,
    INVITE_TO_NEXT,
    NO_INVITATION,
    LetterDraft,
    may_be_written_to,
    may_leave,
)
from tuoke.steps.outreach.queries import facts_for


@transaction.atomic
def send_letter(*, subject: Subject, draft: LetterDraft, by: Principal, now: datetime) -> Letter:
    """发邮件 (S3.3): the mail on its way, the follow-up that it is, the next step and its invitation, in one transaction.

    It leaves after a moment in which it can be called back. Refused with every reason: mail_off, to_left_alone (勿扰),
    to_no_address, text_facts_missing (a 〔…〕 is left), what a mail or a follow-up refuses.
    """
    sender = User.objects.filter(pk=by.user_id or 0).first()
    if sender is None:
        raise Refused(no("may_not_send"))
    people, today = queries.recipients_of(subject), timezone.localdate(now)
    first = queries.contact_of(queries.first_to_write_to(people, draft.to))
    facts = facts_for(by, subject, contact=first, today=today)
    letter = queries.outgoing(draft, people=people, cc=queries.colleagues_for(by), facts=facts)
    template = _template(draft, by=by)
    _require(_verdict(draft, letter))
    followup = _follow_up(subject, draft, letter, by=by, now=now)
    attached = _attached(draft, letter, followup, sender=sender, by=by)
    mail = queue_mail(
        to=[one.header for one in letter.to],
        cc=[user.email for user in letter.cc],
        subject=letter.subject.text,
        text=letter.text.text,
        sender=sender,
        attachments=attached,
        thread=followup.subject,
        party=party_of(followup.subject),
        reference="mails.letter",
        url=followup.subject.get_absolute_url(),
        not_before=now + GRACE,
        now=now,
    )
    return Letter.objects.create(follow_up=followup, mail=mail, template=template)


def _verdict(draft: LetterDraft, letter: Outgoing) -> Verdict:
    verdict = may_be_written_to(letter.to) & may_leave(missing=letter.missing, invite=draft.invite, plan=draft.plan)
    if not mail_is_on():
        verdict = no("mail_off") & verdict
    able = [one.header for one in letter.to if one.why_not is None]
    mail = may_be_queued(
        to=able, cc=[user.email for user in letter.cc], subject=letter.subject.text, text=letter.text.text
    )
    named = tuple(reason for reason in mail.reasons if able or not letter.to or reason.code != "recipient_missing")
    return verdict & Verdict(named)


def _require(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def _template(draft: LetterDraft, *, by: Principal) -> ItemVersion | None:
    if draft.template_id is None:
        return None
    found = ItemVersion.objects.visible_to(by).filter(pk=draft.template_id, item__kind=ItemKind.MAIL).first()
    if found is None:
        raise Refused(no("template_gone"))
    return found


def _follow_up(subject: Subject, draft: LetterDraft, letter: Outgoing, *, by: Principal, now: datetime) -> FollowUp:
    """Booked with the words that went out: whoever reads the timeline needn't open the mail."""
    said = gettext("邮件《%(subject)s》") % {"subject": letter.subject.text}
    return record_followup(
        subject=subject,
        at=now,
        channels=[Channel.EMAIL.value],
        outcome=draft.outcome,
        summary=f"{said}\n{letter.text.text}"[:SUMMARY_LIMIT],
        contact=Contact.objects.filter(pk=letter.to[0].contact_id or 0).first(),
        plan=draft.plan,
        answers=NextAction.objects.waiting().about(subject).filter(pk=draft.answers_id or 0).first(),
        by=by,
        now=now,
    )


def _attached(
    draft: LetterDraft, letter: Outgoing, followup: FollowUp, *, sender: User, by: Principal
) -> tuple[Attached, ...]:
    if draft.invite == NO_INVITATION:
        return ()
    mine = NextAction.objects.waiting().about(followup.subject).filter(due_on__isnull=False, due_time__isnull=False)
    if draft.invite == INVITE_TO_NEXT:
        action = mine.filter(follow_up=followup).first()
    else:
        action = mine.filter(pk=int(draft.invite) if draft.invite.isdecimal() and len(draft.invite) < 19 else 0).first()
    if action is None:
        raise Refused(no("invite_gone"))
    return (queries.invitation(action, to=letter.to, sender=sender, organizer=mail_from(), who=by),)
