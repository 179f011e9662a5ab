from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils.translation import override

from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead
from tuoke.base.accounts.models import Company
from tuoke.base.accounts.rules import system
from tuoke.spine.catalog.models import Product
from tuoke.spine.customers.actions import leave_alone
from tuoke.spine.followups.models import NextAction
from tuoke.spine.library.actions import load_starter
from tuoke.spine.library.rules import PLACEHOLDERS, CaseContent
from tuoke.steps.outreach import actions
from tuoke.steps.outreach.queries import background_of, facts_for, fit_of, openings_for, place_of_fact, place_of_trigger
from tuoke.steps.outreach.rules import EventKind, ProfileDraft, ProfileKind, Unknown

CASE = CaseContent(
    customer="宁川汽配",
    situation="换线慢",
    action="重排换线顺序。再上看板",
    result="换线时间降了",
    figures=("换线 45→18 分钟",),
)


@pytest.fixture
def facts(by, today):
    return lambda subject, contact=None: facts_for(by, subject, contact=contact, today=today)


def test_facts_are_what_the_records_say(deal, customer, contact, add, library, facts):
    deal.product = Product.objects.create(name="排产云")
    add(customer, "通过 IATF 复审", on=date(2026, 6, 1)), add(customer), add(contact, text="旺季交付不能断。别的再说")
    library("宁川汽配的换线", case=CASE, industry="制造业")
    library("医院案例", case=CaseContent("仁和医院", result="好"), industry="卫生社会工作")
    with override("en"):
        said = facts(deal, contact)
    assert said == {
        "客户名称": "华瑞精密",
        "行业": "汽车零部件制造",
        "地区": "苏州",
        "规模": "420 人",
        "联系人": "陈志强",
        "称呼": "陈总",
        "职位": "生产副总经理",
        "关注点": "旺季交付不能断",
        "近况": "苏州二厂投产",
        "近况日期": "11月3日",
        "产品": "排产云",
        "同行案例": "一家制造业企业",  # its customer doesn't want to be named
        "案例做法": "重排换线顺序",
        "案例结果": "换线 45→18 分钟",
        "我的姓名": "王芳",
    }


def test_a_made_up_sample_is_told_to_nobody(customer, library, facts, by, today):
    library("示例", case=CASE, industry="制造业", shipped_as="cases/1")
    assert "案例结果" not in facts(customer)
    library("自己的", case=replace(CASE, may_name=True), industry="制造业", shipped_as="")
    assert (facts(customer)["同行案例"], facts(customer)["案例结果"]) == ("宁川汽配", "换线 45→18 分钟")
    assert [offer.item.title for offer in background_of(by, customer, today=today).cases] == ["自己的", "示例"]


def test_nothing_is_made_up(customer, company, facts):
    said = facts(a_customer(company.rep, "新客户"), a_contact(customer, name="David"))
    assert set(said) == {"客户名称", "联系人", "我的姓名"}


def test_what_one_cares_about_is_not_told_to_another(customer, contact, add, facts):
    other = a_contact(customer, name="刘敏", position="财务总监")
    add(contact, text="交付"), add(other, text="回款周期")
    assert facts(customer, other)["关注点"] == "回款周期"
    assert "关注点" not in facts(customer)


def test_bad_old_withdrawn_and_others_news_begin_no_talk(customer, company, add, facts, by, now, today):
    add(customer, "被罚款", kind=EventKind.NEGATIVE)
    add(customer, "老厂投产", on=today - timedelta(days=200))
    actions.withdraw_note(note=add(customer, "弄错了"), by=by, now=now)
    add(a_customer(company.rep, "别家"), "别家融资")
    assert "近况" not in facts(customer)


def test_a_leads_facts_and_an_appointment(lead, company, add, facts, now, today):
    lead.referrer = a_customer(company.rep, "介绍人公司")
    lead.budget_low = lead.budget_high = 200_000
    lead.save()
    given = {"lead": lead, "owner": company.rep, "created_at": now}
    NextAction.objects.create(title="回电", due_on=today, **given)
    NextAction.objects.create(title="见面", due_on=today, due_time=time(14, 30), place="客户会议室", **given)
    said = facts(lead)
    assert (said["称呼"], said["痛点"], said["预算"]) == ("欧阳主任", "排产靠手工", "¥20 万")
    assert (said["约定时间"], said["约定地点"]) == ("11月23日 14:30", "客户会议室")
    assert said["介绍人"] == "介绍人公司"
    lead.referrer = a_customer(company.other_team, "别组的客户")
    lead.save()
    assert "介绍人" not in facts(lead)


