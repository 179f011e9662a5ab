"""Where a letter is written, and where a fact that it lacks is written down."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db import models
from django.urls import reverse

from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import NextAction, Subject, column_of
from tuoke.spine.followups.queries import party_of
from tuoke.steps.outreach.mails.rules import Recipient

OF_PERSON = frozenset({"联系人", "称呼", "职位"})
OF_NEWS = frozenset({"近况", "近况日期"})
OF_DEAL = frozenset({"产品", "预算"})
OF_PLAN = frozenset({"约定日期", "约定时间", "约定地点", "会议链接"})


def kind_of(subject: Subject) -> str:
    """lead, customer or deal, as addresses call it."""
    column = column_of(subject)
    return "deal" if column == "opportunity" else column


def letter_url(subject: models.Model, contact: Contact | None = None) -> str:
    """``customers.hooks.letter_url``: where one writes to somebody of a lead, customer or deal."""
    if not isinstance(subject, Lead | Customer | Opportunity):
        return ""
    asked = {kind_of(subject): subject.pk} | ({"to": contact.pk} if contact else {})
    return f"{reverse('mails:write')}?{urlencode(asked)}"


def action_url(action: NextAction) -> str:
    """Where a to-do that is a mail is done; blank for any other (``followups.hooks.letter_url``). No query."""
    if action.channel != "email":
        return ""
    pairs = (("deal", action.opportunity_id), ("customer", action.customer_id), ("lead", action.lead_id))
    kind, pk = next((kind, pk) for kind, pk in pairs if pk is not None)
    return f"{reverse('mails:write')}?{urlencode({kind: pk, 'action': action.pk})}"


def person_url(subject: Subject, person: Recipient) -> str:
    """Where somebody's address is put in or corrected."""
    if person.contact_id:
        return reverse("customers:edit_contact", args=[person.contact_id])
    return reverse("leads:edit", args=[subject.pk])


def place_of(name: str, *, subject: Subject, person: Recipient | None) -> str:
    """Where the fact of a placeholder is written down; blank where no record holds it."""
    party = party_of(subject)
    kind = "customer" if isinstance(party, Customer) else "lead"
    if name.startswith("我"):
        return ""
    if name in OF_PERSON and person:
        return person_url(subject, person)
    if name in OF_NEWS:
        return reverse("outreach:add", args=["event", kind, party.pk])
    if name == "关注点" and person and person.contact_id:
        return reverse("outreach:add", args=["concern", "contact", person.contact_id])
    if name in OF_DEAL and isinstance(subject, Opportunity):
        return reverse("deals:edit", args=[subject.pk])
    if name in OF_PLAN:
        return f"{reverse('followups:plan')}?{kind_of(subject)}={subject.pk}"
    return reverse("customers:edit" if kind == "customer" else "leads:edit", args=[party.pk])
