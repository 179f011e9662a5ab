"""The market analysis on its page: read, written piece by piece, refused in words, handed out."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.steps.targeting.markets.conftest import plan
from tests.steps.targeting.markets.drafts import ALL, GROWTH, RIVAL, SIZE, TYPED, UNMET, YI
from tuoke.services.exchange.reading import open_table
from tuoke.spine.catalog.models import Competitor
from tuoke.steps.targeting.markets import actions
from tuoke.steps.targeting.markets.models import MarketAnalysis, Statement
from tuoke.steps.targeting.markets.queries import draft_of
from tuoke.steps.targeting.markets.rules import Point, StatementKind

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"markets:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def statement(analysis, by, now):
    return actions.add_statement(analysis=analysis, draft=SIZE, by=by, now=now)


@pytest.fixture
def whole(analysis, by, now):
    for draft in ALL:
        actions.add_statement(analysis=analysis, draft=draft, by=by, now=now)
    actions.add_statement(analysis=analysis, draft=RIVAL, rival="对手甲", by=by, now=now)
    return analysis


class TestBeginning:
    def test_the_empty_page_says_what_belongs_there_and_begins(self, login, campaign):
        client = login("director")
        page = text(client.get(url("analysis", campaign.pk)))
        assert "还没有市场分析" in page
        assert url("begin", campaign.pk) in page
        assert client.post(url("begin", campaign.pk))["Location"] == url("analysis", campaign.pk)
        begun = text(client.get(url("analysis", campaign.pk)))
        for said in ("全年新签 1200 万", "这个市场一年有多大", "缺增长趋势", "这就是我们的机会"):
            assert said in begun

    def test_a_reader_is_offered_nothing_to_do(self, login, campaign, analysis):
        page = text(login("rep").get(url("analysis", campaign.pk)))
        assert "/add/" not in page
        assert url("edit", campaign.pk) not in page

    def test_begun_from_an_earlier_one(self, login, company, now, whole):
        client, other = login("director"), plan(company, now, "二季度")
        page = text(client.get(url("analysis", other.pk)))
        assert "2027 一季度（5 条）" in page
        client.post(url("copy", other.pk), {"source": whole.pk})
        assert Statement.objects.filter(analysis__campaign=other).count() == 5
        again = client.post(url("copy", other.pk), {"source": whole.pk}, follow=True)
        assert "已经有内容" in text(again)
        assert client.post(url("copy", other.pk), {"source": "x"}).status_code == 404
        assert client.post(url("copy", other.pk), {"source": "9" * 50}).status_code == 404

    def test_its_head(self, login, company, campaign, analysis):
        client = login("director")
        typed = {"goal": "新目标", "owner": company.process_owner.pk, "review_by": "2027-05-01", "version": 1}
        client.post(url("edit", campaign.pk), typed)
        analysis.refresh_from_db()
        assert (analysis.goal, analysis.owner, analysis.review_by) == (
            "新目标",
            company.process_owner,
            date(2027, 5, 1),
        )
        stale = client.post(url("edit", campaign.pk), typed | {"goal": "我的目标"})
        assert stale.status_code == 409
        assert "我的目标" in text(stale)
        assert "新目标" in text(stale)
        long = client.post(url("edit", campaign.pk), typed | {"goal": "长" * 10_000, "version": 2})
        assert long.status_code == 422
        assert "最多 2000 个字，现在有 10000 个字" in text(long)

    def test_overdue_is_shown(self, login, campaign, analysis):
        MarketAnalysis.objects.update(review_by=date(2026, 1, 1))
        assert "这份分析该复核了" in text(login("rep").get(url("analysis", campaign.pk)))


class TestWriting:
    @pytest.mark.parametrize("kind", list(TYPED))
    def test_what_people_type_is_understood_and_comes_back_as_it_was(self, login, campaign, analysis, kind):
        client = login("director")
        response = client.post(url("add", campaign.pk, kind), TYPED[kind])
        assert response["Location"] == f"{url('analysis', campaign.pk)}#{kind}"
        made = Statement.objects.get()
        edit = client.get(url("statement_edit", made.pk))
        form = edit.context["form"]
        again = {name: form[name].value() or "" for name in form.fields} | {"version": 1}
        assert client.post(url("statement_edit", made.pk), again).status_code == 302
        assert Statement.objects.get().version == 1

    def test_the_figures(self, login, campaign, analysis):
        client = login("director")
        client.post(url("add", campaign.pk, "size"), TYPED["size"])
        client.post(url("add", campaign.pk, "growth"), TYPED["growth"])
        size, growth = Statement.objects.order_by("id")
        assert (size.amount, size.unit) == (380 * YI, "亿元")
        assert growth.series == (Point(2023, 262 * YI), Point(2024, 320 * YI), Point(2025, 380 * YI))
        page = text(client.get(url("analysis", campaign.pk)))
        assert "380 亿元" in page
        assert "2023–2025 年均增长 20.4%" in page
        assert "data-chart" in page

    @pytest.mark.parametrize("missing", ["source_kind", "reference", "sourced_on"])
    @pytest.mark.parametrize("kind", list(TYPED))
    def test_without_its_source_nothing_is_saved_and_the_field_says_so(self, login, campaign, analysis, kind, missing):
        response = login("director").post(url("add", campaign.pk, kind), TYPED[kind] | {missing: ""})
        assert response.status_code == 422
        assert response.context["form"].errors.keys() == {missing}
        assert not Statement.objects.exists()
        assert not Competitor.objects.exists()

    @pytest.mark.parametrize(
        ("kind", "change", "field", "said"),
        [
            ("size", {"amount": "很大"}, "amount", "看不懂金额"),
            ("size", {"amount": "1e400"}, "amount", "数目太大"),
            ("size", {"amount": "9" * 400}, "amount", "看不懂金额"),
            ("size", {"amount": "-3"}, "amount", "不能小于 0"),
            ("size", {"amount": "$380"}, "amount", "人民币"),
            ("size", {"year": "1800"}, "year", "1990"),
            ("size", {"year": "9" * 400}, "year", "1990"),
            ("size", {"unit": "斤"}, "unit", "斤"),
            ("size", {"text": "长" * 10_000}, "text", "最多 2000 个字，现在有 10000 个字"),
            ("size", {"title": "😀" * 121}, "title", "120"),
            ("size", {"reference": "长" * 501}, "reference", "最多 500 个字"),
            ("size", {"sourced_on": "2999-01-01"}, "sourced_on", "不能晚于今天"),
            ("size", {"sourced_on": "去年"}, "sourced_on", "日期"),
            ("size", {"source_kind": "guess"}, "source_kind", "guess"),
            ("growth", {"points": "2024：320"}, "points", "至少写两年"),
            ("growth", {"points": "2024：320\n明年很多"}, "points", "第 2 行看不懂"),
            ("growth", {"points": "2024：320\n2024：330"}, "points", "2024 年写了两次"),
            ("growth", {"points": "\n".join(f"{1990 + n}：{n}" for n in range(40))}, "points", "最多写 30 年"),
            ("growth", {"points": "长" * 10_000}, "points", "第 1 行看不懂"),
            ("segment", {"share": "三成"}, "share", "占比写一个数"),
            ("segment", {"share": "135"}, "share", "0 到 100"),
            ("segment", {"share": "1e30"}, "share", "占比"),
            ("segment", {"text": ""}, "text", "必填"),
            ("competitor", {"competitor": ""}, "competitor", "必填"),
            ("competitor", {"strengths": "", "counters": ""}, "strengths", "至少写一条"),
            ("competitor", {"price": "很贵"}, "price", "看不懂金额"),
            ("competitor", {"strengths": "长" * 201}, "strengths", "最多 200 个字"),
            ("unmet", {"text": "x\0y"}, "text", "无法保存"),
        ],
    )
    def test_what_cannot_be_is_said_at_its_field(self, login, campaign, analysis, kind, change, field, said):
        response = login("director").post(url("add", campaign.pk, kind), TYPED[kind] | change)
        assert response.status_code == 422
        assert field in response.context["form"].errors
        assert said in str(response.context["form"].errors[field])
        assert not Statement.objects.exists()

    def test_htmx_gets_the_part_that_changed_and_the_figures_are_told(self, login, campaign, analysis):
        client = login("director")
        form = client.get(url("add", campaign.pk, "unmet"), **HTMX)
        assert text(form).lstrip().startswith("<form") or "<html" not in text(form)
        response = client.post(url("add", campaign.pk, "unmet"), TYPED["unmet"], **HTMX)
        assert response["HX-Trigger"] == "market-changed"
        assert '<section id="unmet"' in text(response)
        assert "<html" not in text(response)
        assert 'id="summary"' in text(client.get(url("summary", campaign.pk), **HTMX))
        closed = client.get(url("analysis", campaign.pk) + "?place=unmet", **HTMX)
        assert '<section id="unmet"' in text(closed)
        assert client.get(url("analysis", campaign.pk) + "?place=x", **HTMX).status_code == 404

    def test_sent_twice_it_is_kept_once(self, login, campaign, analysis):
        client = login("director")
        for _ in range(2):
            client.post(url("add", campaign.pk, "unmet"), TYPED["unmet"] | {"once": "abc"})
        assert Statement.objects.count() == 1

    def test_who_saves_second_sees_both_sides(self, login, statement):
        client = login("director")
        client.post(url("statement_edit", statement.pk), TYPED["size"] | {"amount": "420", "version": 1})
        response = client.post(url("statement_edit", statement.pk), TYPED["size"] | {"amount": "450", "version": 1})
        assert response.status_code == 409
        for said in ("有人先保存了", "420", 'value="450"'):
            assert said in text(response)
        assert Statement.objects.get().amount == 420 * YI

    def test_voiding_can_be_undone(self, login, campaign, statement):
        client = login("director")
        page = text(client.post(url("statement_void", statement.pk), follow=True))
        assert url("statement_restore", statement.pk) in page
        assert "已作废 1 条" in page
        client.post(url("statement_restore", statement.pk))
        assert Statement.objects.get().voided_at is None

    def test_moved(self, login, analysis, by, now):
        one, two = (actions.add_statement(analysis=analysis, draft=UNMET, by=by, now=now) for _ in range(2))
        login("director").post(url("statement_move", two.pk), {"way": "up"})
        assert list(analysis.statements.values_list("pk", flat=True)) == [two.pk, one.pk]

    def test_a_competitor_that_is_new_is_in_the_catalogue_then(self, login, campaign, analysis):
        login("director").post(url("add", campaign.pk, "competitor"), TYPED["competitor"])
        assert Competitor.objects.get().strengths == ["实施快", "便宜"]
        assert draft_of(Statement.objects.get()).competitor_id == Competitor.objects.get().pk


class TestReading:
    def test_the_report(self, login, campaign, whole):
        page = text(login("rep").get(url("analysis", campaign.pk)))
        for said in (
            "380 亿元",
            "离散制造",
            "对手甲",
            "20万-40万",
            "不支持私有部署",
            "排产变更要人工改 5 张表",
            "都有了",
        ):
            assert said in page
        assert page.count("《中国企业级 SaaS 报告》") == 3 + 3  # each statement and its event
        assert '<a href="https://example.com/price" target="_blank" rel="noopener noreferrer nofollow">' in page

    @pytest.mark.parametrize("evil", ["javascript:alert(1)", "data:text/html,x", '"><script>alert(1)</script>'])
    def test_only_web_addresses_become_links(self, login, campaign, analysis, evil):
        client = login("director")
        client.post(url("add", campaign.pk, "unmet"), TYPED["unmet"] | {"reference": evil})
        page = text(client.get(url("analysis", campaign.pk)))
        assert f'href="{evil[:10]}' not in page
        assert "<script>alert" not in page

    def test_figures_that_differ_are_shown(self, login, campaign, analysis, statement):
        client = login("director")
        client.post(url("add", campaign.pk, "size"), TYPED["size"] | {"amount": "440", "title": "另一个口径"})
        assert "口径不一" not in text(client.get(url("analysis", campaign.pk)))
        client.post(url("add", campaign.pk, "size"), TYPED["size"] | {"amount": "500", "title": "含硬件"})
        page = text(client.get(url("analysis", campaign.pk)))
        assert "口径不一" in page
        assert "2025 年有 3 个数，最大的比最小的高 32%" in page

    def test_every_change_has_words(self, login, campaign, whole, by, now):
        client = login("director")
        made = whole.statements.get(kind="size")
        client.post(url("statement_edit", made.pk), TYPED["size"] | {"amount": "420", "version": 1})
        second = actions.add_statement(analysis=whole, draft=SIZE, by=by, now=now)
        for verb in ("move", "void", "restore"):
            client.post(url(f"statement_{verb}", second.pk), {"way": "up"})
        page = text(client.get(url("analysis", campaign.pk)))
        for said in ("开始了市场分析", "添加了市场规模", "修改了市场规模", "调整了市场规模的顺序", "作废了", "恢复了"):
            assert said in page

    def test_the_page_costs_the_same_for_few_and_for_many(self, login, campaign, whole, by, now):
        client = login("rep")

        def cost():
            with CaptureQueriesContext(connection) as queries:
                client.get(url("analysis", campaign.pk))
            return len(queries)

        cost()
        before = cost()
        for _ in range(2):
            for draft in ALL:
                actions.add_statement(analysis=whole, draft=draft, by=by, now=now)
            actions.add_statement(analysis=whole, draft=RIVAL, rival="对手乙", by=by, now=now)
        assert cost() == before


class TestHandingOut:
    @pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
    def test_as_a_file(self, login, campaign, whole, kind):
        response = login("rep").get(url("export", campaign.pk, kind))
        assert response.status_code == 200
        assert "attachment" in response["Content-Disposition"]
        assert response.content[:4] in (b"PK\x03\x04", b"%PDF")

    def test_the_document_says_all_with_its_sources(self, whole):
        from tuoke.steps.targeting.markets.documents import market_document
        from tuoke.steps.targeting.markets.queries import report_of

        document = market_document(report_of(whole), today=date(2026, 11, 23))
        said = str(document)
        for expected in (
            "全年新签 1200 万", "380 亿元", "2023–2027 年均增长 18.7%", "离散制造", "35%", "对手甲", "20万-40万",
            "不支持私有部署", "排产变更要人工改 5 张表", "行业报告 · 《中国企业级 SaaS 报告》 · 2026-03-01",
            "客户访谈 · 访谈三家客户 · 2026-10-08", "2027(预)",
        ):  # fmt: skip
            assert expected in said

    def test_in_the_sheet_the_figures_stand(self, login, campaign, whole, tmp_path):
        target = tmp_path / "market.xlsx"
        target.write_bytes(login("director").get(url("export", campaign.pk, "xlsx")).content)
        with open_table(target) as table:
            cells = {cell for row in table.rows() for cell in row.cells}
        assert {380, 262, "离散制造"} <= cells

    def test_an_empty_one_says_what_is_missing(self, login, campaign, analysis):
        for kind in ("docx", "xlsx", "pdf"):
            assert login("director").get(url("export", campaign.pk, kind)).status_code == 200

    def test_long_and_odd_texts_are_handed_out(self, login, campaign, analysis, by, now):
        from dataclasses import replace

        odd = replace(UNMET, text="😀 #set text(red) *粗* <b>&\n" + "长" * 1900, title="=1+1")
        actions.add_statement(analysis=analysis, draft=odd, by=by, now=now)
        many = replace(GROWTH, points=tuple(Point(1995 + n, YI * (n + 1)) for n in range(30)))
        actions.add_statement(analysis=analysis, draft=many, by=by, now=now)
        for kind in ("docx", "xlsx", "pdf"):
            assert login("director").get(url("export", campaign.pk, kind)).status_code == 200

    def test_another_kind_is_404(self, login, campaign, analysis):
        assert login("director").get(url("export", campaign.pk, "exe")).status_code == 404


class TestCommand:
    def run(self, *arguments):
        from tuoke.doors.cli.main import main

        return main(["export", "market-analysis", *map(str, arguments)])

    @pytest.mark.parametrize("ending", ["docx", "xlsx", "pdf"])
    def test_the_format_follows_the_ending(self, campaign, whole, tmp_path, ending):
        target = tmp_path / f"market.{ending}"
        assert self.run(campaign.pk, "-o", target) == 0
        assert target.stat().st_size > 1000

    def test_what_cannot_be(self, company, campaign, whole, tmp_path, capsys):
        assert self.run("-o", tmp_path / "x.docx") == 2
        assert self.run(999, "-o", tmp_path / "x.docx") == 2
        assert self.run(campaign.pk, "-o", tmp_path / "x.csv") == 2
        assert self.run(campaign.pk, "-o", tmp_path / "x.docx", "--as", "admin") == 2
        assert self.run(campaign.pk, "-o", tmp_path / "x.docx", "--as", "rep") == 0
        assert [path.name for path in tmp_path.iterdir()] == ["x.docx"]


class TestRights:
    def pages(self, campaign, statement):
        read = [url("analysis", campaign), url("summary", campaign), url("export", campaign, "xlsx")]
        forms = [url("edit", campaign), url("statement_edit", statement)]
        forms += [url("add", campaign, kind.value) for kind in StatementKind]
        verbs = [url(n, campaign) for n in ("begin", "copy")]
        verbs += [url(f"statement_{verb}", statement) for verb in ("void", "restore", "move")]
        return read, forms, verbs

    @pytest.mark.parametrize("who", ["rep", "team_lead", "auditor"])
    def test_readers_read(self, login, who, campaign, statement):
        client, (read, forms, verbs) = login(who), self.pages(campaign.pk, statement.pk)
        assert {client.get(page).status_code for page in read} == {200}
        assert {client.get(page).status_code for page in forms} == {403}
        assert {client.post(page).status_code for page in [*forms, *verbs]} == {403}

    @pytest.mark.parametrize("who", ["director", "process_owner"])
    def test_owners_write(self, login, who, campaign, statement):
        client, (read, forms, verbs) = login(who), self.pages(campaign.pk, statement.pk)
        assert {client.get(page).status_code for page in [*read, *forms]} == {200}
        assert client.post(url("add", campaign.pk, "unmet"), TYPED["unmet"]).status_code == 302
        assert {client.post(page).status_code for page in verbs if "copy" not in page} == {302}

    @pytest.mark.parametrize("who", ["collaborator", "admin"])
    def test_others_do_not(self, login, who, campaign, statement):
        client, (read, forms, verbs) = login(who), self.pages(campaign.pk, statement.pk)
        assert {client.get(page).status_code for page in [*read, *forms]} == {403}
        assert {client.post(page).status_code for page in verbs} == {403}

    def test_what_is_not_there_is_404(self, login, campaign):
        client = login("director")
        for there in (campaign.pk, 999):  # a campaign without an analysis, and none at all
            read, forms, verbs = self.pages(there, 999)
            assert {client.get(page).status_code for page in [*read[1:], *forms]} == {404}
            assert {client.post(page).status_code for page in verbs if "begin" not in page} == {404}
        assert client.get(url("analysis", 999)).status_code == 404
        assert client.post(url("begin", 999)).status_code == 404

    def test_a_kind_that_is_none_is_404(self, login, campaign, analysis):
        assert login("director").get(url("add", campaign.pk, "guess")).status_code == 404

    def test_a_save_without_a_version_is_404(self, login, statement):
        client = login("director")
        assert client.post(url("statement_edit", statement.pk), TYPED["size"]).status_code == 404
        assert client.post(url("statement_edit", statement.pk), TYPED["size"] | {"version": "x"}).status_code == 404

    def test_a_stranger_is_asked_to_log_in(self, client, campaign):
        assert client.get(url("analysis", campaign.pk)).status_code == 302
