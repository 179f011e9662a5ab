"""The catalogue's screens: what they show, what they refuse, who may."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.spine.catalog.drafts import COMPETITOR, PRODUCT
from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog import actions
from tuoke.spine.catalog.models import Competitor, LeadSource, Product, SourceCost
from tuoke.spine.catalog.rules import PainHelp

pytestmark = pytest.mark.django_db

TYPED = {
    "name": "数据平台",
    "price": "30万-80万",
    "unit": "年",
    "custom_quote": "on",
    "industries": "制造业、信息技术，制造业",
    "staff": "100-500人",
    "revenue": "5000万以上",
    "note": "",
    "pains-TOTAL_FORMS": "2",
    "pains-INITIAL_FORMS": "0",
    "pains-0-pain": "数据分散",
    "pains-0-help": "统一口径",
    "pains-1-pain": "",
    "pains-1-help": "",
}
RIVAL = {
    "name": "对手甲",
    "price": "20万-40万",
    "strengths": "1. 实施快\n- 便宜\n\n便宜",
    "weaknesses": "不支持私有部署",
    "counters": "",
    "note": "",
}


def url(name, *args):
    return reverse(f"catalog:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def by(company):
    return company.by("director")


@pytest.fixture
def product(by, now):
    return actions.create_product(draft=PRODUCT, by=by, now=now)


@pytest.fixture
def competitor(by, now):
    return actions.list_competitor(draft=COMPETITOR, by=by, now=now)


@pytest.fixture
def fairs(db):
    return LeadSource.objects.get(name="展会")


class TestProducts:
    def test_what_people_type_is_understood(self, login):
        response = login("process_owner").post(url("product_new"), TYPED)
        made = Product.objects.get()
        assert response["Location"] == url("product", made.pk)
        assert made.price == Span(Decimal(300_000), Decimal(800_000))
        assert made.fits.industries == ("制造业", "信息技术")
        assert made.fits.pains == (PainHelp("数据分散", "统一口径"),)
        page = text(login("rep").get(url("product", made.pk)))
        for said in ("30万-80万 / 年", "≥5000万", "100-500人", "统一口径"):
            assert said in page

    def test_it_is_shown_again_as_it_was_typed_and_saves_unchanged(self, login, product):
        client = login("director")
        page = client.get(url("product_edit", product.pk))
        form, pains = page.context["form"], page.context["pains"]
        again = {name: form[name].value() or "" for name in form.fields} | {"version": 1}
        again |= {f"pains-{i}-{n}": f[n].value() or "" for i, f in enumerate(pains) for n in f.fields}
        again |= {"pains-TOTAL_FORMS": len(pains.forms), "pains-INITIAL_FORMS": pains.initial_form_count()}
        client.post(url("product_edit", product.pk), again)
        assert Product.objects.get().version == 1

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"name": ""}, "必填"),
            ({"price": "30-80"}, "请带单位"),
            ({"price": "很贵"}, "看不懂金额"),
            ({"price": "1e400亿"}, "数目太大"),
            ({"price": "80万-30万"}, "看不懂金额"),
            ({"staff": "很多"}, "看不懂人数"),
            ({"pains-1-help": "帮助"}, "还要写痛点本身"),
            ({"note": "长" * 10_000}, "最多 2000 个字"),
            ({"industries": "😀" * 300}, "最多 200 个字"),
            ({"unit": "<script>alert(1)</script>"}, "20"),
        ],
    )
    def test_what_cannot_be_is_said_and_what_was_typed_stays(self, login, change, said):
        response = login("director").post(url("product_new"), TYPED | change)
        assert response.status_code == 422
        assert said in text(response)
        assert "制造业" in text(response) or "industries" in change
        assert not Product.objects.exists()

    def test_who_saves_second_sees_both_sides(self, login, product):
        client = login("director")
        client.post(url("product_edit", product.pk), TYPED | {"version": 1})
        response = client.post(url("product_edit", product.pk), TYPED | {"version": 1, "unit": "套"})
        assert response.status_code == 409
        assert 'value="套"' in text(response)
        assert "有人先保存了" in text(response)
        assert Product.objects.get().unit == "年"

    def test_closing_can_be_undone(self, login, product):
        client = login("director")
        assert url("product_reopen", product.pk) in text(client.post(url("product_close", product.pk), follow=True))
        assert "已停售" in text(client.get(url("products")))
        client.post(url("product_reopen", product.pk))
        assert Product.objects.get().active

    def test_empty_lists_say_what_belongs_there(self, login):
        client = login("director")
        assert "还没有产品" in text(client.get(url("products")))
        assert "还没有竞品" in text(client.get(url("competitors")))
        assert url("product_new") not in text(login("rep").get(url("products")))


class TestCompetitors:
    def test_lines_are_statements(self, login, product):
        client = login("director")
        client.post(url("competitor_new"), RIVAL | {"products": [product.pk]})
        made = Competitor.objects.get()
        assert made.strengths == ["实施快", "便宜"]
        assert list(made.products.all()) == [product]
        page = text(client.get(url("competitor", made.pk)))
        assert "不支持私有部署" in page
        assert made.name in text(client.get(url("product", product.pk)))

    def test_from_the_page_of_a_product_it_is_ticked(self, login, product):
        page = login("director").get(url("competitor_new") + f"?product={product.pk}")
        assert "checked" in text(page)
        assert login("director").get(url("competitor_new") + "?product=x'").status_code == 200

    def test_who_saves_second_sees_both_sides(self, login, competitor):
        client = login("director")
        client.post(url("competitor_edit", competitor.pk), RIVAL | {"version": 1})
        response = client.post(url("competitor_edit", competitor.pk), RIVAL | {"version": 1, "note": "我的话"})
        assert response.status_code == 409
        assert "我的话" in text(response)

    def test_voiding_can_be_undone(self, login, competitor):
        client = login("director")
        client.post(url("competitor_void", competitor.pk))
        assert url("competitor_restore", competitor.pk) in text(client.get(url("competitors")))
        client.post(url("competitor_restore", competitor.pk))
        assert Competitor.objects.get().voided_at is None

    def test_markup_is_text(self, login, by, now):
        from dataclasses import replace

        evil = actions.list_competitor(
            draft=replace(COMPETITOR, name="<b>甲</b>", strengths=("<img src=x>",)), by=by, now=now
        )
        for page in (url("competitors"), url("competitor", evil.pk)):
            assert "<b>甲</b>" not in text(login("rep").get(page))
            assert "<img src=x>" not in text(login("rep").get(page))


class TestSources:
    def test_the_tree_with_costs_of_the_year(self, login, fairs, by, now):
        year = date.today().year
        draft = {"starts_on": f"{year}-01-01", "ends_on": f"{year}-01-31", "amount": "3万", "note": "展位"}
        response = login("director").post(url("cost_new", fairs.pk), draft)
        assert response["Location"] == url("source", fairs.pk)
        assert SourceCost.objects.get().amount == 30_000
        page = text(login("rep").get(url("sources")))
        assert page.count("¥3 万") == 2  # the source and what it lies below
        assert "展位" in text(login("rep").get(url("source", fairs.pk)))

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"amount": "300"}, "请带单位"),
            ({"amount": "1-2万"}, "填一个数"),
            ({"amount": ""}, "必填"),
            ({"amount": "9" * 400 + "元"}, "金额"),
            ({"ends_on": "2026-01-01"}, "结束日期不能早于开始日期"),
            ({"ends_on": "明天"}, "日期"),
        ],
    )
    def test_a_cost_that_cannot_be_keeps_what_was_typed(self, login, fairs, change, said):
        typed = {"starts_on": "2026-03-01", "ends_on": "2026-03-03", "amount": "3万", "note": "我的说明"}
        response = login("director").post(url("cost_new", fairs.pk), typed | change)
        assert response.status_code == 422
        assert said in text(response)
        assert "我的说明" in text(response)

    def test_a_cost_is_corrected_voided_and_brought_back(self, login, fairs):
        client = login("director")
        typed = {"starts_on": "2026-03-01", "ends_on": "2026-03-03", "amount": "3万", "note": ""}
        client.post(url("cost_new", fairs.pk), typed)
        cost = SourceCost.objects.get()
        client.post(url("cost_edit", cost.pk), typed | {"amount": "4万", "version": 1})
        stale = client.post(url("cost_edit", cost.pk), typed | {"amount": "5万", "version": 1})
        assert stale.status_code == 409
        client.post(url("cost_void", cost.pk))
        client.post(url("cost_restore", cost.pk))
        cost.refresh_from_db()
        assert (cost.amount, cost.voided_at) == (40_000, None)
        page = text(client.get(url("source", fairs.pk)))
        for said in ("记了费用", "修改了费用", "作废了费用", "恢复了费用"):
            assert said in page

    def test_added_renamed_closed(self, login, fairs):
        client = login("director")
        client.post(url("source_new"), {"name": "上海工博会", "parent": fairs.pk})
        made = LeadSource.objects.get(name="上海工博会")
        assert made.parent == fairs
        client.post(url("source_edit", made.pk), {"name": "工博会", "version": 1})
        assert client.post(url("source_edit", made.pk), {"name": "x", "version": 1}).status_code == 409
        client.post(url("source_close", made.pk))
        assert "已停用" in text(client.get(url("sources")))
        client.post(url("source_reopen", made.pk))
        assert LeadSource.objects.get(name="工博会").active

    def test_a_taken_name_is_said(self, login):
        response = login("director").post(url("source_new"), {"name": "展会", "parent": ""})
        assert response.status_code == 422
        assert "已经有了" in text(response)


class TestRights:
    READ = ("products", "competitors", "sources")
    WRITE = ("product_new", "competitor_new", "source_new")

    @pytest.fixture
    def places(self, product, competitor, fairs, by, now):
        from tuoke.spine.catalog.rules import CostDraft

        cost = actions.enter_cost(
            draft=CostDraft(fairs.pk, date(2026, 1, 1), date(2026, 1, 1), Decimal(5)), by=by, now=now
        )
        return {"product": product.pk, "competitor": competitor.pk, "source": fairs.pk, "cost": cost.pk}

    def pages(self, places):
        read = [url(name) for name in self.READ] + [url(n, places[n]) for n in ("product", "competitor", "source")]
        forms = [url(name) for name in self.WRITE] + [url(f"{n}_edit", pk) for n, pk in places.items()]
        verbs = [
            url(f"{name}_{verb}", places[name])
            for name, verb in (
                ("product", "close"), ("product", "reopen"), ("competitor", "void"), ("competitor", "restore"),
                ("source", "close"), ("source", "reopen"), ("cost", "void"), ("cost", "restore"),
            )
        ] + [url("cost_new", places["source"])]  # fmt: skip
        return read, forms, verbs

    @pytest.mark.parametrize("who", ["rep", "team_lead", "auditor"])
    def test_readers_read(self, login, who, places):
        client, (read, forms, verbs) = login(who), self.pages(places)
        assert {client.get(page).status_code for page in read} == {200}
        assert {client.get(page).status_code for page in forms} == {403}
        assert {client.post(page).status_code for page in [*forms, *verbs]} == {403}

    @pytest.mark.parametrize("who", ["director", "process_owner"])
    def test_owners_write(self, login, who, places):
        client, (read, forms, verbs) = login(who), self.pages(places)
        assert {client.get(page).status_code for page in [*read, *forms]} == {200}
        assert {client.post(page).status_code for page in verbs} <= {302, 422}

    @pytest.mark.parametrize("who", ["collaborator", "admin"])
    def test_others_do_not(self, login, who, places):
        client, (read, forms, verbs) = login(who), self.pages(places)
        assert {client.get(page).status_code for page in [*read, *forms]} == {403}
        assert {client.post(page).status_code for page in verbs} == {403}

    def test_what_is_not_there_is_404(self, login):
        client = login("director")
        read, forms, verbs = self.pages(dict.fromkeys(("product", "competitor", "source", "cost"), 99999))
        assert {client.get(page).status_code for page in [*read[3:], *forms[3:]]} == {404}
        assert {client.post(page).status_code for page in verbs} == {404}

    def test_a_save_without_a_version_is_404(self, login, places):
        assert login("director").post(url("product_edit", places["product"]), TYPED).status_code == 404

    def test_lists_cost_the_same_for_one_and_for_three(self, login, places, by, now):
        from dataclasses import replace

        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        client = login("rep")

        def cost(name):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(url(name))
            return len(queries)

        for name in self.READ:
            client.get(url(name))
        before = [cost(name) for name in self.READ]
        for n in "乙丙":
            actions.create_product(draft=replace(PRODUCT, name=n), by=by, now=now)
            actions.list_competitor(draft=replace(COMPETITOR, name=n), by=by, now=now)
            actions.add_source(name=n, parent=None, by=by, now=now)
        assert [cost(name) for name in self.READ] == before
