"""Whatever stands behind the question mark: a page, a clean refusal, never a failure."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, urlsplit

import pytest

from tests.attacks.tools import HTMX, a_client, address, addresses, content_of, failure, some_of, taken_back

pytestmark = pytest.mark.django_db
LONG = "9" * 5000  # longer than Python reads as a number
NUMBERS = (
    "-1",
    "0",
    "1.5",
    "9" * 19,
    LONG,
    "1e400",
    "NaN",
    "sNaN",
    "-inf",
    "²",
    "١٢",
    "0x10",
    "1_000",
    "[]",
    "' OR 1=1--",
)
DATES = (
    "0000-00", "0001-01", "9999-12", "9999-99", "10000-01", "2026-13", "2026-1", "今天", "9999-12-31", "0001-01-01", "0020269",
)  # fmt: skip
TEXTS = (
    "\x00",
    "a\x00b",
    "\ud800",
    "'",
    '"',
    "%",
    "_",
    "\\",
    "a" * 5000,
    "👨‍👩‍👧‍👦",
    "\u202eabc",
    "{{7*7}}",
    "=1+1",
    "\n\r\t",
)
CURSORS = (
    *NUMBERS, "~", "1~", "~1", "1~~", "1~NaN", "1~sNaN", "1~Infinity", "1~1e999999999", "1~-5", "1~" + LONG, LONG + "~1",
    "1~2026-11-23", "1~9999-12-31", "1~0001-01-01", "1~2026-11-23T00:00:00", "1~2026-11-23T00:00:00+00:00",
    "1~0001-01-01T00:00:00+23:59", "1~9999-12-31T23:59:59-23:59", "²~1", "١~1", "-1~1", "1~" + "9" * 400, "1~\x00", "\x00~1",
    "1~1~1", "1.0~1", "1~7.5", "999999999999999999~1", "9223372036854775808~1",
)  # fmt: skip
ODD = (
    "-1",
    "0",
    "1.5",
    "9" * 19,
    LONG,
    "1e400",
    "NaN",
    "²",
    "١٢",
    "\x00",
    "a\x00b",
    "\ud800",
    "a" * 5000,
    "'",
    "{}",
    "👨‍👩‍👧‍👦",
)
PAGED = {
    "leads:list": ("", "-score", "purchase_on"),
    "customers:list": ("",),
    "deals:list": ("", "-amount", "close", "-entered"),
    "followups:list": ("",),
}
EXPORTS = ("leads:export", "deals:export", "followups:export")
OF_LEADS = (
    "q", "industry", "region", "source", "tier", "status", "score_min", "owner", "campaign", "sort", "referrer", "created_from",
    "created_to", "created", "qualified", "recycle", "due", "verified", "unknown", "deal", "view",
)  # fmt: skip
OF_DEALS = ("q", "owner", "department", "segment", "product", "step", "outcome", "closes", "amount_min")
FIELDS = {
    "leads:list": OF_LEADS, "leads:export": OF_LEADS, "deals:list": OF_DEALS, "deals:export": OF_DEALS,
    "deals:board": OF_DEALS[:5], "customers:list": ("q", "industry", "region", "tier", "owner", "relationship"),
    "followups:list": ("period", "outcome", "channel"), "followups:export": ("period", "outcome", "channel"),
}  # fmt: skip
LISTS = tuple(FIELDS)
OTHERS = {
    "search": ("q",), "today": ("who",), "leads:duplicates": ("of", "company", "phone", "credit_code", "want"),
    "customers:duplicates": ("of", "name", "phone", "credit_code"), "leads:new": ("company",), "leads:timeline": ("before",),
    "customers:timeline": ("before",), "deals:timeline": ("before",), "deals:new": ("customer",), "deals:detail": ("step",),
    "followups:new": ("deal", "next", "region"), "followups:plan": ("lead",), "followups:export": ("customer",),
    "followups:panel_deal": ("changed", "region"), "followups:finish": ("next", "region"), "imports:rows": ("cursor",),
    "playbook:index": ("variant",), "playbook:step": ("variant",), "targeting:profile_import": ("name",),
    "account_login": ("next",), "leads:list": ("tab", "page", "view"), "leads:count": ("tab", "q", "created_to"),
    "leads:sources": ("since", "until", "tab"), "leads:sources_export": ("since", "until"), "leads:referrers": ("referrer",),
    "leads:pool_customers": ("q", "cursor"), "leads:assign_rules": ("ids", "created_from"), "leads:assignment": ("page",),
    "customers:review": ("kind", "least", "cursor"), "customers:compare": ("keep", "pair"), "calendar:index": ("year",),
    "goals:index": ("metric", "period", "campaign"), "goals:export": ("kind", "period"), "goals:records": ("cursor",),
    "goals:split": ("basis",), "resources:index": ("kind", "over"), "resources:new": ("campaign",), "markets:analysis": ("place",),
    "targeting:history": ("profile", "deals", "order"), "customers:facts_lead": ("key",), "catalog:products": ("q",),
}  # fmt: skip


DAYS = {"since", "until", "period", "year", "created_from", "created_to", "closes"}
"""Read as days or months; the rest meets some of those, too."""


def query(name, value):
    return f"{name}={quote(value, errors='surrogatepass')}"


class Asker:
    """Asks as the director, who has every filter, of imports as their owner; keeps what went wrong."""

    def __init__(self, company):
        self.client, self.owner = a_client(company.director), a_client(company.rep)
        self.wrong = {}

    def ask(self, path, allowed=(200, 302, 404, 422), **more):
        with taken_back():
            answer = (self.owner if path.startswith("/leads/import/") else self.client).get(path, **more)
            if answer.status_code == 200 and answer.streaming:
                content_of(answer)
        if answer.status_code not in allowed:
            self.wrong[path[:160]] = f"{answer.status_code} {failure(answer)}"
        return answer


@pytest.fixture
def asker(scene, company):
    return Asker(company)


@pytest.mark.parametrize("name", LISTS)
def test_filters(name, asker, scene):
    """A value in every filter at once; then only in those that took it, so that it comes to the database. Which of the
    values a filter meets rotates."""
    path, turns = address(name, scene), 4 if name in EXPORTS else 14
    found = dict.fromkeys(DAYS, DATES[-3:])
    met = {
        field: some_of((*NUMBERS, *DATES, *TEXTS), f"{name} {field}", turns, always=found.get(field, ()))
        for field in FIELDS[name]
    }
    for turn in range(turns):
        told = {field: values[turn] for field, values in met.items()}
        answer = asker.ask(f"{path}?" + "&".join(query(*one) for one in told.items()))
        if answer.status_code != 422:
            continue
        errors = answer.context["filter"].form.errors
        again = asker.ask(f"{path}?" + "&".join(query(*one) for one in told.items() if one[0] not in errors))
        assert again.status_code == 200, (told, failure(again))
    assert asker.wrong == {}


def test_every_filter_is_attacked(asker, scene):
    for name in LISTS:
        if name not in EXPORTS:
            form = asker.client.get(f"{address(name, scene)}?tab=all").context["filter"].form
            assert set(form.fields) - {"tab"} <= set(FIELDS[name]), name


@pytest.mark.parametrize("name", PAGED)
def test_cursors_of_every_sort(name, asker, scene):
    """Which dozen of the cursors a sort meets rotates."""
    for sort in PAGED[name]:
        for value in some_of(CURSORS, f"{name} {sort}", 12):
            asker.ask(f"{address(name, scene)}?{query('sort', sort)}&{query('cursor', value)}", headers=HTMX)
    for sort in ("id", "-id", "password", "owner__password", "\x00", "-", "?", "-amount,id"):
        asker.ask(f"{address(name, scene)}?{query('sort', sort)}&cursor=1", headers=HTMX)
    assert asker.wrong == {}


def test_the_other_parameters(asker, scene):
    """Every parameter meets seven values, beside other ones in its neighbours. Which seven rotates; days beyond the
    calendar come to all that reads days: there they found faults."""
    for name, parameters in OTHERS.items():
        path = address(name, scene).split("?")[0]
        met = {
            parameter: some_of(
                (*ODD, *(DATES if parameter in DAYS else DATES[-4:])),
                f"{name} {parameter}",
                7,
                always=DATES[-3:] if parameter in DAYS else (),
            )
            for parameter in parameters
        }
        for turn in range(7):
            told = "&".join(query(parameter, values[turn]) for parameter, values in met.items())
            asker.ask(f"{path}?{told}", headers=HTMX)
    assert asker.wrong == {}


def test_what_stands_beside_a_form(scene, company):
    """Fields that the page sends along, hidden or by a button: wrong ones are none."""
    client = a_client(company.director)
    for name, field in (
        ("targeting:history_import", "deals"), ("targeting:profile_take", "deals"), ("resources:edit", "version"),
        ("resources:void", "version"), ("goals:withdraw", "version"), ("markets:statement_edit", "version"),
        ("leads:layout", "view"), ("calendar:clear", "days"), ("leads:claim_many", "ids"), ("customers:compare", "kept_version"),
        ("catalog:cost_edit", "version"), ("leads:bulk", "pick"),
    ):  # fmt: skip
        for value in ("²", LONG, "-1", "\x00", "9999-12-31", "0001-01-01~9999-12-31", "a" * 5000):
            with taken_back():
                answer = client.post(address(name, scene), {field: value})
            assert answer.status_code < 500, (name, value[:20], failure(answer))


def test_names_that_mean_something_to_the_machinery(asker, scene):
    """Lookups, private keywords, arrays, repeated names, half an encoding: all as if they weren't there."""
    noise = (
        "owner__password__startswith=p&customer__owner__password__regex=.&_connector=OR&_negated=True&pk=1&id__in=1,2",
        "q[]=a&q[$ne]=b&__proto__=x&constructor=y&filter=1&form=2&tab[]=all&page=-1&page_size=99999999&limit=0&offset=-5",
        "%&=&&&;=%ff%fe&%00=%00&%ED%A0%80=%ED%A0%80&a=%zz&" + "&".join(f"p{n}=x" for n in range(400)),
    )
    for name in (
        *LISTS,
        "today",
        "search",
        "leads:detail",
        "customers:detail",
        "deals:detail",
        "playbook:index",
        "leads:new",
    ):
        path = address(name, scene)
        usual = asker.client.get(path)
        for more in noise:
            answer = asker.ask(f"{path}{'&' if '?' in path else '?'}{more}", allowed={usual.status_code})
            if name in {"leads:list", "customers:list", "deals:list"}:
                key = "rows" if name != "customers:list" else "customers"
                assert len(answer.context[key]) == len(usual.context[key])
    assert asker.wrong == {}


