"""A colleague of another department gets of the projects that he has joined what his department works on, and is told
nothing of the rest: not on a page, not in a history, not on a list (P4)."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urldefrag, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from tests.architecture.test_access import LOADED, MATRIX, ask, outcome
from tests.architecture.world import make_world
from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.base.accounts.rules import Permission as P
from tuoke.spine.deals.actions import join
from tuoke.spine.deals.models import Membership, Opportunity

PAGES = {
    "needs": ("discovery:needs",),
    "proposals": ("proposals:builder", "signoffs:page"),
    "prices": ("offers:deal", "values:page", "rivals:page"),
    "talks": ("negotiation:plan", "rounds:page", "signals:deal"),
    "contract": ("contracts:page", "contracts:contract", "confirmations:page", "clearances:page", "files:list"),
    "money": ("payments:page", "payments:list", "payments:customer"),
    "project": ("kickoff:page", "teams:page", "deliveries:page"),
    "review": ("reviews:page", "improvements:deal", "revisits:deal", "revisits:list"),
}
WRITES = {
    "the contract": ("contracts:begin", "contracts:clause_edit", "confirmations:invite", "clearances:ask", "files:attach"),
    "the money": ("payments:draft", "payments:receive", "payments:edit"),
    "the project": ("kickoff:add", "teams:add", "deliveries:add", "kickoff:move"),
    "the review": ("reviews:add_part", "improvements:propose", "revisits:extra"),
    "the deal": ("deals:edit", "deals:won", "deals:duty_add", "revisits:second", "reviews:finish", "teams:book"),
}  # fmt: skip
MAY = {
    "tech": {"needs", "proposals", "project", "review", "the project", "the review"},
    "product": {"needs", "proposals", "project", "review", "the project", "the review"},
    "service": {"needs", "project", "review", "the project", "the review"},
    "legal": {"contract", "review", "the review"},
    "finance": {"prices", "contract", "money", "review", "the money", "the review"},
    "sales": {"needs", "proposals", "prices", "project", "review", "the review"},
}


@pytest.fixture
def world(company, playbook, now):
    return make_world(company, now)


@pytest.fixture
def colleague(company, world, now):
    """``colleague("legal")``: a collaborator of such a department who has joined every deal of the world."""

    def of(function):
        department = Department.objects.create(
            code=f"{function}-2", name=f"{function} 部", parent=company.departments["hq"], function=function
        )
        user = User.objects.create_user(f"{function}.2", name=f"{function} 同事", department=department)
        RoleHeld.objects.create(user=user, role="collaborator")
        for deal in Opportunity.objects.all():
            join(deal=deal, user=user, duty="配合", by=company.by("rep"), now=now)
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    return of


@pytest.mark.django_db
def test_each_department_gets_its_own_sections(world, colleague):
    got = {}
    for function in MAY:
        client = colleague(function)
        sections = {**PAGES, **WRITES}
        answers = {
            section: {outcome(ask(client, name, world)) for name in names} for section, names in sections.items()
        }
        got[function] = {section for section, found in answers.items() if found == {"in"}}
        assert {s for s, found in answers.items() if "in" in found} == got[function], f"{function}: {answers}"
    assert got == MAY


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("function", ["tech", "legal", "finance"])
def test_a_deals_pages_lead_nowhere_closed(world, colleague, function):
    """No link on a deal's page nor on a room that it leads to, whatever the step, ends in 403 or 404."""
    client, answers, closed = colleague(function), {}, set()

    def opened(url):
        if url not in answers:
            answers[url] = client.get(url)
        return answers[url]

    def links(url):
        main = opened(url).content.decode().partition("<main")[2]
        return {urldefrag(unescape(one))[0] for one in re.findall(r'<a [^>]*href="(/[^"]*)"', main)}

    for deal in Opportunity.objects.all():
        top = deal.get_absolute_url()
        assert len(links(top)) > 10, "a page with links"
        rooms = {url for url in links(top) if url.startswith(top) and not opened(url).streaming}
        led = {resolve(urlsplit(url).path).view_name: (page, url) for page in (top, *rooms) for url in links(page)}
        closed |= {(page, url) for page, url in led.values() if opened(url).status_code in {403, 404}}
    assert closed == set()


