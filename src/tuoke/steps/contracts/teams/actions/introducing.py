"""The team is introduced to the customer, and the plan is given to him (S7.2)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.links.actions import make_link
from tuoke.services.links.models import Link
from tuoke.services.links.rules import last_digits
from tuoke.services.notifications.models import Mail
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.steps.contracts.teams.actions.doors import contact_of, is_open, must, opened, tell
from tuoke.steps.contracts.teams.models import Introduction, PlanShare
from tuoke.steps.contracts.teams.queries import ready_to_introduce, ready_to_share
from tuoke.steps.contracts.teams.rules import IntroductionDraft, ShareDraft, Way
from tuoke.steps.outreach.mails.actions import send_letter
from tuoke.steps.outreach.mails.queries import recipients_of
from tuoke.steps.outreach.mails.rules import LetterDraft

LINK_KIND = "plan"


@transaction.atomic
def introduce(*, deal: Opportunity, draft: IntroductionDraft, by: Principal, now: datetime) -> Introduction:
    """The prepared message goes out by mail, or is noted as handed over in another way; either is a follow-up (F1).

    Refused: the draft's faults, team_missing, contact_elsewhere, contact_gone, deal_closed, and what a letter refuses
    (mail_off, to_no_address …).
    """
    deal = opened(deal, by=by)
    people = list(Contact.objects.filter(pk__in=draft.to, customer_id=deal.customer_id).order_by("id"))
    faults = draft.faults(today=timezone.localdate(now)) & _reachable(people, draft.to)
    must(faults & ready_to_introduce(deal))
    if draft.way is Way.MAIL:
        mail, on = _mailed(deal, people, draft, by=by, now=now), timezone.localdate(now)
    else:
        assert draft.on is not None
        mail, on = None, draft.on
        _noted(deal, people, draft, by=by, now=now)
    names = "、".join(person.name for person in people)[:400]
    row = Introduction.objects.create(
        opportunity=deal, subject=draft.subject.strip(), text=draft.text.strip(), to_names=names, way=draft.way.value,
        mail=mail, introduced_on=on, by_id=by.user_id, at=now,
    )  # fmt: skip
    tell("introduced", deal, row, by=by, now=now, facts={"to": names, "way": row.way, "on": on, "subject": row.subject})
    return row


@transaction.atomic
def withdraw_introduction(*, row: Introduction, by: Principal, now: datetime) -> Introduction:
    """Noted by mistake. What left by mail has left. Refused: sent_by_mail, already_withdrawn, deal_closed."""
    deal = opened(row.opportunity, by=by)
    current = Introduction.objects.get(pk=row.pk)
    verdict = is_open(deal) & (no("sent_by_mail") if current.way == Way.MAIL else YES)
    must(verdict & (no("already_withdrawn") if current.withdrawn_at else YES))
    current.withdrawn_at = now
    current.save(update_fields=["withdrawn_at"])
    tell("introduction_withdrawn", deal, current, by=by, now=now, facts={"to": current.to_names})
    return current


@transaction.atomic
def share_plan(*, deal: Opportunity, draft: ShareDraft, by: Principal, now: datetime) -> PlanShare:
    """The plan for one person of the customer: a private link, or noted as handed to him on a day. Refused: the draft's
    faults, contact_elsewhere, contact_gone, plan_missing, deal_closed."""
    deal = opened(deal, by=by)
    contact = contact_of(draft.contact_id, deal)
    digits = last_digits(contact.phone) if contact else ""
    verdict = draft.faults(phone_digits=digits, today=timezone.localdate(now))
    if draft.contact_id and contact is None:
        verdict &= no("contact_elsewhere", field="contact")
    if contact is not None and contact.do_not_contact and draft.way is Way.LINK:
        verdict &= no("contact_gone", field="contact", name=contact.name)
    must(verdict & ready_to_share(deal))
    assert contact is not None
    share = PlanShare.objects.create(
        opportunity=deal, contact=contact, recipient=contact.name, way=draft.way.value, message=draft.message.strip(),
        handed_on=draft.on if draft.way is Way.HAND else None, sent_by_id=by.user_id, sent_at=now,
    )  # fmt: skip
    if draft.way is Way.LINK:
        assert draft.expires_on is not None
        challenge = digits if draft.challenge else ""
        share.link = _link(share, deal, expires_on=draft.expires_on, challenge=challenge, by=by, now=now)
        share.save(update_fields=["link"])
    facts = {"recipient": share.recipient, "way": share.way, "on": share.handed_on, "expires_on": draft.expires_on}
    tell("plan_shared", deal, share, by=by, now=now, facts=facts)
    return share


@transaction.atomic
def withdraw_share(*, share: PlanShare, by: Principal, now: datetime) -> PlanShare:
    """Noted by mistake that he got it; a link is ended where links end. Refused: is_link, already_withdrawn."""
    deal = opened(share.opportunity, by=by)
    current = PlanShare.objects.get(pk=share.pk)
    verdict = is_open(deal) & (no("is_link") if current.way == Way.LINK else YES)
    must(verdict & (no("already_withdrawn") if current.withdrawn_at else YES))
    current.withdrawn_at = now
    current.save(update_fields=["withdrawn_at"])
    tell("plan_share_withdrawn", deal, current, by=by, now=now, facts={"recipient": current.recipient})
    return current


def _reachable(people: list[Contact], asked: tuple[int, ...]) -> Verdict:
    verdict = YES if len(people) == len(set(asked)) else no("contact_elsewhere", field="to")
    for person in people:
        if person.do_not_contact:
            verdict &= no("contact_gone", field="to", name=person.name)
    return verdict


def _mailed(
    deal: Opportunity, people: list[Contact], draft: IntroductionDraft, *, by: Principal, now: datetime
) -> Mail:
    wanted = {person.pk for person in people}
    keys = tuple(one.key for one in recipients_of(deal) if one.contact_id in wanted)
    letter = send_letter(
        subject=deal, draft=LetterDraft(to=keys, subject=draft.subject, text=draft.text), by=by, now=now
    )
    return letter.mail


def _noted(deal: Opportunity, people: list[Contact], draft: IntroductionDraft, *, by: Principal, now: datetime) -> None:
    assert draft.on is not None
    at = min(now, timezone.make_aware(datetime.combine(draft.on, time(12))))
    said = _("向%(names)s介绍交付团队") % {"names": "、".join(person.name for person in people)}
    followups.record_followup(
        subject=deal,
        at=at,
        channels=[draft.channel],
        outcome=FollowUpOutcome.PROGRESS,
        summary=f"{said}\n{draft.text.strip()}"[:4000],
        contact=people[0],
        by=by,
        now=now,
    )


def _link(
    share: PlanShare, deal: Opportunity, *, expires_on: date, challenge: str, by: Principal, now: datetime
) -> Link:
    ends = timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time.min))
    return make_link(
        kind=LINK_KIND,
        subject=share,
        recipient=share.recipient,
        recipient_id=share.contact_id,
        expires_at=ends,
        challenge=challenge,
        title=_("项目启动计划"),
        thread=deal,
        party=f"customers.customer:{deal.customer_id}",
        by=by,
        now=now,
    )