def test_repeated_names(asker, scene):
    for name in LISTS:
        for more in (
            "q=a&q=b&owner=1&owner=2&sort=-amount&sort=id",
            "status=any&status=x&step=1&step=2",
            "cursor=1&cursor=x",
        ):
            asker.ask(f"{address(name, scene)}?{more}", headers=HTMX)
    assert asker.wrong == {}


OF_PROCESS_OWNER = ("playbook:draft_", "playbook:version_draft", "deals:changeover", "revisits:rhythms")
"""What the director, who asks here, has no right to open: he hears so whatever number he asks for."""


def test_numbers_in_the_path(asker, scene):
    """No record has such a number: 404, whatever its length. Which two of them stand at a place rotates."""
    for name, path in addresses(scene).items():
        path = path.split("?")[0]
        found = ("9" * 4400,) if name.startswith("library:version") else ()
        parts = path.split("/")
        for place, part in enumerate(parts):
            if not part.isdigit():
                continue
            for value in some_of(("0", "9" * 19, "9" * 4400, "-1", "%D9%A1"), f"{name} {place}", 2, always=found):
                asked = "/".join([*parts[:place], value, *parts[place + 1 :]])
                asker.ask(asked, allowed=(403, 404, 405) if name.startswith(OF_PROCESS_OWNER) else (404, 405))
    for outcome in ("", "%00", "x" * 3000, "..%2f..%2fetc%2fpasswd", "rejected'"):
        asker.ask(f"/leads/import/{scene.taken_in.public_id}/rows/{outcome}/", allowed=(302, 404))
    for step in ("%00", "x" * 3000, "..%2fsettings", "LEADS", "leads%0a"):
        asker.ask(f"/playbook/{step}/", allowed=(404,))
    assert asker.wrong == {}


