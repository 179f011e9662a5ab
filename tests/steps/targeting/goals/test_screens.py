"""The screens of goals: what each role sees, splitting with a preview, conflicts, exports, hostile addresses."""

from __future__ import annotations

import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.steps.targeting.goals.cases import deal, holder_of, lead, set_goals
from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.services.exchange.reading import open_table
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals import queries
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.queries import headline, source_of
from tuoke.steps.targeting.goals.rules import COMPANY, Holder, Period

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def year(company, playbook, now):
    """3 million for the company, 2 for 华东 (王芳 1.5), 0.5 for 华南; 1.82 million signed in November."""
    deal(company.rep, won_on="2026-11-10", amount="1500000")
    deal(company.other_team, won_on="2026-11-12", amount="320000")
    return set_goals(
        company, now, "signed_amount", company__2026=3_000_000, east__2026=2_000_000, south__2026=500_000,
        rep__2026=1_500_000, company__2026m11=3_000_000, rep__2026m11=1_000_000, east__2026m11=2_500_000,
    )  # fmt: skip


def at(name, holder="company", *more, metric="signed_amount", period="2026"):
    return reverse(f"goals:{name}", args=[metric, period, holder, *more])


def board_of(company, who, text="2026", **given):
    return queries.board(
        company.by(who), source=source_of("signed_amount"), period=Period.read(text), today=TODAY, **given
    )


def test_the_board_shows_goal_actual_and_gaps(company, year):
    rows = {row.name: row for row in board_of(company, "director").rows}
    assert list(rows) == ["公司", "华东大区", "李娜", "李强", "王芳", "华南大区", "赵敏"]
    whole, east = rows["公司"], rows["华东大区"]
    assert (whole.goal, whole.actual, whole.percent, whole.people_gap) == (3_000_000, 1_820_000, 61, 500_000)
    assert (east.goal, east.actual, east.people_gap, east.periods_gap) == (2_000_000, 1_500_000, 500_000, None)
    assert whole.pace is not None
    assert whole.is_behind
    assert rows["赵敏"].goal is None
    assert rows["赵敏"].actual == 320_000


def test_a_rep_sees_himself_and_the_headlines_without_the_gaps_of_others(company, year):
    rows = {row.name: row for row in board_of(company, "rep").rows}
    assert list(rows) == ["公司", "华东大区", "王芳"]
    assert (rows["公司"].goal, rows["公司"].people_gap) == (3_000_000, None)
    assert not any(row.ruled for row in rows.values())


def test_a_lead_rules_his_tree(company, year):
    rows = {row.name: row for row in board_of(company, "team_lead").rows}
    assert {name for name, row in rows.items() if row.ruled} == {"华东大区", "李娜", "李强", "王芳"}
    assert "华南大区" not in rows


def test_the_number_of_queries_does_not_grow_with_the_tree(company, year, django_assert_max_num_queries):
    who = company.by("director")
    source = source_of("signed_amount")

    def ask():
        return queries.board(who, source=source, period=Period.read("2026"), today=TODAY)

    with django_assert_max_num_queries(7):
        small = len(ask().rows)
    for n in range(12):
        team = Department.objects.create(code=f"t{n}", name=f"{n} 组", parent=company.departments["east"])
        for k in range(4):
            person = User.objects.create_user(f"p{n}-{k}", name=f"人{n}-{k}", department=team)
            RoleHeld.objects.create(user=person, role="rep")
            deal(person, won_on="2026-11-12", amount="1")
    with django_assert_max_num_queries(7):
        assert len(ask().rows) == small + 60


@pytest.mark.parametrize(("who", "name"), [("rep", "王芳"), ("team_lead", "华东大区"), ("director", "公司")])
def test_the_board_looks_first_at_what_one_looks_after(company, year, who, name):
    assert board_of(company, who).focus.name == name


def test_who_left_stays_where_his_records_are(company, year):
    company.rep.department = company.departments["south"]
    company.rep.save()
    rows = [(r.slot.holder.key, r.actual, r.goal) for r in board_of(company, "director").rows if r.name == "王芳"]
    east, south = company.departments["east"].pk, company.departments["south"].pk
    assert rows == [(f"d{east}u{company.rep.pk}", 1_500_000, 1_500_000), (f"d{south}u{company.rep.pk}", 0, None)]


