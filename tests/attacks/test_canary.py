"""Words that stand only in one person's records appear on no page, header or file of anybody who may not see them (O1)."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.attacks.marking import mark
from tests.attacks.tools import (
    HTMX,
    TOLD_IN_HISTORY,
    a_client,
    addresses,
    crawled,
    fingerprints,
    said_by,
    sent_anew,
    taken_back,
    unchanged,
)
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals.models import Membership, Opportunity

pytestmark = [pytest.mark.django_db, pytest.mark.walk]
STRANGERS = ("teammate", "other_team", "collaborator", "process_owner", "admin")
BEARERS = {"portal:open", "portal:download", "calendar:feed"}
AMOUNT = Decimal("7654321.09")
LIKE_WORDS = re.compile(r"(?=(137\d{8}|137 \d{4} \d{4}|Qzk\d{4}x|7,?654,?321\.09))")
OF_REP = (
    "lead", "customer", "contact", "deal", "need", "action", "followup", "lead_followup", "customer_followup",
    "lead_action", "waiver", "visit", "gate_pass", "taken_in", "membership", "tick", "note", "concern", "profile_of", "call",
    "outline", "question", "answer", "notes", "stance", "criterion", "process", "check", "sent", "comment", "draft", "mail",
    "notice",
)  # fmt: skip
SEEN = {
    "lead.company", "lead.contact", "lead.phone", "lead.email", "lead.wechat", "lead.note", "lead.want", "lead.attribute",
    "lead.attribute value", "customer.name", "customer.phone", "customer.address", "customer.note", "contact.name",
    "contact.phone", "contact.email", "contact.note", "deal.name", "deal.note", "deal.amount", "need.description",
    "action.title", "followup.summary", "lead_followup.summary", "customer_followup.summary", "taken_in.name",
    "report.cells", "deal event.deals.opened", "lead event.leads.discarded",
    "deal event.deals.lost", "deal event.followups.recorded", "membership.duty", "note.title", "concern.text", "call.pains",
    "call.listen_note", "outline.title", "question.text", "answer.text", "stance.note", "criterion.text",     "process.note", "comment.text", "draft.description", "mail.text", "mail.subject", "notice.text",
    "notes.text", "need.pain", "need.impact",
}  # fmt: skip


class Canaries:
    """Each call gives another word; ``where`` tells a found one's place."""

    def __init__(self):
        self.where = {}

    def __call__(self, place, longest=60):
        number = len(self.where)
        word = f"137{number:08d}" if place.endswith(".phone") else f"Qzk{number:04d}x"
        assert len(word) <= longest, place
        self.where[word] = place
        if place.endswith(".phone"):
            self.where[f"137 {word[3:7]} {word[7:]}"] = place
            return f"+86{word}"
        return f"{word}@example.com" if place.endswith(".email") else word

    def found_in(self, said, but=()):
        """The places of the words in what was said; they all look alike, so that one search finds every one."""
        return {self.where[word] for word in set(LIKE_WORDS.findall(said)) - set(but) if word in self.where}


def another_won(owner):
    """So that what a team has signed, which its people may read (S1.4), isn't one deal's amount."""
    deal = Opportunity.objects.filter(outcome="won").first()
    deal.pk, deal.public_id, deal.owner, deal.amount = None, uuid4(), owner, 1
    deal._state.adding = True
    deal.save()


@pytest.fixture
def canaries(scene, tell, found_by_search, company, now):
    words = Canaries()
    for name in OF_REP:
        mark(name, scene.rows[name], words)
    type(scene.mail).objects.filter(pk=scene.mail.pk).update(subject=words("mail.subject"))
    type(scene.report).objects.update(cells=[words("report.cells"), words("report.cells")])
    scene.taken_in.samples = [[words("import.samples")]]
    scene.taken_in.save()
    type(scene.gate_pass).objects.update(judgement={"findings": [{"actual": words("gate_pass.actual")}]})
    sent_anew(scene, message=words("sent.message"), now=now)
    Opportunity.objects.update(amount=AMOUNT, budget_low=AMOUNT, budget_high=AMOUNT)
    another_won(company.team_lead)
    words.where |= {"7654321.09": "deal.amount", "7,654,321.09": "deal.amount"}
    tell(lambda place, kind: words(f"{place} event.{kind}"))
    for text in (scene.lead, scene.customer, scene.contact, scene.deal):
        everything = "\n".join(str(getattr(text, f)) for f in ("company", "name", "phone") if hasattr(text, f))
        type(text)._base_manager.filter(pk=text.pk).update(search_text=everything.casefold().replace("+86", ""))
    found_by_search()
    return words


