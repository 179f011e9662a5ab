"""The library's screens: what they show, what they refuse, who may."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from tuoke.spine.library import actions, hooks
from tuoke.spine.library.hooks import Use, effect
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import current_of, standing_of
from tuoke.spine.library.rules import (
    CaseContent,
    ItemDraft,
    ItemKind,
    OpeningContent,
    ProofStanding,
    ScriptContent,
    Tags,
)

pytestmark = pytest.mark.django_db

SCRIPT = ScriptContent(
    ("您好〔称呼〕，我是〔我方公司〕的〔我的姓名〕",), ("同行对账从 6 天缩短到 2 天",), ("目前用什么方式对账？",)
)
TYPED = {
    "script": {"title": "制造业首访", "who": "1. 您好【称呼】\n我是[我的姓名]", "what": "对账慢", "learn": "用什么系统？", "industry": "制造业"},
    "opening": {"title": "融资开场", "text": "恭喜{客户名称}", "trigger": "funding"},
    "question": {"text": "目前从接单到排产靠什么？", "probes": "上一次出错是什么时候？", "dimension": "status"},
    "case": {"title": "减少返工", "customer": "某厂", "situation": "返工多", "action": "上线巡检", "result": "少了", "figures": "6% → 2%", "dated_on": "2026-05-01"},
    "mail": {"title": "会后感谢", "subject": "谢谢〔称呼〕", "body": "附件是〔待办事项〕。"},
    "block": {"title": "交期对齐", "part": "solution", "text": "共用一个交期", "need_types": ["delivery", "cost"], "need_words": "插单、交期", "priority": "high"},
    "objection": {"title": "太贵", "kind": "price", "objection": "你们太贵", "meaning": "看不到差别", "answer": "一起算", "probes": "和什么比？"},
    "closing": {"title": "周五签", "signal": "contract", "proposal": "周五下午签，您看合适吗？", "extra": "一次培训"},
    "evidence": {"title": "安全评估", "kind": "certificate", "statement": "通过评估", "figures": "恢复 2 小时以内", "source": "测评机构", "url": "https://example.com/a", "dated_on": "2026-05-10", "valid_until": "2027-05-09"},
    "phrase": {"text": "<b>靠 Excel</b> & 微信群", "field": "status"},
}  # fmt: skip


def url(name, *args):
    return reverse(f"library:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def lead(company):
    return company.by("team_lead")


@pytest.fixture
def script(lead, now):
    draft = ItemDraft(SCRIPT, title="通用首访", tags=Tags(market="tob"))
    return actions.add_item(kind=ItemKind.SCRIPT, draft=draft, by=lead, now=now)


@pytest.fixture
def measured():
    hooks.effects["script"] = lambda ids: {pk: effect(used=40, gained=10 + at) for at, pk in enumerate(ids)}
    yield
    hooks.effects.pop("script")


@pytest.mark.parametrize("kind", TYPED)
def test_each_kind_is_typed_shown_and_changed(login, kind):
    client = login("process_owner")
    asked = text(client.get(url("new", kind)))
    assert [field for field in TYPED[kind] if f'name="{field}"' not in asked] == []
    response = client.post(url("new", kind), TYPED[kind])
    made = Item.objects.get()
    assert response["Location"] == url("item", made.pk)
    assert text(client.get(url("item", made.pk)))
    edited = client.get(url("edit", made.pk))
    values = {name: edited.context["form"][name].value() or "" for name in edited.context["form"].fields}
    initial = {name: value if isinstance(value, list) else str(value) for name, value in values.items() if value}
    again = client.post(url("edit", made.pk), {**initial, "version": made.version})
    assert again.status_code == 302
    made.refresh_from_db()
    assert (made.version, made.current_number) == (1, 1)


def test_brackets_bullets_and_markup_come_in_as_they_are_meant(login):
    client = login("team_lead")
    client.post(url("new", "script"), TYPED["script"])
    assert current_of(Item.objects.get()).parsed.who == ("您好〔称呼〕", "我是〔我的姓名〕")
    client.post(url("new", "phrase"), TYPED["phrase"])
    page = text(client.get(url("kind", "phrase")))
    assert "&lt;b&gt;靠 Excel&lt;/b&gt;" in page
    assert "<b>靠" not in page


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(login):
    wrong = {**TYPED["mail"], "subject": "致〔客户名〕", "body": ""}
    response = login("team_lead").post(url("new", "mail"), wrong)
    assert response.status_code == 422
    assert response.context["form"].errors.keys() == {"subject", "body"}
    assert "没有〔客户名〕这个占位，是不是〔客户名称〕？" in text(response)
    assert "致〔客户名〕" in text(response)
    assert not Item.objects.exists()


def test_the_list_is_searched_and_narrowed(login, lead, script, now):
    for title, tags in (
        ("制造融资", Tags(industry="制造业", trigger="funding")),
        ("零售扩张", Tags(industry="批发零售")),
    ):
        draft = ItemDraft(OpeningContent(f"{title}，您好"), title=title, tags=tags)
        actions.add_item(kind=ItemKind.OPENING, draft=draft, by=lead, now=now)
    client = login("rep")

    def titles(query):
        return [row.item.title for row in client.get(f"{url('kind', 'opening')}?{query}").context["rows"]]

    assert titles("") == ["零售扩张", "制造融资"]
    assert titles("q=zzrz") == titles("industry=制造业") == titles("trigger=funding") == ["制造融资"]
    assert titles(f"owner={lead.user_id}&industry=批发零售") == ["零售扩张"]
    assert titles("state=due") == titles("state=retired") == titles("industry=general") == titles("q=没有") == []
    assert titles(f"cursor={Item.objects.get(title='零售扩张').pk}") == ["制造融资"]
    assert client.get(f"{url('kind', 'opening')}?industry=火星").status_code == 422
    assert client.get(url("kind", "nothing")).status_code == 404
    assert [row.item.title for row in client.get(url("index")).context["rows"]] == ["通用首访"]


def test_what_is_due_stands_in_its_list(login, script):
    Item.objects.update(review_by=date(2020, 1, 1))
    client = login("team_lead")
    assert len(client.get(f"{url('index')}?state=due").context["rows"]) == 1
    late = client.post(url("review", script.pk), {"review_by": "2020-01-01"})
    assert late.status_code == 422
    assert "复核日期要晚于今天" in text(late)
    fresh = date.today() + timedelta(days=90)
    assert client.post(url("review", script.pk), {"review_by": fresh.isoformat()}).status_code == 302
    assert client.get(f"{url('index')}?state=due").context["rows"] == []


def test_a_list_costs_the_same_for_one_and_for_three(login, lead, script, now, measured, django_assert_num_queries):
    client = login("rep")
    client.get(url("index"))
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        client.get(url("index"))
    for said in "二三":
        draft = ItemDraft(ScriptContent((said,), (said,), (said,)), title=said)
        actions.add_item(kind=ItemKind.SCRIPT, draft=draft, by=lead, now=now)
    with django_assert_num_queries(len(one)):
        client.get(url("index"))


def test_two_people_at_one_item_both_keep_what_they_wrote(login, company, script):
    mine = {**TYPED["script"], "what": "我的说法", "version": script.version}
    theirs = {**TYPED["script"], "what": "他的说法", "version": script.version}
    login("director").post(url("edit", script.pk), theirs)
    response = login("team_lead").post(url("edit", script.pk), mine)
    assert response.status_code == 409
    assert "周总" in text(response)
    assert ("能为你解决什么问题", "我的说法", "他的说法") in response.context["rows"]
    saved = login("team_lead").post(url("edit", script.pk), {**mine, "version": response.context["version"]})
    assert saved.status_code == 302
    stale = login("team_lead").post(url("care", script.pk), {"owner": "", "review_by": "", "version": 1})
    assert stale.status_code == 409


def test_versions_are_compared_and_brought_back(login, lead, script, now):
    changed = ScriptContent(SCRIPT.who, ("同行对账从 6 天缩短到 1 天",), SCRIPT.learn)
    draft = ItemDraft(changed, title=script.title, tags=script.tags)
    actions.revise(item=script, version=1, draft=draft, by=lead, now=now, note="新数字")
    client = login("team_lead")
    page = text(client.get(url("versions", script.pk)))
    assert "<del>2</del><ins>1</ins>" in page
    assert "新数字" in page
    assert client.get(f"{url('versions', script.pk)}?a=9&b=1").status_code == 422
    assert client.get(url("version", script.pk, 9)).status_code == 404
    assert "2 天" in text(client.get(url("version", script.pk, 1)))
    client.post(url("version_restore", script.pk, 1), {"version": 2})
    script.refresh_from_db()
    assert (script.current_number, current_of(script).parsed) == (3, SCRIPT)


def test_variants_stand_beside_each_other_and_nobody_wins_too_early(login, lead, script, measured, now, monkeypatch):
    client = login("team_lead")
    same = client.post(
        url("variant", script.pk),
        client.get(url("variant", script.pk)).context["form"].initial
        | {"who": SCRIPT.who[0], "what": SCRIPT.what[0], "learn": SCRIPT.learn[0]},
    )
    assert same.status_code == 422
    made = client.post(url("variant", script.pk), {**TYPED["script"], "title": "先问后说"})
    variant = Item.objects.get(title="先问后说")
    assert made["Location"] == url("item", variant.pk)
    page = text(client.get(url("item", script.pk)))
    assert "先问后说" in page
    assert "区间重叠" in page
    monkeypatch.setitem(
        hooks.effects,
        "script",
        lambda ids: {script.pk: effect(used=200, gained=100), variant.pk: effect(used=200, gained=20)},
    )
    assert "A 的区间高于其他说法" in text(client.get(url("item", variant.pk)))
    monkeypatch.setitem(hooks.effects, "script", lambda ids: {})
    assert "还没有人用过" in text(client.get(url("item", variant.pk)))
    monkeypatch.setattr(hooks, "uses", [lambda who, pk: [Use("给华星打的电话", "/deals/1/", now)]])
    assert "给华星打的电话" in text(client.get(url("item", variant.pk)))


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_the_script_template_is_handed_out(login, script, ending):
    client = login("rep")
    for address in (url("export", script.pk, ending), url("export_scripts", ending)):
        response = client.get(address)
        assert response.status_code == 200
        assert response.content[:2] in (b"PK", b"%P")
    assert client.get(url("export", script.pk, "exe")).status_code == 404


def test_only_scripts_have_the_template(login, lead, now):
    draft = ItemDraft(CaseContent("某厂", "慢", "改", "快"), title="案例")
    case = actions.add_item(kind=ItemKind.CASE, draft=draft, by=lead, now=now)
    assert login("rep").get(url("export", case.pk, "docx")).status_code == 404


def test_retired_ones_can_be_brought_back_and_readers_change_nothing(login, script):
    rep, client = login("rep"), login("team_lead")
    for name in ("edit", "variant", "care"):
        assert rep.get(url(name, script.pk)).status_code == 403
    for name in ("retire", "restore", "review"):
        assert rep.post(url(name, script.pk)).status_code == 403
    client.post(url("retire", script.pk))
    assert "已停用" in text(rep.get(url("item", script.pk)))
    assert rep.get(url("index")).context["rows"] == []
    assert len(rep.get(f"{url('index')}?state=retired").context["rows"]) == 1
    assert client.post(url("edit", script.pk), {**TYPED["script"], "version": 2}).status_code == 422
    client.post(url("restore", script.pk))
    assert len(rep.get(url("index")).context["rows"]) == 1


def test_what_no_longer_holds_is_marked_and_who_rests_on_it_is_told(login, lead, now, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "on_withdrawn", [lambda item, by, at: told.append((item.pk, by.name))])
    case = actions.add_item(
        kind=ItemKind.CASE, draft=ItemDraft(CaseContent("某厂", "慢", "改", "快")), by=lead, now=now
    )
    version, client = current_of(case).pk, login("team_lead")
    assert client.post(url("outdated", case.pk), {"reason": " "}).status_code == 422
    assert client.post(url("outdated", case.pk), {"reason": "客户换了系统"}).status_code == 302
    assert [pk for pk, _name in told] == [case.pk]
    assert standing_of([version, 987654], today=date(2026, 11, 23)) == {version: ProofStanding.OUTDATED}
    assert "客户换了系统" in text(client.get(url("item", case.pk)))
    assert len(client.get(f"{url('kind', 'case')}?state=outdated").context["rows"]) == 1
    client.post(url("review", case.pk), {"review_by": "2027-05-01"})
    assert standing_of([version], today=date(2026, 11, 23)) == {version: ProofStanding.CURRENT}
    client.post(url("retire", case.pk))
    assert len(told) == 2
    assert standing_of([version], today=date(2026, 11, 23)) == {version: ProofStanding.WITHDRAWN}
    assert login("rep").post(url("outdated", case.pk), {"reason": "x"}).status_code == 403


def test_blocks_are_found_by_part_and_need_compared_in_words_and_handed_out(login):
    client = login("team_lead")
    client.post(url("new", "block"), TYPED["block"])
    block = Item.objects.get()
    here = url("kind", "block")
    found = [
        len(client.get(f"{here}?{query}").context["rows"])
        for query in ("topic=solution", "topic=value", "need=cost", "need=growth")
    ]
    assert found == [1, 0, 1, 0]
    client.post(url("edit", block.pk), {**TYPED["block"], "part": "value", "version": 1})
    compared = text(client.get(f"{url('versions', block.pk)}?a=1&b=2"))
    assert "<del>解决方案</del><ins>价值</ins>" in compared
    for ending in ("docx", "pdf", "xlsx"):
        assert client.get(url("export_kind", "block", ending)).status_code == 200
    assert client.get(url("export_kind", "block", "exe")).status_code == 404