def test_a_lead_in_the_pool_tells_nobodys_name(company, add, by, lead, today, now):
    (
        add(lead, "欧阳明升任 CIO，电话 13900139000", note="私下说的", link="https://example.com/ouyang"),
        add(lead, text="价格"),
    )
    actions.add_note(
        whose=lead, draft=ProfileDraft(ProfileKind.MAIMAI, "https://example.com/in", today), by=by, now=now
    )
    lead.owner = None
    lead.save()
    seen = background_of(by, lead, today=today)
    assert (seen.is_masked, seen.may_write) == (True, False)
    assert (seen.notes.concerns, seen.notes.profiles, seen.person.phone) == ((), (), "")
    [told] = seen.events
    assert (told.title, told.note, told.link) == ("欧**升任 CIO，电话 ****", "", "")
    assert not any(gap.url for gap in seen.gaps)
    assert {"联系人", "称呼", "痛点", "近况", "关注点"}.isdisjoint(facts_for(by, lead, contact=None, today=today))
    assert not background_of(company.by("team_lead"), lead, today=today).is_masked


def test_the_decision_maker_comes_first_and_who_wants_to_be_left_alone_is_not_proposed(
    customer, contact, add, by, now, today
):
    user = a_contact(customer, name="周工", role="user")
    add(user, text="操作简单", on=today), add(contact, text="交付")
    seen = background_of(by, customer, today=today)
    assert [person.name for person in seen.people] == ["陈志强", "周工"]
    assert [concern.text for concern in seen.concerns] == ["交付", "操作简单"]
    assert seen.person.name == "陈志强"
    leave_alone(contact=contact, reason="要求不再联系", by=by, now=now)
    assert background_of(by, customer, today=today).person.name == "周工"
    assert background_of(by, customer, contact=contact, today=today).person.do_not_contact


def test_what_is_unknown_leads_to_where_it_is_filled_in(deal, customer, contact, lead, by, today):
    gaps = {gap.what: gap.url for gap in background_of(by, deal, today=today).gaps}
    assert list(gaps) == [
        Unknown.CONCERN, Unknown.NEWS, Unknown.PROFILE, Unknown.BUDGET, Unknown.VERIFIED, Unknown.CHANNEL,
    ]  # fmt: skip
    assert gaps[Unknown.CONCERN] == f"/outreach/concern/new/contact/{contact.pk}/"
    assert gaps[Unknown.NEWS] == f"/outreach/event/new/customer/{customer.pk}/"
    assert gaps[Unknown.BUDGET] == f"/deals/{deal.pk}/edit/"
    assert gaps[Unknown.CHANNEL] == f"/customers/contacts/{contact.pk}/edit/"
    found = {gap.what: gap.url for gap in background_of(by, lead, today=today).gaps}
    assert found[Unknown.DECIDER] == found[Unknown.BUDGET] == f"/leads/{lead.pk}/edit/"


def test_only_openings_whose_facts_are_known_are_ready(deal, customer, contact, add, by, library, today):
    library("扩产", text="〔称呼〕，看到贵公司〔近况日期〕〔近况〕。", trigger="expansion")
    library("通用", text="〔称呼〕您好，我是〔我的姓名〕。")
    library("转介绍", text="〔介绍人〕让我联系您。", trigger="referral")
    library("医院", text="医院的〔称呼〕好", industry="卫生社会工作")
    before = openings_for(by, deal, contact, today)
    assert [one.filled.text for one in before.ready] == ["陈总您好，我是王芳。"]
    assert {one.item.title: one.filled.missing for one in before.lacking} == {
        "扩产": ("近况日期", "近况"),
        "转介绍": ("介绍人",),
    }
    add(customer)
    after = openings_for(by, deal, contact, today)
    assert [(one.filled.text, one.reasons, one.facts) for one in after.ready] == [
        ("陈总，看到贵公司11月3日苏州二厂投产。", ("trigger",), 3),
        ("陈总您好，我是王芳。", (), 2),
    ]
    assert place_of_fact("近况", deal, contact) == f"/outreach/event/new/customer/{customer.pk}/"
    assert place_of_fact("我的姓名", deal, contact) == ""