def own_paths(scene):
    """What is asked for with one's own account; a private link or feed opens for whoever has its address."""
    return {name: path for name, path in crawled(scene).items() if name not in BEARERS}


def told_to(client, path):
    """What the page and the region at an address tell."""
    with taken_back():
        plain = said_by(client.get(path)) if "before=" not in path else ""
        region = said_by(client.get(path, headers=HTMX))
    return f"{plain}\n{region}"


@pytest.fixture
def own_rows(company, now):
    """Records of the strangers, so that their lists have lines and their pages are not the empty ones."""
    for name in ("teammate", "other_team"):
        owner = getattr(company, name)
        owned = {"owner": owner, "department": owner.department, "created_at": now}
        Lead.objects.create(company=f"{name} 的线索", party_key=name, **owned)
        Customer.objects.create(name=f"{name} 的客户", name_key=name, **owned)


def test_the_owner_sees_his_words(canaries, scene, company):
    """The alarm works: the same crawl by ``rep`` finds nearly every word."""
    client = a_client(company.rep)
    with taken_back():
        said = "\n".join(said_by(client.get(path)) for path in crawled(scene).values())
    found = canaries.found_in(said)
    assert found >= SEEN, SEEN - found
    assert len(found) > 90


@pytest.mark.parametrize("actor", STRANGERS)
def test_a_stranger_sees_none(actor, canaries, scene, own_rows, company):
    client, leaks = a_client(getattr(company, actor)), {}
    with unchanged(f"reading as {actor}"):
        for name, path in own_paths(scene).items():
            if found := canaries.found_in(told_to(client, path)):
                leaks[name] = found
    assert leaks == {}


@pytest.mark.parametrize("actor", STRANGERS)
def test_asking_for_it_by_name_tells_nothing(actor, canaries, scene, own_rows, company):
    """Search, filters, sorts, cursors and the check for duplicates: what one types comes back, nothing beside it."""
    client, leaks = a_client(getattr(company, actor)), {}
    phone = scene.customer.phone.removeprefix("+86")
    asked = {
        "search": [{"q": word} for word in (scene.customer.name, scene.contact.name, scene.lead.company, phone)],
        "leads:list": [
            {"tab": tab, "owner": company.rep.pk, "q": scene.lead.company, "sort": sort}
            for tab in ("mine", "team", "pool", "all") for sort in ("", "-score")
        ],
        "leads:export": [{"tab": tab} for tab in ("mine", "team", "pool", "all")],
        "leads:duplicates": [{"company": scene.lead.company}, {"phone": scene.lead.phone}, {"of": scene.lead.pk}],
        "customers:duplicates": [{"name": scene.customer.name}, {"phone": phone}, {"of": scene.customer.pk}],
        "customers:list": [{"q": phone}, {"owner": company.rep.pk}, {"industry": scene.customer.industry}, {"cursor": "999999"}],
        "deals:list": [{"q": scene.deal.name}, {"owner": company.rep.pk}, {"department": company.rep.department_id}],
        "deals:board": [{"q": scene.deal.name}, {"owner": company.rep.pk}, {"department": company.rep.department_id}],
        "deals:export": [{"q": scene.deal.name}, {"sort": "-amount"}],
        "deals:new": [{"q": scene.customer.name}, {"customer": scene.customer.pk}],
        "followups:list": [{"who": "team"}],
        "followups:export": [{"who": "team"}, {"customer": scene.customer.pk}, {"deal": scene.deal.pk}],
        "followups:new": [{"lead": scene.lead.pk}, {"customer": scene.customer.pk}, {"deal": scene.deal.pk}],
        "followups:plan": [{"lead": scene.lead.pk}, {"customer": scene.customer.pk}],
        "today": [{"who": "team"}],
        "mails:write": [{"deal": scene.deal.pk}, {"customer": scene.customer.pk}, {"lead": scene.lead.pk}],
        "library:kind": [{"q": scene.deal.name}], "notifications:mails": [{"q": scene.customer.name}],
    }  # fmt: skip
    paths = addresses(scene)
    for name, queries in asked.items():
        for query in queries:
            path = f"{paths[name].split('?')[0]}?" + "&".join(f"{k}={quote(str(v))}" for k, v in query.items())
            typed = {
                word for word in canaries.where for value in query.values() if word in str(value).replace("+86", "")
            }
            typed |= {f"137 {word[3:7]} {word[7:]}" for word in typed if word.startswith("137")}
            if found := canaries.found_in(told_to(client, path), but=typed):
                leaks[f"{name} {query}"] = found
    assert leaks == {}


