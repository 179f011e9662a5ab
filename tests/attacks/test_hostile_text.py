"""Whatever people type: kept as it is or refused with its field named, never half kept, never run."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from itertools import product, zip_longest
from xml.etree import ElementTree

import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.test import Client

from tests.attacks.marking import mark
from tests.attacks.tools import (
    FILLED,
    HTMX,
    PAGES_OF_EXPORTS,
    a_client,
    address,
    content_of,
    crawled,
    days,
    failure,
    form_in,
    sent_anew,
    some_of,
    taken_back,
    unchanged,
)
from tuoke.base.records.models import Event
from tuoke.services.exchange.reading import open_table
from tuoke.spine.catalog.models import LeadSource, Product
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.queries import gate_judgement
from tuoke.spine.deals.rules import waivable
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.leads.imports.rules import Mapping, Use
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.mails.models import Letter

pytestmark = pytest.mark.django_db
XSS = (
    '"><script>zq7()</script>', "'><img src=zq7 onerror=zq7()>", "</textarea></title></script><svg/onload=zq7()>",
    "\" onmouseover=zq7() autofocus x=\"", "javascript:zq7()", "{{7*191}}{% now 'Y' %}${7*191}<%=7*191%>#{7*191}",
    "<a href=javascript:zq7()>zq7</a>", "&lt;script&gt;zq7()&lt;/script&gt;", "<!--zq7--><![CDATA[zq7]]>",
    "<zq7 hx-get=/ hx-trigger=load hx-on:load=zq7()>",
)  # fmt: skip
STORED = ("\"'><svg/onload=zq7()>{{7*191}}</textarea></script><script>zq7()</script>", "javascript:zq7()//&lt;b&gt;")
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("http://zq7")',
    "|cmd",
    "＝1+1",
    "'=1+1",
)
PLAIN = (
    "👨‍👩‍👧‍👦 🏳️‍🌈 𠮷野家", "\u202egnp.\u202c ﷺ", "e\u0301 é İıßſ a\u200bb x\u00a0y", "null", "0", "%s %(name)s %d {0} {name}",
    "'; DROP TABLE deals_opportunity;--", "\\u0000 \\x00 &#0;", "第一行\n第二行", "a" * 40,
)  # fmt: skip
BROKEN = ("a\x00b", "\x00", "a\x0bb", "a\x1fb", "a\uffffb")  # no database or no file holds them
ODD = ("1e400", "NaN", "-1", "9" * 5000, "2026-02-30", "0000-00-00", "9999-12-31", "10000-01-01", "0001-01-01", "9" * 19, "½",
       "99999999999999万", "9999-12-31T23:59")  # fmt: skip
HUGE = "长" * 350_000  # over a million bytes


DATA = "application/json"  # the figures of a chart: no browser runs them


# On every page


class Page(HTMLParser):
    """What a browser would run, or fetch, of a page."""

    def __init__(self):
        super().__init__()
        self.found, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            value = value or ""
            if name.startswith(("on", "hx-on")) or name == "style" or name == "srcdoc":
                self.found.append((tag, name, value[:60]))
            leads_on = name in {"href", "src", "action", "formaction"} or name.startswith("hx-")
            if leads_on and re.match(r"\s*(javascript|data|vbscript):", value, re.I):
                self.found.append((tag, name, value[:60]))
        if tag in {"zq7", "iframe", "object", "embed", "base", "meta"} and dict(attrs).keys() & {
            "hx-get",
            "src",
            "href",
            "http-equiv",
        }:
            self.found.append((tag, "", ""))
        if tag == "script" and "src" not in dict(attrs) and dict(attrs).get("type") != DATA:
            self.found.append((tag, "inline", ""))

    def handle_data(self, data):
        self.texts.append(data)


def harm_in(answer):
    body = content_of(answer).decode("utf-8", "replace")
    page = Page()
    page.feed(body)
    found = list(page.found)
    if "1337" in "".join(page.texts):
        found.append(("template", "7*191", "1337"))
    return found


@pytest.mark.walk
@pytest.mark.parametrize("word, reader, headers", [(STORED[0], "rep", {}), (STORED[1], "director", HTMX)])
def test_what_is_stored_is_shown_as_text(word, reader, headers, scene, tell, found_by_search, company, now):
    """Past every form, in every text column of every record, of people and of the catalogue: escaped on every page."""
    LeadSource.objects.get_or_create(name="展会")
    Product.objects.get_or_create(name="数据中台")
    company.rep.refresh_from_db()

    def said(place, longest=5000):
        return word[:longest]

    for name, row in scene.rows.items():
        mark(name, row, said)
    for row in (*LeadSource.objects.all()[:1], *Product.objects.all()[:1], company.rep, company.departments["east"]):
        mark("x", row, said)
    scene.taken_in.samples, scene.taken_in.mapping = [[word] * 3], Mapping((Use(0, word, "company"),)).to_json()
    scene.taken_in.save()
    type(scene.report).objects.update(cells=[word, word], reasons=[])
    tell(lambda place, kind: word)
    found_by_search()
    wrong, client = {}, a_client(getattr(company, reader))
    by_link = sent_anew(scene, message=word, now=now)
    for label, path in (crawled(scene) | {"by link": by_link}).items():
        answer = client.get(path, headers=headers)
        if answer.status_code >= 500:
            wrong[label] = failure(answer)
        elif answer.get("Content-Type", "").startswith("text/html") and (found := harm_in(answer)):
            wrong[label] = found
    assert wrong == {}


def test_what_is_refused_is_shown_as_text(every_form, scene, company):
    """A form with mistakes shows what was typed; so does a search, a filter and an address that isn't there."""
    for filled in every_form():
        for word in STORED:
            answer = filled.client.post(
                filled.path, dict.fromkeys(filled.sent, word) | {"version": "1", "confirmed": ""}
            )
            assert answer.status_code < 500, (filled.name, failure(answer))
            assert harm_in(answer) == [], filled.name
    client = a_client(company.director)
    for word in STORED:
        names = ("q", "industry", "company", "status", "next", "tab", "closes", "cursor")
        for path in ("/search/", "/leads/", "/deals/", "/customers/", "/deals/board/", "/followups/", "/deals/new/",
                     "/leads/new/", "/nowhere/"):  # fmt: skip
            answer = client.get(path, dict.fromkeys(names, word))
            assert answer.status_code < 500, (path, failure(answer))
            assert harm_in(answer) == [], path


