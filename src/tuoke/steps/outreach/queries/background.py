"""客户背景表 (S3.1): everything to know before a first contact, and what is still unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.queries import is_masked, reach_of
from tuoke.spine.customers.queries.verification import unverified_kinds
from tuoke.spine.customers.rules import DecisionRole
from tuoke.spine.customers.rules.verification import FactKey
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import Subject
from tuoke.spine.followups.queries import party_name
from tuoke.spine.library.queries import Offer
from tuoke.steps.outreach.models import BackgroundEvent, Concern
from tuoke.steps.outreach.queries.facts import peer_cases
from tuoke.steps.outreach.queries.notes import Notes, notes_of, party_for
from tuoke.steps.outreach.queries.places import place_of_unknown
from tuoke.steps.outreach.rules import Known, Unknown, address_of, unknown_of

RANK = {
    DecisionRole.DECIDER.value: 0, DecisionRole.INFLUENCER.value: 1, DecisionRole.USER.value: 2, "": 3,
    DecisionRole.BLOCKER.value: 4,
}  # fmt: skip
MOST_PEOPLE = 200


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to speak to. ``contact`` is None for the person of a lead; ``url`` is where he is edited, blank for readers."""

    name: str
    position: str
    role: str
    channel: str
    phone: str
    is_reachable: bool
    do_not_contact: bool
    contact: Contact | None
    url: str = ""

    @property
    def address(self) -> str:
        return address_of(self.name, self.position)

    @property
    def decides(self) -> bool:
        return self.role == DecisionRole.DECIDER


@dataclass(frozen=True, slots=True)
class Gap:
    """Something still unknown, and where it is filled in (blank for who may not)."""

    what: Unknown
    url: str


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a subject before somebody is spoken to. ``person`` is the one it is about: who was asked for, else
    the decision maker, else the first. While ``is_masked`` nothing names him."""

    subject: Subject
    party: Lead | Customer
    name: str
    people: Sequence[Person]
    person: Person | None
    notes: Notes
    concerns: Sequence[Concern]
    cases: Sequence[Offer]
    gaps: Sequence[Gap]
    may_write: bool
    is_masked: bool

    @property
    def events(self) -> Sequence[BackgroundEvent]:
        return self.notes.events

    @property
    def is_empty(self) -> bool:
        return self.notes.is_empty


def background_of(who: Principal, subject: Subject, *, contact: Contact | None = None, today: date) -> Background:
    """The sheet of a subject that ``who`` holds. Some ten queries, however much is noted.

    The decision makers' concerns come first. Of a lead that is masked for ``who`` (S2.6) events alone are told, without
    notes and links, as nobody's name stands in them.
    """
    party = party_for(subject)
    masked = isinstance(subject, Lead) and is_masked(subject, who=who)
    may_write = not masked and type(party).objects.visible_to(who, "write").filter(pk=party.pk).exists()
    people = people_for(who, subject, may_write=may_write)
    notes = notes_of(who, subject)
    if isinstance(subject, Lead) and masked:
        notes = _discreet(notes, subject, who=who)
    person = _asked(people, contact)
    gaps = [
        Gap(what, place_of_unknown(what, subject, people) if may_write else "")
        for what in unknown_of(_known(subject, people, notes), today=today)
    ]
    return Background(
        subject=subject,
        party=party,
        name=party_name(subject, who=who),
        people=people,
        person=person,
        notes=notes,
        concerns=_by_weight(notes.concerns, people),
        cases=peer_cases(who, party),
        gaps=gaps,
        may_write=may_write,
        is_masked=masked,
    )


def people_for(who: Principal, subject: Subject, *, may_write: bool) -> list[Person]:
    """Whom to speak to, decision makers first: the customer's people, and the one that a lead names. At most 200."""
    own = _own_person(subject, who=who, may_write=may_write) if isinstance(subject, Lead) else None
    people = [own] if own else []
    customer = _customer_of(subject, who=who)
    if customer is not None:
        edits = may_write and not isinstance(subject, Lead)
        people += [_person(contact, may_write=edits) for contact in customer.contacts.order_by("id")[:MOST_PEOPLE]]
    return sorted(people, key=lambda person: RANK.get(person.role, 3))


