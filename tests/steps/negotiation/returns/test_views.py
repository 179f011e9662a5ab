"""投入产出 at the table: tried, kept, compared, taken away, sent (S6.3)."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from tests.steps.negotiation.returns.conftest import FIGURES
from tuoke.steps.negotiation.returns import actions
from tuoke.steps.negotiation.returns.models import Calculation, Share, Walk
from tuoke.steps.negotiation.returns.rules import SendDraft, as_typed

HTMX = {"HX-Request": "true"}


@pytest.fixture
def me(login):
    return login("rep")


@pytest.fixture
def typed(me, deal, kept):
    """The form as the page of a kept calculation draws it."""
    page = me.get(f"{to('page', deal.pk)}?from={kept.pk}")
    return as_typed(FIGURES) | {"base": page.context["base"], "from": str(kept.pk), "title": "", "note": ""}


def to(name, *args):
    return reverse(f"returns:{name}", args=args)


def text(response):
    return response.content.decode()


def test_from_nothing_to_a_result(me, deal):
    page = me.get(to("page", deal.pk))
    assert "还没有一项节省" in text(page)
    said = {
        "base": page.context["base"],
        "free_name-0": "少返工",
        "free_amount-0": "12万",
        "investment": "10万",
        "years": "3",
    }
    tried = me.post(to("calculate", deal.pk), said, headers=HTMX)
    for word in ("¥12 万", "10 个月", "¥26 万", "静态投资回收期"):
        assert word in text(tried)
    assert "<form" not in text(tried)
    assert not Calculation.objects.exists()
    whole = me.post(to("calculate", deal.pk), said | {"investment": "$1"})
    assert whole.status_code == 422
    assert 'value="$1"' in text(whole)
    assert "只能填人民币" in text(whole)
    answer = me.post(to("keep", deal.pk), said | {"title": "第一份"})
    assert answer.url == f"{to('page', deal.pk)}?from={Calculation.objects.get().pk}"
    assert "第一份" in text(me.get(answer.url))


def test_opens_with_the_newest_that_was_kept(me, deal, kept):
    assert me.get(to("page", deal.pk)).context["calculation"] == kept
    afresh = me.get(to("page", deal.pk), {"from": "values"})
    assert (afresh.context["calculation"], "还没有一项节省" in text(afresh)) == (None, True)
    me.post(to("withdraw", kept.pk))
    assert me.get(to("page", deal.pk)).context["calculation"] is None


def test_a_scenario_says_what_it_was_changed_from(me, deal, kept, typed):
    assert (
        me.post(to("keep", deal.pk), typed | {"expected-0": "25", "note": "<b>夜班</b>"}, headers=HTMX).status_code
        == 200
    )
    made = Calculation.objects.get(number=2)
    assert made.based_on == kept
    page = text(me.get(to("show", made.pk)))
    assert "换线准备时间 · 之后" in page
    assert "<b>夜班" not in page
    assert "云算科技" in page
    assert "¥65 万" in page


def test_what_is_refused_keeps_what_was_typed(me, deal, typed):
    answer = me.post(to("keep", deal.pk), typed | {"running": "-1", "title": "长" * 99, "note": "留着"}, headers=HTMX)
    assert answer.status_code == 422
    assert 'value="-1"' in text(answer)
    assert "留着" in text(answer)
    assert "不能小于 0" in text(answer)
    forged = me.post(to("keep", deal.pk), typed | {"base": "eyJ9:x:y"}, headers=HTMX)
    assert forged.status_code == 422
    assert "还没有任何一项节省" in text(forged)
    assert Calculation.objects.count() == 1


def test_walked_through_and_sent(me, deal, kept, contact):
    said = {"contact": contact.pk, "walked_on": "2026-11-20", "note": "少算了夜班"}
    assert me.post(to("walk", kept.pk), said | {"walked_on": "2999-01-01"}, headers=HTMX).status_code == 422
    assert "少算了夜班" in text(me.post(to("walk", kept.pk), said, headers=HTMX))
    said = {"contact": contact.pk, "expires_on": "2026-12-05", "message": "请过目", "shows_rivals": "on"}
    assert me.post(to("send", kept.pk), said | {"expires_on": ""}, headers=HTMX).status_code == 422
    assert me.post(to("send", kept.pk), said).url == to("page", deal.pk)
    assert Share.objects.get().shows_rivals
    assert "/p/" in text(me.get(to("page", deal.pk)))
    walk = Walk.objects.get()
    me.post(to("unwalk", walk.pk))
    assert "数字要客户认账才有用" in text(me.get(to("page", deal.pk)))
    me.post(to("rewalk", walk.pk))
    me.post(to("withdraw", kept.pk))
    assert "已撤回 1 份" in text(me.get(to("page", deal.pk)))
    me.post(to("restore", kept.pk))
    assert Calculation.objects.standing().exists()


def test_who_may(login, deal, kept):
    assert login("auditor").get(to("page", deal.pk)).status_code == 200
    assert to("keep", deal.pk) not in text(login("auditor").get(to("page", deal.pk)))
    for name, args in (("keep", [deal.pk]), ("withdraw", [kept.pk]), ("walk", [kept.pk]), ("send", [kept.pk])):
        assert login("auditor").post(to(name, *args)).status_code == 403
        assert login("other_team").post(to(name, *args)).status_code == 404
    assert login("collaborator").get(to("page", deal.pk)).status_code == 403
    assert login("teammate").get(to("show", kept.pk)).status_code == 404
    assert login("teammate").get(to("export", kept.pk, "pdf")).status_code == 404


def test_as_a_file(me, kept):
    for kind in ("docx", "pdf", "xlsx"):
        assert me.get(to("export", kept.pk, kind)).status_code == 200
    paper = Document(BytesIO(b"".join(me.get(to("export", kept.pk, "docx")).streaming_content)))
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert {"云算科技", "650,000.00", "42 → 29 分钟"} <= cells
    assert me.get(to("export", kept.pk, "exe")).status_code == 404


def test_no_query_grows_with_scenarios(me, deal, kept, contact, by, now):
    def more():
        found = actions.keep(deal=deal, figures=FIGURES, based_on_id=kept.pk, by=by, now=now)
        actions.walk(calculation=found, contact_id=contact.pk, walked_on=date(2026, 11, 20), note="", by=by, now=now)
        actions.send(calculation=found, draft=SendDraft(contact.pk, date(2026, 12, 5)), by=by, now=now)

    def count():
        with CaptureQueriesContext(connection) as queries:
            me.get(to("page", deal.pk))
        return len(queries)

    more()
    few = count()
    more()
    more()
    assert count() == few
