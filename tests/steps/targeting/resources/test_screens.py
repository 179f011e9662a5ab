"""The screens of resources: who opens what, asking, granting from the list, refusals in words, hostile input."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.steps.targeting.resources.cases import FIRST, LAST, asked, resource, wish
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.resources import actions
from tuoke.steps.targeting.resources.models import Allocation, NoneNeeded, Resource

pytestmark = pytest.mark.django_db
ALLOCATION = ("approve", "reject", "withdraw", "give_back")


@pytest.fixture
def expert(company, now):
    return resource(company, now)


def at(name, *args):
    return reverse(f"resources:{name}", args=args)


def typed(company, **changes):
    return {
        "name": "展会物料", "kind": "material", "quantity": "200", "unit": "份", "starts_on": "2026-10-01",
        "ends_on": "2026-12-31", "used_up": "yes", "owner": company.director.pk, "campaign": "", "note": "", "version": "1",
    } | changes  # fmt: skip


def wished(user, **changes):
    return {
        "receiver": f"d{user.department_id}u{user.pk}", "quantity": "4", "starts_on": "2026-10-01", "ends_on": "2026-12-31",
        "purpose": "现场演示", "tier": "",
    } | changes  # fmt: skip


@pytest.mark.parametrize(
    ("who", "index", "mine", "new"),
    [("rep", 200, 200, 403), ("team_lead", 200, 200, 200), ("director", 200, 200, 200), ("auditor", 200, 403, 403),
     ("process_owner", 403, 403, 403), ("collaborator", 403, 403, 403), ("admin", 403, 403, 403), ("disabled", 302, 302, 302)],
)  # fmt: skip
def test_who_may_open_what(login, company, expert, who, index, mine, new):
    client = login(who)
    assert [client.get(at(n)).status_code for n in ("index", "mine", "waiting", "new")] == [index, mine, mine, new]
    assert client.get(at("detail", expert.pk)).status_code == index


def test_others_resources_and_requests_are_not_found(login, company, now, expert):
    request = asked(company, now, expert)
    rep, lead, mate = login("rep"), login("team_lead"), login("teammate")
    for client in (rep, lead):
        assert [client.get(at(n, expert.pk)).status_code for n in ("edit", "allocate")] == [404, 404]
        assert [client.post(at(n, expert.pk), {"version": "1"}).status_code for n in ("void", "restore")] == [404, 404]
    assert [rep.post(at(n, request.pk), {"version": "1", "reason": "x"}).status_code for n in ("approve", "reject")] == [
        404, 404,
    ]  # fmt: skip
    assert [mate.post(at(n, request.pk), {"version": "1"}).status_code for n in ALLOCATION] == [404] * 4
    assert [login("auditor").post(at(n, request.pk), {"version": "1"}).status_code for n in ALLOCATION] == [403] * 4
    assert rep.get(at("detail", 10**400)).status_code == 404


def test_the_list_shows_what_is_taken_and_free(login, company, now, expert):
    actions.allocate(resource=expert, wish=wish(company.rep, 7), by=company.by("director"), now=now)
    page = login("rep").get(at("index")).content.decode()
    assert "已用 7 / 10 人天" in page
    assert "剩 3 人天" in page
    assert "登记资源" not in page
    assert login("rep").get(at("index") + "?kind=gold").status_code == 422
    assert "没有符合条件的资源" in login("rep").get(at("index") + "?kind=trial").content.decode()


def test_an_empty_list_offers_the_first_step(login, company):
    assert "登记第一项资源" in login("director").get(at("index")).content.decode()
    assert "登记第一项资源" not in login("rep").get(at("index")).content.decode()


def test_a_resource_is_added_on_its_form(login, company):
    answer = login("director").post(at("new"), typed(company, quantity="20万", unit="元"))
    found = Resource.objects.get()
    assert answer["Location"] == at("detail", found.pk)
    assert (found.quantity, found.is_consumed) == (200_000, True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quantity": "-3"}, "不能小于 0"),
        ({"quantity": "0"}, "要大于 0"),
        ({"quantity": "1e400"}, "数目太大"),
        ({"quantity": "9" * 400}, "太长了"),
        ({"quantity": "0.005"}, "最多两位小数"),
        ({"ends_on": "2026-09-30"}, "结束日期不能早于开始日期"),
        ({"ends_on": "9999-12-31"}, "2000 年到 2099 年"),
        ({"owner": "999999"}, "owner"),
        ({"name": "\x00"}, "name"),
        ({"kind": "gold"}, "kind"),
    ],
)
def test_wrong_resources_are_refused_where_they_are_wrong(login, company, changes, said):
    answer = login("director").post(at("new"), typed(company, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Resource.objects.exists()


def test_a_lead_is_offered_his_own_people_as_owners(login, company):
    client = login("team_lead")
    page = client.get(at("new")).content.decode()
    assert "王芳" in page
    assert "赵敏" not in page
    assert client.post(at("new"), typed(company, owner=company.other_team.pk)).status_code == 422


def test_a_rep_asks_and_the_owner_grants_from_his_list(login, company, now, expert):
    rep, director = login("rep"), login("director")
    assert rep.post(at("ask", expert.pk), wished(company.rep, tier="focus")).status_code == 302
    request = Allocation.objects.get()
    assert "待审批" in rep.get(at("mine")).content.decode()
    waiting = director.get(at("waiting")).content.decode()
    assert "重点攻坚" in waiting
    answer = director.post(at("approve", request.pk), {"version": "1", "back": "waiting"})
    assert answer["Location"] == at("waiting")
    assert "没有等您审批的申请" in director.get(at("waiting")).content.decode()
    assert "已分配" in rep.get(at("mine")).content.decode()


def test_one_can_t_ask_for_others_by_their_keys(login, company, expert):
    client = login("rep")
    for receiver in (company.teammate, company.other_team, company.disabled):
        assert client.post(at("ask", expert.pk), wished(receiver)).status_code == 422
    for receiver in (f"d{company.departments['south'].pk}", "d", "company", "d1u", "9" * 400):
        assert client.post(at("ask", expert.pk), wished(company.rep, receiver=receiver)).status_code == 422
    for changes in ({"quantity": "-1"}, {"quantity": "11"}, {"quantity": "1e400"}, {"purpose": ""}, {"tier": "gold"},
                    {"starts_on": "2026-12-31", "ends_on": "2026-10-01"}, {"ends_on": "2027-01-01"}):  # fmt: skip
        assert client.post(at("ask", expert.pk), wished(company.rep, **changes)).status_code == 422, changes
    assert not Allocation.objects.exists()


def test_a_refused_approval_says_what_is_left_and_when(login, company, now, expert):
    request = asked(company, now, expert, quantity=4)
    actions.allocate(resource=expert, wish=wish(company.teammate, 7), by=company.by("director"), now=now)
    answer = login("director").post(at("approve", request.pk), {"version": "1"})
    assert answer.status_code == 422
    assert "不够分：2026-10-01 到 2026-12-31 只剩 3 人天，要 4 人天。" in answer.content.decode()


def test_a_stale_decision_changes_nothing_and_says_so(login, company, now, expert):
    request = asked(company, now, expert)
    client = login("director")
    assert client.post(at("reject", request.pk), {"version": "1", "reason": "没有档期"}).status_code == 302
    stale = client.post(at("approve", request.pk), {"version": "1"})
    assert stale.status_code == 409
    assert "有人先处理了" in stale.content.decode()
    assert client.post(at("approve", request.pk), {"version": "2"}).status_code == 422
    assert client.post(at("reject", request.pk), {"version": "2", "reason": ""}).status_code == 422
    assert client.post(at("approve", request.pk), {"version": "x"}).status_code == 422
    assert Allocation.objects.get().status == "rejected"


def test_withdrawing_and_returning(login, company, now, expert):
    rep, director = login("rep"), login("director")
    first, second = asked(company, now, expert), asked(company, now, expert)
    assert rep.post(at("withdraw", first.pk), {"version": "1", "back": "mine"})["Location"] == at("mine")
    director.post(at("approve", second.pk), {"version": "1"})
    for wrong in ("5", "-1", "1e400", ""):
        assert rep.post(at("give_back", second.pk), {"version": "2", "quantity": wrong}).status_code == 422, wrong
    assert rep.post(at("give_back", second.pk), {"version": "2", "quantity": "1.5"}).status_code == 302
    assert Allocation.objects.get(pk=second.pk).kept == Decimal("2.5")
    page = director.get(at("detail", expert.pk)).content.decode()
    assert "王芳 归还 1.5 人天" in page


def test_reducing_below_what_is_out_names_who_holds_it(login, company, now, expert):
    actions.allocate(resource=expert, wish=wish(company.rep, 7), by=company.by("director"), now=now)
    answer = login("director").post(at("edit", expert.pk), typed(company, quantity="6", unit="人天", kind="expert"))
    assert answer.status_code == 422
    assert "王芳 7 人天，2026-10-01 到 2026-12-31" in answer.content.decode()


def test_a_stale_edit_shows_both_sides(login, company, expert):
    client = login("director")
    assert client.post(at("edit", expert.pk), typed(company, quantity="20")).status_code == 302
    stale = client.post(at("edit", expert.pk), typed(company, quantity="30", name="专家"))
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "展会物料" in page
    assert 'value="专家"' in page
    assert re.search(r'name="version" value="2"', page)
    assert client.post(at("edit", expert.pk), typed(company, quantity="-1", version="1")).status_code == 422


def test_voiding_offers_undo(login, company, expert):
    client = login("director")
    assert client.post(at("void", expert.pk), {"version": "7"}).status_code == 409
    page = client.post(at("void", expert.pk), {"version": "1"}, follow=True).content.decode()
    assert "这项资源已作废" in page
    assert at("restore", expert.pk) in page
    assert client.post(at("restore", expert.pk)).status_code == 302
    assert Resource.objects.get().voided_at is None


def test_the_time_line_shows_when_how_much_is_free(login, company, now):
    trials = resource(company, now, kind="trial", unit="个", quantity=Decimal(3), is_consumed=False)
    span = {"starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 30)}
    actions.allocate(resource=trials, wish=wish(company.rep, 2, **span), by=company.by("director"), now=now)
    line = login("rep").get(at("detail", trials.pk)).context["line"]
    assert [(b["stretch"].starts_on, b["free"]) for b in line] == [
        (FIRST, 3), (date(2026, 11, 1), 1), (date(2026, 12, 1), 3),
    ]  # fmt: skip
    assert line[-1]["stretch"].ends_on == LAST


def test_a_rep_sees_no_names_of_other_teams_on_a_resource(login, company, now, expert):
    actions.allocate(resource=expert, wish=wish(company.other_team, 2), by=company.by("director"), now=now)
    assert "赵敏" not in login("rep").get(at("detail", expert.pk)).content.decode()
    assert "赵敏" in login("director").get(at("detail", expert.pk)).content.decode()


def test_pages_cost_the_same_however_many_rows(login, company, now, expert):
    client = login("director")

    def cost(url):
        with CaptureQueriesContext(connection) as told:
            assert client.get(url).status_code == 200
        return len(told)

    def more():
        asked(company, now, expert, quantity=1, who="director")
        actions.allocate(resource=expert, wish=wish(company.rep, 1), by=company.by("director"), now=now)

    more()
    urls = [at("detail", expert.pk), at("waiting"), at("mine"), at("index")]
    before = [cost(url) for url in urls]
    more()
    more()
    assert [cost(url) for url in urls] == before


def test_it_is_said_on_the_form_that_a_campaign_needs_none(login, company):
    campaign = Campaign.objects.create(name="春季", starts_on=FIRST, ends_on=LAST, owner=company.process_owner)
    director = login("director")
    assert director.post(at("none_needed", campaign.pk), {"reason": ""}).status_code == 422
    assert director.post(at("none_needed", campaign.pk), {"reason": "只做电话拓展"}).status_code == 302
    assert NoneNeeded.objects.get().reason == "只做电话拓展"
    assert login("team_lead").post(at("none_needed", campaign.pk), {"reason": "x"}).status_code == 422
    assert login("rep").get(at("none_needed", campaign.pk)).status_code == 403
    assert director.post(at("some_needed", campaign.pk)).status_code == 302
    assert not NoneNeeded.objects.exists()


def test_the_campaign_s_page_shows_both_parts(login, company, playbook):
    campaign = Campaign.objects.create(name="春季", starts_on=FIRST, ends_on=LAST, owner=company.director)
    page = login("director").get(reverse("targeting:campaign", args=[campaign.pk])).content.decode()
    assert "还没有设目标" in page
    assert at("none_needed", campaign.pk) in page