def test_a_pooled_lead_hides_whom_to_call(canaries, scene, company):
    """S2.6: everybody who sells sees the pool, nobody of them a number or a name before he takes the lead."""
    lead = scene.lead
    number = "13998765432"
    Lead.objects.filter(pk=lead.pk).update(
        owner=None, department=None, phone=f"+86{number}", note=f"打 {number}", want=f"问 {number}",
        attributes={"电话2": number}, company="公海里的公司", campaign=None,
    )  # fmt: skip
    hidden = {number, "139 9876 5432", lead.contact, lead.email, lead.wechat}
    leaks = {}
    for actor in ("rep", "teammate", "other_team"):
        client, paths = a_client(getattr(company, actor)), addresses(scene)
        for name in ("leads:list", "leads:detail", "leads:timeline", "leads:export", "followups:panel_lead", "search"):
            for query in ("", "?tab=pool", "?q=公海里的公司", "?tab=all&status=any"):
                said = said_by(client.get(paths[name].split("?")[0] + query))
                if found := {word for word in hidden if word in said}:
                    leaks[f"{name}{query} as {actor}"] = found
    assert leaks == {}


def test_joining_one_deal_opens_no_other_of_the_same_customer(canaries, scene, company, now):
    """P4: a collaborator reads the deals that he joined and their customer, not what else goes on there."""
    other = Opportunity.objects.get(pk=scene.deal.pk)
    other.pk, other.public_id, other.name, other._state.adding = None, None, "加入的商机", True
    from uuid import uuid4

    other.public_id, other.amount, other.note, other.outcome_reason, other.search_text = uuid4(), None, "", "", "x"
    other.budget_low = other.budget_high = other.lead = None
    other.save()
    Membership.objects.create(opportunity=other, user=company.collaborator)
    client, leaks = a_client(company.collaborator), {}
    of_customer = (
        "customer.", "contact.", "customer_followup.", "customer event.", "note.", "concern.", "profile_of.",
    )  # fmt: skip
    secret = {word: place for word, place in canaries.where.items() if not place.startswith(of_customer)}
    for name, path in own_paths(scene).items():
        said = told_to(client, path)
        if found := {place for word, place in secret.items() if word in said}:
            leaks[name] = found
    assert scene.customer.name in told_to(client, addresses(scene)["customers:detail"])
    assert leaks == {}


def test_reading_changes_nothing(canaries, scene, company):
    """Whole pages; what a region asks for is read in test_csrf."""
    client = a_client(company.rep)
    before = fingerprints()
    for name, path in addresses(scene).items():
        if name in TOLD_IN_HISTORY:
            continue
        client.get(path)
        now = fingerprints() if name in {"today", "imports:check", "deals:detail"} else before
        assert now == before, name
    assert fingerprints() == before
