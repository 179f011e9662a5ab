"""线索来源: what each channel yields and costs, in a period, with the very leads behind each figure (S2.1)."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import load_workbook

from tests.steps.leads.drafts import ready
from tuoke.spine.catalog.models import LeadSource, SourceCost
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.queries import current_version
from tuoke.steps.leads import actions
from tuoke.steps.leads.queries import Corner
from tuoke.steps.leads.queries.sources import Yield, yields

pytestmark = pytest.mark.usefixtures("playbook")
PAGE = "/leads/sources/"
PERIOD = {"since": "2026-11-01", "until": "2026-11-30"}


@pytest.fixture
def source():
    return lambda name: LeadSource.objects.get(name=name)


@pytest.fixture
def make(company, now, source):
    def made(
        name: str | None, owner: str = "rep", *, high: bool = False, won: Decimal | None = None, deal: bool = False
    ) -> Lead:
        draft = ready(
            want=f"项目{Lead.objects.count()}", source_id=source(name).pk if name else None,
            owner_id=getattr(company, owner).pk,
        )  # fmt: skip
        lead = actions.create_many(drafts=[draft], by=company.by("director"), now=now)[0]
        Lead.objects.filter(pk=lead.pk).update(qualified_at=now if high else None)
        if deal or won is not None:
            owner_row = getattr(company, owner)
            customer = Customer.objects.create(name=lead.want, name_key=lead.want, owner=owner_row, created_at=now)
            Opportunity.objects.create(
                name=lead.want, customer=customer, lead=lead, owner=owner_row, department=owner_row.department,
                playbook_version=current_version(), variant="", step="outreach", entered_step_at=now, amount=won,
                created_at=now, outcome="won" if won is not None else "open", outcome_on=now.date() if won is not None else None,
            )  # fmt: skip
        return lead

    return made


@pytest.fixture
def season(make, source, now):
    make("展会", high=True, won=Decimal(300_000))
    make("展会", high=True, deal=True)
    make("线上研讨会")
    make("官网", "other_team", high=True)
    make(None)
    old = make("官网")
    Lead.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=60))
    SourceCost.objects.create(
        source=source("展会"), starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 30), amount=Decimal(60_000)
    )


def by_name(found) -> dict[str, Yield]:
    return {row.source.name if row.source else "": row.figures for row in found.rows}


def november(who, corner=Corner.ALL):
    return yields(who, corner=corner, since=date(2026, 11, 1), until=date(2026, 11, 30))


def test_each_channel_with_all_below_it(season, company):
    found = by_name(november(company.by("director")))
    assert found["展会"] == Yield(2, 2, 2, 1, Decimal(300_000), Decimal(60_000))
    assert found["市场活动"] == Yield(3, 2, 2, 1, Decimal(300_000), Decimal(60_000))
    assert (found["展会"].per_lead, found["展会"].per_won) == (Decimal(30_000), Decimal(60_000))
    assert found["官网"] == Yield(1, 1)  # the other one was written down before
    assert found[""] == Yield(1)
    assert november(company.by("director")).total == Yield(5, 3, 2, 1, Decimal(300_000), Decimal(60_000))


def test_what_nobody_knows_of_costs_is_no_zero(season, company):
    found = by_name(november(company.by("director")))
    assert (found["官网"].cost, found["官网"].per_lead, found["官网"].per_won) == (None, None, None)
    assert (
        by_name(yields(company.by("director"), corner=Corner.ALL, since=date(2025, 1, 1), until=date(2025, 1, 31)))[
            "展会"
        ].per_lead
        is None
    )


def test_everybody_counts_what_he_may_see(season, company):
    rep = november(company.by("rep"), Corner.MINE)
    assert (rep.total.leads, rep.total.won, rep.with_costs) == (4, 1, False)
    assert by_name(rep)["展会"].cost is None  # the company's costs against one person's leads mean nothing
    assert november(company.by("other_team"), Corner.MINE).total == Yield(1, 1)
    assert november(company.by("teammate"), Corner.MINE).total.leads == 0
    assert november(company.by("team_lead"), Corner.TEAM).total.leads == 4


def test_merged_and_practice_leads_do_not_count(season, company):
    first, second, *_rest = Lead.objects.order_by("pk")
    Lead.objects.filter(pk=first.pk).update(is_practice=True)
    Lead.objects.filter(pk=second.pk).update(status="merged", merged_into=_rest[0])
    assert by_name(november(company.by("director")))["展会"].leads == 0


def test_every_figure_opens_the_leads_that_it_counts(season, login):
    client = login("director")
    page = client.get(PAGE, PERIOD)
    assert page.status_code == 200
    opened = 0
    for line in page.context["lines"]:
        figures = line.figures
        for url, number in (
            (line.leads_url, figures.leads), (line.high_url, figures.high), (line.deals_url, figures.deals), (line.won_url, figures.won),
        ):  # fmt: skip
            rows = client.get(url)
            assert rows.status_code == 200
            assert len(rows.context["rows"]) == number, url
            opened += bool(number)
    assert opened > 8


def test_the_page_costs_the_same_however_many_there_are(make, login):
    client = login("director")
    counts = []
    for number in (1, 3):
        for _ in range(number):
            make("展会", deal=True)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as seen:
            client.get(PAGE)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_this_year_where_nothing_is_asked_for(season, login):
    page = login("director").get(PAGE)
    assert (page.context["since"].month, page.context["since"].day) == (1, 1)
    assert page.context["until"] == datetime.now().astimezone().date() or page.context["until"].year >= 2026


@pytest.mark.parametrize(
    "query", [{"since": "x"}, {"since": "2026-02-30"}, {"since": "2026-11-30", "until": "2026-11-01"}]
)
def test_dates_that_make_no_sense(login, query):
    for address in (PAGE, f"{PAGE}export/"):
        assert login("director").get(address, query).status_code == 422


def test_who_may_see_it(login):
    for actor in ("rep", "team_lead", "director", "auditor"):
        assert login(actor).get(PAGE).status_code == 200
    for actor in ("admin", "process_owner", "collaborator"):
        assert login(actor).get(PAGE).status_code == 403


def test_the_table_as_a_file(season, login):
    response = login("director").get(f"{PAGE}export/", PERIOD)
    rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == ["线索来源", "线索", "高潜力"]
    exhibition = next(row for row in rows if row[0].strip() == "展会")
    assert exhibition[1:] == [2.0, 2.0, "100%", 2.0, 1.0, 300000.0, 60000.0, 30000.0, 60000.0]
    website = next(row for row in rows if row[0] == "官网")
    assert website[7:] == ["", "", ""]
    assert rows[-1][0] == "合计"
