"""S6.1: bottom lines and what follows from them are planted with figures and words of their own; none of them may come
out anywhere for anybody outside the door, and no page may look different for him wherever the line lies."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tests.architecture.test_views import ROUTES
from tests.attacks.tools import ALONE, HTMX, TOLD_IN_HISTORY, a_client, parts_of, said_by, sent_anew, taken_back
from tuoke.base.accounts.models import User
from tuoke.doors.cli.main import main
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.models import Approver, Request
from tuoke.services.documents.writing import WRITERS
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.spine.deals.actions import share_credit
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.negotiation import actions
from tuoke.steps.negotiation.models import BottomLine
from tuoke.steps.negotiation.rounds import actions as rounds
from tuoke.steps.negotiation.rounds.models import Position, Round
from tuoke.steps.negotiation.rounds.rules import RoundDraft, State
from tuoke.steps.negotiation.rules import ConcessionDraft, LineDraft, SeatDraft, Side, Terms

pytestmark = pytest.mark.django_db
PRICE, EARLIER = Decimal("1234567.89"), Decimal("1345678.91")
DAYS = 2963
CLAUSE = "鹤望兰条款：半步不退"
WORDS = ("鹤望兰", "凤仙花依据", "薄荷缘由", "雪见草理由", "白鹭批语")
OFFERED = Decimal(1_200_000)  # on the table for all to see who may read rounds; past the line
OUTSIDE = ("teammate", "collaborator", "auditor", "admin", "process_owner", "other_team")
"""The teammate is co-owner of the deal, the collaborator has joined it; neither is named."""
BEHIND = re.compile(r"negotiation_(bottomline|insider)|approvals_|django_session|sqlite_|search_gram")
"""Tables behind the door, and those that hold no text of ours."""


def spellings(amount: Decimal) -> tuple[str, ...]:
    """1234567.89 as anything in the house might print it."""
    wan, million = amount / 10_000, amount / 1_000_000
    short = {f"{wan:.{places}f}".rstrip("0").rstrip(".") for places in (1, 2, 4, 6)}
    return (
        f"{amount}",
        f"{amount:,}",
        f"{amount:.0f}",
        f"{amount:,.0f}",
        f"{int(amount)}",
        f"{int(amount):,}",
        f"{amount:.1f}",
        *(f"{said}{gap}万" for said in short for gap in ("", " ", "&nbsp;", "\N{NO-BREAK SPACE}")),
        *(f"{million:.{places}f}M" for places in (1, 2, 3)),
    )


NUMBERS = (*spellings(PRICE), *spellings(EARLIER))
DAYS_SAID = re.compile(rf"(?<![-\w.]){DAYS}(?![-\w.])")


def secrets_in(text: str) -> set[str]:
    found = {said for said in (*NUMBERS, *WORDS) if said in text}
    return found | {str(DAYS) for _ in DAYS_SAID.finditer(text)}


@pytest.fixture
def planted(scene, company, now, monkeypatch):
    """A deal in which the line was set, changed, told to one by name, passed by an offer, asked for and answered."""
    monkeypatch.setitem(WRITERS, "pdf", lambda target, document: target.write(repr(document).encode()))
    deal, by, lead = scene.deal, company.by("rep"), company.by("team_lead")
    Opportunity.objects.filter(pk=deal.pk).update(step="negotiation", amount=Decimal(9_000_000))
    deal.refresh_from_db()
    Membership.objects.update(ends_on=None)
    share_credit(deal=deal, user=company.teammate, share=30, by=by, now=now)
    named = User.objects.create_user("named", name="钱核", department=company.collaborator.department)
    named.roles_held.create(role="collaborator")
    Membership.objects.create(opportunity=deal, user=named)
    drafts = (LineDraft(EARLIER, DAYS), LineDraft(PRICE, DAYS, (CLAUSE,), "凤仙花依据"))
    for version, draft in enumerate(drafts):
        actions.set_line(deal=deal, version=version, draft=draft, by=by, now=now)
    actions.name_insider(deal=deal, user=named, reason="薄荷缘由", by=by, now=now)
    pair = actions.add_concession(deal=deal, draft=ConcessionDraft("培训", "月内签约"), by=by, now=now)
    actions.add_seat(deal=deal, draft=SeatDraft(Side.OURS, user_id=company.rep.pk), by=by, now=now)
    row = offered(deal, Terms(OFFERED, 60, "首付 40%"), by=by, now=now, reason="雪见草理由")
    request = Request.objects.get(kind="bottom_line")
    approvals.approve(request=request, version=request.version, reason="白鹭批语", by=lead, now=now)
    last = offered(deal, Terms(OFFERED - 1, 60), by=by, now=now, reason="雪见草理由")
    return SimpleNamespace(deal=deal, named=named, pair=pair, round=row, last=last, scene=scene)


def offered(deal: Opportunity, terms: Terms, *, by: Any, now: Any, reason: str = "") -> Round:
    seen = Round.objects.filter(opportunity=deal).count()
    draft = RoundDraft(held_at=now - timedelta(hours=1), channel="visit", ours=terms, note="谈了价格", seen=seen)
    return rounds.record_round(deal=deal, draft=draft, by=by, now=now, reason=reason)


def places(planted: Any) -> dict[str, str]:
    """Every address of the house, about the deal wherever it may be."""
    found = {}
    for name, route in ROUTES.items():
        if name not in ALONE:
            try:
                path = reverse(
                    name, kwargs={key: _argument(planted, name, route, key) for key in route.pattern.converters}
                )
            except NoReverseMatch:  # a converter that takes no number and no word
                continue
            found[name] = path + planted.scene.queries.get(name, "")
    return found


def _argument(planted: Any, name: str, route: Any, key: str) -> Any:
    own = {
        "rounds": planted.last.pk,
        "negotiation": planted.pair.pk,
        "approvals": Request.objects.filter(kind="bottom_line").latest("pk").pk,
    }
    space = name.split(":")[0]
    if name in ("rounds:offer_confirm", "rounds:offer_decline", "rounds:offer_withdraw", "rounds:offer_again"):
        return Position.objects.get(round=planted.last, side="ours").pk
    if str(route.pattern).startswith("<int:pk>/") and key == "pk" and space in (*own, "deals"):
        return planted.deal.pk if space != "approvals" else own[space]
    if key == "pk" and space in own:
        return own[space]
    try:
        return planted.scene._value(name, key)
    except KeyError:
        return planted.deal.pk if key == "pk" else {"kind": "docx", "side": "ours", "key": "x"}.get(key, 1)


def answers(client: Client, found: dict[str, str], *, only: Any = None, regions: bool = False) -> dict[str, Any]:
    """What each address says; with ``regions``, where a page may be read, also what htmx gets of it."""
    said = {}
    for name, path in found.items():
        if only is None or only(name):
            with taken_back():
                said[name] = client.get(path)
                if regions and said[name].status_code == 200 and not said[name].streaming:
                    said[f"{name} region"] = client.get(path, headers=HTMX)
    return said


def leaks(client: Client, found: dict[str, str], **more: Any) -> dict[str, set[str]]:
    told = {name: secrets_in(said_by(answer)) for name, answer in answers(client, found, **more).items()}
    return {name: secrets for name, secrets in told.items() if secrets}


ABOUT_DEALS = ("deals:", "negotiation:", "rounds:", "signals:", "followups:", "approvals:", "today", "notifications:")


def is_about_deals(name: str) -> bool:
    return name.startswith(ABOUT_DEALS) and name not in TOLD_IN_HISTORY


QUERIES = ("/search/?q={}", "/deals/list/?q={}", "/followups/?q={}", "/customers/?q={}")


def asked_for(client: Client) -> dict[str, set[str]]:
    """Searched, sorted and filtered by what nobody may know: nothing is found, and nothing said of it but the question."""
    told = {}
    for word in ("1234567", "1,234,567.89", "123.46万", str(DAYS), *WORDS[:2]):
        for place in QUERIES:
            answer = client.get(place.format(word))
            assert answer.status_code in (200, 302, 403, 404), place
            text = re.sub(
                rf"(value|href|content|data-[\w-]+|title)=\"[^\"]*{re.escape(word)}[^\"]*\"", "", said_by(answer)
            )
            rest = [line for line in text.splitlines() if word in line and "没有找到" not in line and "“" not in line]
            if rest:
                told[f"{place} {word}"] = set(rest[:3])
    return told


def test_no_address_tells_a_figure_or_a_word(planted, company):
    found = places(planted)
    told = {name: leaks(a_client(getattr(company, name)), found) for name in OUTSIDE}
    assert told == {name: {} for name in OUTSIDE}


def test_nor_does_a_region_that_a_page_asks_for(planted, company):
    """The co-owner reads the most."""
    assert leaks(a_client(company.teammate), places(planted), only=is_about_deals, regions=True) == {}


def test_nor_does_it_tell_who_has_not_logged_in(planted, now, company):
    sent_anew(planted.scene, message="请过目", now=now)
    found = places(planted) | {f"link {link.pk}": address_of(link) for link in Link.objects.all()}
    assert leaks(Client(raise_request_exception=False), found) == {}


def test_those_inside_find_it_and_the_walk_sees_what_they_find(planted, company):
    """The walk can fail: for them it does, at the places where it must."""
    found = places(planted)
    own = {"negotiation:plan", "negotiation:line", "negotiation:line_edit", "negotiation:export"}
    owner = leaks(a_client(company.rep), found, only=lambda name: name.startswith(("negotiation:", "approvals:")))
    assert own <= {name for name, secrets in owner.items() if len(secrets) > 2}
    assert any("雪见草理由" in secrets for name, secrets in owner.items() if name.startswith("approvals:"))
    manager = leaks(a_client(company.director), found, only=own.__contains__)
    assert own <= set(manager)
    named = leaks(a_client(planted.named), found, only=lambda name: name.startswith("negotiation:"), regions=True)
    assert set(named) == {"negotiation:line", "negotiation:line region"}


def test_a_leak_is_found_where_somebody_makes_one(planted, company, now):
    """The owner writes the figure into a follow-up: the walk of everybody who reads follow-ups says so."""
    said = {"at": now, "by": company.rep, "channels": ["phone"], "outcome": "progress", "created_at": now}
    FollowUp.objects.create(opportunity=planted.deal, step="negotiation", summary=f"底价 {PRICE:,} 元", **said)
    found = places(planted)
    for name in ("teammate", "auditor"):
        told = leaks(
            a_client(getattr(company, name)), found, only=lambda name: name.startswith("followups:"), regions=True
        )
        assert {f"{PRICE:,}"} <= set().union(*told.values()), name


def test_nothing_is_found_by_asking_for_it(planted, company):
    for name in ("teammate", "auditor", "team_lead"):
        assert asked_for(a_client(getattr(company, name))) == {}, name


def test_no_other_table_keeps_a_copy(planted):
    """History, notices, mails, submitted forms, the search index: whatever is read without the door."""
    kept = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not BEHIND.search(table):
                cursor.execute(f'SELECT * FROM "{table}"')
                found = {word for row in cursor.fetchall() for word in secrets_in(repr(row))}
                kept |= {table: found} if found else {}
    assert kept == {}


def test_the_shell_exports_it_only_as_somebody_inside(planted, tmp_path):
    pk = str(planted.deal.pk)

    def told(kind, ending, *more):
        target = tmp_path / f"{kind}.{ending}"
        target.unlink(missing_ok=True)
        main(["export", kind, pk, "-o", str(target), *more])
        return secrets_in(said_by_file(target)) if target.exists() else None

    for ending in ("docx", "xlsx", "pdf"):
        assert len(told("negotiation", ending, "--as", "rep")) >= 3
        assert told("negotiation", ending) == set(), "the shell's administrator gets no secrets"
        assert told("negotiation", ending, "--as", "teammate") == set()
        assert told("negotiation", ending, "--as", "auditor") == set()
        for name in ("collaborator", "admin", "other_team", "process_owner", "named"):
            assert told("negotiation", ending, "--as", name) is None, name
    for kind in ("needs", "followups"):
        for name in ("teammate", "auditor"):
            assert told(kind, "xlsx", "--as", name) == set()


def said_by_file(path: Any) -> str:
    return "\n".join(parts_of(path.read_bytes()))


def plain(answer: Any) -> str:
    """An answer without what is new in every one: tokens, until when it holds, the minute that a form begins with, and the
    keys in addresses and names of parts (PostgreSQL gives none twice, not even one that was taken back)."""
    new = r"[A-Za-z0-9_.:=-]{32,}|(?i:expires)[=:][^;\n]*|\d{4}-\d\d-\d\dT\d\d:\d\d|(?<=[a-z][/-])\d+(?=[/\"?])"
    return re.sub(new, "", said_by(answer))


def is_page(name: str) -> bool:
    """No file: those carry the moment at which they were written."""
    return is_about_deals(name) and not name.endswith("export")


def test_what_others_see_is_the_same_wherever_the_line_lies(planted, company, now):
    """An offer by the owner stands in one world and waits for approval in the other: nobody outside sees which."""
    people = {name: a_client(getattr(company, name)) for name in ("teammate", "collaborator", "auditor")}
    found, seen, states = places(planted), [], []
    for lowest in (OFFERED - 100_000, OFFERED + 100_000):
        with taken_back():
            BottomLine.objects.update(lowest_price=lowest, fixed_clauses=[], longest_days=None)
            rounds.withdraw_round(row=planted.last, by=company.by("rep"), now=now)
            row = offered(planted.deal, Terms(OFFERED, 61), by=company.by("rep"), now=now, reason="雪见草理由")
            states.append(Position.objects.get(round=row, side="ours").state)
            seen.append(
                {
                    (name, place): (answer.status_code, plain(answer))
                    for name, client in people.items()
                    for place, answer in answers(client, found, only=is_page).items()
                }
            )
    assert states == [State.STANDS, State.AWAITS_APPROVAL]
    differing = {where: (seen[0][where], seen[1][where]) for where in seen[0] if seen[0][where] != seen[1][where]}
    assert differing == {}


def test_an_offer_by_somebody_outside_gets_the_same_answer_on_either_side(planted, company, now):
    client, path, said = a_client(company.teammate), reverse("rounds:new", args=[planted.deal.pk]), []
    before = list(Round.objects.filter(opportunity=planted.deal).values_list("pk", flat=True))
    for price in ("99万", "188万"):
        with taken_back():
            form = {
                "held_at": timezone.localtime(now).strftime("%Y-%m-%dT%H:%M"),
                "channel": "visit",
                "seen": len(before),
            }
            answer = client.post(path, form | {"ours_price": price, "note": "谈了"}, follow=True)
            recorded = Round.objects.filter(opportunity=planted.deal)
            assert recorded.count() == len(before) + 1
            position = Position.objects.get(round__in=recorded.exclude(pk__in=before), side="ours")
            asked = Approver.objects.filter(request__subject__contains="rounds").count()
            shown = re.sub(rf"{price[:-1]}|{int(price[:-1]) * 10000:,}|\d+%|[\d.]+%", "", plain(answer))
            said.append((answer.status_code, position.state, asked, len(shown)))
    assert said[0][:3] == said[1][:3]
    assert said[0][1] == State.AWAITS_OWNER


def test_handed_over_it_goes_with_the_deal(planted, company):
    """Whoever asked keeps what he wrote himself and what was answered to him, and no more."""
    other = company.other_team
    Opportunity.objects.filter(pk=planted.deal.pk).update(owner=other, department=other.department)
    found = places(planted)
    line = {"negotiation:line", "negotiation:plan"}
    assert set(leaks(a_client(other), found, only=line.__contains__)) == line
    for name in ("rep", "team_lead"):
        told = leaks(a_client(getattr(company, name)), found, only=is_about_deals)
        assert set().union(*told.values()) <= {"雪见草理由", "白鹭批语"}, told
        assert all(place.startswith("approvals:") for place in told), told
