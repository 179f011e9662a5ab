"""What the desk shows, and what calls say about scripts. Each starts from what ``who`` may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.catalog.rules import Market, Segment
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules import Channel, DecisionRole, LeadStatus
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.queries import process_of
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.models import NextAction, Subject, column_of
from tuoke.spine.followups.queries import contacts_of, party_name, party_of, waiting_of
from tuoke.spine.library.hooks import Use
from tuoke.spine.library.queries import Offer, offered
from tuoke.spine.library.rules import Effect, Filled, ItemKind, PhraseContent, PhraseField, ScriptContent, effect, fill
from tuoke.spine.playbook.queries import NoPlaybook, current_version
from tuoke.spine.playbook.rules import StepDoc, StepKey, resolve, variant_for
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.calls.rules import UNANSWERED
from tuoke.steps.outreach.queries import Openings, fit_of, openings_for

MOST_SCRIPTS = 12
MOST_PHRASES = 40
PHRASES_SHOWN = 6
RECENT = 5
MOST_USES = 10
_RANK = {DecisionRole.DECIDER.value: 0, DecisionRole.INFLUENCER.value: 1, DecisionRole.USER.value: 2}


@dataclass(frozen=True, slots=True)
class Part:
    """One of the three parts of a script, its lines filled with the customer's facts."""

    title: str
    lines: Sequence[Filled]


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything on the desk but the form. ``contact`` None: the lead itself, or nobody yet.

    ``left_alone``: he asked not to be contacted, so nothing is offered to dial (O5). ``attempts`` that reached nobody
    came last, one after another.
    """

    subject: Subject
    name: str
    contact: Contact | None
    contacts: Sequence[Contact]
    phone: str
    scripts: Sequence[Offer]
    openings: Openings
    phrases: Mapping[str, Sequence[str]]
    waiting: Sequence[NextAction]
    recent: Sequence[Call]
    guide: StepDoc | None
    may_write_person: bool

    @property
    def left_alone(self) -> bool:
        return self.contact is not None and self.contact.do_not_contact

    @property
    def attempts(self) -> int:
        found = 0
        for call in self.recent:
            if call.is_reached:
                break
            found += 1
        return found

    @property
    def facts(self) -> Mapping[str, str]:
        return self.openings.facts


def desk_of(who: Principal, subject: Subject, *, asked: int | None, action: NextAction | None, today: date) -> Desk:
    """The desk for a subject that ``who`` holds, set for the contact ``asked`` for. Some 25 queries, however much there is."""
    contacts = [] if isinstance(subject, Lead) else contacts_of(subject)
    contact = _chosen(contacts, asked, action)
    openings = openings_for(who, subject, contact, today)
    fit = fit_of(subject, contact, triggers=openings.reasons)
    fit = replace(fit, channel=Channel.PHONE.value)  # however he likes to be reached, here he is called
    return Desk(
        subject=subject,
        name=party_name(subject, who=who),
        contact=contact,
        contacts=contacts,
        phone=_phone(subject, contact),
        scripts=offered(who, kind=ItemKind.SCRIPT, fit=fit, limit=MOST_SCRIPTS),
        openings=openings,
        phrases=phrases_for(who, subject),
        waiting=waiting_of(subject),
        recent=recent_calls(who, subject),
        guide=guide_of(subject),
        may_write_person=_may_write_person(who, subject),
    )


def _chosen(contacts: Sequence[Contact], asked: int | None, action: NextAction | None) -> Contact | None:
    """Who was asked for, else with whom the to-do is, else whom one may call: the one who decides first."""
    by_id = {contact.pk: contact for contact in contacts}
    if asked is not None:
        return by_id.get(asked)
    if action is not None and action.contact_id in by_id:
        return by_id[action.contact_id]
    free = sorted(contacts, key=lambda c: (c.do_not_contact, not c.phone, _RANK.get(c.role, 3), c.pk))
    return free[0] if free else None


def _phone(subject: Subject, contact: Contact | None) -> str:
    if contact is not None:
        return contact.phone
    if isinstance(subject, Lead):
        return subject.phone
    party = party_of(subject)
    return party.phone if isinstance(party, Customer) and party.market == Market.TOC else ""


def _may_write_person(who: Principal, subject: Subject) -> bool:
    if isinstance(subject, Lead):
        return Lead.objects.visible_to(who, "write").filter(pk=subject.pk).exists()
    party = party_of(subject)
    return isinstance(party, Customer) and Customer.objects.visible_to(who, "write").filter(pk=party.pk).exists()


def is_open(subject: Subject) -> bool:
    """Whether anything can be recorded: not on a lead that waits in the pool, was converted or discarded, nor on a lost deal."""
    if isinstance(subject, Lead):
        return subject.status == LeadStatus.OPEN and subject.owner_id is not None
    return not (isinstance(subject, Opportunity) and subject.outcome in (Outcome.LOST, Outcome.VOID))


def parts_of(script: ScriptContent, facts: Mapping[str, str], titles: Sequence[str]) -> list[Part]:
    """我是谁, 能为你解决什么问题, 希望知晓什么信息, with the facts filled in."""
    lines = (script.who, script.what, script.learn)
    return [
        Part(title, [fill(line, facts) for line in said]) for title, said in zip(titles, lines, strict=True) if said
    ]


def phrases_for(who: Principal, subject: Subject) -> dict[str, list[str]]:
    """Canned phrases by the field that they are for; those for any field come last everywhere. Two queries."""
    found: dict[str, list[str]] = {field.value: [] for field in PhraseField}
    for offer in offered(who, kind=ItemKind.PHRASE, fit=fit_of(subject), limit=MOST_PHRASES):
        if isinstance(offer.content, PhraseContent):
            found[offer.content.field].append(offer.content.text)
    return {name: said[:PHRASES_SHOWN] for name, said in found.items()}


def recent_calls(who: Principal, subject: Subject) -> list[Call]:
    """The latest calls with this very subject."""
    if not who.may(Permission.FOLLOWUP_READ):
        return []
    calls = Call.objects.filter(**{f"follow_up__{column_of(subject)}": subject}).select_related(
        "follow_up__contact", "by"
    )
    return list(calls.order_by("-pk")[:RECENT])


def guide_of(subject: Subject) -> StepDoc | None:
    """Step 3 as this case runs it; a lead or customer by the published playbook."""
    if isinstance(subject, Opportunity):
        process = process_of(subject)
    else:
        try:
            doc = current_version().document()
        except NoPlaybook:
            return None
        process = resolve(doc, variant_for(doc, Segment(Market(party_of(subject).market))))
    return process.step(StepKey.OUTREACH) if StepKey.OUTREACH in process else None


def with_all(calls: QuerySet[Call]) -> QuerySet[Call]:
    """What the review of a call shows."""
    return calls.select_related(
        "follow_up__opportunity__customer", "follow_up__customer", "follow_up__lead__customer", "follow_up__contact",
        "follow_up__by", "script_version__item", "opening_version__item",
    ).prefetch_related("follow_up__next_actions__owner")  # fmt: skip


# For others


def effect_of_items(item_ids: Sequence[int]) -> dict[int, Effect]:
    """What came of using these scripts or openings: calls that reached somebody, and those that won the next meeting
    (S3.2). Over all versions, without practice. Two queries for any number of ids; what was never used is absent."""
    found: dict[int, Effect] = {}
    for column in ("script_version__item", "opening_version__item"):
        used = Call.objects.real().filter(**{f"{column}__in": item_ids}).order_by().values_list(column)
        counted = used.annotate(used=Count("pk"), gained=Count("pk", filter=Q(gained=True)))
        found |= {pk: effect(used=times, gained=gained) for pk, times, gained in counted}
    return found


def uses_of(who: Principal, item_id: int) -> list[Use]:
    """The latest calls of ``who``'s sight in which this script or opening was used (``library.hooks.uses``)."""
    used = Q(script_version__item=item_id) | Q(opening_version__item=item_id)
    calls = Call.objects.visible_to(who).filter(used).order_by("-started_at", "-pk")
    followed = ("follow_up__opportunity__customer", "follow_up__customer", "follow_up__lead")
    return [
        Use(party_name(call.follow_up.subject, who=who), reverse("calls:detail", args=[call.pk]), call.started_at)
        for call in calls.select_related(*followed)[:MOST_USES]
    ]


def facts_told(who: Principal, subject: Subject) -> dict[str, str]:
    """现用方案 as the customer told it in the latest call, for texts of the library (``outreach.hooks.more_facts``).
    One query."""
    about = Q(**{f"follow_up__{column_of(subject)}": subject})
    if isinstance(subject, Opportunity):
        about |= Q(follow_up__customer_id=subject.customer_id)
        if subject.lead_id is not None:
            about |= Q(follow_up__lead_id=subject.lead_id)
    calls = Call.objects.visible_to(who).filter(about).exclude(current_solution="").exclude(reached__in=UNANSWERED)
    said = calls.order_by("-pk").values_list("current_solution", flat=True).first()
    return {"现用方案": said.splitlines()[0]} if said else {}
