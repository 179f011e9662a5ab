"""Profiles of persons (ToC): 生活状况 and 购买力 instead of 行业属性 and 企业规模 (S1.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from tests.steps.targeting.strategies import contents
from tests.steps.targeting.tables import opened
from tests.steps.targeting.test_screens import TYPED, url
from tuoke.base.kernel.verdict import Refused
from tuoke.services.exchange.rules import Span
from tuoke.steps.targeting import actions
from tuoke.steps.targeting.documents import profile_document
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import content_of, profile_table
from tuoke.steps.targeting.rules import Facet, ProfileContent, dimensions_filled
from tuoke.steps.targeting.rules import table as sheet

PERSONS = (
    ("维度", "具体内容描述", "示例(ToC个人客户)"),
    ("生活状况", "客户的人生阶段、生活情况、政策影响", "新婚、有学龄儿童、刚购房、受“以旧换新”补贴推动"),
    ("购买力", "家庭或个人年收入", "家庭年收入20万-60万"),
    ("决策链角色", "关键决策人、影响者", "决策人：本人、配偶；影响者：父母"),
    ("痛点优先级", "当前面临的核心痛点及紧急程度", "核心痛点：没时间盯装修；紧急度：高（开学前要入住）"),
    ("预算匹配度", "客户采购预算区间与产品价格区间对比", "预算10万-30万；产品8万-25万"),
)


@pytest.fixture
def take(tmp_path, company, now):
    def taken(rows, name="家庭装修"):
        with opened(tmp_path / "persons.xlsx", rows) as table:
            return actions.import_table(table=table, name=name, by=company.by("director"), now=now)

    return taken


@pytest.mark.django_db
class TestTable:
    def test_it_is_taken_whole_and_comes_out_cell_for_cell(self, take):
        result = take(PERSONS)
        assert (result.created, result.rejected) == (5, 0), result.rejects
        profile = CustomerProfile.objects.get()
        content = content_of(profile)
        assert (profile.market, dimensions_filled(content)) == ("toc", 5)
        assert (content.life_stages, content.situations) == (("新婚", "有学龄儿童"), ("刚购房",))
        assert content.policies == ("受“以旧换新”补贴推动",)
        assert content.income == Span(Decimal(200_000), Decimal(600_000))
        headers, rows = profile_table(profile)
        assert (headers, *rows) == PERSONS

    def test_the_same_again_changes_nothing(self, take):
        take(PERSONS)
        again = take(PERSONS)
        assert (again.created, again.updated, again.skipped) == (0, 0, 5)

    def test_the_dimensions_say_it_where_the_header_does_not(self, take):
        take((("维度", "示例"), ("生活状况", "退休"), ("购买力", "≥10万")))
        profile = CustomerProfile.objects.get()
        assert (profile.market, content_of(profile).life_stages) == ("toc", ("退休",))

    @pytest.mark.parametrize(
        ("first", "then"), [(PERSONS, "示例(ToB企业服务)"), ((("维度", "示例"), ("行业属性", "SaaS")), "示例(ToC个人)")]
    )
    def test_a_table_of_the_other_market_is_refused(self, take, first, then):
        take(first)
        before = CustomerProfile.objects.get().content
        with pytest.raises(Refused) as refused:
            take((("维度", then), ("决策链角色", "决策人：本人")))
        assert [reason.code for reason in refused.value.verdict.reasons] == ["other_market"]
        assert CustomerProfile.objects.get().content == before

    def test_what_is_composed_carries_the_segment(self, company, now):
        content = ProfileContent(life_stages=("新婚",), income=Span(Decimal(200_000), None))
        made = actions.create_profile(
            draft=actions.draft_of(CustomerProfile(name="家庭", market="toc", content=content.to_json())),
            by=company.by("director"), now=now,
        )  # fmt: skip
        headers, rows = profile_table(made)
        assert headers[2] == "示例(ToC个人客户)"
        assert [row[0] for row in rows][:2] == ["生活状况", "购买力"]
        assert [row[2] for row in rows][:2] == ["新婚", "年收入≥20万"]
        assert profile_document(made, today=date(2026, 11, 23)).sections[0].parts[0].rows[1][2] == "年收入≥20万"

    def test_an_income_that_cannot_be_read_says_so(self, take):
        result = take((("维度", "示例(ToC)"), ("购买力", "很有钱"), ("生活状况", "新婚")))
        assert (result.created, result.rejected) == (1, 1)
        assert result.rejects[0].reasons[0][1] == "购买力"


@given(contents)
def test_written_and_read_are_inverse(content):
    persons = content.for_market("toc")
    for facet in (Facet.INDUSTRY, Facet.SCALE):
        said = sheet.read(facet, sheet.written(facet, persons, "toc"), "toc")
        assert isinstance(said, dict)
        assert replace(ProfileContent(), **said) == replace(
            ProfileContent(), **{name: getattr(persons, name) for name in sheet.fields_of(facet, "toc")}
        )


@pytest.mark.django_db
class TestForm:
    LIFE = {"market": "toc", "life_stages": "新婚、有学龄儿童", "situations": "刚购房", "income": "20万-60万"}

    def test_a_profile_of_persons_keeps_only_what_is_theirs(self, login):
        login("director").post(url("profile_new"), TYPED | self.LIFE)
        content = content_of(CustomerProfile.objects.get())
        assert (content.life, content.industries, content.staff) == (
            ("新婚", "有学龄儿童", "刚购房"), (), Span(None, None),
        )  # fmt: skip
        assert content.deciders == ("生产副总",)

    def test_companies_keep_no_life(self, login):
        login("director").post(url("profile_new"), TYPED | self.LIFE | {"market": "tob"})
        assert content_of(CustomerProfile.objects.get()).life == ()

    def test_the_page_speaks_of_life(self, login):
        client = login("director")
        client.post(url("profile_new"), TYPED | self.LIFE)
        page = client.get(url("profile", CustomerProfile.objects.get().pk)).content.decode()
        for said in ("生活状况", "购买力", "有学龄儿童", "20万-60万"):
            assert said in page
        assert "企业规模" not in page

    def test_a_new_one_may_begin_with_persons(self, login):
        page = login("director").get(url("profile_new"), {"market": "toc"}).content.decode()
        assert '<option value="toc" selected>' in page
        page = login("director").get(url("profile_new"), {"market": "x"}).content.decode()
        assert '<option value="tob" selected>' in page
