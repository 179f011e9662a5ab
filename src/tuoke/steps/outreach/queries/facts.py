"""The facts that texts of the library are filled with, and what suits a subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils import translation

from tuoke.base.accounts.models import Company, User
from tuoke.base.accounts.rules import Principal
from tuoke.spine.catalog.rules import Market, Motion
from tuoke.spine.customers.models import Contact, Customer, Fact, Lead
from tuoke.spine.customers.queries import is_masked
from tuoke.spine.customers.rules import said_month, said_phone
from tuoke.spine.customers.rules.verification import FactKey
from tuoke.spine.customers.words import said_amounts, said_counts
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups.models import FollowUp, NextAction, Subject
from tuoke.spine.library.queries import Offer, offered
from tuoke.spine.library.rules import CaseContent, Fit, ItemKind, JobRole, Trigger, industry_of
from tuoke.steps.outreach import hooks
from tuoke.steps.outreach.models import BackgroundEvent, Concern
from tuoke.steps.outreach.queries.notes import about, news_of, party_for
from tuoke.steps.outreach.rules import EventKind, News, address_of, latest, latest_by_kind, said_day

LANGUAGE = "zh-hans"
"""The texts of the library are Chinese whatever the reader's language, and so are the facts in them."""
SAID = 60
"""More than that isn't said in one sentence."""
CASES = 3
MOST_CASES = 20
_SENTENCE = re.compile(r"[。！？!?；;\n]")
_TRIGGERS: Mapping[EventKind, Trigger] = {
    EventKind.FUNDING: Trigger.FUNDING,
    EventKind.EXPANSION: Trigger.EXPANSION,
    EventKind.PEOPLE: Trigger.PEOPLE,
    EventKind.TENDER: Trigger.TENDER,
    EventKind.PRODUCT: Trigger.PRODUCT,
    EventKind.POLICY: Trigger.POLICY,
    EventKind.NEGATIVE: Trigger.QUALITY,
}


def facts_for(who: Principal, subject: Subject, *, contact: Contact | None, today: date) -> dict[str, str]:
    """Placeholders of the library (客户名称 …) → what the records say; what isn't known is missing from it.

    ``subject`` was seen by ``who``. Of a lead whose contact is masked only what everybody sees. A constant number of
    queries. A fact is never made up: 称呼 only where name and position tell it, 近况 only from the last half year.
    """
    with translation.override(LANGUAGE):
        party = party_for(subject)
        known = _of_party(party)
        if not (isinstance(subject, Lead) and is_masked(subject, who=who)):
            known |= _of_person(subject, contact)
            known |= _of_wish(who, subject)
            known |= _of_notes(who, subject, contact=contact, today=today)
            known |= _of_talks(who, subject, today=today)
            for more in hooks.more_facts:
                known = {**more(who, subject), **known}
        known |= _of_cases(peer_cases(who, party))
        known |= _of_me(who)
    return {name: value for name, value in known.items() if value.strip()}


def fit_of(subject: Subject, contact: Contact | None = None, *, triggers: tuple[str, ...] = ()) -> Fit:
    """What kind of customer this is, for ``library.queries.offered``. No query beyond the subject's own relations."""
    party = party_for(subject)
    deal = subject if isinstance(subject, Opportunity) else None
    position = contact.position if contact else subject.position if isinstance(subject, Lead) else ""
    return Fit(
        market=party.market,
        scale=deal.scale if deal else "",
        motion=deal.motion if deal else Motion.NEW.value if _is_new(subject) else "",
        industry=party.industry,
        channel=contact.preferred_channel if contact else "",
        role=JobRole.CONSUMER.value if party.market == Market.TOC else position,
        triggers=triggers,
    )


def _is_new(subject: Subject) -> bool:
    """A lead of whom we have no customer yet: nothing that is said to old customers fits."""
    return isinstance(subject, Lead) and subject.customer_id is None


def reasons_to_call(events: Iterable[BackgroundEvent], subject: Subject, *, today: date) -> dict[str, dict[str, str]]:
    """By trigger of the library the facts that it brings along: the newest event of its kind; a customer who recommended
    us; an old customer. Nothing else may be said to have happened."""
    newest = latest_by_kind(news_of(events), today=today)
    found = {_TRIGGERS[kind].value: _of_news(news, today=today) for kind, news in newest.items() if kind in _TRIGGERS}
    lead = _lead_of(subject)
    if lead is not None and lead.referrer_id is not None:
        found[Trigger.REFERRAL.value] = {}
    if isinstance(subject, Opportunity) and subject.motion == Motion.EXISTING:
        found[Trigger.EXISTING.value] = {}
    return found


def lost_before(who: Principal, subject: Subject) -> dict[str, dict[str, str]]:
    """The reason to call that a lost deal of this customer gives. One query."""
    party = party_for(subject)
    if not isinstance(party, Customer):
        return {}
    lost = Opportunity.objects.visible_to(who).filter(customer=party, outcome=Outcome.LOST)
    return {Trigger.LOST.value: {}} if lost.exists() else {}


def peer_cases(who: Principal, party: Lead | Customer) -> list[Offer]:
    """Cases of the same industry, our own before the shipped samples; none where the industry isn't known. Two queries."""
    industry = industry_of(party.industry)
    if not industry:
        return []
    found = offered(who, kind=ItemKind.CASE, fit=Fit(market=party.market, industry=industry), limit=MOST_CASES)
    return sorted((offer for offer in found if offer.item.industry == industry), key=_is_example)[:CASES]


def _is_example(offer: Offer) -> bool:
    return offer.item.is_example


