from __future__ import annotations

from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from tuoke.services.approvals.models import Request
from tuoke.spine.deals import actions as deals
from tuoke.steps.proposals.offers import actions
from tuoke.steps.proposals.offers.fields import DiscountField, PriceField
from tuoke.steps.proposals.offers.models import Offer, OfferLine

HTMX = {"HX-Request": "true"}
LINE = {
    "name": "培训",
    "quantity": "2",
    "unit": "场",
    "unit_price": "2000",
    "discount_percent": "",
    "tax_rate": "6",
    "note": "",
}


def to(name, *args):
    return reverse(f"offers:{name}", args=args)


@pytest.fixture
def rep(login):
    return login("rep")


def test_who_opens_it(login, deal, offer, company, by, now):
    deals.join(deal=deal, user=company.collaborator, duty="技术", by=by, now=now)
    seen = {
        "rep": 200,
        "team_lead": 200,
        "director": 200,
        "auditor": 200,
        "collaborator": 403,
        "teammate": 404,
        "admin": 403,
    }
    for person, status in seen.items():
        assert login(person).get(to("offer", offer.pk)).status_code == status, person
        assert login(person).get(to("deal", deal.pk)).status_code == status, person
    written = {"rep": 302, "team_lead": 302, "director": 302, "auditor": 403, "collaborator": 403, "teammate": 404}
    for person, status in written.items():
        assert login(person).post(to("withdraw", offer.pk)).status_code == status, person


def test_from_nothing_to_an_issued_offer_without_a_script(rep, deal, product):
    assert "做一份报价" in rep.get(to("deal", deal.pk)).content.decode()
    offer_url = rep.post(to("new", deal.pk)).url
    offer = Offer.objects.get()
    rep.post(
        to("line_add", offer.pk),
        LINE | {"product": product.pk, "name": "", "unit": "", "unit_price": "", "quantity": "1"},
    )
    rep.post(to("line_add", offer.pk), LINE)
    page = rep.get(offer_url).content.decode()
    for said in ("数据整合平台", "¥84,000.00", "请先填“有效期至”", "（50,000–80,000 元/年）"):
        assert said in page
    terms = {
        "title": "标准版",
        "valid_until": "2099-12-31",
        "tax_included": "yes",
        "delivery_days": "30",
        "version": offer.version + 2,
    }
    assert rep.post(to("edit", offer.pk), terms).status_code == 302
    offer.refresh_from_db()
    rep.post(to("issue", offer.pk), {"version": offer.version})
    page = rep.get(to("deal", deal.pk)).content.decode()
    assert "现行" in page
    assert "改一版" in page
    assert "把商机金额改成报价总价" in page
    rep.post(to("amount", offer.pk))
    deal.refresh_from_db()
    assert deal.amount == 84_000
    assert "¥84,000.00" in rep.get(deal.get_absolute_url()).content.decode()


