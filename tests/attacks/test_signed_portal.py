"""The customer's pages of steps 7 and 8 from outside: a contract, a plan, a delivery, a survey (S7.1-S8.2)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.attacks.test_hostile_text import BROKEN, STORED, XSS, harm_in
from tests.attacks.test_portal import LAPTOP, ROBOTS, customer, page, tokens_like
from tests.attacks.tools import a_client, failure, unchanged
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.contracts import cases
from tuoke.doors.portal import limits
from tuoke.services.links import actions as links
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.spine.customers.models import Contact
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation, Invitation
from tuoke.steps.contracts.deliveries import actions as deliveries
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Feedback, Issue
from tuoke.steps.contracts.deliveries.rules import IssueDraft, ItemDraft, ItemKind
from tuoke.steps.reviews.revisits.models import Survey

pytestmark = pytest.mark.django_db
KINDS = ("contract", "plan", "delivery", "survey")
NUMBERS = ("", "0", "-1", "999999999", "9" * 5000, "²", "１", "\x00", "1e1", "1' OR 1=1", "None")
ENDLESS = "字" * 100_000


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    here = SimpleNamespace(now=now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: here.now)
    cache.clear()
    monkeypatch.setattr(limits, "POSTS", limits.Limit("posts", most=10_000, seconds=600))
    monkeypatch.setattr(limits, "FORGED", limits.Limit("forged", most=10_000, seconds=60))
    return here


@pytest.fixture
def paths(scene):
    return {kind: address_of(Link.objects.get(kind=kind)) for kind in KINDS}


@pytest.fixture
def version(scene):
    return Invitation.objects.get().version


@pytest.fixture
def clause(version):
    return version.frozen.clauses[0].clause_id


@pytest.fixture
def item(scene):
    return DeliveryItem.objects.get(state="delivered")


@pytest.fixture
def forms(version, clause, item):
    """What each page takes as it stands, by its kind."""
    clauses = [{"do": do, "version": version.pk, "comment": "太早", "name": "陈工"} for do in ("all", f"agree-{clause}", f"change-{clause}")]  # fmt: skip
    accepted = {"do": "accept", "name": "陈工", f"seal-{item.pk}": item.seal, f"answer-{item.pk}": "accepted"}
    return {
        "contract": clauses,
        "plan": [{"do": "accept"}],
        "delivery": [accepted, {"do": "accept-all", "name": "陈工", f"seal-{item.pk}": item.seal},
                     {"do": "score", "score": "9", "name": "陈工"}, {"do": "report", "title": "打印不了", "name": "陈工"}],
        "survey": [{"score": "9", "usage": "daily", "comment": "好", "name": "陈工"}],
    }  # fmt: skip


@pytest.fixture
def others(company, playbook, now):
    """A contract, an item and an issue of another customer's."""
    by, customer_of_theirs = company.by("rep"), a_customer(company.rep, name="别家公司")
    a_contact(customer_of_theirs, name="林总")
    contract = cases.a_contract(cases.a_signing_deal(company, playbook), by=by)
    version = contracts.freeze(contract=contract, note="", by=by, now=now)
    ended = {"outcome": "won", "outcome_on": now.date(), "outcome_department": company.rep.department}
    deal = a_deal(company.rep, playbook, customer=customer_of_theirs, step="contracts", **ended)
    item = deliveries.add_item(deal=deal, draft=ItemDraft(ItemKind.GOLIVE, "别家上线", ("能登录",)), by=by, now=now)
    item = deliveries.deliver(item=item, on=now.date(), note="", by=by, now=now)
    issue = deliveries.add_issue(deal=deal, draft=IssueDraft("别家的问题"), by=by, now=now)
    return SimpleNamespace(version=version, clause=version.frozen.clauses[0].clause_id, item=item, issue=issue)


def says_nothing(path, data, *, statuses):
    answer = customer(agent=LAPTOP).post(path, data)
    assert answer.status_code in statuses, (str(data)[:80], answer.status_code, failure(answer))
    return answer


# Who gets in


def test_what_each_page_takes(forms, paths):
    """The forms that the tests below send wrongly, or too late, are fine as they are."""
    for kind, sent in forms.items():
        for one in sent[:1] if kind != "delivery" else (sent[0], *sent[2:]):
            assert customer().post(paths[kind], one).status_code == 302, (kind, one)
    assert ClauseConfirmation.objects.filter(origin="link", answer="agreed").count() == 1
    assert Acceptance.objects.filter(how="link").count() == 1
    assert Feedback.objects.filter(score=9).count() == 1
    assert Issue.objects.filter(title="打印不了", found_by="theirs").count() == 1
    assert Survey.objects.get().score == 9