# In every form


ONE_OF_EACH = [name for name in FILLED if name == "library:new case" or not name.startswith("library:new ")]
"""Its other kinds differ in their texts alone: a case has a day, too."""
OF_PERSONS = {"life_stages", "situations", "income"}  # dropped where a profile is of companies


def text_fields(form):
    for name, field in form.fields.items():
        if (
            name not in OF_PERSONS
            and isinstance(field, forms.CharField)
            and not isinstance(field.widget, forms.HiddenInput)
        ):
            yield name, form[name].html_name


def assert_refused(filled, fields, value):
    """422, each field named; what only the action refuses comes to light once the form's own mistakes are gone."""
    left = dict(fields)
    while left:
        answer = filled.post(dict.fromkeys(left.values(), value))
        assert answer.status_code == 422, (filled.name, value[:20], set(left), answer.status_code, failure(answer))
        named = left.keys() & set(form_in(answer, filled.name).errors)
        assert named, (filled.name, value[:20], set(left))
        left = {field: html_name for field, html_name in left.items() if field not in named}


LETTERS = {"approvals:decide": BROKEN[2:3], "mails:write": BROKEN[4:]}
"""Letters that a database holds, but no file: here they were not refused at their field once."""


def test_texts_that_no_database_holds(every_form):
    """NUL and its like are refused, and the refusal stands at its field. Which two of them a form meets rotates."""
    for filled in every_form():
        with unchanged(f"broken texts at {filled.name}"):
            for value in some_of(BROKEN, filled.name, 2, always=LETTERS.get(filled.name, ())):
                assert_refused(filled, text_fields(filled.form), value)


def test_a_million_bytes(every_form):
    """Refused with the field named; nothing is cut to fit."""
    for filled in every_form():
        texts = list(text_fields(filled.form))
        with unchanged(f"a million bytes at {filled.name}"):
            for two in (texts[n : n + 2] for n in range(0, len(texts), 2)):  # more in one body is refused as a whole
                assert_refused(filled, two, HUGE)


STRANGE = (XSS[0], FORMULAS[0], FORMULAS[4], *PLAIN)