@pytest.mark.django_db
def test_who_reads_all_deals_works_only_on_those_that_he_has_joined(world, colleague):
    """An auditor who helps with a project of his department's: what he may write there he may write nowhere else."""
    client = colleague("tech")
    user = User.objects.get(username="tech.2")
    RoleHeld.objects.create(user=user, role="auditor")
    Membership.objects.filter(user=user).delete()
    read, written = PAGES["project"] + PAGES["review"], WRITES["the project"] + WRITES["the review"]
    assert {name: outcome(ask(client, name, world)) for name in read} == dict.fromkeys(read, "in")
    posted = {name: outcome(ask(client, name, world, method="post")) for name in written}
    assert posted == dict.fromkeys(written, "404")


TOLD = {
    P.CONTRACT_READ: ("HT-2026-0900", "613,131", "613131", "双方保密三年"),
    P.PAYMENT_READ: ("247,247", "247247", "10,111", "10111"),
    P.PROJECT_READ: ("排产口径对齐", "一号线上线", "夜班登录慢", "实施二组组长"),
    P.OFFER_READ: ("平台年费", "换模准备", "440,000", "333,333", "333333"),
    P.NEGOTIATION_READ: ("一年质保", "690,000", "多培训两天"),
    P.NEED_READ: ("打通数据", "上线快"),
    P.PROPOSAL_READ: ("三个月收回", "试用一号"),
}
"""Words that stand in one section and nowhere else."""
NOT_HIS = ("playbook:", "library:", "portal:", "account_logout")
"""Addresses that tell of no deal (what a process says may sound alike), and the customer's own pages."""
NEEDED = {
    "payments:new": P.PROJECT_READ,  # whoever plans payments chooses the milestone that one waits for, by its name
    "payments:edit": P.PROJECT_READ,
    "rivals:page": P.NEED_READ,  # rivals are compared by what the customer wants
    "rivals:mark": P.NEED_READ,
}
"""Where a section can't be worked on without a word of another."""


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("function", ["tech", "service", "legal", "finance"])
def test_nothing_is_told_of_other_sections(function, world, colleague, company, now):
    from tuoke.base.accounts.queries import principal_of
    from tuoke.steps.reviews import actions as reviews
    from tuoke.steps.reviews.models import Review

    reviews.note_cost(review=Review.objects.get(), cost=333_333, by=company.by("rep"), now=now)
    client = colleague(function)
    who = principal_of(User.objects.select_related("department").get(username=f"{function}.2"))
    foreign = [(right, word) for right, words in TOLD.items() if not who.may(right) for word in words]
    own = [word for right, words in TOLD.items() if who.may(right) for word in words]
    told, seen = [], set()
    for name, body in _everything(client, world):
        told += [f"{name}: {word}" for right, word in foreign if word in body and NEEDED.get(name) is not right]
        seen |= {word for word in own if word in body}
    assert told == [], told
    assert len(seen) > len(own) / 2  # the words do stand where they may be read


def _everything(client, world):
    """Every page and file, and the histories and steps of each deal with what they load."""
    for name, row in MATRIX.items():
        if row["method"] == "get" and not name.startswith(NOT_HIS):
            yield name, _said(ask(client, name, world))
    paths = [reverse("customers:detail", args=[world.records["customers.pk"]])]
    for deal in Opportunity.objects.all():
        page, past = (reverse(f"deals:{name}", args=[deal.pk]) for name in ("detail", "timeline"))
        paths += [
            f"{past}?before=999999",
            *(f"{page}?step={step}" for step in ("proposals", "negotiation", "contracts", "reviews")),
        ]
    for path in paths:
        body = _said(client.get(path))
        yield path, body
        for part in set(LOADED.findall(body)):
            yield part, _said(client.get(part))


def _said(answer):
    from tests.attacks.tools import said_by

    return said_by(answer) if answer.status_code == 200 else ""


@pytest.mark.django_db
def test_an_improvement_is_read_by_others_without_the_deal_that_taught_it(world, company):
    row = {"deal": "一期产线", "customer": "恒远科技", "person": "王经理"}
    for actor in ("other_team", "process_owner"):
        client = Client()
        client.force_login(getattr(company, actor))
        for name in ("improvements:index", "improvements:due", "improvements:show"):
            answer = ask(client, name, world)
            assert "写清验收" in answer.content.decode() or name == "improvements:due"
            assert {what for what, word in row.items() if word in answer.content.decode()} == set(), (actor, name)


def test_the_sections_name_addresses_of_the_house():
    assert {name for names in (*PAGES.values(), *WRITES.values()) for name in names} <= set(MATRIX)