@pytest.mark.parametrize(
    ("who", "goal", "actual", "percent"),
    [("rep", 1_000_000, 1_500_000, 150), ("team_lead", 2_500_000, 1_500_000, 60), ("director", 3_000_000, 1_820_000, 61),
     ("auditor", 3_000_000, 1_820_000, 61), ("other_team", None, 320_000, None)],
)  # fmt: skip
def test_the_headline_of_the_month(company, year, who, goal, actual, percent, django_assert_max_num_queries):
    principal = company.by(who)
    with django_assert_max_num_queries(6):
        said = headline(principal, TODAY)
    assert (said.name, said.goal, said.actual, said.percent) == ("签约额", goal, actual, percent)


def test_no_headline_for_whom_goals_are_closed(company, year):
    assert headline(company.by("process_owner"), TODAY) is None
    assert headline(company.by("director"), TODAY, metric="gold") is None
    assert headline(company.by("team_lead"), TODAY, mine=True).actual == 0


@pytest.mark.parametrize(
    ("who", "status"),
    [("rep", 200), ("team_lead", 200), ("director", 200), ("auditor", 200), ("process_owner", 403), ("collaborator", 403),
     ("admin", 403), ("disabled", 302)],
)  # fmt: skip
def test_who_may_open_the_board(login, company, year, who, status):
    assert login(who).get(reverse("goals:index")).status_code == status


def test_the_page_says_what_is_reached(login, year):
    page = login("director").get(reverse("goals:index") + "?metric=signed_amount&period=2026").content.decode()
    assert "¥182 万" in page
    assert "61%" in page
    assert "还差 ¥50 万 未拆" in page


def test_an_empty_year_offers_the_first_step_to_whom_it_is_open(login, company, playbook):
    url = reverse("goals:index") + "?metric=new_leads&period=2026"
    assert "给公司定 2026 年的目标" in login("director").get(url).content.decode()
    rep = login("rep").get(url).content.decode()
    assert "目标由主管或总监来定" in rep
    assert "/edit/" not in rep


@pytest.mark.parametrize(
    "query",
    ["?metric=gold", "?period=2026Q9", "?period=9999", "?campaign=x", "?campaign=999999", "?campaign=" + "9" * 400],
)
def test_what_is_not_there_is_not_found(login, company, query):
    assert login("director").get(reverse("goals:index") + query).status_code == 404


def test_places_that_are_none_are_not_found(login, company, year):
    client = login("director")
    for url in [at("goal", metric="gold"), at("goal", period="2026Q9"), at("goal", "d999999"), at("goal", "zz"),
                at("split", "company", "sideways"), at("split", "company", "periods", period="2026-11"),
                at("goal", f"d{company.departments['east'].pk}u{company.other_team.pk}")]:  # fmt: skip
        assert client.get(url).status_code == 404, url


def test_others_goals_are_not_found(login, company, year):
    east, south = f"d{company.departments['east'].pk}", f"d{company.departments['south'].pk}"
    mate = holder_of(company.teammate).key
    mine = holder_of(company.rep).key
    rep, lead_ = login("rep"), login("team_lead")
    assert [rep.get(at("goal", h)).status_code for h in ("company", east, mine, mate, south)] == [
        200,
        200,
        200,
        404,
        404,
    ]
    assert [rep.get(at("records", h)).status_code for h in (mine, east, "company")] == [200, 404, 404]
    assert rep.get(at("edit", mine)).status_code == 403
    assert [lead_.get(at("edit", h)).status_code for h in (east, mine, "company", south)] == [200, 200, 404, 404]
    assert lead_.post(at("edit", south), {"amount": "1", "version": "0"}).status_code == 404
    assert lead_.post(at("withdraw", south), {"version": "1"}).status_code == 404
    assert login("auditor").get(at("edit")).status_code == 403


def test_a_goal_is_set_on_its_page_as_people_type_it(login, company, year):
    place = f"d{company.departments['south'].pk}"
    client = login("director")
    answer = client.post(at("edit", place), {"amount": "60万", "version": "1"})
    assert answer.status_code == 302
    assert Goal.objects.get(holder=place, period="2026").amount == 600_000
    for wrong in ["-3", "1e400", "9" * 60, "abc", "", "NaN"]:
        refused = client.post(at("edit", place), {"amount": wrong, "version": "2"})
        assert refused.status_code == 422, wrong
    assert Goal.objects.get(holder=place, period="2026").amount == 600_000