ELSEWHERE = (
"//evil.example", "///evil.example", "/\\evil.example", "https://evil.example", "\\\\evil.example", "/\t/evil.example",
        "javascript:alert(1)", "http:evil.example", "/%09/evil.example", "\x00//evil.example", "https:///evil.example", " //evil.example",
        "/\n/evil.example",
)  # fmt: skip


def test_nobody_is_sent_to_another_house(scene, company):
    client = a_client(company.rep)
    for elsewhere in ELSEWHERE:
        sent_by(client, elsewhere, scene)


def sent_by(client, elsewhere, scene):
    there = quote(elsewhere)
    with taken_back():
        answer = client.post(f"/followups/actions/{scene.action.pk}/cancel/?next={there}")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith(("//", "/\\"))
        assert "\t" not in answer["Location"]
        assert "\n" not in answer["Location"]
    for path in ("/language/", "/login/"):
        answer = client.post(path, {"language": "en", "next": elsewhere})
        there_is = answer.get("Location", "/")
        assert not urlsplit(there_is).netloc, path
        assert there_is.startswith("/"), path
        assert not there_is.startswith(("//", "/\\")), path
    page = client.get(f"/followups/new/?deal={scene.deal.pk}&next={there}").content.decode()
    leads = [found for found in re.findall(r'(?:href|action|hx-\w+|src)="([^"]*)"', page) if "evil" in unquote(found)]
    assert all(found.startswith("/followups/") for found in leads), leads