def _of_party(party: Lead | Customer) -> dict[str, str]:
    """客户名称 of a person is his name, so it isn't said of a lead that has no company."""
    return {
        "客户名称": party.company if isinstance(party, Lead) else party.name,
        "行业": party.industry,
        "地区": party.region,
        "规模": said_counts(party.staff_low, party.staff_high) or said_amounts(party.revenue_low, party.revenue_high),
    }


def _of_person(subject: Subject, contact: Contact | None) -> dict[str, str]:
    if contact is not None:
        name, position = contact.name, contact.position
    elif isinstance(subject, Lead):
        name, position = subject.contact, subject.position
    else:
        return {}
    return {"联系人": name, "职位": position, "称呼": address_of(name, position)}


def _of_wish(who: Principal, subject: Subject) -> dict[str, str]:
    """What the customer wants, for how much and until when: as the lead, the deal or a source says."""
    lead, party = _lead_of(subject), party_for(subject)
    said: dict[str, Fact] = {}
    if isinstance(party, Customer):
        wanted = party.facts.standing().filter(key__in=[FactKey.WANT.value, FactKey.BUDGET.value])
        said = {fact.key: fact for fact in wanted.order_by("observed_on", "id")}
    want, budget = said.get(FactKey.WANT), said.get(FactKey.BUDGET)
    low, high = (budget.low, budget.high) if budget else (None, None)
    if lead is not None:
        low, high = _first((lead.budget_low, lead.budget_high), (low, high))
    if isinstance(subject, Opportunity):
        low, high = _first((subject.budget_low, subject.budget_high), (low, high))
    product = subject.product if isinstance(subject, Opportunity) else None
    referrer = (
        Customer.objects.visible_to(who).filter(pk=lead.referrer_id).first() if lead and lead.referrer_id else None
    )
    return {
        "痛点": _sentence((lead.want if lead else "") or (want.text if want else "")),
        "预算": said_amounts(low, high),
        "采购时间": said_month(lead.purchase_on) if lead and lead.purchase_on else "",
        "线索来源": lead.source.name if lead and lead.source else "",
        "介绍人": referrer.name if referrer else "",
        "产品": product.name if product else "",
    }


def _of_notes(who: Principal, subject: Subject, *, contact: Contact | None, today: date) -> dict[str, str]:
    events = BackgroundEvent.objects.visible_to(who).standing().filter(about(BackgroundEvent, subject))
    news = latest(news_of(events[:50]), today=today)
    person = _concern_of(contact) if contact else Q(lead=subject) if isinstance(subject, Lead) else None
    concerns = Concern.objects.visible_to(who).standing().filter(about(Concern, subject))
    concern = concerns.filter(person).first() if person is not None else None  # nobody is told what another cares about
    return {
        **(_of_news(news, today=today) if news else {}),
        "关注点": _sentence(concern.text) if concern else "",
    }


def _of_news(news: News, *, today: date) -> dict[str, str]:
    said = _sentence(news.title)
    return {"近况": said, "近况日期": said_day(news.on, today=today) if said else ""}


def _of_talks(who: Principal, subject: Subject, *, today: date) -> dict[str, str]:
    """What was said last, and what was agreed: only what has a time of day is an appointment."""
    last = FollowUp.objects.visible_to(who).about(subject).order_by("-at", "-id").first()
    waiting = NextAction.objects.visible_to(who).waiting().about(subject)
    coming = waiting.filter(due_on__gte=today, due_time__isnull=False).order_by("due_on", "due_time", "id").first()
    known = {"上次沟通": _sentence(last.summary) if last else ""}
    if coming is not None and coming.due_on and coming.due_time:
        day, place = said_day(coming.due_on, today=today), coming.place
        is_link = place.startswith(("http://", "https://"))
        known |= {"约定日期": day, "约定时间": f"{day} {coming.due_time:%H:%M}"}
        known |= {"会议链接" if is_link else "约定地点": place}
    return known


def _of_cases(cases: list[Offer]) -> dict[str, str]:
    """The best of our own cases in the industry; by name only where its customer allows that."""
    own = next((offer for offer in cases if not offer.item.is_example), None)
    if own is None:
        return {}
    content = own.content
    assert isinstance(content, CaseContent)
    peer = f"一家{own.item.industry}企业"
    return {
        "同行案例": content.customer if content.may_name and content.customer else peer,
        "案例做法": _sentence(content.action),
        "案例结果": content.figures[0] if content.figures else _sentence(content.result),
    }


def _of_me(who: Principal) -> dict[str, str]:
    user = User.objects.filter(pk=who.user_id or 0).first()
    own = {"我的姓名": who.name, "我的电话": said_phone(user.phone), "我的邮箱": user.email} if user else {}
    company = Company.objects.values_list(
        "name", flat=True
    ).first()  # not the topmost department: nobody is called 总部
    return {**own, "我方公司": company or ""}


def _lead_of(subject: Subject) -> Lead | None:
    if isinstance(subject, Opportunity):
        return subject.lead
    return subject if isinstance(subject, Lead) else None


def _concern_of(contact: Contact) -> Q:
    return Q(contact=contact) | Q(contact=None, lead__contact=contact.name)


def _first(*ranges: tuple[Decimal | None, Decimal | None]) -> tuple[Decimal | None, Decimal | None]:
    """The first range that says anything."""
    return next((ends for ends in ranges if ends != (None, None)), (None, None))


def _sentence(text: str) -> str:
    """The first sentence, without its full stop, where it is short enough to be said in another one."""
    said = _SENTENCE.split(text.strip(), maxsplit=1)[0].strip().rstrip("，,、：:")
    return said if len(said) <= SAID else ""