def test_nothing_that_is_nearly_a_token_opens_anything(scene, forms):
    """Forged, cut, put together from two links: 404, and no word of anybody."""
    found = {kind: SimpleNamespace(link=Link.objects.get(kind=kind)) for kind in KINDS}
    with unchanged("forged tokens"):
        for kind, other in zip(KINDS, (*KINDS[1:], KINDS[0]), strict=True):
            for token in list(tokens_like(found[kind], found[other].link))[:14]:
                for answer in (customer().get(f"/p/{token}/"), customer().post(f"/p/{token}/", forms[kind][0])):
                    assert answer.status_code in (404, 400), (kind, token[:50], failure(answer))
                    assert not {word for word in ("产线", "恒远", "王经理") if word in page(answer)}, token[:50]


def test_robots_and_colleagues_change_nothing(forms, paths, company):
    colleague = a_client(company.rep)
    with unchanged("robots and colleagues"):
        for kind, path in paths.items():
            for agent in ROBOTS[:3]:
                assert customer(agent=agent).get(f"{path}?do=all&done=all").status_code == 200
                assert customer(agent=agent).head(path).status_code == 200
            for sent in forms[kind]:
                assert colleague.post(path, sent).status_code == (302 if kind == "plan" else 403), (kind, sent)


ENDS = ("expired", "revoked", "left", "wrong kind")


@pytest.mark.parametrize("name", ENDS)
def test_what_is_over_takes_no_word(name, scene, forms, paths, clock, company):
    """Whatever ended it, each form is refused, nothing is kept, and no file comes out."""
    rows = {kind: Link.objects.get(kind=kind) for kind in KINDS}
    if name == "expired":
        clock.now += timedelta(days=400)
    elif name == "left":
        Contact.objects.filter(pk=scene.contact.pk).update(do_not_contact=True, do_not_contact_since=clock.now.date())
    for kind, other in zip(KINDS, (*KINDS[1:], KINDS[0]), strict=True):
        if name == "revoked":
            links.revoke_link(link=rows[kind], by=company.by("rep"), now=clock.now)
        elif name == "wrong kind":
            Link.objects.filter(pk=rows[kind].pk).update(kind=other)
    with unchanged(f"links that are {name}"):
        for kind, path in paths.items():
            for sent in forms[kind]:
                statuses = {404, 409, 410} if kind != "plan" or name != "left" else {302}
                statuses |= {302} if name == "wrong kind" and kind == "contract" else set()
                says_nothing(path, sent, statuses=statuses)
            for file in ("pdf", "docx", "xlsx", "..", "x" * 200):
                assert customer().get(f"{path}{file}/").status_code in (302, 404, 410), (kind, file)


# What he sends


def test_clauses_and_versions_that_are_not_his(forms, paths, version, clause, others):
    """Another contract's clause or version, numbers that are none, verbs that nobody knows."""
    with unchanged("another contract"):
        for do in ("agree", "change", "back"):
            for key in (others.clause, *NUMBERS):
                sent = {"do": f"{do}-{key}", "version": version.pk, "comment": "改"}
                says_nothing(paths["contract"], sent, statuses={422})
        for number in (others.version.pk, *NUMBERS):
            for do in ("all", f"agree-{clause}", f"change-{clause}", f"agree-{others.clause}"):
                says_nothing(paths["contract"], {"do": do, "version": number, "comment": "改"}, statuses={409})
        for do in ("", "sign", "x" * 5000, "agree", "-", "\x00", "all\x00"):
            says_nothing(paths["contract"], {"do": do, "version": version.pk}, statuses={422})
    assert not ClauseConfirmation.objects.filter(origin="link").exists()


def test_items_and_issues_that_are_not_his(paths, item, others):
    foreign = {f"seal-{others.item.pk}": others.item.seal, f"answer-{others.item.pk}": "accepted", "name": "陈工"}
    with unchanged("another delivery"):
        says_nothing(paths["delivery"], {"do": "accept", **foreign}, statuses={422})
        for seal in ("", others.item.seal, "0" * 64, "\x00"):
            for do in ("accept", "accept-all"):
                sent = {"do": do, "name": "陈工", f"seal-{item.pk}": seal, f"answer-{item.pk}": "accepted"}
                says_nothing(paths["delivery"], sent, statuses={409})
        for number in (others.issue.pk, *NUMBERS):
            for do in ("gone", "still"):
                says_nothing(paths["delivery"], {"do": f"{do}-{number}", "why": "还在"}, statuses={302, 422})
        for score in ("", "0", "11", "-1", "9" * 5000, "1e1", "NaN", "²", "９", "\x00"):
            says_nothing(paths["delivery"], {"do": "score", "score": score, "name": "陈工"}, statuses={422})
        for answer in ("yes", "", "\x00", "x" * 5000):
            sent = {"do": "accept", "name": "陈工", f"seal-{item.pk}": item.seal, f"answer-{item.pk}": answer}
            says_nothing(paths["delivery"], sent, statuses={422})
    for place, number in enumerate((others.item.pk, *NUMBERS)):
        sent = {"do": "report", "title": f"漏了 {place}", "name": "陈工", "item": number}
        assert customer().post(paths["delivery"], sent).status_code == 302, number
    assert set(Issue.objects.filter(found_by="theirs").values_list("item", "opportunity")) == {
        (None, item.opportunity_id)
    }
    assert not {word for word in ("别家上线", "别家的问题") if word in page(customer().get(paths["delivery"]))}