def test_a_change_in_a_line_answers_with_its_sum_and_the_totals(rep, offer, add):
    line = add("培训", "2000")
    answer = rep.post(
        to("line_edit", line.pk), LINE | {"quantity": "3", "discount_percent": "九折", "version": 1}, headers=HTMX
    )
    said = answer.content.decode()
    assert answer.status_code == 200
    assert f'id="line-{line.pk}-sum"' in said
    assert "¥5,400.00" in said
    assert 'hx-target="#offer-totals"' in said
    assert 'name="version" value="2"' in said


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"unit_price": "$100"}, "只用人民币"),
        ({"unit_price": "100 USD"}, "只用人民币"),
        ({"unit_price": "10万美元"}, "只用人民币"),
        ({"unit_price": "-5"}, "不能小于 0"),
        ({"unit_price": "1e18"}, "数目太大"),
        ({"unit_price": "NaN"}, "单价看不明白"),
        ({"quantity": "-1"}, "数量要大于 0"),
        ({"quantity": "Infinity"}, "输入一个数字"),
        ({"discount_percent": "120"}, "优惠在 0 到 100 之间"),
        ({"discount_percent": "免费"}, "优惠看不明白"),
        ({"tax_rate": "17"}, "17"),
        ({"name": "长" * 100_000}, "120"),
    ],
)
def test_bad_figures_are_refused_at_their_field_with_what_was_typed(rep, offer, add, said, why):
    line = add("培训", "2000")
    answer = rep.post(to("line_edit", line.pk), LINE | said | {"version": 1}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert why in page
    assert next(iter(said.values()))[:50] in page
    added = rep.post(to("line_add", offer.pk), LINE | said)
    assert added.status_code == 422
    assert OfferLine.objects.get().unit_price == 2000


def test_prices_and_discounts_as_people_type_them():
    price, off = PriceField(), DiscountField(required=False)
    assert [price.clean(said) for said in ("12800", "¥12,800.5", "1.28万", "１２８００")] == [
        Decimal(12800), Decimal("12800.5"), Decimal(12800), Decimal(12800),
    ]  # fmt: skip
    said = {"": 0, "10": 10, "10%": 10, "９折": 10, "九折": 10, "85折": 15, "八五折": 15, "8.5折": 15}
    assert {typed: off.clean(typed) for typed in said} == said


def test_somebody_elses_change_of_a_line_is_shown_instead(rep, offer, add, company, now):
    line = add("培训", "2000")
    line.changed_by, line.version, line.unit_price = company.team_lead, 2, Decimal(1500)
    line.save()
    answer = rep.post(to("line_edit", line.pk), LINE | {"version": 1}, headers=HTMX)
    assert answer.status_code == 409
    assert "别人刚改过这一行" in answer.content.decode()
    assert 'value="1500"' in answer.content.decode()


def test_terms_that_somebody_saved_first_show_both_sides(rep, offer, by, now):
    given = {"title": "我的", "tax_included": "yes", "version": 1}
    rep.post(to("edit", offer.pk), {"title": "他的", "tax_included": "yes", "version": 1})
    answer = rep.post(to("edit", offer.pk), given)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "我的" in page
    assert "他的" in page


def test_asking_and_the_managers_page(rep, login, offer, add, product):
    add(product=product, price="60000", discount_percent=Decimal(5))
    page = rep.get(to("offer", offer.pk)).content.decode()
    assert "这个价格要主管批准" in page
    assert "超过您能自己决定的 10%" in page
    assert rep.post(to("ask", offer.pk), {"reason": ""}).status_code == 422
    assert rep.post(to("ask", offer.pk), {"reason": "<b>两年</b>"}).status_code == 302
    assert "等待审批" in rep.get(to("offer", offer.pk)).content.decode()
    director = login("director")
    waiting = director.get(reverse("approvals:list")).content.decode()
    assert "优惠审批" in waiting
    page = director.get(reverse("approvals:request", args=[Request.objects.get().pk])).content.decode()
    assert "¥57,000.00" in page
    assert "总优惠 28.75%" in page
    assert "<b>两年" not in page


def test_two_lines_are_added_one_after_the_other_without_leaving_the_page(rep, offer):
    first = rep.post(to("line_add", offer.pk), LINE | {"once": "a" * 32}, headers=HTMX).content.decode()
    assert 'name="once" value="' in first
    assert "a" * 32 not in first, "the fresh form is another one"
    wrong = rep.post(to("line_add", offer.pk), LINE | {"once": "b" * 32, "quantity": ""}, headers=HTMX)
    assert "b" * 32 in wrong.content.decode(), "one with mistakes is still the same"


def test_removing_moving_and_coming_back(rep, offer, add):
    first, second = add("平台", "100"), add("培训", "200")
    rep.post(to("line_move", second.pk), {"to": "0"})
    assert rep.post(to("line_move", second.pk), {"to": "x"}).status_code == 404
    answer = rep.post(to("line_remove", first.pk), headers=HTMX).content.decode()
    assert "已移除 1 行" in answer
    assert to("line_restore", first.pk) in answer
    rep.post(to("line_restore", first.pk))
    assert [line.name for line in OfferLine.objects.listed()] == ["培训", "平台"]


def test_the_paper(rep, login, offer, add, product):
    add(product=product, note="含一年维护")
    answer = rep.get(to("export", offer.pk, "docx"))
    paper = Document(BytesIO(b"".join(answer.streaming_content)))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert any("数据整合平台" in cell for cell in cells)
    assert any("80,000.00" in cell for cell in cells)
    assert any("草稿，尚未发出" in paragraph.text for paragraph in paper.paragraphs)
    for kind in ("pdf", "xlsx"):
        assert rep.get(to("export", offer.pk, kind)).status_code == 200
    assert rep.get(to("export", offer.pk, "exe")).status_code == 404
    assert login("collaborator").get(to("export", offer.pk, "pdf")).status_code == 403


def test_the_page_costs_the_same_with_more_lines_and_offers(rep, deal, offer, add, by, now):
    add("平台", "80000")

    def asked():
        with CaptureQueriesContext(connection) as queried:
            assert rep.get(to("offer", offer.pk)).status_code == 200
        return len(queried)

    asked()
    once = asked()
    add("培训", "100")
    add("实施", "100")
    for _ in range(2):
        actions.draft_offer(deal=deal, like=offer, by=by, now=now)
    assert asked() == once


def test_undoing_an_amount_takes_only_an_amount(rep, deal, offer):
    for was in ("x", "NaN", "-1", "1e5000"):
        assert rep.post(f"{to('amount_undo', deal.pk)}?was={was}").status_code == 404
    assert rep.post(f"{to('amount_undo', deal.pk)}?was=1200.50").status_code == 302
    deal.refresh_from_db()
    assert deal.amount == Decimal("1200.50")
