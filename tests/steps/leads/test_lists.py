"""The triage list: filters, order, views, columns, the way to the next lead and back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.steps.leads.drafts import ready
from tuoke.base.accounts import actions as accounts
from tuoke.base.accounts.actions import ViewDraft
from tuoke.base.accounts.models import ListLayout, SavedView
from tuoke.base.accounts.rules import Audience
from tuoke.spine.catalog.models import Campaign, LeadSource
from tuoke.spine.customers import paging
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads import actions, filters
from tuoke.steps.leads.filters import LeadFilter
from tuoke.steps.leads.queries import SORTS, Corner, page_in

pytestmark = pytest.mark.usefixtures("playbook")
LIST = "/leads/"


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def grow(company, rep, now):
    """So many leads of the rep, each with another want."""

    def grown(count: int, *, owner: str | None = "rep", **more) -> list[Lead]:
        owner_id = getattr(company, owner).pk if owner else None
        have = Lead.objects.count()
        drafts = [ready(want=f"项目{have + n}", owner_id=owner_id, **more) for n in range(count)]
        return actions.create_many(drafts=drafts, by=company.by("director"), now=now)

    return grown


def text(response) -> str:
    return response.content.decode()


def listed(response) -> list[int]:
    return [row.lead.pk for row in response.context["rows"]]


# Filters


@pytest.fixture
def mixed(company, grow):
    """Leads that differ in everything that can be asked for; what is due and new is so today, whenever today is."""
    a, b, c, d = grow(4)
    now, today = timezone.now(), timezone.localdate()
    parent = LeadSource.objects.get(name="市场活动")
    child = LeadSource.objects.filter(parent=parent).first()
    campaign = Campaign.objects.create(name="秋季", starts_on=today, ends_on=today, owner=company.director)
    referrer = Customer.objects.create(name="老客户", name_key="老客户", owner=company.rep, created_at=now)
    rows = Lead.objects.all()
    rows.update(qualified_at=None, created_at=now)
    rows.filter(pk=a.pk).update(
        due_on=today - timedelta(1), tier="focus", source=child, verified=15, score=9, score_max=9
    )
    rows.filter(pk=b.pk).update(due_on=today, tier="watch", campaign=campaign, verified=1, score=3, score_max=8)
    rows.filter(pk=c.pk).update(
        due_on=today + timedelta(3), tier="", referrer=referrer, disputed=2, score=5, score_max=6
    )
    rows.filter(pk=d.pk).update(
        due_on=None, tier="", recycle_on=today + timedelta(2), created_at=now - timedelta(40), score=None, score_max=None,
        qualified_at=now,
    )  # fmt: skip
    names = {lead.pk: name for lead, name in zip((a, b, c, d), "abcd", strict=True)}
    return {"names": names, "source": parent.pk, "campaign": campaign.pk, "referrer": referrer.pk, "today": today}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("due=overdue", "a"), ("due=today", "ab"), ("due=week", "abc"), ("recycle=week", "d"),
        ("tier=any", "ab"), ("tier=none", "cd"), ("tier=focus", "a"),
        ("source={source}", "a"), ("campaign={campaign}", "b"), ("referrer={referrer}", "c"),
        ("verified=all", "a"), ("verified=part", "b"), ("verified=none", "cd"), ("verified=disputed", "c"),
        ("unknown=4", "b"), ("unknown=1", "bc"), ("score_min=5", "ac"), ("qualified=1", "d"),
        ("created=week", "abc"), ("created_to={old}", "d"), ("created_from={today}&created_to={today}", "abc"),
        ("deal=any", ""), ("industry=制造&due=today", "ab"),
    ],
)  # fmt: skip
def test_every_filter(mixed, login, monkeypatch, query, found):
    said = query.format(**mixed, old=(mixed["today"] - timedelta(30)).isoformat())
    for probed in (1000, 1):  # with the index' ids, and looked for in the list's order
        monkeypatch.setattr(filters, "PROBED", probed)
        response = login("rep").get(f"{LIST}?tab=mine&{said}")
        assert response.status_code == 200
        assert sorted(mixed["names"][pk] for pk in listed(response)) == list(found)


@pytest.mark.parametrize(
    "query",
    [
        "due=x", "recycle=month", "verified=maybe", "unknown=NaN", "created=1", "created_from=2026-13-01",
        "campaign=0", "referrer=999", "referrer=x", "sort=owner", "qualified=2", "deal=lost", "view=" + "长" * 60,
    ],
)  # fmt: skip
def test_a_wrong_value_says_so(grow, login, query):
    grow(1)
    response = login("rep").get(f"{LIST}?tab=mine&{query}")
    assert response.status_code == 422
    assert "筛选条件看不明白" in text(response)
    assert not response.context["rows"]


def test_a_referrer_that_one_may_not_see_is_no_choice(company, login, now):
    hidden = Customer.objects.create(name="别人的", name_key="别人的", owner=company.other_team, created_at=now)
    assert login("rep").get(f"{LIST}?tab=mine&referrer={hidden.pk}").status_code == 422


def test_the_owners_offered_are_those_who_can_hold_leads(grow, login):
    grow(1)
    page = text(login("director").get(f"{LIST}?tab=all"))
    offered = page[page.index('id="id_owner"') :].split("</select>")[0]
    assert "王芳" in offered
    assert "赵敏" in offered
    for nobody in ("管理员", "郑审", "吴工", "离职者"):
        assert nobody not in offered


def test_the_first_press_on_the_score_shows_the_best_first(grow, login):
    grow(1)
    head = next(h for h in login("rep").get(LIST).context["heads"] if h.key == "score")
    assert parse_qs(urlsplit(head.url).query)["sort"] == ["-score"]
    head = next(h for h in login("rep").get(f"{LIST}?sort=-score").context["heads"] if h.key == "score")
    assert (head.state, parse_qs(urlsplit(head.url).query)["sort"]) == ("descending", ["score"])


# Order and pages


@pytest.fixture
def scattered(grow):
    """Forty leads with gaps and ties in everything that can be sorted by, in three states."""
    leads = grow(40)
    base = leads[0].created_at
    for number, lead in enumerate(leads):
        lead.score = None if number % 5 == 0 else Decimal(number % 4)
        lead.purchase_on = None if number % 3 else base.date() + timedelta(number % 6)
        lead.due_on = None if number % 2 else base.date() + timedelta(number % 6)
        lead.recycle_on = base.date() + timedelta(number % 3)
        lead.last_touch_at = None if number % 4 else base - timedelta(hours=number % 8)
        lead.status = (LeadStatus.OPEN, LeadStatus.OPEN, LeadStatus.DISCARDED)[number % 3]
    Lead.objects.bulk_update(leads, ["score", "purchase_on", "due_on", "recycle_on", "last_touch_at", "status"])
    return leads


def asked(who, query: str):
    found = LeadFilter(QueryDict(query), who=who, corner=Corner.MINE)
    assert found.is_valid(), found.errors
    return found.asked()


def walked(found, size: int) -> list[int]:
    seen, cursor = [], ""
    for _ in range(500):
        page = page_in(found, cursor=cursor, size=size)
        seen += [lead.pk for lead in page.rows]
        if page.next is None:
            return seen
        assert page.rows or page.is_partial
        cursor = page.next
    raise AssertionError("never ends")


@pytest.mark.parametrize("sort", list(SORTS))
@pytest.mark.parametrize("query", ["", "status=any", "region=济南", "status=any&region=济南"])
def test_pages_show_every_lead_once_and_in_order(scattered, rep, monkeypatch, sort, query):
    monkeypatch.setattr(paging, "WINDOW", 7)
    found = asked(rep, f"{query}&sort={sort}")
    whole = walked(found, 1000)
    assert sorted(whole) == sorted(found.found.values_list("pk", flat=True))
    for size in (1, 4):
        assert walked(found, size) == whole
    places = {
        lead.pk: found.sort.rank(paging.place_at(paging.cursor_of(lead, found.sort), found.sort))
        for lead in found.found
    }
    assert [places[pk] for pk in whole] == sorted(places.values())


def test_what_no_index_finds_is_looked_for_a_stretch_at_a_time(grow, rep, monkeypatch):
    rare = grow(1, region="西藏自治区")[0]
    grow(30)
    monkeypatch.setattr(paging, "WINDOW", 10)
    found = asked(rep, "region=西藏")
    first = page_in(found)
    assert (first.rows, first.is_partial) == ([], True)
    assert walked(found, 50) == [rare.pk]


def test_the_page_goes_on_looking_by_itself(grow, login, monkeypatch):
    grow(1, region="西藏自治区")
    grow(12)
    monkeypatch.setattr(paging, "WINDOW", 10)
    page = text(login("rep").get(f"{LIST}?tab=mine&region=西藏"))
    assert 'hx-trigger="load"' in page
    assert "正在往后找" in page
    assert "没有符合条件的线索" not in page


# From lead to lead


def follow(client, response, name: str) -> str:
    return getattr(response.context["trail"], name)


def test_from_a_row_to_the_next_and_back_to_its_place(grow, login):
    leads = grow(3)
    client = login("rep")
    row = client.get(f"{LIST}?tab=mine&region=济南").context["rows"][0]
    url = row.cells.split('href="')[1].split('"')[0].replace("&amp;", "&")
    page = client.get(url)
    assert page.context["lead"].pk == leads[2].pk
    assert page.context["trail"].previous == ""
    page = client.get(page.context["trail"].next)
    assert page.context["lead"].pk == leads[1].pk
    back = page.context["trail"].back
    assert back.endswith(f"#lead-{leads[1].pk}")
    assert leads[1].pk in listed(client.get(back))
    page = client.get(page.context["trail"].next)
    assert page.context["lead"].pk == leads[0].pk
    assert page.context["trail"].next == ""
    page = client.get(page.context["trail"].previous)
    assert page.context["lead"].pk == leads[1].pk


def test_the_way_goes_on_over_the_end_of_a_page(grow, login, monkeypatch):
    from tuoke.steps.leads.views import trail

    monkeypatch.setattr(trail, "PAGE", 2)
    leads = grow(5)
    client = login("rep")
    row = client.get(f"{LIST}?tab=mine").context["rows"][0]
    url = row.cells.split('href="')[1].split('"')[0].replace("&amp;", "&")
    seen = []
    while url:
        page = client.get(url)
        lead, back = page.context["lead"], page.context["trail"].back
        seen.append(lead.pk)
        assert listed(client.get(back)).index(lead.pk) == (len(seen) - 1) % 2  # the page begins where it did
        url = page.context["trail"].next
    assert seen == [lead.pk for lead in reversed(leads)]
    while url := page.context["trail"].previous:
        page = client.get(url)
    assert page.context["lead"].pk == leads[-1].pk


def test_a_verb_leads_back_to_the_same_place(grow, login):
    leads = grow(3)
    client = login("rep")
    row = client.get(f"{LIST}?tab=mine").context["rows"][1]
    client.get(row.cells.split('href="')[1].split('"')[0].replace("&amp;", "&"))
    page = client.post(reverse("leads:discard", args=[leads[1].pk]), {"reason": "空号"}, follow=True)
    assert page.context["lead"].pk == leads[1].pk
    assert f"/leads/{leads[0].pk}/" in page.context["trail"].next
    assert client.get(reverse("leads:detail", args=[leads[0].pk])).context["trail"] is None  # another one


@pytest.mark.parametrize(
    "query",
    [
        "in=tab%3Dmine&at=x&n=0", "in=tab%3Dnowhere&at=1&n=0", "in=tab%3Dall&at=1", "in=tab%3Dmine%26tier%3Dx&at=1",
        "in=" + "a" * 5000 + "&at=1", "in=tab%3Dmine&at=1&n=99999", "at=1", "in=tab%3Dmine&at=9999999999999999999999",
    ],
)  # fmt: skip
def test_a_broken_trail_is_left_out(grow, login, query):
    lead = grow(1)[0]
    assert login("rep").get(f"{lead.get_absolute_url()}?{query}").status_code == 200


def test_the_next_is_never_somebody_elses(grow, login):
    mine = grow(1)[0]
    grow(3, owner="other_team")
    page = login("rep").get(f"{mine.get_absolute_url()}?in=tab%3Dmine&at={10**9}&n=0")
    assert f"/leads/{mine.pk}/" in page.context["trail"].next
    assert page.context["trail"].previous == ""


# Views and columns


def save(client, **values):
    return client.post(reverse("leads:view_new"), {"audience": "own", **values})


def test_the_systems_views_are_filters_with_a_name(mixed, login):
    client = login("rep")
    expected = {"potential": "ab", "due": "ab", "recycle": "d", "week": "abc", "unknown": "b"}
    for pill in client.get(LIST).context["views"].pills:
        response = client.get(pill.url)
        assert response.context["views"].seen.key == pill.key
        assert not response.context["views"].seen.is_changed
        if pill.key in expected:
            assert sorted(mixed["names"][pk] for pk in listed(response)) == list(expected[pill.key])


def test_a_view_keeps_filters_order_and_columns(grow, login):
    grow(2)
    client = login("rep")
    query = "tab=mine&region=济南&sort=-score&cursor=5&view=due"
    asked_for = client.get(reverse("leads:view_new"), {"query": query, "columns": "tier,score"})
    assert asked_for.context["form"].initial["query"] == query
    response = save(client, name="济南", query="tab=mine&region=济南&sort=-score", columns="tier,score,nonsense")
    view = SavedView.objects.get()
    assert view.columns == ["tier", "score"]
    page = client.get(response["Location"])
    assert page.context["views"].seen.label == "济南"
    assert [head.key for head in page.context["heads"]] == ["tier", "score"]
    assert client.get(f"{LIST}?view={view.pk}")["Location"] == response["Location"]
    changed = client.get(f"{response['Location']}&tier=focus")
    assert changed.context["views"].seen.is_changed


def test_a_view_narrows_and_never_opens(grow, login, company, now):
    grow(1, owner="other_team")
    accounts.save_view(
        place="leads", draft=ViewDraft("全部", "tab=all", (), Audience.ALL), by=company.by("director"), now=now
    )
    client = login("rep")
    url = client.get(LIST).context["views"].pills[-1].url
    page = client.get(LIST + url)
    assert page.context["corner"] == Corner.MINE
    assert listed(page) == []


def test_another_departments_view_is_no_view(company, login, now):
    view = accounts.save_view(
        place="leads", draft=ViewDraft("华东", "tab=team", (), Audience.DEPARTMENT), by=company.by("team_lead"), now=now
    )
    outsider = login("other_team")
    assert "华东" not in [str(pill.label) for pill in outsider.get(LIST).context["views"].pills]
    assert outsider.get(f"{LIST}?view={view.pk}").status_code == 200
    assert outsider.post(reverse("leads:layout"), {"view": view.pk, "density": "normal"}).status_code == 404
    for name in ("view_edit", "view_delete", "view_restore"):
        assert outsider.post(reverse(f"leads:{name}", args=[view.pk])).status_code == 404
        assert login("rep").post(reverse(f"leads:{name}", args=[view.pk])).status_code == 404  # shared, not his


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "🔥 👨‍👩‍👧 重点", '" onclick="x'])
def test_a_name_is_only_a_name(grow, login, name):
    grow(1)
    client = login("rep")
    page = text(client.get(save(client, name=name, query="tab=mine")["Location"]))
    assert SavedView.objects.get().name == name
    assert "<script>alert" not in page
    assert '" onclick="x' not in page


@pytest.mark.parametrize("name", ["", "长" * 300])
def test_a_bad_name_is_refused_with_words(login, name):
    response = save(login("rep"), name=name, query="tab=mine")
    assert response.status_code == 422
    assert not SavedView.objects.exists()


def test_a_rep_may_not_share(login):
    response = save(login("rep"), name="x", query="", audience="all")
    assert response.status_code == 422
    assert not SavedView.objects.exists()


def test_renaming_removing_and_bringing_back(login):
    client = login("rep")
    save(client, name="旧名", query="tab=mine&tier=focus", columns="score")
    view = SavedView.objects.get()
    client.post(reverse("leads:view_edit", args=[view.pk]), {"name": "新名", "audience": "own", "query": "tab=pool"})
    view.refresh_from_db()
    assert (view.name, view.query) == ("新名", "tab=mine&tier=focus")  # content only when asked for
    client.post(
        reverse("leads:view_edit", args=[view.pk]),
        {"name": "新名", "audience": "own", "query": "tab=pool", "refresh": "on", "is_first": "on"},
    )
    view.refresh_from_db()
    assert view.query == "tab=pool"
    assert client.get(LIST)["Location"].startswith(f"{LIST}?view={view.pk}")
    response = client.post(reverse("leads:view_delete", args=[view.pk]), follow=True)
    assert reverse("leads:view_restore", args=[view.pk]) in text(response)
    assert client.get(LIST).status_code == 200  # the first view is gone: the plain list opens
    client.post(reverse("leads:view_restore", args=[view.pk]))
    assert client.get(LIST)["Location"].startswith(f"{LIST}?view={view.pk}")


def test_columns_and_density_are_ones_own_and_of_one_view(grow, login):
    grow(1)
    client = login("rep")
    response = client.post(
        reverse("leads:layout"),
        {
            "view": "due", "back": "tab=mine&view=due&due=today&sort=due_on", "columns": ["score", "region", "owner"],
            "order-score": "3", "order-region": "1", "order-owner": "2", "density": "compact",
        },
    )  # fmt: skip
    page = client.get(response["Location"])
    assert [head.key for head in page.context["heads"]] == ["region", "owner", "score"]
    assert page.context["views"].density == "compact"
    assert "region" not in [head.key for head in client.get(f"{LIST}?tab=mine").context["heads"]]
    assert "region" not in [head.key for head in login("teammate").get(response["Location"]).context["heads"]]
    client.post(reverse("leads:layout"), {"view": "due", "back": "", "density": "normal", "reset": "1"})
    assert ListLayout.objects.get().columns == []


@pytest.mark.parametrize("values", [{"columns": ["password"]}, {"density": "x"}, {}])
def test_a_broken_layout_changes_nothing(login, values):
    response = login("rep").post(reverse("leads:layout"), {"view": "", "back": "//evil.example", **values})
    assert response["Location"].startswith(LIST + "?")
    assert not ListLayout.objects.exists()


def test_every_column_can_be_shown(mixed, login):
    from tuoke.steps.leads.queries.columns import COLUMNS

    client = login("rep")
    client.post(reverse("leads:layout"), {"view": "", "columns": list(COLUMNS), "density": "normal"})
    page = client.get(f"{LIST}?tab=mine&status=any")
    assert [head.key for head in page.context["heads"]] == list(COLUMNS)
    assert len(page.context["rows"]) == 4


def test_the_list_costs_the_same_whatever_it_shows(grow, login, company, now):
    client = login("team_lead")
    counts = []
    for rows in (1, 3):
        grow(rows)
        save(client, name=f"视图{rows}", query="tab=team")
        address = f"{LIST}?tab=team&tier=any&source=1&status=any&sort=-touched&region=济南"
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_how_many_there_are_in_all(grow, login, monkeypatch):
    grow(3)
    client = login("rep")
    ask = {"headers": {"HX-Request": "true"}}
    assert "选择全部 3 条" in text(client.get(f"{reverse('leads:count')}?tab=mine", **ask))
    from tuoke.steps.leads.views import lists

    monkeypatch.setattr(lists, "LARGEST", 2)
    assert "超过 2 条" in text(client.get(f"{reverse('leads:count')}?tab=mine", **ask))
    assert client.get(f"{reverse('leads:count')}?tab=mine&tier=x", **ask).status_code == 422
