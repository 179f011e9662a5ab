"""The screens of revisits: the deal's room, the list, the customer's panel, who may leave (S8.2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.spine.followups.cases import a_customer
from tests.steps.reviews.revisits.conftest import TODAY
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits import queries
from tuoke.steps.reviews.revisits.models import Revisit, SecondSale, SegmentRhythm, Survey

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SAID = {
    "done_on": "2026-11-23", "channel": "phone", "usage": "白班天天用", "usage_level": "falling", "satisfaction": "5",
    "new_needs": "二厂 <b>明年</b>搬迁",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def rep(login):
    return login("rep")


def page(response):
    return response.content.decode()


def test_a_visit_is_written_down_from_the_room(rep, won, due, contact):
    room = reverse("revisits:deal", args=[won.pk])
    assert "记录回访" in page(rep.get(room))
    url = reverse("revisits:record", args=[due.pk])
    assert "使用情况" in page(rep.get(url))
    wrong = rep.post(url, SAID | {"version": due.version, "usage": "", "satisfaction": "5"})
    assert wrong.status_code == 422
    for said in ("这个字段是必填项", "二厂 &lt;b&gt;明年"):
        assert said in page(wrong)
    unnamed = rep.post(url, SAID | {"version": due.version})
    assert (unnamed.status_code, "满意度由客户本人给出" in page(unnamed)) == (422, True)
    answer = rep.post(url, SAID | {"version": due.version, "contact": contact.pk}, headers=HTMX)
    assert (answer.status_code, answer["HX-Trigger"]) == (200, "deal-changed")
    shown = page(answer)
    for said in ("用得少了", "二厂 &lt;b&gt;明年&lt;/b&gt;搬迁", "开二次商机", "5 分"):
        assert said in shown
    stale = rep.post(url, SAID | {"version": due.version, "contact": contact.pk})
    assert stale.status_code == 409
    assert "有人先保存了" in page(stale)


def test_corrected_skipped_moved_and_taken_back(rep, won, due, contact):
    postpone, skip = (reverse(f"revisits:{verb}", args=[due.pk]) for verb in ("postpone", "skip"))
    assert rep.post(postpone, {"version": 1, "due_on": "2020-01-01"}).status_code == 422
    assert rep.post(postpone, {"version": 1, "due_on": "9999-12-31"}).status_code == 422
    assert rep.post(postpone, {"version": 1, "due_on": "2026-11-30"}).status_code == 302
    assert rep.post(skip, {"version": 1, "reason": "刚验收"}).status_code == 409
    assert rep.post(skip, {"version": 2, "reason": "刚验收"}).status_code == 302
    rep.post(reverse("revisits:take_up", args=[due.pk]))
    due.refresh_from_db()
    assert (due.state, due.due_on) == ("due", date(2026, 11, 30))
    rep.post(reverse("revisits:extra", args=[won.pk]), SAID | {"contact": contact.pk})
    due.refresh_from_db()
    assert due.state == "done"
    correct = reverse("revisits:correct", args=[due.pk])
    assert "白班天天用" in page(rep.get(correct))
    rep.post(correct, SAID | {"contact": contact.pk, "satisfaction": "7", "version": due.version})
    assert [str(score.score) for score in queries.satisfaction_of(won)] == ["7"]
    rep.post(reverse("revisits:withdraw", args=[due.pk]))
    assert queries.satisfaction_of(won) == []
    assert "已撤回 1 次" in page(rep.get(reverse("revisits:deal", args=[won.pk])))
    rep.post(reverse("revisits:restore", args=[due.pk]))
    assert len(queries.satisfaction_of(won)) == 1


def test_the_series_is_changed_ended_and_resumed(rep, won):
    plan = reverse("revisits:plan", args=[won.pk])
    said = {"version": 1, "first_on": "2026-12-01", "every_months": 3, "until_on": "2026-11-01"}
    assert "结束日期不能早于第一次回访" in page(rep.post(plan, said))
    assert rep.post(plan, said | {"until_on": ""}).status_code == 302
    assert rep.post(plan, said | {"until_on": ""}).status_code == 409
    assert rep.post(plan, said | {"version": 2, "every_months": 99}).status_code == 422
    rep.post(reverse("revisits:end", args=[won.pk]))
    assert not Revisit.objects.due().exists()
    rep.post(reverse("revisits:resume", args=[won.pk]))
    assert Revisit.objects.due().get().due_on == date(2026, 12, 1)


def test_a_survey_is_sent_and_its_link_shown(rep, won, contact):
    url = reverse("revisits:survey", args=[won.pk])
    said = {"contact": contact.pk, "expires_on": "2026-12-14", "message": "打个分", "once": "a"}
    assert rep.post(url, said | {"expires_on": "2030-01-01"}).status_code == 422
    assert rep.post(url, said).status_code == 302
    assert rep.post(url, said).status_code == 302  # the same form again
    assert Survey.objects.count() == 1
    assert "/p/" in page(rep.get(reverse("revisits:deal", args=[won.pk])))


def test_a_second_sale_is_linked_on_both_pages(rep, won, company):
    url = reverse("revisits:second", args=[won.pk])
    assert "存量深挖" in page(rep.get(url))
    said = {"name": "二厂推广", "kind": "extend", "owner": company.rep.pk, "amount": "20万", "once": "a"}
    assert rep.post(url, said | {"amount": "20万美元"}).status_code == 422
    answer = rep.post(url, said)
    second = Opportunity.objects.get(linked_from=won)
    assert answer["Location"] == second.get_absolute_url()
    assert "源自" in page(rep.get(second.get_absolute_url()))
    for place in (won.get_absolute_url(), reverse("revisits:deal", args=[won.pk])):
        assert "二厂推广" in page(rep.get(place))
    assert "二厂推广" in page(rep.get(reverse("revisits:customer", args=[won.customer_id])))
    assert SecondSale.objects.get().kind == "extend"


def test_who_sees_and_who_does(login, won, due):
    room, record = reverse("revisits:deal", args=[won.pk]), reverse("revisits:record", args=[due.pk])
    second = reverse("revisits:second", args=[won.pk])
    seen = {
        name: tuple(login(name).get(url).status_code for url in (room, record, second, reverse("revisits:rhythms")))
        for name in ("rep", "team_lead", "director", "other_team", "collaborator", "auditor", "process_owner")
    }
    assert seen == {
        "rep": (200, 200, 200, 403),
        "team_lead": (200, 200, 200, 403),
        "director": (200, 200, 200, 403),
        "other_team": (404, 404, 404, 403),
        "collaborator": (404, 404, 403, 403),
        "auditor": (200, 403, 403, 403),
        "process_owner": (403, 403, 403, 200),
    }


def cost(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_the_list_costs_the_same_for_one_and_three(rep, win, company, won):
    url = reverse("revisits:list")
    Revisit.objects.update(due_on=TODAY - timedelta(days=3))
    assert "已逾期" in page(rep.get(url))
    before = cost(rep, url)
    for name in ("二期", "三期"):
        win(name, to=a_customer(company.rep, name=f"{name}客户"))
    assert cost(rep, url) == before
    counts = {"?when=late": 1, "?q=没有这家": 0, "?who=mine": 3, "?tab=done": 0, "?when=week": 1}
    for narrowed, count in counts.items():
        assert page(rep.get(url + narrowed)).count('class="row-link"') == count, narrowed
    assert rep.get(f"{url}?tab=wrong").status_code == 404
    assert rep.get(f"{url}?cursor=1~x").status_code == 404
    assert rep.get(f"{url}?when=whenever").status_code == 200


def test_lists_go_on_by_keyset(rep, won, win, monkeypatch):
    monkeypatch.setattr("tuoke.steps.reviews.revisits.queries.lists.PAGE", 1)
    win("二期")
    seen, cursor = [], ""
    while cursor is not None:
        rows, cursor = queries_page(cursor)
        seen += [visit.pk for visit in rows]
    assert sorted(seen) == sorted(Revisit.objects.values_list("pk", flat=True))


def queries_page(cursor):
    from tuoke.steps.reviews.revisits.queries.lists import page_of

    return page_of(queries.listed(Revisit.objects.due()), which="due", cursor=cursor)


def test_who_may_leave_costs_the_same_for_one_and_three(rep, win, company, due):
    def disappoint(visit):
        rep.post(reverse("revisits:record", args=[visit.pk]), SAID | {"version": visit.version, "satisfaction": ""})

    disappoint(due)
    url = reverse("revisits:leaving")
    assert "用得比以前少" in page(rep.get(url))
    before = cost(rep, url)
    for name in ("二期", "三期"):
        deal = win(name, to=a_customer(company.rep, name=f"{name}客户"))
        disappoint(Revisit.objects.due().get(opportunity=deal))
    shown = page(rep.get(url))
    assert cost(rep, url) == before
    assert shown.count('class="row-link"') == 3
    assert "复购率" in shown


def test_customers_are_narrowed_by_how_they_stand_to_us(rep, win, won, company):
    a_customer(company.rep, name="还没买过")
    url = reverse("customers:list")
    assert "还没买过" in page(rep.get(url))
    assert "还没买过" not in page(rep.get(f"{url}?relationship=single"))
    assert "华瑞精密" in page(rep.get(f"{url}?relationship=single"))
    win("二期")
    assert "华瑞精密" in page(rep.get(f"{url}?relationship=repeat"))
    assert "重复合作" in page(rep.get(reverse("revisits:customer", args=[won.customer_id])))


def test_the_companys_rhythm(login):
    owner, url = login("process_owner"), reverse("revisits:rhythms")
    said = {"segment": "tob-large", "every_months": "2", "first_after_days": "15"}
    assert "间隔请填" in page(owner.post(url, said | {"every_months": "-1"}))
    assert owner.post(url, said | {"every_months": "1e18"}).status_code == 422
    assert owner.post(url, said).status_code == 302
    assert SegmentRhythm.objects.get().every_months == 2
    assert owner.post(url, said).status_code == 422  # seen before it was changed
    assert owner.post(url, said | {"segment": "tob-huge"}).status_code == 404
