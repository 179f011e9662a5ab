"""Every form of steps 7 and 8 meets what no field may hold, who has no business with it, and what was changed meanwhile: refused
with what was typed and why, or kept soundly; never a failure, never half kept (S7.1-S8.3, P3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client

from tests.attacks.test_hostile_text import BROKEN, HUGE, ODD, STORED, XSS, harm_in
from tests.attacks.tools import SESSIONS, SIGNED, a_client, address, failure, some_of, taken_back, unchanged

pytestmark = pytest.mark.django_db
WORDS = (*BROKEN, *STORED, *XSS[:3], HUGE[:100_000])
OTHERS = (*ODD, "²", "$5", "USD 5", "5万美元", "1e18", "-0.001", "Infinity", "=1+1")
VERSIONED = {
    "contracts:head", "contracts:clause_edit", "payments:edit", "kickoff:edit", "kickoff:note", "teams:edit", "deliveries:edit",
    "deliveries:edit_issue", "reviews:edit_problem", "improvements:edit", "revisits:record", "revisits:postpone", "revisits:skip",
}  # fmt: skip
YEARS = range(1900, 3000)
MOST = Decimal(10) ** 12
LONGEST = 90_000  # no field takes ``HUGE``
SHAPELESS = ("\x00", "\x0b", "\x1f", "\uffff", "\\u0000", "\\u000b", "\\u001f", "\\uffff")


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


# What is in the database


def rows() -> dict[str, Counter[tuple[Any, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in SESSIONS and not table.startswith("search_"):
                cursor.execute(f'SELECT * FROM "{table}"')
                columns = [column[0] for column in cursor.description]
                found[table] = Counter(tuple(zip(columns, map(str, row), strict=True)) for row in cursor.fetchall())
    return found


@contextmanager
def kept() -> Iterator[list[Value]]:
    """Every value of every row that is new or other than before."""
    found: list[Value] = []
    before = rows()
    yield found
    for table, now in rows().items():
        found += [Value(table, *cell) for row in now - before.get(table, Counter()) for cell in row]


def columns_of(*fields: type[models.Field[Any, Any]]) -> set[tuple[str, str]]:
    return {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, fields)
    }


DAYS = columns_of(models.DateField)
FIGURES = columns_of(models.DecimalField, models.FloatField)


class Value(NamedTuple):
    table: str
    column: str
    value: str

    @property
    def is_broken(self) -> bool:
        """What no column may hold: signs without a shape, endless text, figures that are none, days of no year of ours."""
        place, said = (self.table, self.column), self.value
        if place in DAYS:
            return said != "None" and int(said.split("-")[0] or 0) not in YEARS
        if place in FIGURES:
            return said != "None" and not (Decimal(said).is_finite() and abs(Decimal(said)) < MOST)
        return len(said) > LONGEST or any(sign in said for sign in SHAPELESS)


def test_what_is_broken_is_recognised():
    day, figure, text = (
        ("payments_instalment", "due_on"),
        ("payments_instalment", "amount"),
        ("payments_instalment", "name"),
    )
    assert day in DAYS
    assert figure in FIGURES
    bad = [(day, "9999-12-31"), (day, "0001-01-01"), (figure, "NaN"), (figure, "1e18"), (figure, "-Infinity"), (text, "a\x00b"),
           (text, '{"x": "\\u0000"}'), (text, "长" * 400_000)]  # fmt: skip
    sound = [
        (day, "2026-12-01"),
        (day, "None"),
        (figure, "None"),
        (figure, "-100.00"),
        (text, "NaN"),
        (text, "9999-12-31"),
    ]
    assert [one for place, one in bad if not Value(*place, one).is_broken] == []
    assert [one for place, one in sound if Value(*place, one).is_broken] == []


# What is typed


@pytest.mark.parametrize("half", [0, 1])
def test_what_no_field_may_hold(half, scene, company):
    """Texts that no database holds or a browser would run, figures and days that are none, each in all fields at once and in
    one at a time. Which of them a field meets rotates. Whatever is refused left nothing behind and says why; what is kept
    is sound, and the page that follows shows it as text."""
    wrong = {}
    for name in list(SIGNED)[half::2]:
        who, data = SIGNED[name]
        client, path = a_client(getattr(company, who)), address(name, scene)
        with taken_back(), kept() as now_there:
            sent = data(client, scene)
            assert client.post(path, sent).status_code == 302, name
        assert now_there, name
        tries = [dict.fromkeys(sent, value) for value in (BROKEN[0], STORED[0], HUGE[:100_000])]
        for field in sent:
            place = f"{name} {field}"
            tries += [{field: value} for value in (*some_of(WORDS, place, 2), *some_of(OTHERS, place, 2))]
        for changed in tries:
            with taken_back():
                if found := fault(client, path, sent | changed):
                    wrong[name, *changed, str(next(iter(changed.values())))[:12]] = found
    assert wrong == {}


def fault(client: Client, path: str, sent: dict[str, Any]) -> Any:
    """What an answer to ``sent`` got wrong, or nothing."""
    with kept() as changed:
        answer = client.post(path, sent)
    if answer.status_code == 302:
        return sorted({value[:2] for value in changed if value.is_broken}) or harm_in(client.get(answer["Location"]))
    if answer.status_code not in (404, 409, 422):
        return f"{answer.status_code} {failure(answer)}"
    if changed:
        return f"{answer.status_code}, but kept in {sorted({value.table for value in changed})}"
    if answer.status_code == 422 and not is_told(answer):
        return "refused without a word"
    return harm_in(answer)


def is_told(answer: Any) -> bool:
    form = answer.context.get("form")
    return bool(form and form.errors) or 'role="alert"' in answer.content.decode()


# Who may, and in what version


def test_nobody_sends_them_to_a_deal_of_others(scene, company):
    """Another team's rep, a colleague of the same team, who was once in the deal, an auditor and an administrator: not there,
    or not allowed. Who isn't logged in is asked to. Nothing is changed by any of them."""
    own = a_client(company.rep)
    sent = {name: data(own, scene) for name, (_who, data) in SIGNED.items()}
    strangers = ("other_team", "teammate", "collaborator", "auditor", "admin")
    wrong, clients = {}, {who: a_client(getattr(company, who)) for who in strangers}
    with unchanged("a deal of others"):
        for who, client in clients.items():
            for name, data in sent.items():
                status = client.post(address(name, scene), data).status_code
                if status not in (403, 404):
                    wrong[who, name] = status
        for name, data in sent.items():
            answer = Client().post(address(name, scene), data)
            assert (answer.status_code, answer["Location"][:7]) == (302, "/login/"), name
    assert wrong == {}


