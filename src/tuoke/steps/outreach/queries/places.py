"""Where on the screens something unknown is filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.urls import reverse

from tuoke.spine.customers.models import Contact, Lead
from tuoke.spine.customers.rules.verification import FactKey
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import Subject
from tuoke.spine.library.rules import ItemKind, Trigger
from tuoke.steps.outreach.queries.notes import party_for
from tuoke.steps.outreach.rules import NoteKind, Unknown

if TYPE_CHECKING:
    from tuoke.steps.outreach.queries.background import Person

KINDS = {"Lead": "lead", "Customer": "customer", "Opportunity": "deal"}
_OF_PARTY = {"客户名称", "行业", "地区", "规模"}
_OF_PERSON = {"联系人", "职位", "称呼"}
_OF_NEWS = {"近况", "近况日期"}
_OF_LEAD = {"介绍人", "线索来源", "采购时间"}
_OF_CASES = {"同行案例", "案例做法", "案例结果"}
_AGREED = {"约定日期", "约定时间", "约定地点", "会议链接"}


def kind_of(subject: Subject) -> str:
    """lead, customer or deal."""
    return KINDS[type(subject).__name__]


def place_of_unknown(what: Unknown, subject: Subject, people: Sequence[Person]) -> str:
    """Where an unknown of the sheet is filled in."""
    party = party_for(subject)
    match what:
        case Unknown.NEWS:
            return adding(NoteKind.EVENT, subject)
        case Unknown.PROFILE:
            return adding(NoteKind.PROFILE, subject)
        case Unknown.CONCERN:
            decider = next((person.contact for person in people if person.decides and person.contact), None)
            return adding(NoteKind.CONCERN, subject, contact=decider)
        case Unknown.BUDGET:
            return _budget(subject)
        case Unknown.VERIFIED | Unknown.DISPUTED:
            return f"{party.get_absolute_url()}#verification"
        case Unknown.CONTACT | Unknown.DECIDER | Unknown.REACH | Unknown.CHANNEL if not isinstance(party, Lead):
            return _person(what, party.pk, people)
        case _:
            return _edit(party.pk, is_lead=isinstance(party, Lead))


def place_of_fact(name: str, subject: Subject, contact: Contact | None) -> str:
    """Where the fact of a placeholder is written down; blank where no screen asks for it."""
    party = party_for(subject)
    is_lead = isinstance(party, Lead)
    lead = subject.lead if isinstance(subject, Opportunity) else None
    if name in _OF_NEWS:
        return adding(NoteKind.EVENT, subject)
    if name == "我方公司":
        return ""  # the administrators' to say
    if name == "关注点":
        return adding(NoteKind.CONCERN, subject, contact=contact)
    if name in _OF_CASES:
        return reverse("library:kind", args=[ItemKind.CASE.value])
    if name in _AGREED:
        return f"{reverse('followups:plan')}?{kind_of(subject)}={subject.pk}"
    if name in _OF_PERSON and contact is not None:
        return reverse("customers:edit_contact", args=[contact.pk])
    if name in _OF_PERSON and not is_lead:
        return reverse("customers:add_contact", args=[party.pk])
    if name in _OF_LEAD:
        return reverse("leads:edit", args=[lead.pk]) if lead else _edit(party.pk, is_lead=True) if is_lead else ""
    if name == "预算":
        return _budget(subject)
    if name == "痛点" and not is_lead:
        return f"{reverse('customers:facts_customer', args=[party.pk])}?key={FactKey.WANT}"
    if name == "产品":
        return reverse("deals:edit", args=[subject.pk]) if isinstance(subject, Opportunity) else ""
    return _edit(party.pk, is_lead=is_lead) if name in _OF_PARTY | _OF_PERSON | {"痛点"} else ""


def place_of_trigger(trigger: str, subject: Subject) -> str:
    """Where it is noted that something happened of which an opening speaks."""
    if trigger == Trigger.REFERRAL:
        return place_of_fact("介绍人", subject, None)
    return "" if trigger in {Trigger.EXISTING, Trigger.LOST, Trigger.EVENT} else adding(NoteKind.EVENT, subject)


def sheet_of(deal: Opportunity) -> str:
    """The background sheet (``deals.hooks.action_places``)."""
    return reverse("outreach:deal", args=[deal.pk])


def adding(sort: NoteKind, subject: Subject, *, contact: Contact | None = None) -> str:
    """The form for one more note: of the contact where one is meant, else of the lead or customer."""
    party = party_for(subject)
    if contact is not None:
        return reverse("outreach:add", args=[sort.value, "contact", contact.pk])
    if sort is NoteKind.CONCERN and not isinstance(party, Lead):
        return reverse("customers:add_contact", args=[party.pk])  # a company cares about nothing; its people do
    return reverse("outreach:add", args=[sort.value, kind_of(party), party.pk])


def _edit(pk: int, *, is_lead: bool) -> str:
    return reverse("leads:edit" if is_lead else "customers:edit", args=[pk])


def _budget(subject: Subject) -> str:
    if isinstance(subject, Opportunity):
        return reverse("deals:edit", args=[subject.pk])
    if isinstance(subject, Lead):
        return reverse("leads:edit", args=[subject.pk])
    return f"{reverse('customers:facts_customer', args=[subject.pk])}?key={FactKey.BUDGET}"


def _person(what: Unknown, customer: int, people: Sequence[Person]) -> str:
    """The first person of whom it isn't known; who decides is seen among all of them."""
    if what is Unknown.CONTACT:
        return reverse("customers:add_contact", args=[customer])
    lacks = {Unknown.REACH: "is_reachable", Unknown.CHANNEL: "channel"}.get(what)
    lacking = [person for person in people if lacks and not getattr(person, lacks) and person.url]
    return lacking[0].url if lacking else f"{reverse('customers:detail', args=[customer])}#contacts"
