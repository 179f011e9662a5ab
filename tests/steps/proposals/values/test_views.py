"""价值测算 on the screen: typed, corrected where it stands, refused with what was typed kept, taken away as a file."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from tests.steps.proposals.values.conftest import measured
from tuoke.steps.proposals.values import actions
from tuoke.steps.proposals.values.models import ValueItem, ValueModel

HTMX = {"HX-Request": "true"}
TYPED = {
    "name": "换线准备时间", "direction": "less", "current": "42", "likely": "29", "low": "32", "high": "", "unit": "分钟",
    "unit_value": "60", "times": "2,750", "basis": "customer", "source": "<b>访谈</b>", "need": "", "proof": "",
}  # fmt: skip


@pytest.fixture
def me(login):
    return login("rep")


def to(name, *args):
    return reverse(f"values:{name}", args=args)


def text(response):
    return response.content.decode()


def test_from_an_empty_page_to_sums_and_charts(me, deal):
    page = text(me.get(to("page", deal.pk)))
    assert "加第一项" in page
    assert "换线准备时间" in page  # suggested for his industry, without a figure
    assert "停线一分钟损失多少" in text(me.get(to("item_add", deal.pk) + "?like=change"))
    answer = me.post(to("item_add", deal.pk), TYPED, headers=HTMX)
    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "deal-changed"
    assert "¥214.5 万" in text(answer)
    assert "42 → 29 分钟" in text(answer)
    assert "<b>访谈" not in text(answer)
    assert "还不知道投入多少" in text(answer)
    me.post(to("spending", deal.pk), {"investment": "50万", "running": "", "delay": "2", "years": "3", "version": "1"})
    page = text(me.get(to("page", deal.pk)))
    for said in ("5 个月", "3 年累计净收益", "静态投资回收期", "data-chart"):
        assert said in page


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("current", "$42", "只能填人民币"),
        ("current", "NaN", "看不明白"),
        ("times", "1e18", "看不明白"),
        ("unit_value", "-3", "不能小于 0"),
        ("unit_value", "4" * 100_000, "看不明白"),
        ("likely", "99", "之后的数就不能比现在大"),
        ("name", "😀" * 100, "60"),
        ("source", "", "请写客户在哪里说的"),
    ],
)
def test_wrong_figures_keep_what_was_typed(me, deal, field, typed, said):
    answer = me.post(to("item_add", deal.pk), TYPED | {field: typed}, headers=HTMX)
    assert answer.status_code == 422
    assert said in text(answer)
    assert "2,750" in text(answer) or field == "times"
    assert not ValueItem.objects.exists()


def test_a_line_is_corrected_where_it_stands(me, deal, item):
    url = to("item_edit", item.pk)
    assert 'hx-status:422="target:#item-form"' in text(me.get(url, headers=HTMX))
    said = TYPED | {"likely": "30", "version": "1"}
    assert me.post(url, said).url == to("page", deal.pk)
    stale = me.post(url, said | {"likely": "31"}, headers=HTMX)
    assert stale.status_code == 409
    assert "有人先保存了" in text(stale)
    assert "31" in text(stale)
    assert ValueItem.objects.get().expected_likely == 30


def test_a_share_of_another_line(me, deal, item):
    url = to("share_add", deal.pk)
    said = {"name": "少加班", "share_of": item.pk, "percent": "10", "basis": "estimate", "source": "按工时推算"}
    assert "“换线准备时间”的 10%" in text(me.post(url, said, headers=HTMX))
    both = ValueItem.objects.get(name="少加班")
    circle = me.post(to("item_edit", both.pk), said | {"share_of": both.pk, "version": 1}, headers=HTMX)
    assert circle.status_code == 422
    me.post(to("item_withdraw", item.pk))
    assert "那一项已撤回" in text(me.get(to("page", deal.pk)))
    me.post(to("item_restore", item.pk))
    assert me.post(to("item_move", both.pk), {"to": "0"}).status_code == 302
    assert me.post(to("item_move", both.pk), {"to": "x"}).status_code == 404


def test_spending_of_another_currency_or_age_is_refused(me, deal):
    said = {"investment": "USD 50", "running": "-1", "delay": "99", "years": "999", "version": "0"}
    answer = me.post(to("spending", deal.pk), said, headers=HTMX)
    assert answer.status_code == 422
    for reason in ("只能填人民币", "不能小于 0"):
        assert reason in text(answer)
    answer = me.post(to("spending", deal.pk), said | {"investment": "", "running": ""}, headers=HTMX)
    for reason in ("0 到 36 个月", "1 到 10 之间"):
        assert reason in text(answer)
    assert not ValueModel.objects.exists()


def test_who_may(login, deal, item):
    assert login("auditor").get(to("page", deal.pk)).status_code == 200
    assert to("item_edit", item.pk) not in text(login("auditor").get(to("page", deal.pk)))
    assert login("auditor").post(to("item_withdraw", item.pk)).status_code == 403
    for other in ("other_team", "teammate"):
        assert login(other).get(to("page", deal.pk)).status_code == 404
        assert login(other).post(to("item_edit", item.pk), TYPED).status_code == 404


def test_as_a_file(me, deal, item):
    for kind in ("docx", "pdf", "xlsx"):
        assert me.get(to("export", deal.pk, kind)).status_code == 200
    paper = Document(BytesIO(b"".join(me.get(to("export", deal.pk, "docx")).streaming_content)))
    said = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "静态投资回收期" in said
    assert "贵司的数据" in said
    assert me.get(to("export", deal.pk, "exe")).status_code == 404


def test_no_query_grows_with_lines(me, deal, item, by, now):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            me.get(to("page", deal.pk))
        return len(queries)

    few = count()
    for name in ("甲", "乙", "丙"):
        actions.add_item(deal=deal, draft=measured(name=name), by=by, now=now)
    assert count() == few
