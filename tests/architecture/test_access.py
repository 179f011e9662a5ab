"""Every address × every actor has the outcome that ``access_matrix.yaml`` declares (O1).

Outcomes: ``in`` let in (whatever the form then says) · ``login`` · ``403`` no such right · ``404`` not his record.
The record in the address belongs to ``rep``. ``python -m tests.architecture.draw_matrix`` prints what is true now.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests.architecture.test_views import ROUTES
from tests.architecture.world import make_world

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
    path = reverse(name, kwargs=world.arguments(name, ROUTES[name])) + world.queries.get(name, "")
    return send(client, method or MATRIX[name]["method"], path)


def send(client, method, path):
    with transaction.atomic():
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    return answer


def test_every_address_is_in_the_matrix_and_nothing_else():
    assert set(MATRIX) == set(ROUTES)


def test_every_actor_is_in_every_row():
    assert {name: sorted(set(ACTORS) - set(row)) for name, row in MATRIX.items() if set(ACTORS) - set(row)} == {}


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
        if name in world.queries:
            continue
        missing = reverse(name, kwargs=world.missing(name, ROUTES[name]))
        absent = send(client, row["method"], missing)
        assert (foreign.status_code, len(foreign.content)) == (absent.status_code, len(absent.content)), name