def test_a_stale_edit_shows_both_sides_and_keeps_what_was_typed(login, company, year):
    client = login("director")
    client.post(at("edit"), {"amount": "310万", "version": "1"})
    stale = client.post(at("edit"), {"amount": "290万", "version": "1"})
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "290万" in page
    assert "3,100,000" in page
    assert client.post(at("edit"), {"amount": "290万", "version": re.search(r'name="version" value="(\d+)"', page)[1]}).status_code == 302  # fmt: skip
    assert Goal.objects.get(holder="company", period="2026").amount == 2_900_000


def amounts_in(page):
    return dict(re.findall(r'name="amount_([^"]+)" value="([^"]*)"', page))


def test_the_preview_splits_by_heads_and_writes_nothing(login, company, year):
    client = login("director")
    before = Goal.objects.count()
    page = client.get(at("split", "company", "people") + "?basis=heads", headers=HTMX).content.decode()
    east, south = (f"d{company.departments[n].pk}" for n in ("east", "south"))
    assert amounts_in(page) == {east: "225万", south: "75万"}
    assert "相符" in page
    assert Goal.objects.count() == before


def test_the_preview_splits_by_last_year_weights_and_evenly(login, company, year, now):
    deal(company.rep, won_on="2025-05-10", amount="300")
    deal(company.other_team, won_on="2025-05-12", amount="100")
    client = login("director")
    east, south = (f"d{company.departments[n].pk}" for n in ("east", "south"))
    url = at("split", "company", "people")
    assert amounts_in(client.get(url + "?basis=last_year").content.decode()) == {east: "225万", south: "75万"}
    weighted = client.get(url + f"?basis=weights&weight_{east}=1&weight_{south}=2").content.decode()
    assert amounts_in(weighted) == {east: "100万", south: "200万"}
    assert amounts_in(client.get(url + "?basis=even").content.decode()) == {east: "150万", south: "150万"}
    quarters = amounts_in(client.get(at("split", "company", "periods") + "?basis=even").content.decode())
    assert quarters == {f"2026Q{n}": "75万" for n in range(1, 5)}


def test_parts_of_a_count_add_up_exactly(login, company, year, now):
    set_goals(company, now, "new_leads", company__2026=10)
    page = login("director").get(at("split", "company", "periods", metric="new_leads") + "?basis=even").content.decode()
    assert list(amounts_in(page).values()) == ["3", "3", "2", "2"]


def test_a_basis_that_gives_nothing_says_so(login, company, year):
    page = login("director").get(at("split", "company", "people") + "?basis=last_year").content.decode()
    assert "去年同期没有业绩记录" in page


def test_wrong_weights_and_bases_are_refused(login, company, year):
    client, east = login("director"), f"d{company.departments['east'].pk}"
    for query in ["?basis=gold", f"?basis=weights&weight_{east}=-1", f"?basis=weights&weight_{east}=1e400"]:
        assert client.get(at("split", "company", "people") + query).status_code == 422, query


def typed(page, **changes):
    """What the form on the page would send."""
    fields = dict(re.findall(r'name="((?:amount|version)_[^"]+)" value="([^"]*)"', page))
    fields["version"] = re.search(r'name="version" value="(\d+)"', page)[1]
    return fields | {"basis": "heads"} | changes


def test_a_split_is_applied_as_it_was_seen(login, company, year):
    client = login("director")
    east, south = (f"d{company.departments[n].pk}" for n in ("east", "south"))
    page = client.get(at("split", "company", "people") + "?basis=heads").content.decode()
    live = client.post(at("gap", "company", "people"), typed(page, **{f"amount_{east}": "200万"}), headers=HTMX)
    assert "还差 ¥25 万 未拆" in live.content.decode()
    answer = client.post(at("split", "company", "people"), typed(page, **{f"amount_{east}": "200万"}))
    assert answer.status_code == 302
    stored = dict(Goal.objects.filter(period="2026").values_list("holder", "amount"))
    assert (stored[east], stored[south]) == (2_000_000, 750_000)


