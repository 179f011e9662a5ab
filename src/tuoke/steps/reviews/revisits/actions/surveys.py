"""The survey: sent by private link, answered by the customer himself (S8.2)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Verdict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.services.links.actions import make_link
from tuoke.services.links.models import Link
from tuoke.services.links.rules import last_digits
from tuoke.services.links.rules import problem as link_problem
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits import hooks
from tuoke.steps.reviews.revisits.actions.doors import contact_of, held, is_visited, must, tell
from tuoke.steps.reviews.revisits.actions.planning import draw_near
from tuoke.steps.reviews.revisits.actions.relations import settle
from tuoke.steps.reviews.revisits.models import Survey
from tuoke.steps.reviews.revisits.rules import Answer, SurveyDraft
from tuoke.steps.reviews.revisits.rules.surveys import NAME_LIMIT

LINK_KIND = "survey"


@transaction.atomic
def send_survey(*, deal: Opportunity, draft: SurveyDraft, by: Principal, now: datetime) -> Survey:
    """Make the private link for one person. Refused: deal_still_open, contact_missing, contact_elsewhere, contact_gone,
    expires_missing, expiry_out_of_range, phone_missing, too_long …"""
    deal = held(deal, by=by)
    contact, verdict = contact_of(draft.contact_id, deal)
    digits = last_digits(contact.phone) if contact else ""
    verdict &= is_visited(deal) & draft.faults(phone_digits=digits, today=timezone.localdate(now))
    if contact is not None and contact.do_not_contact:
        verdict &= no("contact_gone", field="contact", name=contact.name)
    must(verdict)
    assert contact is not None
    assert draft.expires_on is not None
    assert by.user_id is not None
    survey = Survey.objects.create(
        opportunity=deal, contact=contact, recipient=contact.name, message=draft.message.strip(),
        sent_by_id=by.user_id, sent_at=now,
    )  # fmt: skip
    challenge = digits if draft.challenge else ""
    survey.link = _link(survey, contact, expires_on=draft.expires_on, challenge=challenge, by=by, now=now)
    survey.save(update_fields=["link"])
    facts = {"recipient": survey.recipient, "expires_on": draft.expires_on}
    tell("survey_sent", deal, survey, by=by, now=now, facts=facts)
    return survey


@transaction.atomic
def customer_answers(*, link: Link, answer: Answer, name: str, by: Principal, now: datetime, where: str) -> Survey:
    """He says how satisfied he is; until the link ends he may say it anew, and what he said last counts. A low score, or
    his wish to be called, brings the next visit near.

    Raises Survey.DoesNotExist; Refused: link_dead, deal_still_open, contact_gone, score_missing, score_out_of_range,
    choice_unknown, too_long …
    """
    survey = Survey.objects.select_related("contact", "link").get(link_id=link.pk)
    deal = Opportunity.objects.select_for_update().get(pk=survey.opportunity_id)
    survey.refresh_from_db(fields=["score", "choices", "comment", "wants_call", "first_answered_at", "answered_at"])
    verdict = may_answer(survey, deal, now=now) & answer.faults()
    must(verdict & text_fault(name, field="name", limit=NAME_LIMIT))
    if _is_same(survey, answer):
        return survey
    is_first, before = survey.answered_at is None, survey.score
    survey.score, survey.choices = answer.score, {k: v for k, v in answer.choices.items() if v}
    survey.comment, survey.wants_call = answer.comment.strip(), answer.wants_call
    survey.answered_name = name.strip()
    survey.first_answered_at, survey.answered_at = survey.first_answered_at or now, now
    survey.save()
    facts = {
        "recipient": survey.recipient,
        "name": survey.answered_name,
        "score": survey.score,
        "before": before,
        "comment": survey.comment[:200],
        "wants_call": survey.wants_call,
        "where": where[:45],
    }
    tell("survey_answered", deal, survey, by=by, now=now, facts=facts)
    if answer.is_low or answer.wants_call:
        draw_near(deal, now=now)
    settle([deal.customer_id], now=now)
    for told in hooks.on_answered:
        told(survey, is_first, by, now)
    return survey


def may_answer(survey: Survey, deal: Opportunity, *, now: datetime) -> Verdict:
    """Every reason why the customer can no longer answer through this link."""
    verdict = is_visited(deal)
    if survey.contact.do_not_contact:
        verdict &= no("contact_gone", name=survey.recipient)
    link = survey.link
    if link is None or link_problem(expires_at=link.expires_at, revoked_at=link.revoked_at, now=now):
        verdict &= no("link_dead")
    return verdict


def _is_same(survey: Survey, answer: Answer) -> bool:
    said = (survey.score, survey.comment, survey.wants_call, survey.choices)
    chosen = {k: v for k, v in answer.choices.items() if v}
    return survey.answered_at is not None and said == (answer.score, answer.comment.strip(), answer.wants_call, chosen)


def _link(survey: Survey, contact: Contact, *, expires_on: date, challenge: str, by: Principal, now: datetime) -> Link:
    ends = timezone.make_aware(datetime.combine(expires_on + timedelta(days=1), time.min))
    return make_link(
        kind=LINK_KIND,
        subject=survey,
        recipient=survey.recipient,
        recipient_id=contact.pk,
        expires_at=ends,
        challenge=challenge,
        title=_("满意度问卷"),
        thread=survey.opportunity,
        party=f"customers.customer:{contact.customer_id}",
        by=by,
        now=now,
    )


__all__ = ["LINK_KIND", "customer_answers", "may_answer", "send_survey"]