def _customer_of(subject: Subject, *, who: Principal) -> Customer | None:
    """The customer whose people are meant; of a lead only where ``who`` may see him."""
    if not isinstance(subject, Lead):
        return party_for(subject)  # type: ignore[return-value]  # a deal's customer, or the customer
    if subject.customer_id is None:
        return None
    return Customer.objects.visible_to(who).filter(pk=subject.customer_id).first()


def _own_person(lead: Lead, *, who: Principal, may_write: bool) -> Person | None:
    reach = reach_of(lead, who=who)
    if not (reach.contact or reach.phone or reach.email or reach.wechat):
        return None
    return Person(
        name=reach.contact,
        position=lead.position,
        role=DecisionRole.DECIDER.value if lead.decision_maker else "",
        channel="",
        phone="" if reach.is_masked else reach.phone,
        is_reachable=bool(reach.phone or reach.email or reach.wechat),
        do_not_contact=False,
        contact=None,
        url=reverse("leads:edit", args=[lead.pk]) if may_write else "",
    )


def _person(contact: Contact, *, may_write: bool) -> Person:
    return Person(
        name=contact.name,
        position=contact.position,
        role=contact.role,
        channel=contact.preferred_channel,
        phone=contact.phone,
        is_reachable=bool(contact.phone or contact.email or contact.wechat),
        do_not_contact=contact.do_not_contact,
        contact=contact,
        url=reverse("customers:edit_contact", args=[contact.pk]) if may_write else "",
    )


def _asked(people: Sequence[Person], contact: Contact | None) -> Person | None:
    """Who was asked for, else the first who may be spoken to."""
    if contact is not None:
        return next((person for person in people if person.contact == contact), None)
    return next((person for person in people if not person.do_not_contact), None)


def _known(subject: Subject, people: Sequence[Person], notes: Notes) -> Known:
    party = party_for(subject)
    deciders = {person.contact.pk for person in people if person.decides and person.contact}
    own = {person.name for person in people if person.decides and not person.contact}
    return Known(
        contact=bool(people),
        reach=any(person.is_reachable for person in people),
        decider=any(person.decides for person in people),
        concern=any(c.contact_id in deciders or (c.lead_id is not None and bool(own)) for c in notes.concerns),
        newest_on=max((event.happened_on for event in notes.events), default=None),
        profile=bool(notes.profiles),
        industry=bool(party.industry),
        scale=any(
            end is not None for end in (party.staff_low, party.staff_high, party.revenue_low, party.revenue_high)
        ),
        budget=_knows_budget(subject),
        verified=not unverified_kinds(party),
        disputed=bool(party.disputed),
        channel=isinstance(subject, Lead) or any(person.channel for person in people),
    )


def _knows_budget(subject: Subject) -> bool:
    said: list[Lead | Opportunity] = [subject] if isinstance(subject, Lead | Opportunity) else []
    if isinstance(subject, Opportunity) and subject.lead is not None:
        said.append(subject.lead)
    if any(end is not None for one in said for end in (one.budget_low, one.budget_high)):
        return True
    party = party_for(subject)
    return isinstance(party, Customer) and party.facts.standing().filter(key=FactKey.BUDGET.value).exists()


def _by_weight(concerns: Sequence[Concern], people: Sequence[Person]) -> list[Concern]:
    """The decision maker's first; the newest first among equals."""
    rank = {person.contact.pk: RANK.get(person.role, 3) for person in people if person.contact}
    return sorted(concerns, key=lambda concern: rank.get(concern.contact_id or 0, 2))


def _discreet(notes: Notes, lead: Lead, *, who: Principal) -> Notes:
    """What may be read of a lead in the pool. The rows are for reading only: never saved."""
    reach = reach_of(lead, who=who)
    for event in notes.events:
        event.title, event.note, event.link = reach.told(event.title), "", ""
    return Notes(notes.events, (), (), ())