def test_a_split_over_a_changed_part_shows_both_sides(login, company, year):
    client = login("director")
    south = f"d{company.departments['south'].pk}"
    page = client.get(at("split", "company", "people") + "?basis=heads").content.decode()
    client.post(at("edit", south), {"amount": "44万", "version": "1"})
    stale = client.post(at("split", "company", "people"), typed(page))
    again = stale.content.decode()
    assert stale.status_code == 409
    assert "440,000" in again
    assert amounts_in(again)[south] == "75万"
    assert client.post(at("split", "company", "people"), typed(again)).status_code == 302
    assert Goal.objects.get(holder=south, period="2026").amount == 750_000


def test_wrong_parts_are_refused_at_their_place(login, company, year):
    client, south = login("director"), f"d{company.departments['south'].pk}"
    page = client.get(at("split", "company", "people") + "?basis=heads").content.decode()
    for wrong in ["-1", "1e400", "很多"]:
        answer = client.post(at("split", "company", "people"), typed(page, **{f"amount_{south}": wrong}))
        assert answer.status_code == 422
    assert client.post(at("split", "company", "people"), {}).status_code == 422
    assert Goal.objects.get(holder=south, period="2026").amount == 500_000


def test_withdrawing_and_restoring_on_the_page(login, company, year):
    client = login("director")
    assert client.post(at("withdraw"), {"version": "9"}).status_code == 409
    assert client.post(at("withdraw"), {"version": "x"}).status_code == 404
    assert client.post(at("withdraw"), {"version": "1"}).status_code == 302
    page = client.get(at("goal")).content.decode()
    assert "这里的目标已撤销" in page
    assert client.post(at("restore")).status_code == 302
    assert Goal.objects.get(holder="company", period="2026").is_standing
    assert "恢复目标" in client.get(at("goal")).content.decode()


def test_the_records_behind_a_figure_are_a_click_away(login, company, year):
    page = login("director").get(at("records", period="2026-11")).content.decode()
    assert page.count("数据整合一期") == 2
    east = login("team_lead").get(at("records", f"d{company.departments['east'].pk}")).content.decode()
    assert east.count("数据整合一期") == 1
    assert login("director").get(at("records") + "?cursor=-1").status_code == 404


def test_long_lists_are_paged(login, company, playbook):
    for n in range(52):
        lead(company.rep, f"2026-11-{n % 28 + 1:02} 02:00")
    client = login("director")
    first = client.get(at("records", metric="new_leads"))
    assert first.context["next"] == "50"
    assert len(client.get(at("records", metric="new_leads") + "?cursor=50").context["rows"]) == 2


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_tree_comes_out_as_a_file(login, company, year, kind, tmp_path):
    answer = login("director").get(reverse("goals:export") + f"?metric=signed_amount&period=2026&kind={kind}")
    path = tmp_path / f"goals.{kind}"
    path.write_bytes(io.BytesIO(answer.content).getvalue())
    with open_table(path) as table:
        rows = [row.cells for row in table.rows()]
    assert table.headers[:6] == ("层级", "部门或成员", "期间", "指标", "目标", "实际")
    assert rows[0][1] == "公司"
    assert Decimal(str(rows[0][5])) == 1_820_000
    assert len(rows) == 7


def test_exports_hold_what_one_may_see(login, company, year):
    assert "李强" not in login("rep").get(reverse("goals:export") + "?kind=csv").content.decode("utf-8-sig")
    assert login("process_owner").get(reverse("goals:export")).status_code == 403
    assert login("director").get(reverse("goals:export") + "?kind=exe").status_code == 404


def test_a_campaign_has_goals_of_its_own(login, company, year, now):
    campaign = Campaign.objects.create(name="春季", starts_on=now.date(), ends_on=now.date(), owner=company.director)
    client = login("director")
    client.post(at("edit") + f"?campaign={campaign.pk}", {"amount": "7万", "version": "0"})
    assert Goal.objects.get(campaign=campaign).amount == 70_000
    page = client.get(
        reverse("goals:index") + f"?metric=signed_amount&period=2026&campaign={campaign.pk}"
    ).content.decode()
    assert "¥7 万" in page
    assert "春季" in page


def test_a_director_may_be_given_a_goal_though_he_is_no_head(login, company, year):
    place = Holder(company.departments["hq"].pk, company.director.pk)
    client = login("director")
    assert client.post(at("edit", place.key), {"amount": "5万", "version": "0"}).status_code == 302
    rows = {row.name: row for row in board_of(company, "director").rows}
    assert rows["周总"].goal == 50_000
    assert rows["公司"].people_gap == 450_000
    assert rows["公司"].slot.holder == COMPANY