def test_strange_but_sound_texts(every_form):
    """Kept letter for letter, or refused; no failure. Which four of the texts a form meets rotates."""
    found = {}
    for filled in every_form():
        kinds = {field: type(kind).__name__ for field, kind in filled.form.fields.items()}
        free = [html for field, html in text_fields(filled.form) if kinds[field] in {"CharField", "TextField"}]
        for value in some_of(STRANGE, filled.name, 4) if free else ():
            with taken_back():
                answer = filled.post(dict.fromkeys(free, value))
                assert answer.status_code in (302, 409, 422), (filled.name, value, answer.status_code, failure(answer))
                is_tidied = filled.name.startswith("library:")  # its texts are made of lines and placeholders
                is_for_nothing = (
                    filled.name == "rounds:edit"
                )  # its one free text: why the line is passed, asked where it is
                if answer.status_code == 302 and "\n" not in value and not is_tidied and not is_for_nothing:
                    assert said_in_database(value.strip(), found.setdefault(filled.name, [])), (filled.name, value)


def said_in_database(value, places):
    """Whole in a column, or in the history of what was said with a verb. ``places`` keeps where; there it looks first."""
    if any(model._base_manager.filter(**{f"{name}__contains": value}).exists() for model, name in places):
        return True
    houses = {
        "customers", "deals", "followups", "discovery", "targeting", "catalog", "library", "outreach", "calls", "interviews",
        "decisions", "notifications", "proposals", "sendings", "offers", "values", "demos", "objections", "signoffs", "rivals",
        "negotiation", "rounds", "returns", "signals", "approvals",
    }  # fmt: skip
    for model in apps.get_models():
        if model._meta.app_label not in houses:
            continue
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField)
            if is_text and model._base_manager.filter(**{f"{field.name}__contains": value}).exists():
                places.append((model, field.name))
                return True
    return any(value == said for event in Event.objects.all() for said in event.facts.values())


def test_numbers_and_days_that_are_none(every_form):
    """Every field meets three, beside other ones in its neighbours; then what each understood goes to the action. Which
    three rotates by the field."""
    words = {"CharField", "TextField", "ModelChoiceField", "SourceChoice", "BooleanField"}
    for filled in every_form(*ONE_OF_EACH):
        form = filled.form
        odd = {field: form[field].html_name for field, kind in form.fields.items() if type(kind).__name__ not in words}
        met = {field: some_of(ODD, f"{filled.name} {field}") for field in odd}
        understood = {html_name: [] for html_name in odd.values()}
        for turn in range(3) if odd else ():
            answer = posted(filled, {odd[field]: values[turn] for field, values in met.items()})
            if answer.status_code == 422 and "form" in answer.context:
                for field in odd.keys() - set(form_in(answer, filled.name).errors):
                    understood[odd[field]].append(met[field][turn])
        for values in zip_longest(*understood.values()):
            posted(filled, {name: value for name, value in zip(odd.values(), values, strict=True) if value is not None})


def posted(filled, changes):
    with taken_back():
        answer = filled.post(changes)
        told = {name: value[:30] for name, value in changes.items()}
        assert answer.status_code in (302, 404, 409, 422), (filled.name, told, failure(answer))
    return answer


