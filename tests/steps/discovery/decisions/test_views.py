from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from tests.spine.followups.cases import a_contact, a_deal
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.decisions import actions, queries
from tuoke.steps.discovery.decisions.models import PurchaseCriterion, PurchaseProcess, RoleCheck, Stance
from tuoke.steps.discovery.decisions.rules import Attitude, CriterionDraft, StanceDraft

HTMX = {"HX-Request": "true"}


@pytest.fixture
def me(login):
    return login("rep")


@pytest.fixture
def stance(deal, contact, by, now):
    draft = StanceDraft(attitude=Attitude.OPPOSES, cares="<b>交付</b>")
    return actions.take_stance(deal=deal, contact=contact, version=0, draft=draft, by=by, now=now)


@pytest.fixture
def criteria(deal, by, now):
    drafts = (CriterionDraft("周期", weight=50, own_words="三个月上线"), CriterionDraft("安全"), CriterionDraft("成本"))
    return [actions.add_criterion(deal=deal, draft=draft, by=by, now=now) for draft in drafts]


def to(name, *args):
    return reverse(f"decisions:{name}", args=args)


def test_the_map_says_who_stands_where_and_what_is_missing(me, deal, contact, stance):
    page = me.get(to("map", deal.pk)).content.decode()
    assert f'href="#person-{contact.pk}"' in page
    for said in ("还不知道谁拍板", "陈工 反对，还没有对策", "图上的人一个都还没有见过", "加决策人", "&lt;b&gt;交付"):
        assert said in page
    assert "<b>交付" not in page


def test_an_empty_map_offers_the_first_step(me, company, playbook):
    deal = a_deal(company.rep, playbook)
    page = me.get(to("map", deal.pk)).content.decode()
    assert to("add_person", deal.pk) in page
    assert '<svg class="chain-drawing' not in page


def test_a_private_customer_is_asked_for_no_map(me, deal, contact):
    Opportunity.objects.filter(pk=deal.pk).update(market="toc")
    page = me.get(to("map", deal.pk)).content.decode()
    assert "个人客户自己决定" in page
    assert "还缺什么" not in page
    assert "缺：" not in me.get(to("panel", deal.pk), headers=HTMX).content.decode()


