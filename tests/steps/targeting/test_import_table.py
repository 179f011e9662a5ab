"""《目标客户画像清单》 comes in whole and goes out cell for cell."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.steps.targeting.tables import TEMPLATE_1, opened
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of, kinds_of
from tuoke.steps.targeting import actions
from tuoke.steps.targeting.actions.profiles import draft_of
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import content_of, profile_table
from tuoke.steps.targeting.rules import Span, Urgency, dimensions_filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def take(tmp_path, company, now):
    def taken(rows, name="企业服务", who="director"):
        with opened(tmp_path / "profile.xlsx", rows) as table:
            return actions.import_table(table=table, name=name, by=company.by(who), now=now)

    return taken


def test_the_documents_own_table_is_taken_whole(take):
    result = take(TEMPLATE_1)

    assert (result.rows, result.created, result.rejected) == (5, 5, 0)
    content = content_of(CustomerProfile.objects.get())
    assert content.industries == ("SaaS",)
    assert content.lifecycle == ("成长期",)
    assert content.policies == ("受“企业数字化转型”政策推动",)
    assert content.staff == Span(100, 500)
    assert content.revenue == Span(Decimal("5000e4"), Decimal("2e8"))
    assert content.paying_customers == Span(50, None)
    assert (content.deciders, content.influencers) == (("CTO",), ("运维主管",))
    assert content.pains[0].urgency is Urgency.HIGH
    assert content.pains[0].reason == "近期客户投诉增加"
    assert content.budget == Span(Decimal("20e4"), Decimal("50e4"))
    assert content.price == Span(Decimal("30e4"), Decimal("80e4"))
    assert content.custom_quote
    assert dimensions_filled(content) == 5


def test_it_comes_out_cell_for_cell(take):
    take(TEMPLATE_1)

    headers, rows = profile_table(CustomerProfile.objects.get())

    assert (headers, *rows) == TEMPLATE_1


def test_line_breaks_of_the_document_are_kept(take):
    broken = tuple(tuple(c.replace(";", ";\n   ") for c in row) for row in TEMPLATE_1)

    assert take(broken).rejected == 0
    assert tuple(profile_table(CustomerProfile.objects.get())[1]) == broken[1:]


def test_the_same_table_again_changes_nothing(take):
    take(TEMPLATE_1)
    before = CustomerProfile.objects.values().get()

    again = take(TEMPLATE_1)

    assert (again.created, again.updated, again.skipped) == (0, 0, 5)
    assert CustomerProfile.objects.values().get() == before
    assert history_of(CustomerProfile.objects.get()).count() == 1


def test_after_an_edit_only_that_dimension_is_composed(take, company, now):
    take(TEMPLATE_1)
    profile = CustomerProfile.objects.get()
    draft = draft_of(profile)
    edited = replace(draft, content=replace(draft.content, staff=Span(200, None)))
    actions.save_profile(profile=profile, version=1, draft=edited, by=company.by("director"), now=now)

    _, rows = profile_table(CustomerProfile.objects.get())

    assert rows[1][2] == "≥200人、年营收5000万-2亿、付费客户≥50家"
    assert [row for i, row in enumerate(rows) if i != 1] == [row for i, row in enumerate(TEMPLATE_1[1:]) if i != 1]


def test_what_goes_out_composed_comes_in_again_unchanged(take, company, now, tmp_path):
    planted = actions.plant_default(by=company.by("director"), now=now)
    headers, rows = profile_table(planted)

    result = take((headers, *rows), name="再来一次")

    assert result.rejected == 0
    assert content_of(CustomerProfile.objects.get(name="再来一次")) == content_of(planted)


def test_a_row_that_is_not_understood_is_rejected_and_the_rest_taken(take):
    rows = [
        TEMPLATE_1[0],
        TEMPLATE_1[1],
        ("企业规模", "", "中等规模"),
        ("决策链角色", "", "CTO"),
        ("客户心情", "", "好"),
        ("行业属性", "", "制造业"),
        ("预算匹配度", "", "预算20-50"),
        ("痛点优先级", "", "核心痛点:慢;紧急度:一点点"),
    ]

    result = take(rows)

    assert (result.rows, result.created, result.rejected) == (7, 1, 6)
    assert [r.reasons[0][:2] for r in result.rejects] == [
        ("scale_unclear", "企业规模"),
        ("chain_unlabelled", "决策链角色"),
        ("unknown_dimension", "维度"),
        ("dimension_twice", "行业属性"),
        ("unit_unknown", "预算匹配度"),
        ("urgency_unclear", "痛点优先级"),
    ]
    assert "100-500人" in result.rejects[0].reasons[0][2]
    assert [r.number for r in result.rejects] == [3, 4, 5, 6, 7, 8]
    assert content_of(CustomerProfile.objects.get()).industries == ("SaaS",)


def test_a_rejected_or_blank_row_leaves_its_dimension_alone(take):
    take(TEMPLATE_1)
    before = content_of(CustomerProfile.objects.get())

    result = take(
        [TEMPLATE_1[0], ("企业规模", "", "不好说"), ("行业属性", "", ""), ("决策链角色", "", "决策人:总经理")]
    )

    after = content_of(CustomerProfile.objects.get())
    assert (result.rejected, result.skipped, result.updated) == (1, 1, 1)
    assert result.warnings
    assert (after.staff, after.industries) == (before.staff, before.industries)
    assert (after.deciders, after.influencers) == (("总经理",), ())
    assert profile_table(CustomerProfile.objects.get())[1][0] == TEMPLATE_1[1]


def test_nothing_is_made_of_a_table_without_one_good_row(take):
    assert take([TEMPLATE_1[0], ("企业规模", "", "很大")]).rejected == 1
    assert not CustomerProfile.objects.exists()


def test_a_personal_segment_in_the_header_makes_a_toc_profile(take):
    take([("维度", "具体内容描述", "示例（ToC 个人）"), TEMPLATE_1[1]])
    assert CustomerProfile.objects.get().market == "toc"


def test_a_table_without_its_columns_is_refused(take):
    with pytest.raises(Refused) as refused:
        take([("项目", "内容"), ("行业属性", "SaaS")])
    assert refused.value.verdict.codes == ("columns_missing",)


def test_only_who_may_write_imports(take):
    with pytest.raises(Refused) as refused:
        take(TEMPLATE_1, who="rep")
    assert refused.value.verdict.codes == ("may_not_write",)
    assert not CustomerProfile.objects.exists()


def test_the_history_names_the_import(take):
    take(TEMPLATE_1)
    profile = CustomerProfile.objects.get()
    assert kinds_of(profile) == {"targeting.profile_created"}
    assert history_of(profile).get().actor_kind == "import"