def test_a_version_that_is_gone_overwrites_nothing(scene, company):
    """Two had the form open: the second, who saw what is gone, is told so; and versions that nobody has ever seen."""
    wrong, tried = {}, set()
    for name, (who, data) in SIGNED.items():
        client, path = a_client(getattr(company, who)), address(name, scene)
        sent = data(client, scene)
        seen = next((field for field in sent if field.endswith("version")), None)
        if seen is None:
            continue
        tried.add(name)
        with taken_back():
            assert client.post(path, sent).status_code == 302, name
            found = refused(client, path, sent, {409})
            wrong |= {(name, "second"): found} if found else {}
        for version in (0, int(sent[seen]) + 7):
            found = refused(client, path, sent | {seen: version}, {409, 422})
            wrong |= {(name, version): found} if found else {}
        for version in ("", "x", "\x00", "-1", "9" * 5000, "²", "1.5"):
            found = refused(client, path, sent | {seen: version}, {404, 409, 422})
            wrong |= {(name, version[:9]): found} if found else {}
    assert tried == VERSIONED
    assert wrong == {}


def refused(client: Client, path: str, sent: dict[str, Any], statuses: set[int]) -> str:
    with taken_back():
        with kept() as changed:
            answer = client.post(path, sent)
        if answer.status_code not in statuses:
            return f"{answer.status_code} {failure(answer)}"
        return f"kept in {sorted({value.table for value in changed})}" if changed else ""