def test_two_taps_set_an_attitude_and_a_stale_one_changes_nothing(me, deal, contact, stance):
    url = to("set", deal.pk, contact.pk)
    answer = me.post(f"{url}?version=1", {"attitude": "supports"}, headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "deal-changed"
    assert Stance.objects.get().attitude == "supports"
    answer = me.post(f"{url}?version=1", {"attitude": "neutral"}, headers=HTMX)
    assert "刚被别人改过" in answer.content.decode()
    assert Stance.objects.get().attitude == "supports"
    me.post(f"{url}?version=1", {"role": "decider"})
    assert Contact.objects.get().role == "decider"
    assert me.post(f"{url}?version=2", {"attitude": "loves"}).status_code == 404
    assert me.post(f"{url}?version=x", {"attitude": "neutral"}).status_code == 404


def test_the_whole_place_of_a_person_in_one_form(me, deal, contact, stance):
    boss = a_contact(deal.customer, name="陈总")
    url = to("person", deal.pk, contact.pk)
    said = {"influence": "high", "attitude": "neutral", "since": "2026-11-20", "boss": boss.pk, "cares": "交付",
            "plan": "看同行现场", "note": "", "version": 1}  # fmt: skip
    assert me.post(url, said).status_code == 302
    assert queries.lines_of(deal.customer_id) == {contact.pk: boss.pk}
    stale = me.post(url, said | {"plan": "请他吃饭"}, headers=HTMX)
    assert stale.status_code == 409
    assert "请他吃饭" in stale.content.decode()
    assert "看同行现场" in stale.content.decode()
    wrong = me.post(url, said | {"version": 2, "since": "2999-01-01"}, headers=HTMX)
    assert wrong.status_code == 422
    assert "日期不能晚于今天" in wrong.content.decode()
    assert "态度记了 2 次" in me.get(to("map", deal.pk)).content.decode()


def test_a_person_is_added_with_his_role(me, deal):
    url = to("add_person", deal.pk)
    assert 'value="decider" selected' in me.get(f"{url}?role=decider").content.decode()
    said = {"name": "陈总", "position": "总经理", "role": "decider", "influence": "high", "attitude": ""}
    assert me.post(url, said, headers=HTMX).status_code == 200
    assert me.post(url, said | {"name": ""}, headers=HTMX).status_code == 422
    assert list(Contact.objects.values_list("name", "role")) == [("陈总", "decider")]


def test_a_role_that_nobody_has_is_said_once_and_taken_back(me, deal, contact):
    me.post(to("role_thought", deal.pk, "blocker"))
    assert "想过了，没有反对者" in me.get(to("map", deal.pk)).content.decode()
    me.post(to("role_reconsidered", deal.pk, "blocker"))
    assert RoleCheck.objects.get().taken_back_at is not None
    assert me.post(to("role_thought", deal.pk, "cook")).status_code == 404


def test_the_panel_names_roles_and_gaps(me, deal, contact, stance, criteria):
    Contact.objects.filter(pk=contact.pk).update(role="influencer")
    panel = me.get(to("panel", deal.pk), headers=HTMX).content.decode()
    for said in ("影响者", "陈工", "反对", "未接触", "缺：决策人、使用者、反对者", "周期 50%"):
        assert said in panel


def test_criteria_can_be_added_moved_split_and_taken_back(me, deal, criteria):
    added = me.post(to("criterion_add", deal.pk), {"text": "服务", "weight": "20", "standing": "weak"}, headers=HTMX)
    assert added.status_code == 200
    assert "权重合计 70 / 100" in added.content.decode()
    wrong = me.post(to("criterion_add", deal.pk), {"text": "", "weight": "500"}, headers=HTMX)
    assert wrong.status_code == 422
    assert 'value="500"' in wrong.content.decode()
    moved = me.post(to("criterion_move", criteria[2].pk), {"to": "0"}, headers=HTMX).content.decode()
    assert f"{to('criterion_move', criteria[2].pk)}?to=2" in moved, "it can be undone"
    me.post(f"{to('criterion_move', criteria[2].pk)}?to=2")
    split = me.post(to("weights_split", deal.pk), headers=HTMX).content.decode()
    assert "权重合计 100 / 100" in split
    keys = f"{criteria[1].pk},{criteria[2].pk}"
    assert f"?keys={keys}" in split
    me.post(f"{to('weights_unsplit', deal.pk)}?keys={keys}")
    assert [c.weight for c in PurchaseCriterion.objects.all()] == [50, None, None, 20]
    me.post(to("criterion_withdraw", criteria[0].pk))
    assert "已撤回 1 条" in me.get(to("criteria", deal.pk)).content.decode()
    me.post(to("criterion_restore", criteria[0].pk))
    assert PurchaseCriterion.objects.listed().count() == 4


def test_a_criterion_edited_by_two_shows_both_sides(me, criteria):
    url = to("criterion_edit", criteria[0].pk)
    assert me.post(url, {"text": "上线周期", "weight": "50", "version": 1}).status_code == 302
    stale = me.post(url, {"text": "交付周期", "weight": "50", "version": 1}, headers=HTMX)
    assert stale.status_code == 409
    assert "交付周期" in stale.content.decode()
    assert "上线周期" in stale.content.decode()


def test_how_the_customer_buys(me, deal):
    url = to("process", deal.pk)
    assert me.post(url, {"tender": "no", "rounds": "2", "version": 0}).status_code == 302
    assert PurchaseProcess.objects.get().tender is False
    assert me.post(url, {"tender": "yes", "version": 0}, headers=HTMX).status_code == 409
    assert me.post(url, {"rounds": "99", "version": 1}, headers=HTMX).status_code == 422
    assert "不要" in me.get(to("criteria", deal.pk)).content.decode()


def test_known_facts_are_judged_and_carried(me, deal, criteria, stance, company):
    second = a_deal(company.rep, deal.playbook_version, customer=deal.customer, name="二期")
    assert "没有更早的商机" in me.get(to("known", deal.pk)).content.decode()
    page = me.get(to("known", second.pk)).content.decode()
    assert "已判断 0 / 4 条" in page
    url = to("known_judge", second.pk, "criterion", criteria[0].pk)
    wrong = me.post(url, {"finding": "changed", "note": ""}, headers=HTMX)
    assert wrong.status_code == 422
    assert "请写变成什么样了" in wrong.content.decode()
    assert me.post(url, {"finding": "changed", "note": "现在更看重安全"}, headers=HTMX).status_code == 200
    me.post(to("known_rest", second.pk))
    assert "已判断 4 / 4 条" in me.get(to("known", second.pk)).content.decode()
    me.post(to("known_carry", second.pk))
    assert [c.text for c in queries.criteria_of(company.by("rep"), second).listed] == ["安全", "成本"]
    me.post(to("known_reopen", second.pk, "criterion", criteria[0].pk))
    assert "已判断 3 / 4 条" in me.get(to("known", second.pk)).content.decode()


def test_map_and_criteria_as_a_document(me, deal, contact, stance, criteria):
    answer = me.get(to("export", deal.pk, "docx"))
    document = Document(BytesIO(b"".join(answer.streaming_content)))
    said = "\n".join([*(p.text for p in document.paragraphs), *(c.text for t in document.tables for c in t._cells)])
    for text in ("陈工", "反对", "还不知道谁拍板", "三个月上线", "权重合计 50"):
        assert text in said
    pdf = b"".join(me.get(to("export", deal.pk, "pdf")).streaming_content)
    assert pdf.startswith(b"%PDF")
    assert me.get(to("export", deal.pk, "exe")).status_code == 404


def test_somebody_elses_deal_is_not_there(login, deal, contact, criteria):
    other, auditor = login("other_team"), login("auditor")
    places = [to("map", deal.pk), to("panel", deal.pk), to("criteria", deal.pk), to("known", deal.pk)]
    for place in places:
        assert other.get(place).status_code == 404
        assert auditor.get(place).status_code == 200
    for place in (to("person", deal.pk, contact.pk), to("criterion_edit", criteria[0].pk), to("add_person", deal.pk)):
        assert other.get(place).status_code == 404
        assert auditor.get(place).status_code == 403
    stranger = Contact.objects.create(customer=a_deal_of(other, deal).customer, name="外人")
    assert login("rep").get(to("person", deal.pk, stranger.pk)).status_code == 404


def a_deal_of(_client, deal):
    from tests.spine.followups.cases import a_customer

    return a_deal(deal.owner, deal.playbook_version, customer=a_customer(deal.owner, name="别家"))


@pytest.mark.parametrize("name", ["map", "criteria", "known", "panel"])
def test_pages_cost_the_same_for_more_rows(me, deal, contact, criteria, by, now, company, name):
    second = a_deal(company.rep, deal.playbook_version, customer=deal.customer, name="二期")

    def cost():
        with CaptureQueriesContext(connection) as run:
            assert me.get(to(name, second.pk)).status_code == 200
        return len(run)

    def more(number):
        person = a_contact(deal.customer, name=f"人{number}", role="user")
        for one in (deal, second):
            actions.take_stance(
                deal=one, contact=person, version=0, draft=StanceDraft(attitude=Attitude.NEUTRAL), by=by, now=now
            )
            actions.add_criterion(deal=one, draft=CriterionDraft(f"标准{number}", contact_id=person.pk), by=by, now=now)
        actions.set_boss(deal=second, contact=person, boss_id=contact.pk, by=by, now=now)

    more(0)
    cost()
    before = cost()
    for number in (1, 2):
        more(number)
    assert cost() == before
