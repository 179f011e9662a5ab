"""The history of closed deals: what is taken, what is refused, what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.targeting.tables import opened
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of
from tuoke.services.exchange.limits import LIMITS, Unreadable
from tuoke.services.exchange.reading import open_table
from tuoke.steps.targeting import actions
from tuoke.steps.targeting.actions.history import HISTORY
from tuoke.steps.targeting.models import PastDeal
from tuoke.steps.targeting.queries import evidence
from tuoke.steps.targeting.rules.evidence import Rate
from tuoke.steps.targeting.rules.history import KNOWN_HEADERS, MappingError, sources_of

pytestmark = pytest.mark.django_db

HEADERS = (
    "客户名称",
    "行业",
    "规模",
    "地区",
    "来源",
    "成交金额(万元)",
    "负责人",
    "创建日期",
    "关闭日期",
    "结果",
    "备用",
)
GOOD = ("甲公司", "制造业", "100-500人", "江苏", "展会", 50, "王芳", "2025-01-10", "2025年3月1日", "赢单", "老客户")


@pytest.fixture
def take(tmp_path, company, now):
    def taken(rows, mapping=None, who="director"):
        with opened(tmp_path / "history.xlsx", rows) as table:
            return actions.import_history(table=table, mapping=mapping, by=company.by(who), now=now)

    return taken


def changed(**cells):
    names = dict(
        zip(
            ("customer", "industry", "size", "region", "source", "amount", "owner", "created", "closed", "outcome"),
            range(10),
            strict=True,
        )
    )
    row = list(GOOD)
    for name, value in cells.items():
        row[names[name]] = value
    return tuple(row)


def test_a_closed_deal_is_taken_with_its_unit_and_what_else_it_says(take):
    result = take([HEADERS, GOOD])

    assert (result.rows, result.created, result.rejected, result.warnings) == (1, 1, 0, [])
    deal = PastDeal.objects.get()
    assert (deal.customer, deal.industry, deal.size, deal.region, deal.source) == GOOD[:5]
    assert deal.amount == Decimal("500000")
    assert (deal.created_on, deal.closed_on, deal.outcome) == (date(2025, 1, 10), date(2025, 3, 1), "won")
    assert deal.attributes == {"备用": "老客户"}


def test_the_same_row_is_taken_once_whatever_the_file(take):
    take([HEADERS, GOOD, GOOD])
    reordered = [tuple(reversed(HEADERS)), tuple(reversed(GOOD))]

    again = take(reordered)

    assert (again.created, again.skipped) == (0, 1)
    assert PastDeal.objects.count() == 1


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"outcome": "进行中"}, "not_closed"),
        ({"outcome": "Engaging"}, "not_closed"),
        ({"outcome": None}, "not_closed"),
        ({"outcome": "看情况"}, "outcome_unclear"),
        ({"created": "2025-04-01"}, "dates_crossed"),
        ({"closed": "2027-01-01"}, "closed_in_future"),
        ({"closed": "3月1日"}, "date_year_missing"),
        ({"amount": "很多"}, "amount_unclear"),
        ({"amount": "20-50"}, "amount_is_range"),
        ({"amount": "-3"}, "negative"),
        ({"amount": "5万美元"}, "foreign_currency"),
        ({"customer": "长" * 121}, "text_too_long"),
    ],
)
def test_what_is_not_a_closed_deal_is_rejected(take, cells, code):
    result = take([HEADERS, changed(**cells)])

    assert (result.created, result.rejected, dict(result.reasons)) == (0, 1, {code: 1})
    assert result.rejects[0].number == 2
    assert result.rejects[0].reasons[0][2] != code, "says what would be right"


def test_every_reason_of_a_row_is_named(take):
    result = take([HEADERS, changed(outcome="进行中", amount="很多")])
    assert set(result.reasons) == {"not_closed", "amount_unclear"}


def test_an_amount_without_a_unit_is_not_guessed_under_a_chinese_header(take):
    headers = [h.replace("(万元)", "") for h in HEADERS]
    assert dict(take([headers, GOOD]).reasons) == {"unit_unknown": 1}


def test_the_unit_may_be_said(take):
    headers = [h.replace("(万元)", "") for h in HEADERS]
    assert take([headers, GOOD], mapping={"成交金额": "amount:万元"}).created == 1
    assert PastDeal.objects.get().amount == Decimal("500000")


def test_an_english_amount_is_yuan_and_the_result_says_so(take):
    result = take([("Account", "Amount", "Close Date", "Stage"), ("Acme", 1054, "2025-03-01", "Closed Won")])
    assert result.created == 1
    assert "Amount" in result.warnings[0]
    assert PastDeal.objects.get().amount == 1054


def test_a_file_that_breaks_half_way_is_refused_before_anything_is_stored(tmp_path, company, now):
    path = tmp_path / "long.csv"
    path.write_text("客户,结果\n" + "".join(f"客户{i},赢单\n" for i in range(2500)), encoding="utf-8")
    with open_table(path, limits=replace(LIMITS, rows=2400)) as table, pytest.raises(Unreadable):
        actions.import_history(table=table, mapping=None, by=company.by("director"), now=now)
    assert not PastDeal.objects.exists()


def test_lost_for_nothing_is_fine(take):
    take([HEADERS, changed(outcome="输单", amount=0), changed(outcome="战败", amount=None, customer="乙公司")])
    assert set(PastDeal.objects.values_list("outcome", "amount")) == {("lost", 0), ("lost", None)}


def test_a_mapping_names_extracts_and_lets_go(take):
    rows = [("标题", "result", "产品"), ("丙公司2024年采购", "won", "标准版")]
    assert take(rows, mapping={"标题": "customer:/^(.+?)\\d{4}年/", "产品": ""}).created == 1
    deal = PastDeal.objects.get()
    assert (deal.customer, deal.product, deal.attributes) == ("丙公司", "", {"产品": "标准版"})


@pytest.mark.parametrize(
    ("headers", "mapping", "code"),
    [
        (["客户"], None, "outcome_missing"),
        (["客户", "结果"], {"没有": "customer"}, "unknown_column"),
        (["客户", "结果"], {"客户": "colour"}, "unknown_field"),
        (["客户", "结果", "钱"], {"钱": "amount:筐"}, "unknown_unit"),
        (["客户", "结果"], {"客户": "customer:/(/"}, "bad_pattern"),
        (["a", "b", "结果"], {"a": "customer", "b": "customer"}, "twice"),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(headers, mapping, code):
    with pytest.raises(MappingError) as refused:
        sources_of(headers, mapping)
    assert [p.code for p in refused.value.problems] == [code]


def test_of_two_columns_the_better_name_wins_and_the_other_is_kept():
    found = {s.name: s.field for s in sources_of(["状态", "成交结果", "阶段"])}
    assert found == {"状态": "", "成交结果": "outcome", "阶段": ""}


@pytest.mark.django_db
def test_a_refused_mapping_changes_nothing(take):
    with pytest.raises(Refused) as refused:
        take([("客户", "备注"), ("甲", "乙")])
    assert refused.value.verdict.codes == ("outcome_missing",)


@pytest.mark.django_db
def test_only_who_may_write_imports(take):
    with pytest.raises(Refused) as refused:
        take([HEADERS, GOOD], who="rep")
    assert refused.value.verdict.codes == ("may_not_write",)
    assert not PastDeal.objects.exists()


@pytest.mark.django_db
class TestMaven:
    """8,800 opportunities of a made-up seller, a quarter of them open."""

    @pytest.fixture
    def path(self, shared_data):
        return shared_data / "maven_crm" / "sales_pipeline.csv"

    def take(self, path, company, now):
        with open_table(path, known_headers=KNOWN_HEADERS) as table:
            return actions.import_history(table=table, mapping=None, by=company.by("director"), now=now)

    def test_its_figures_come_out(self, path, company, now, django_assert_num_queries):
        result = self.take(path, company, now)

        assert (result.rows, result.created, result.rejected) == (8800, 6711, 2089)
        assert dict(result.reasons) == {"not_closed": 2089}
        assert len(result.warnings) == 1
        found = evidence(company.by("rep"))
        assert (found.whole.won, found.whole.n, found.imported, found.own) == (4238, 6711, 6711, 0)
        assert found.whole.amount == Decimal("10005534")
        assert round(found.whole.rate.share, 4) == 0.6315
        assert round(found.whole.cycle, 2) == 51.78
        assert (round(found.whole.rate.low, 4), round(found.whole.rate.high, 4)) == (0.6199, 0.643)
        products = found.cut("product")
        assert (products.known.n, len(products.groups)) == (6711, 7)
        assert sum(group.tally.amount for group in products.groups) == found.whole.amount
        assert history_of(HISTORY).count() == 9, "one event a chunk of a thousand rows"

    def test_the_same_file_again_adds_nothing(self, path, company, now):
        self.take(path, company, now)
        again = self.take(path, company, now)
        assert (again.created, again.skipped, again.rejected) == (0, 6711, 2089)
        assert PastDeal.objects.count() == 6711


@pytest.mark.django_db
def test_who_may_not_read_profiles_sees_no_figures(take, company):
    take([HEADERS, GOOD])
    assert evidence(company.by("collaborator")).whole.n == 0
    assert evidence(company.by("auditor")).whole.n == 1


@given(n=st.integers(0, 10_000), share=st.floats(0, 1))
def test_an_interval_holds_the_share_and_stays_a_share(n, share):
    rate = Rate(won=round(n * share), n=n)
    assert 0 <= rate.low <= rate.share + 1e-12
    assert rate.share <= rate.high + 1e-12 or not n
    assert rate.high <= 1


def test_wilson_against_the_textbook():
    """Wilson 1927 for 1 of 10: 1.8 % to 40.4 %."""
    rate = Rate(1, 10)
    assert (round(rate.low, 3), round(rate.high, 3)) == (0.018, 0.404)