def test_answers_that_are_none(paths):
    with unchanged("no answers"):
        for score in ("", "11", "-1", "9" * 5000, "1e1", "NaN", "²", "９", "\x00"):
            says_nothing(paths["survey"], {"score": score}, statuses={422})
        for question in ("usage", "service"):
            for choice in ("hourly", "\x00", "x" * 5000, "daily" + " " * 20 + "x", STORED[0]):
                says_nothing(paths["survey"], {"score": "9", question: choice}, statuses={422})
        for sent in ({}, {"do": "accept-all"}, {"do": "x" * 5000}, {"score": "9"}):
            says_nothing(paths["plan"], sent, statuses={302})


def test_words_that_can_not_be_kept(paths, version, clause, item):
    """Broken or endless, in each field: refused, nothing kept, the page that comes back runs nothing."""
    base = {
        "contract": {"do": f"change-{clause}", "version": version.pk, "comment": "太早", "wording": "", "name": "陈工"},
        "delivery accept": {"do": "accept", "name": "陈工", f"seal-{item.pk}": item.seal, f"answer-{item.pk}": "rejected",
                            f"note-{item.pk}": "差一列"},
        "delivery score": {"do": "score", "score": "9", "comment": "快", "name": "陈工"},
        "delivery report": {"do": "report", "title": "打印不了", "note": "夜班", "name": "陈工"},
        "survey": {"score": "9", "comment": "好", "name": "陈工"},
    }  # fmt: skip
    typed = {"comment", "wording", "name", "title", "note", f"note-{item.pk}"}
    with unchanged("words that can't be kept"):
        for name, sent in base.items():
            for field in typed & set(sent) - ({"name"} if name == "contract" else set()):
                for text in (*(f"a{text}b" for text in BROKEN), ENDLESS):
                    answer = says_nothing(paths[name.split()[0]], sent | {field: text}, statuses={422})
                    assert harm_in(answer) == [], (name, field)
        for text in (*(f"a{text}b" for text in BROKEN), ENDLESS):
            says_nothing(paths["contract"], {"do": "all", "version": version.pk, "name": text}, statuses={422})


@pytest.mark.parametrize("text", [*XSS[:6], *STORED])
def test_markup_is_kept_as_it_is_and_never_run(text, paths, version, clause, item, company):
    """On his page and in the rooms: text."""
    short = text[:60]
    said = {
        "contract": [{"do": f"change-{clause}", "version": version.pk, "comment": text, "wording": text}],
        "delivery": [{"do": "accept", "name": short, f"seal-{item.pk}": item.seal, f"answer-{item.pk}": "rejected",
                      f"note-{item.pk}": text}, {"do": "score", "score": "3", "comment": text, "name": short},
                     {"do": "report", "title": text, "note": text, "name": short}],
        "survey": [{"score": "3", "comment": text, "name": short}],
    }  # fmt: skip
    for kind, sent in said.items():
        for one in sent:
            answer = customer().post(paths[kind], one)
            assert answer.status_code == 302, (kind, one.get("do", ""), failure(answer))
    assert ClauseConfirmation.objects.get(origin="link").comment == text
    assert (Feedback.objects.latest("pk").comment, Survey.objects.get().comment) == (text, text)
    assert Issue.objects.filter(title=text, note=text, from_acceptance=None).count() == 1
    rep, signing, won = a_client(company.rep), version.contract.opportunity_id, item.opportunity_id
    shown = [customer().get(path) for path in paths.values()]
    shown += [rep.get(room) for room in rooms(signing, won)]
    for answer in shown:
        assert answer.status_code == 200, (answer.request["PATH_INFO"], failure(answer))
        assert harm_in(answer) == [], answer.request["PATH_INFO"]


def rooms(signing, won):
    names = {"confirmations:page": signing, "deliveries:page": won, "revisits:deal": won, "reviews:page": won}
    found = [reverse(name, args=[pk]) for name, pk in names.items()]
    return [*found, f"/deals/{signing}/", f"/deals/{won}/", "/notices/"]
