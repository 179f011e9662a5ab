from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.spine.followups.cases import a_customer, lost
from tests.steps.discovery.test_table import SOURCE
from tuoke.base.records.queries import timeline_of
from tuoke.base.records.templatetags.history import timeline_event
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.writing import write_table
from tuoke.steps.discovery import actions
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import TABLE_COLUMNS, NeedDraft, NeedKind, Priority

HTMX = {"HX-Request": "true"}


def url(name, pk=None):
    return reverse(f"discovery:{name}", args=[] if pk is None else [pk])


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def need(deal, by, contact):
    draft = NeedDraft(NeedKind.RIGID, "数据要对齐", Priority.HIGH, contact_id=contact.pk)
    return actions.add_need(deal=deal, draft=draft, by=by, now=timezone.now())


def typed(**more):
    return {"kind": "rigid", "description": "月底不再人工对账", "priority": "high"} | more


def test_the_page_explains_the_three_kinds_and_offers_to_start(rep, deal):
    page = rep.get(url("needs", deal.pk)).content.decode()
    for words in ("还没有需求", "必须解决，否则影响核心业务", "加一条需求", "导入"):
        assert words in page


def test_add_with_and_without_a_script(rep, deal):
    assert rep.post(url("add", deal.pk), typed()).url == url("needs", deal.pk)
    answer = rep.post(url("add", deal.pk), typed(description="要接口", kind="elastic"), headers=HTMX)
    page = answer.content.decode()
    assert answer["HX-Trigger"] == "deal-changed"
    assert 'id="needs"' in page
    assert "月底不再人工对账" in page
    assert "要接口" in page
    assert "<html" not in page


