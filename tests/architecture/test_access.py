"""Every address × every actor has the outcome that ``access_matrix.yaml`` declares (O1).

Outcomes: ``in`` let in (whatever the form then says) · ``login`` · ``403`` no such right · ``404`` not his record.
The record in the address belongs to ``rep``. ``python -m tests.architecture.draw_matrix`` prints what is true now.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from tests.architecture.test_views import ROUTES
from tests.architecture.world import make_world, parameters

MATRIX = yaml.safe_load((Path(__file__).parent / "access_matrix.yaml").read_text())
ACTORS = (
    "anonymous", "rep", "teammate", "other_team", "team_lead", "director", "process_owner", "collaborator", "auditor", "admin",
    "disabled", "link_holder", "read_token",
)  # fmt: skip
WITHOUT_SESSION = {"anonymous", "link_holder", "read_token"}


def outcome(answer) -> str:
    if answer.status_code == 302 and answer["Location"].startswith("/login/"):
        return "login"
    return str(answer.status_code) if answer.status_code in {403, 404} else "in"


def client_of(actor, company) -> Client:
    client = Client(raise_request_exception=False)
    if actor == "read_token":
        client = Client(headers={"Authorization": "Bearer no-door-for-tokens-here"})
    elif actor not in WITHOUT_SESSION:
        client.force_login(getattr(company, actor))
    return client


def answers(actor, company, world, methods):
    """What each address of ``methods`` answers, asked by one client: its session outlives every request but the one
    that ends it."""
    client = client_of(actor, company)
    for name, method in methods.items():
        yield name, ask(client if name != "account_logout" else client_of(actor, company), name, world, method=method)


def ask(client, name, world, *, method=""):
    """The answer; what the request changed is taken back, so that every address meets the same world."""
    path = reverse(name, kwargs=world.arguments(name, ROUTES[name]))
    return send(client, method or MATRIX[name]["method"], path, world.queries.get(name, ""))


def send(client, method, path, query=""):
    """A form says in its body, too, what stands in the address."""
    data = QueryDict(query.removeprefix("?")) if method == "post" else None
    with transaction.atomic():
        answer = getattr(client, method)(path + query, data)
        transaction.set_rollback(True)
    return answer


def test_every_address_is_in_the_matrix_and_nothing_else():
    assert set(MATRIX) == set(ROUTES)


def test_every_actor_is_in_every_row():
    assert {name: sorted(set(ACTORS) - set(row)) for name, row in MATRIX.items() if set(ACTORS) - set(row)} == {}


@pytest.mark.walk
@pytest.mark.django_db
@pytest.mark.parametrize("actor", ACTORS)
def test_the_outcome_is_the_declared_one(actor, company, playbook, now):
    world = make_world(company, now)
    wrong = {}
    for name, answer in answers(actor, company, world, {name: row["method"] for name, row in MATRIX.items()}):
        assert answer.status_code < 500, f"{name} as {actor} failed"
        if outcome(answer) != str(MATRIX[name][actor]):
            wrong[name] = f"declared {MATRIX[name][actor]}, is {outcome(answer)}"
    assert wrong == {}


@pytest.mark.django_db
def test_a_record_that_does_not_exist_answers_like_a_foreign_one(company, playbook, now):
    world = make_world(company, now)
    client = client_of("other_team", company)
    for name, row in MATRIX.items():
        if str(row["other_team"]) != "404":
            continue
        foreign = ask(client, name, world)
        if not parameters(ROUTES[name]):
            continue
        missing = reverse(name, kwargs=world.missing(name, ROUTES[name]))
        absent = send(client, row["method"], missing, world.queries.get(name, ""))
        assert (foreign.status_code, len(foreign.content)) == (absent.status_code, len(absent.content)), name


THERE = {name for name in ACTORS if name not in WITHOUT_SESSION and name != "disabled"}
LINKS = {
    "links.public_id": {"rep", "team_lead", "director", "collaborator", "auditor"},
    "links.proposal": {"rep", "team_lead", "director", "collaborator", "auditor"},
    "links.returns": {"rep", "team_lead", "director", "auditor"},
    "links.contract": {"rep", "team_lead", "director", "auditor"},
    "links.plan": {"rep", "team_lead", "director", "collaborator", "auditor"},
    "links.delivery": {"rep", "team_lead", "director", "collaborator", "auditor"},
    "links.survey": {"rep", "team_lead", "director", "collaborator", "auditor"},
}
"""Who sees a private link: whoever reads what it leads to."""


@pytest.mark.django_db
def test_a_link_is_seen_by_those_who_read_what_it_leads_to(company, playbook, now):
    world = make_world(company, now)
    clients = {name: client_of(name, company) for name in THERE}
    seen = {
        link: {name for name in THERE if outcome(send(clients[name], "get", _link(world, link))) == "in"}
        for link in LINKS
    }
    assert seen == LINKS


def _link(world, link):
    return reverse("links:show", kwargs={"public_id": world.records[link]})


@pytest.mark.django_db
def test_a_request_is_seen_by_whoever_asked_and_whoever_is_asked(company, playbook, now):
    """What the collaborator shall sign is no matter of the managers."""
    world = make_world(company, now)
    path = reverse("approvals:request", kwargs={"pk": world.records["approvals.feasibility"]})
    found = {name: outcome(send(client_of(name, company), "get", path)) for name in THERE}
    assert {name for name, what in found.items() if what == "in"} == {"rep", "collaborator"}
    assert set(found.values()) == {"in", "404"}
    path = reverse("approvals:request", kwargs={"pk": world.records["approvals.clearance"]})
    found = {name: outcome(send(client_of(name, company), "get", path)) for name in THERE}
    assert {name for name, what in found.items() if what == "in"} == {"rep", "team_lead"}


LOADED = re.compile(r'hx-get="([^"?]+)[^"]*"\s+hx-trigger="load"')


@pytest.mark.django_db
@pytest.mark.parametrize("actor", ["rep", "collaborator", "auditor"])
def test_what_a_page_asks_for_lets_in_whoever_reads_the_page(actor, company, playbook, now):
    """Also in the steps whose rooms he may not read: what is shut isn't offered."""
    world, client = make_world(company, now), client_of(actor, company)
    deal = reverse("deals:detail", args=[world.records["proposals.pk"]])
    customer = reverse("customers:detail", args=[world.records["customers.pk"]])
    asked = set()
    signing, won = (reverse("deals:detail", args=[world.records[key]]) for key in ("contracts:page.pk", "payments.pk"))
    shown = [f"{deal}?step=proposals", f"{deal}?step=negotiation", f"{signing}?step=contracts", f"{won}?step=reviews"]
    for path in (*shown, customer):
        asked |= set(LOADED.findall(client.get(path).content.decode()))
    assert len(asked) > 9
    assert {url: client.get(url).status_code for url in asked} == dict.fromkeys(asked, 200)