def test_a_tender_says_nothing_of_a_lost_deal(deal, customer, contact, company, playbook, add, by, library, today):
    library("丢单回访", text="上次的项目我们没有中。", trigger="lost")
    add(customer, "招标 MES", kind=EventKind.TENDER)
    before = openings_for(by, deal, contact, today)
    assert (list(before.ready), before.nearly, before.reasons) == ([], [], ("tender",))
    a_deal(company.rep, playbook, customer=customer, name="去年那单", outcome="lost", outcome_on=date(2025, 6, 1))
    assert [one.item.title for one in openings_for(by, deal, contact, today).ready] == ["丢单回访"]


def test_nobody_is_congratulated_on_what_nobody_noted(deal, customer, contact, add, by, library, today):
    library("到任", text="〔称呼〕，祝贺您到任〔职位〕。", trigger="people")
    library("扩产", text="〔近况〕了", trigger="expansion")
    library("招标", text="看到〔近况日期〕的公告：〔近况〕", trigger="tender")
    [one] = [one for one in openings_for(by, deal, contact, today).lacking if one.item.title == "到任"]
    assert (one.filled.missing, one.trigger, one.is_ready) == ((), "people", False)
    assert place_of_trigger("people", deal) == f"/outreach/event/new/customer/{customer.pk}/"
    (
        add(customer, "二厂投产", on=date(2026, 11, 20)),
        add(customer, "招标 MES", on=date(2026, 9, 1), kind=EventKind.TENDER),
    )
    said = {one.filled.text for one in openings_for(by, deal, contact, today).ready}
    assert said == {"二厂投产了", "看到9月1日的公告：招标 MES"}  # each speaks of its own event


def test_our_company_is_called_by_its_name_or_not_at_all(customer, facts, company):
    assert "我方公司" not in facts(customer)
    Company.objects.create(name="云帆软件")
    assert facts(customer)["我方公司"] == "云帆软件"


def test_fit(deal, lead, contact):
    contact.preferred_channel = "wechat"
    fit = fit_of(deal, contact)
    assert (fit.market, fit.scale, fit.motion, fit.industry, fit.channel) == (
        "tob", deal.scale, deal.motion, "汽车零部件制造", "wechat",
    )  # fmt: skip
    assert fit.role == "生产副总经理"
    assert fit_of(lead).role == "信息中心主任"


@pytest.mark.parametrize("kind", ["deal", "customer", "lead"])
def test_many_notes_cost_no_more_queries_than_one(
    request, kind, customer, contact, lead, deal, add, library, by, today
):
    subject = request.getfixturevalue(kind)
    party, person = (lead, lead) if kind == "lead" else (customer, contact)
    used = {}
    for n in (1, 3):
        for at in range(n):
            add(party, f"新闻{n}{at}"), add(person, text=f"关注{n}{at}")
            (
                library(f"案例{n}{at}", case=CASE, industry="制造业"),
                library(f"开场{n}{at}", text="〔称呼〕，〔近况〕〔介绍人〕"),
            )
            if party is customer:
                a_contact(customer, name=f"人{n}{at}")
        with CaptureQueriesContext(connection) as count:
            background_of(by, type(subject).objects.get(pk=subject.pk), today=today)
            openings_for(by, type(subject).objects.get(pk=subject.pk), contact if party is customer else None, today)
        used[n] = len(count)
    assert used[1] == used[3]


def test_a_lead_without_a_person(company, by, today):
    lead = a_lead(company.rep, company="没有人的公司", phone="")
    seen = background_of(by, lead, today=today)
    assert (seen.people, seen.person) == ([], None)
    assert seen.gaps[0].what is Unknown.CONTACT


def test_every_fact_that_a_text_may_ask_for_has_its_place(deal, customer, lead, contact):
    for subject in (deal, customer, lead):
        for person in (contact, None):
            for name in PLACEHOLDERS:
                if place := place_of_fact(name, subject, person):
                    resolve(place.partition("?")[0].partition("#")[0])


def test_the_starter_library_is_filled_without_a_word_left_open(deal, contact, add, customer, by, now, today):
    load_starter(by=system("test"), now=now)
    add(customer)
    for one in openings_for(by, deal, contact, today).ready:
        assert "〔" not in one.filled.text
        assert "示例" not in one.filled.text