def test_every_field_twice_and_none(every_form):
    """Repeated names, names beside, nothing at all, and a body that isn't a form."""
    for filled in every_form(*ONE_OF_EACH):
        sent, form_data = filled.sent, "application/x-www-form-urlencoded"
        doubled = {key: [value, value] if not isinstance(value, list) else value * 2 for key, value in sent.items()}
        with taken_back():
            answer = filled.client.post(filled.path, doubled | {f"{key}[]": value for key, value in sent.items()})
            assert answer.status_code < 500, (filled.name, failure(answer))
        for body, kind in (
            (b'{"name": 1}', "application/json"), (b"", "multipart/form-data"),  # no field at all; no parts
            (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
            (b"\xff\xfe\x00%%%=&=;&a=%ED%A0%80&name=%ED%A0%80&version=%ff", form_data),
        ):  # fmt: skip
            with taken_back():
                answer = filled.client.post(filled.path, body, content_type=kind)
                assert answer.status_code < 500, (filled.name, body, failure(answer))


NOTES = {
    "deals:tick": "note", "leads:tick": "note", "targeting:campaign_tick": "note", "deals:waive": "reason", "deals:move": "reason",
    "deals:advance": "waive", "leads:convert": "waive", "deals:move_back": "reason", "deals:reopen": "reason",
    "leads:tell_apart": "reason", "deals:pause": "reason", "deals:join": "duty",
}  # fmt: skip
SHOWN_AT = {"deals": "deals:detail", "leads": "leads:detail", "targeting": "targeting:campaign"}


def test_reasons_and_notes(scene, company, now):
    """The texts that no form class reads, too: a note beside a tick, the reason of a waiver."""
    manager = company.by("director")
    client = a_client(company.director)
    converting = FILLED["leads:convert"][1](a_client(company.team_lead), scene)
    for said in (Letter, Call, FollowUp):
        said.objects.all().delete()  # the gate is closed
    for name, field in NOTES.items():
        with taken_back():
            if name in {"deals:move", "deals:move_back"}:
                waivers = dict.fromkeys(waivable(gate_judgement(scene.deal)), "先过")
                deals.advance(deal=scene.deal, to="discovery", waivers=waivers, by=manager, now=now)
            if name == "deals:reopen":
                deals.close_lost(deal=scene.deal, reason="价格", by=manager, now=now)
            page = content_of(client.get(address(SHOWN_AT[name.split(":")[0]], scene))).decode()
            items = sorted(set(re.findall(r'name="(?:item|criterion)" value="([^"]+)"', page)))[:4]
            scene.deal.refresh_from_db()
            left = waivable(gate_judgement(scene.deal))
            asked = {"deals:waive": left}.get(name, items if field == "note" else items[:1])
            to = "outreach" if name in {"deals:move", "deals:move_back"} else "discovery"
            base = {"to": to, "until": days(5), "user": company.auditor.pk}
            assert asked, name
            with unchanged(f"broken words at {name}"):
                for value, item in product((*BROKEN, "x" * 300_000), asked):
                    data = (
                        base | {"item": item, "criterion": item, field: value} | {f"waive-{key}": value for key in left}
                    )
                    if name == "leads:convert":
                        data = converting | {key: value for key in converting if key.startswith("waive-")}
                    answer = client.post(address(name, scene), data)
                    assert answer.status_code == 422, (name, item, value[:5], answer.status_code, failure(answer))
            scene.deal.refresh_from_db()


def test_the_doors_of_the_house(company):
    """Logging in and choosing a language, too, meet strange texts."""
    paths = ("/login/", "/language/", "/password/", "/password/set/")
    for client, path in product((Client(raise_request_exception=False), a_client(company.rep)), paths):
        for value in (BROKEN[0], "\ud800", "x" * 5_000, XSS[0]):
            names = ("login", "password", "remember", "language", "next", "oldpassword", "password1", "password2")
            answer = client.post(path, {name: value.encode("utf-8", "surrogatepass") for name in names})
            assert answer.status_code < 500, (path, value[:20], failure(answer))
            if answer.get("Content-Type", "").startswith("text/html"):
                assert harm_in(answer) == []


# In files


@pytest.mark.parametrize("word", ["=1+1", "\t@SUM(A1)", '=HYPERLINK("http://zq7")', "_x0041_<&>]]>"])
def test_exports_hold_texts_not_formulas(word, scene, tell, company):
    """A spreadsheet opens what was typed as text; it comes in again letter for letter."""
    for name, row in scene.rows.items():
        mark(name, row, lambda place, longest=5000: word[:longest])
    type(scene.report).objects.update(cells=[word, word], reasons=[])
    client, files = a_client(company.rep), 0
    for name, path in crawled(scene).items():
        if ("export" not in name and name != "imports:rejects") or name in PAGES_OF_EXPORTS:
            continue
        answer = client.get(path)
        assert answer.status_code == 200, (name, failure(answer))
        body = content_of(answer)
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            for part in book.namelist():
                if part.endswith((".xml", ".rels")):
                    tree = ElementTree.fromstring(book.read(part))  # well formed, or Excel "repairs" it
                    if part.startswith("xl/worksheets/"):
                        assert not [e for e in tree.iter() if e.tag.endswith(("}f", "}hyperlink"))], name
        files += 1
    assert files >= 5


def test_an_exported_formula_comes_in_as_it_was(scene, company, tmp_path):
    word = "=1+1"
    for name in ("lead", "customer"):
        mark(name, scene.rows[name], lambda place, longest=5000: word)
    path = tmp_path / "out.xlsx"
    path.write_bytes(content_of(a_client(company.rep).get("/leads/export/")))
    with open_table(path) as table:
        cells = [cell for batch in table.batches(size=10) for row in batch for cell in row.cells]
    assert word in cells
