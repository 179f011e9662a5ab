"""The screens of leads through the test client: what is seen, what is refused, and that nothing typed is lost."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook

from tests.steps.leads.drafts import ready
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import LeadStatus, OnDuplicate
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.leads import actions
from tuoke.steps.leads.queries import REGISTER
from tuoke.steps.leads.rules import LeadDraft

pytestmark = pytest.mark.usefixtures("playbook")
LIST = "/leads/"


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def lead(company, rep, now):
    return actions.create_lead(draft=ready(owner_id=company.rep.pk), by=rep, now=now)


@pytest.fixture
def pooled(rep, now):
    draft = ready(company="公海精工有限公司", phone="+8613911112222", note="打 13911112222 找他")
    return actions.create_lead(draft=draft, by=rep, now=now)


def typed(**changes):
    """What a browser posts for a sound lead."""
    values = {
        "market": "tob", "company": "新客户有限公司", "want": "产线改造", "contact": "周明", "phone": "139 0013 9000",
        "budget": "20-50万", "purchase_on": "2027-03", "staff": "100-500人", "decision_maker": "yes", "owner": "pool",
    }  # fmt: skip
    return values | changes


def text(response) -> str:
    return response.content.decode()


# The list


def test_the_list_shows_what_matters(lead, login):
    page = text(login("rep").get(LIST))
    for said in ("恒远精密科技有限公司", "生产数据整合一期", "¥30 万", "2027-01", "138 0013 8000"):
        assert said in page


def test_a_list_costs_the_same_for_one_row_and_three(lead, company, rep, now, login, django_assert_num_queries):

    client = login("rep")
    for address in (LIST, f"{LIST}?sort=-score", f"{LIST}?tab=pool"):
        client.get(address)
    counts = []
    for rows in (1, 3):
        while Lead.objects.filter(owner=company.rep).count() < rows:
            wish = f"另一项 {Lead.objects.count()}"
            actions.create_many(drafts=[ready(want=wish, owner_id=company.rep.pk)], by=rep, now=now)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            client.get(f"{LIST}?sort=-score")
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_paging_shows_every_lead_once_in_every_order(company, rep, now, login):
    drafts = [
        ready(
            want=f"项目{n}",
            owner_id=company.rep.pk,
            purchase_on=None if n % 3 == 0 else ready().purchase_on + timedelta(days=n % 7),
            decision_maker=n % 2 == 0,
        )
        for n in range(120)
    ]
    actions.create_many(drafts=drafts, by=rep, now=now)
    client = login("rep")
    for sort in ("", "score", "-score", "purchase_on", "-purchase_on"):
        seen: list[int] = []
        cursor = ""
        while cursor is not None:
            response = client.get(LIST, {"sort": sort, "cursor": cursor})
            seen += [row.lead.pk for row in response.context["rows"]]
            cursor = response.context["next"]
        assert len(seen) == len(set(seen)) == 120, sort


@pytest.mark.parametrize(
    "cursor", ["x", "1~x", "~", "9" * 40, "-1", "1~NaN~", "1~NaN", "1~1e999999", "1~-5", "1~9999-99-99", "\x00"]
)
def test_a_cursor_of_another_world_begins_anew(lead, login, cursor):
    for sort in ("", "-score", "purchase_on"):
        response = login("rep").get(LIST, {"cursor": cursor, "sort": sort})
        assert response.status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "恒远"}, True), ({"q": "hyjm"}, True), ({"q": "13800138000"}, True), ({"q": "没有"}, False),
        ({"industry": "制造"}, True), ({"industry": "教育"}, False), ({"region": "济南"}, True),
        ({"status": "discarded"}, False), ({"status": "any"}, True), ({"score_min": "1"}, True), ({"score_min": "1e-400"}, True), ({"q": "\x01'\"%_"}, False),
    ],
)  # fmt: skip
def test_filters(lead, login, query, found):
    assert ("恒远精密科技有限公司" in text(login("rep").get(LIST, query))) is found


@pytest.mark.parametrize(
    "query",
    [
        {"score_min": "高"},
        {"score_min": "NaN"},
        {"score_min": "1e9"},
        {"score_min": "99"},
        {"tier": "x"},
        {"source": "999"},
        {"q": "长" * 100},
        {"status": "?"},
    ],
)
def test_a_wrong_filter_says_so(lead, login, query):
    assert login("rep").get(LIST, query).status_code == 422


def test_everybody_sees_his_own_part(lead, pooled, login):
    assert "恒远" not in text(login("other_team").get(LIST))
    assert "恒远" not in text(login("teammate").get(f"{LIST}?tab=team"))  # a rep has no such tab
    assert "恒远" in text(login("team_lead").get(f"{LIST}?tab=team"))
    assert "恒远" in text(login("team_lead").get(LIST))  # who has none of his own begins with his people's
    assert "恒远" in text(login("auditor").get(LIST))
    assert "公海精工" in text(login("other_team").get(f"{LIST}?tab=pool"))
    for actor in ("admin", "process_owner", "collaborator"):
        assert login(actor).get(LIST).status_code == 403


def test_a_region_is_answered_for_htmx(lead, login):
    page = text(login("rep").get(LIST, headers={"HX-Request": "true"}))
    assert page.lstrip().startswith('<div id="list">')


def test_an_empty_list_offers_the_first_action(login):
    assert reverse("leads:new") in text(login("rep").get(LIST))


# The page


def test_the_page_explains_the_score_and_the_gate(lead, login):
    page = text(login("rep").get(lead.get_absolute_url()))
    for said in ("画像匹配度", "需求紧急度", "决策链完整性", "预算匹配度", "已接触到决策人", "转商机", "新建了线索"):
        assert said in page


def test_pool_contacts_are_masked_until_claimed(pooled, login):
    client = login("other_team")
    for address in (pooled.get_absolute_url(), f"{LIST}?tab=pool"):
        page = text(client.get(address))
        assert "13911112222" not in page.replace(" ", "")
        assert "陈晓东" not in page
    client.post(reverse("leads:claim", args=[pooled.pk]), {"seen": str(pooled.public_id)})
    assert "139 1111 2222" in text(client.get(pooled.get_absolute_url()))


def test_the_history_of_a_pool_lead_hides_numbers_too(lead, company, rep, now, login):
    draft = ready(phone="+8613700137000", owner_id=company.rep.pk)
    actions.edit_lead(lead=lead, version=1, draft=draft, by=rep, now=now)
    actions.return_to_pool(lead=lead, reason="请打 13700137000", by=rep, now=now)
    page = text(login("other_team").get(lead.get_absolute_url())).replace(" ", "")
    assert "13700137000" not in page
    assert "13800138000" not in page


def test_foreign_leads_are_not_there(lead, login):
    for actor in ("teammate", "other_team"):
        client = login(actor)
        for name in ("detail", "timeline", "edit", "return", "discard", "tell_apart", "convert"):
            assert client.get(reverse(f"leads:{name}", args=[lead.pk])).status_code == 404, name
        for name in ("claim", "edit", "return", "discard", "reopen", "tick", "untick", "convert"):
            assert client.post(reverse(f"leads:{name}", args=[lead.pk])).status_code == 404, name
    assert login("rep").get(f"/leads/{10**30}/").status_code == 404


def test_readers_do_not_write(lead, login):
    client = login("auditor")
    assert client.get(lead.get_absolute_url()).status_code == 200
    assert client.get(reverse("leads:edit", args=[lead.pk])).status_code == 403
    assert client.post(reverse("leads:discard", args=[lead.pk]), {"reason": "x"}).status_code == 403


def test_older_history_is_loaded_in_parts(lead, company, rep, now, login):
    for version in range(1, 26):
        draft = ready(note=f"第{version}次", owner_id=company.rep.pk)
        actions.edit_lead(lead=lead, version=version, draft=draft, by=rep, now=now)
    client = login("rep")
    page = client.get(lead.get_absolute_url())
    before = page.context["older"]
    older = client.get(reverse("leads:timeline", args=[lead.pk]), {"before": before}, headers={"HX-Request": "true"})
    assert "新建了线索" in text(older)
    assert "第25次" not in text(older)


# Entering and changing


def test_a_new_lead(login, company):
    response = login("rep").post(reverse("leads:new"), typed(owner=str(company.rep.pk)))
    lead = Lead.objects.get()
    assert response.status_code == 302
    assert (lead.phone, lead.budget_low, lead.budget_high, lead.staff_high, lead.owner) == (
        "+8613900139000", Decimal(200_000), Decimal(500_000), 500, company.rep,
    )  # fmt: skip
    assert f"{lead.purchase_on}" == "2027-03-01"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "12345"), ("email", "a@"), ("budget", "很多"), ("budget", "-5"), ("budget", "9" * 30), ("staff", "一堆"),
        ("purchase_on", "明年"), ("purchase_on", "2027-13"), ("credit_code", "123"), ("company", "公" * 200),
        ("company", "a\x00b"), ("want", "长" * 6000), ("owner", "999999"), ("source", "abc"), ("market", "x"),
        ("revenue", "5000万美元"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_at_its_field_and_kept(login, field, value):
    response = login("rep").post(reverse("leads:new"), typed(**{field: value}))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "周明" in text(response)
    assert not Lead.objects.exists()


def test_nobody_is_refused(login):
    empty = typed(company="", contact="", phone="")
    response = login("rep").post(reverse("leads:new"), empty)
    assert response.status_code == 422
    assert "至少填一项" in text(response)


def test_the_second_entry_needs_a_word(lead, login):
    client = login("other_team")
    same = typed(company="恒远精密科技（有限公司）", want="生产数据整合一期", phone="")
    response = client.post(reverse("leads:new"), same)
    assert response.status_code == 422
    page = text(response)
    assert "王芳" in page
    assert "请联系" in page
    assert 'name="confirmed"' in page
    assert client.post(reverse("leads:new"), same | {"confirmed": "on"}).status_code == 302
    assert Lead.objects.count() == 2


def test_duplicates_while_typing(lead, login):
    address = reverse("leads:duplicates")
    part = {"HX-Request": "true"}
    assert "请联系" in text(login("other_team").get(address, {"company": "恒远精密科技"}, headers=part))
    assert lead.get_absolute_url() in text(login("rep").get(address, {"phone": "138 0013 8000"}, headers=part))
    for junk in ({"company": "\x00"}, {"phone": "x"}, {"credit_code": "?"}, {"of": "9" * 30}, {}):
        response = login("rep").get(address, junk, headers=part)
        assert response.status_code == 200
        assert "可能重复" not in text(response)
    assert "可能重复" not in text(login("rep").get(address, {"company": lead.company, "of": lead.pk}, headers=part))


def test_an_edit(lead, login):
    client = login("rep")
    address = reverse("leads:edit", args=[lead.pk])
    page = text(client.get(address))
    assert 'value="30万"' in page
    assert 'value="2027-01"' in page
    changed = typed(company=lead.company, want=lead.want, version="1", note="新的")
    assert client.post(address, changed).status_code == 302
    lead.refresh_from_db()
    assert (lead.note, lead.version) == ("新的", 2)
    assert lead.owner is not None


def test_a_conflict_shows_both_sides_and_keeps_what_was_typed(lead, company, rep, now, login):
    actions.edit_lead(lead=lead, version=1, draft=ready(note="别人写的", owner_id=company.rep.pk), by=rep, now=now)
    client = login("rep")
    address = reverse("leads:edit", args=[lead.pk])
    response = client.post(address, typed(company=lead.company, version="1", note="我写的"))
    assert response.status_code == 409
    page = text(response)
    assert "别人写的" in page
    assert "我写的" in page
    assert 'name="version" value="2"' in page


# Verbs


def test_two_claims(pooled, login):
    address = reverse("leads:claim", args=[pooled.pk])
    assert login("rep").post(address).status_code == 302
    late = login("other_team").post(address, {"seen": str(pooled.public_id)})
    assert late.status_code == 422
    assert "已被王芳领取" in text(late)
    assert login("other_team").post(address, {"seen": "guess"}).status_code == 404


def test_giving_back_dropping_and_taking_up(lead, login):
    client = login("rep")
    assert client.post(reverse("leads:discard", args=[lead.pk]), {"reason": ""}).status_code == 422
    assert client.post(reverse("leads:discard", args=[lead.pk]), {"reason": "空号"}).status_code == 302
    assert "空号" in text(client.get(lead.get_absolute_url()))
    assert client.post(reverse("leads:reopen", args=[lead.pk])).status_code == 302
    assert client.post(reverse("leads:reopen", args=[lead.pk])).status_code == 422
    assert client.post(reverse("leads:return", args=[lead.pk]), {"reason": "区域不符"}).status_code == 302
    lead.refresh_from_db()
    assert lead.owner is None


def test_assigning(lead, company, login):
    address = reverse("leads:assign", args=[lead.pk])
    assert login("rep").get(address).status_code == 403
    boss = login("team_lead")
    assert "李强" in text(boss.get(address))
    assert boss.post(address, {"owner": company.other_team.pk}).status_code == 422
    assert boss.post(address, {"owner": company.teammate.pk}).status_code == 302
    lead.refresh_from_db()
    assert lead.owner == company.teammate


def test_ticking(lead, login):
    client = login("rep")
    address = reverse("leads:tick", args=[lead.pk])
    assert client.post(address, {"item": "leads-sources"}).status_code == 302
    assert client.post(address, {"item": "nonsense"}).status_code == 422
    assert client.post(reverse("leads:untick", args=[lead.pk]), {"item": "leads-sources"}).status_code == 302


def test_converting(lead, login):
    client = login("rep")
    address = reverse("leads:convert", args=[lead.pk])
    page = text(client.get(address))
    assert 'value="生产数据整合一期"' in page
    assert 'value="30万"' in page
    terms = {"name": "数据整合", "amount": "30万", "scale": "small", "motion": "new"}
    assert client.post(address, terms | {"amount": "许多"}).status_code == 422
    response = client.post(address, terms)
    deal = Opportunity.objects.get()
    assert response["Location"] == deal.get_absolute_url()
    assert client.post(address, terms).status_code == 422
    assert Opportunity.objects.count() == 1
    assert "已转为商机" in text(client.get(lead.get_absolute_url()))


def test_a_closed_gate_says_every_reason_with_the_way_there(company, rep, now, login):
    poor = LeadDraft(company="一无所知公司", owner_id=company.rep.pk)
    lead = actions.create_lead(draft=poor, by=rep, now=now)
    address = reverse("leads:convert", args=[lead.pk])
    response = login("rep").post(address, {"name": "项目", "scale": "small", "motion": "new"})
    assert response.status_code == 422
    page = text(response)
    assert "不能保存（" not in page
    assert f"{reverse('leads:edit', args=[lead.pk])}#id_phone" in page
    assert "豁免理由" not in page
    assert not Customer.objects.exists()
    assert "豁免理由" in text(login("team_lead").get(address))


def test_telling_look_alikes_apart(lead, company, now, login):
    twin = ready(owner_id=company.other_team.pk)
    actions.create_lead(draft=twin, by=company.by("other_team"), now=now, on_duplicate=OnDuplicate.ACCEPT)
    client = login("rep")
    assert "赵敏" in text(client.get(lead.get_absolute_url()))
    assert client.post(reverse("leads:tell_apart", args=[lead.pk]), {"reason": "两个厂区"}).status_code == 302
    assert client.post(reverse("leads:tell_apart", args=[lead.pk]), {"reason": "两个厂区"}).status_code == 422


# Out


def test_the_register_has_the_columns_of_the_process(lead, pooled, login):
    response = login("rep").get(reverse("leads:export"))
    assert response.status_code == 200
    rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()
    assert tuple(rows[0]) == REGISTER
    assert [row[1] for row in rows[1:]] == ["恒远精密科技有限公司"]
    pool = login("rep").get(reverse("leads:export"), {"tab": "pool"})
    rows = load_workbook(io.BytesIO(b"".join(pool.streaming_content))).get_sheet_by_index(0).to_python()
    assert "****" in rows[1][4]


def test_a_formula_stays_text(company, rep, now, login):
    actions.create_lead(draft=ready(company="=1+1", owner_id=company.rep.pk), by=rep, now=now)
    response = login("rep").get(reverse("leads:export"))
    rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()
    assert rows[1][1] == "=1+1"


def test_status_words_cover_every_status():
    from tuoke.spine.customers.models import STATUS_NAMES

    assert set(STATUS_NAMES) == set(LeadStatus)


def test_the_page_costs_the_same_for_one_look_alike_and_three(lead, company, rep, now, login):
    client = login("rep")
    client.get(lead.get_absolute_url())  # the playbook is read once a process
    counts = []
    for rows in (2, 4):
        while Lead.objects.count() < rows:
            wish = f"另一项 {Lead.objects.count()}"
            actions.create_many(drafts=[ready(want=wish, owner_id=company.rep.pk)], by=rep, now=now)
        with CaptureQueriesContext(connection) as seen:
            client.get(lead.get_absolute_url())
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 47


def test_filtering_stays_in_its_tab_and_the_export_follows(pooled, login):
    page = text(login("rep").get(LIST, {"tab": "pool"}))
    assert '<input type="hidden" name="tab" value="pool"' in page
    part = text(login("rep").get(LIST, {"tab": "pool", "q": "公海"}, headers={"HX-Request": "true"}))
    assert 'hx-target="#list-export"' in part
    assert "q=%E5%85%AC%E6%B5%B7" in part