@pytest.mark.parametrize(
    "change, said",
    [
        ({"description": ""}, "必填"),
        ({"description": "字" * 2001}, "最多 2000 个字"),
        ({"description": "a\x00"}, "无法保存"),
        ({"kind": "wish"}, "有效"),
        ({"priority": ""}, "必填"),
        ({"confirmed_on": "昨天"}, "有效的日期"),
        ({"confirmed_on": "2099-01-01"}, "不能晚于今天"),
        ({"contact": "12345"}, "有效"),
    ],
)
def test_a_refusal_names_the_field_and_keeps_what_was_typed(rep, deal, contact, change, said):
    answer = rep.post(url("add", deal.pk), typed(**{"description": "我写的👍", **change}), headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert 'id="add-need"' in page
    if "description" not in change:
        assert "我写的👍" in page
    assert not Need.objects.exists()


def test_a_lost_deal_says_why(rep, deal):
    answer = rep.post(url("add", lost(deal).pk), typed())
    assert answer.status_code == 422
    assert "重新打开" in answer.content.decode()


def test_a_page_of_its_own_needs_no_script_and_no_other_region(rep, deal, need):
    for address in (url("add", deal.pk), url("edit", need.pk)):
        assert 'hx-target="#needs"' not in rep.get(address).content.decode()
        assert 'hx-target="#needs"' in rep.get(address, headers=HTMX).content.decode()


def test_edit_in_place_and_its_conflict(rep, need):
    p = f"need{need.pk}-"
    form = rep.get(url("edit", need.pk), headers=HTMX).content.decode()
    assert f'id="edit-need-{need.pk}"' in form
    assert "数据要对齐" in form
    data = {p + k: v for k, v in typed(version=1, contact=need.contact_id).items()}
    assert rep.post(url("edit", need.pk), data, headers=HTMX).status_code == 200
    answer = rep.post(url("edit", need.pk), data | {p + "description": "我的写法"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我的写法" in page
    assert "月底不再人工对账" in page
    assert "有人先保存了" in page


def test_confirm_withdraw_restore(rep, deal, need):
    page = rep.post(url("confirm", need.pk), {"version": 1}, headers=HTMX).content.decode()
    assert "清单已由客户确认" in page
    assert Need.objects.get().confirmed_on == timezone.localdate()
    page = rep.post(url("withdraw", need.pk), {"version": 2}, headers=HTMX).content.decode()
    assert url("restore", need.pk) in page
    assert "已撤回 1 条" in page
    rep.post(url("restore", need.pk))
    assert Need.objects.listed().count() == 1


def test_one_press_verbs_say_what_is_wrong(rep, deal, need):
    for name, data in [
        ("confirm", {}),
        ("confirm", {"version": 9}),
        ("confirm", {"version": 1, "on": "2099-01-01"}),
        ("withdraw", {"version": "x"}),
    ]:
        page = rep.post(url(name, need.pk), data, headers=HTMX)
        assert page.status_code == 200
        assert "toast-error" in page.content.decode()
    need.refresh_from_db()
    assert need.version == 1


def test_what_belongs_to_others_is_not_there(login, deal, need):
    stranger = login("other_team")
    for name in ("needs", "panel", "add", "export"):
        assert stranger.get(url(name, deal.pk)).status_code == 404
    assert stranger.get(url("edit", need.pk)).status_code == 404
    for name in ("confirm", "withdraw", "restore"):
        assert stranger.post(url(name, need.pk)).status_code == 404
    assert stranger.post(url("adopt", deal.pk)).status_code == 404


def test_an_auditor_reads_only(login, deal, need):
    page = login("auditor").get(url("needs", deal.pk)).content.decode()
    assert "数据要对齐" in page
    assert "客户已确认" not in page
    assert 'id="add-need"' not in page
    assert login("auditor").post(url("add", deal.pk), typed()).status_code == 403


def test_adopt(rep, deal):
    Need.objects.create(
        customer=deal.customer, kind="rigid", description="散的", priority="low", created_at=timezone.now()
    )
    assert "没有归入商机" in rep.get(url("needs", deal.pk)).content.decode()
    assert "散的" in rep.post(url("adopt", deal.pk), headers=HTMX).content.decode()


def test_the_panel_counts_kinds(rep, deal, need):
    page = rep.get(url("panel", deal.pk), headers=HTMX).content.decode()
    assert 'id="needs-panel"' in page
    assert "数据要对齐" in page


def test_three_needs_cost_what_one_costs(rep, deal, need, by, contact):
    def cost(name):
        with CaptureQueriesContext(connection) as queries:
            rep.get(url(name, deal.pk), headers=HTMX)
        return len(queries)

    one = cost("needs"), cost("panel")
    for i in range(2):
        draft = NeedDraft(NeedKind.ELASTIC, f"第{i}", Priority.LOW, contact_id=contact.pk)
        actions.add_need(deal=deal, draft=draft, by=by, now=timezone.now())
    assert (cost("needs"), cost("panel")) == one


def test_out_as_xlsx(rep, deal, need, tmp_path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(rep.get(url("export", deal.pk)).content)
    with open_table(path) as table:
        assert table.headers == TABLE_COLUMNS
        [row] = table.rows()
    assert row.cells == ["华瑞精密", "陈工", "生产总监", "刚性需求", "数据要对齐", "高", None]


def test_in_with_a_report(rep, company):
    file = BytesIO()
    write_table(file, headers=TABLE_COLUMNS, rows=[*SOURCE, ["科技有限公司", "", "", "愿望", "x", "", ""]])
    file.seek(0)
    file.name = "需求.xlsx"
    page = rep.post(url("import"), {"file": file})
    assert page.status_code == 200
    assert "部分行没有导入" in page.content.decode()
    assert Need.objects.count() == 3
    assert rep.post(url("import"), {}).status_code == 422
    assert rep.get(url("import")).status_code == 200
    fake = BytesIO(b"PK\x03\x04nothing")
    fake.name = "a.xlsx"
    assert rep.post(url("import"), {"file": fake}).status_code == 422


def test_every_kind_of_event_has_words(deal, need, by, company):
    now = timezone.now()
    draft = NeedDraft(NeedKind.LATENT, "<i>改了</i>", Priority.LOW)
    actions.edit_need(need=need, version=1, draft=draft, by=by, now=now)
    actions.confirm_need(need=need, version=2, on=timezone.localdate(), by=by, now=now)
    actions.withdraw_need(need=need, version=3, by=by, now=now)
    actions.restore_need(need=need, by=by, now=now)
    Need.objects.create(customer=deal.customer, kind="rigid", description="散的", priority="low", created_at=now)
    actions.adopt_needs(deal=deal, by=by, now=now)
    drawn = {event.kind: timeline_event(event) for event in timeline_of(thread=deal)}
    assert len(drawn) == 6
    assert all("timeline-item" in text and "discovery." not in text for text in drawn.values())
    assert "&lt;i&gt;改了" in drawn["discovery.need_edited"]


def test_a_need_without_a_deal_leads_back_to_its_customer(rep, company):
    loose = Need.objects.create(
        customer=a_customer(company.rep, "散客户"),
        kind="rigid",
        description="x",
        priority="low",
        created_at=timezone.now(),
    )
    answer = rep.post(url("confirm", loose.pk), {"version": 1})
    assert answer.status_code == 302
