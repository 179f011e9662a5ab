"""What a contract says, held against what was agreed."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.steps.contracts.cases import TERMS, TEXTS
from tuoke.steps.contracts.rules import (
    Agreed,
    Alters,
    Due,
    Line,
    Part,
    Said,
    Sheet,
    ValueKind,
    amended,
    clause_seal,
    compare,
    head_changes,
    hints_in,
    in_capitals,
    later_than,
    stages_of,
    standing_clauses,
    values_of,
)
from tuoke.steps.contracts.rules.capitals import of_capitals
from tuoke.steps.contracts.rules.content import Frozen, FrozenClause, parse, store
from tuoke.steps.contracts.rules.differences import between, returned


def sheet(amount=TERMS.price, days=90, **texts):
    said = {**TEXTS, **texts}
    clauses = [Said(n, Part(part), part, text) for n, (part, text) in enumerate(said.items(), 1) if text]
    return Sheet(amount=amount, delivery_days=days, clauses=clauses)


def found(one, terms=TERMS, **more):
    return {(f.what.value, f.sort.value) for f in compare(one, Agreed(terms, **more))}


class TestReading:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("50万", "500,000.00元"),
            ("50万", "人民币伍拾万元整"),
            ("50 万元", "500,000.00元"),
            ("定金20%，100,000 元", "定金 20%; 10万元"),
            ("¥1,200", "１２００元"),
            ("百分之三十", "30%"),
            ("三成", "30 %"),
            ("万分之五", "0.05%"),
            ("九十日内", "90天"),
            ("两周", "14 天"),
            ("一年", "12 个月"),
            ("2027年3月15日", "2027-03-15"),
            ("三场培训", "3次"),
        ],
    )
    def test_two_ways_of_saying_one_value(self, one, other):
        assert [v.same for v in values_of(one)] == [v.same for v in values_of(other)] != []

    @pytest.mark.parametrize(
        ("one", "other"), [("三个月", "90 天"), ("5 个工作日", "5 天"), ("30%", "30 天"), ("50万", "50")]
    )
    def test_what_only_sounds_alike(self, one, other):
        assert [v.same for v in values_of(one)] != [v.same for v in values_of(other)]

    def test_numbers_that_are_no_values(self):
        assert values_of("第3条 一次性支付，附件2，V1.2，联系电话 13800138000") == ()

    def test_another_currency_is_known(self):
        kinds = [v.kind for v in values_of("US$ 5,000 或 3 万美元")]
        assert kinds == [ValueKind.FOREIGN, ValueKind.FOREIGN]

    def test_the_longest_of_texts_is_read_in_no_time(self):
        assert len(values_of("1" * 100_000)) == 0
        assert len(values_of("三个月" * 20_000)) > 1000


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("480000", "肆拾捌万元整"),
        ("10004", "壹万零肆元整"),
        ("12005.06", "壹万贰仟零伍元零陆分"),
        ("0.5", "伍角整"),
        ("100000000", "壹亿元整"),
        ("0", "零元整"),
    ],
)
def test_capitals(amount, said):
    assert in_capitals(Decimal(amount)) == said
    if "角" not in said and "分" not in said:
        assert of_capitals(said.removesuffix("元整")) == Decimal(amount)


class TestStages:
    def test_shares_events_and_days(self):
        first, last = stages_of("合同签订后 5 个工作日内支付 30%；验收合格后 30 日内支付 70%")
        assert (first.percent, first.event.value, first.days, first.is_workdays) == (30, "signed", 5, True)
        assert (last.percent, last.event.value, last.days, last.is_workdays) == (70, "accepted", 30, False)
        assert last.worth(Decimal("333.33")) == Decimal("233.33")

    def test_bare_shares(self):
        assert [stage.percent for stage in stages_of("3-6-1")] == [30, 60, 10]

    def test_penalties_and_totals_are_no_stages(self):
        assert stages_of("合同总金额为 480,000 元。逾期付款的，每日支付 0.05% 违约金。") == ()

    def test_a_rate_of_tax_is_no_share(self):
        for said in ("，含 6% 增值税", "，税率为6%", "，含税6%", "，开具增值税专用发票（13%）", ""):
            stages = stages_of(f"合同总金额为 480,000.00 元{said}。付款安排：首付 40%，上线 60%。")
            assert [stage.percent for stage in stages] == [40, 60], said


AGREED = "首付 40%，上线 40%，验收 20%"


class TestLateness:
    @pytest.mark.parametrize(
        ("agreed", "contract", "late"),
        [
            (AGREED, "首付 50%，上线 30%，验收 20%", []),
            (AGREED, "首付 192,000 元；上线 192,000 元；验收 96,000 元", []),
            (AGREED, "签订后全额支付 480,000 元", []),
            (AGREED, "首付 30%，上线 50%，验收 20%", [(1, "40", "30")]),
            (AGREED, "首付 50%，上线 20%，验收 30%", [(2, "80", "70")]),
            (AGREED, "首付 40%，验收 60%", [(2, "80", "40")]),
            (AGREED, "首付 40%，上线 40%", [(3, "100", "80")]),
            ("签订后 30 日内付 100%", "签订后 15 日内付 100%", []),
            ("签订后 30 日内付 100%", "签订后 20 个工作日内付 100%", []),
            ("签订后 30 日内付 100%", "签订后 30 个工作日内付 100%", [(1, "100", "0")]),
            ("交付后 5 日内付 100%", "签订后 60 日内付 100%", []),
            ("交付后 5 日内付 100%", "签订后 96 日内付 100%", [(1, "100", "0")]),
            ("2026 年 12 月 1 日付 100%", "2026 年 11 月 30 日付 100%", []),
            ("2026 年 12 月 1 日付 100%", "2026 年 12 月 2 日付 100%", [(1, "100", "0")]),
            ("3-6-1", "第一期 40%；第二期 50%；第三期 10%", []),
            ("3-6-1", "第一期 20%；第二期 70%；第三期 10%", [(1, "30", "20")]),
        ],
    )
    def test_every_yuan_comes_as_early_as_agreed_or_it_is_said_which_does_not(self, agreed, contract, late):
        whole = Decimal(480_000)
        found = later_than(Due(agreed, whole, 90), Due(contract, whole, 90))
        assert [(one.place, f"{one.agreed:f}", f"{one.contract:f}") for one in found] == late

    @pytest.mark.parametrize(
        ("agreed", "contract", "is_late"),
        [
            ("月结 30 天", "按月结算，开票后 15 天内付清", False),
            ("月结 30 天", "按月结算，开票后 60 天内付清", True),
            ("按年预付", "按季度结算", True),  # nobody can tell
            (AGREED, "首付 40 万元，余款另议", True),
        ],
    )
    def test_what_cannot_be_told_to_be_early_is_late(self, agreed, contract, is_late):
        assert bool(later_than(Due(agreed), Due(contract))) is is_late


class TestComparison:
    def test_a_contract_that_keeps_to_what_was_agreed(self):
        assert compare(sheet(), Agreed(TERMS)) == ()

    def test_the_price_to_the_cent(self):
        wrong = {("price", "differs"), ("price", "contradicts"), ("sums", "contradicts")}
        assert found(sheet(amount=Decimal("480000.01"))) == wrong
        assert ("price", "missing") in found(sheet(amount=None))

    def test_a_total_in_a_clause_that_is_another(self):
        text = TEXTS["payment"].replace("480,000.00 元（大写：肆拾捌万元整）", "48 万元（大写：伍拾万元整）")
        assert found(sheet(payment=text)) == {("price", "contradicts")}

    def test_three_months_are_not_ninety_days(self):
        (one,) = compare(sheet(standard="自合同生效之日起三个月内完成交付。"), Agreed(TERMS))
        assert (one.what, one.agreed, one.contract, one.clause_id) == ("delivery", "90", "三个月", 2)

    def test_a_date_is_held_against_the_days(self):
        one = sheet(standard="按附件交付。", days=None)
        assert found(one) == {("delivery", "missing")}
        dated = replace(one, delivery_on=date(2027, 3, 1))
        assert found(dated) == {("delivery", "ambiguous")}
        assert found(replace(dated, starts_on=date(2026, 12, 1))) == set()
        assert found(replace(dated, starts_on=date(2026, 12, 2))) == {("delivery", "differs")}

    def test_stages(self):
        text = TEXTS["payment"].replace("上线 40%，即 192,000.00 元", "上线 30%，即 144,000.00 元")
        assert found(sheet(payment=text)) == {("stage", "differs"), ("stages", "contradicts")}
        assert ("stage", "extra") in found(sheet(), replace(TERMS, payment="首付 40%，上线 60%"))
        assert found(sheet(), replace(TERMS, payment="首付 19.2万，上线 19.2万，验收 9.6万")) == set()
        assert found(sheet(), replace(TERMS, payment="首付 40%，验收 40%，上线 20%")) == {("stage", "differs")}

    def test_a_share_and_the_figure_behind_it(self):
        text = TEXTS["payment"].replace("首付 40%，即 192,000.00 元", "首付 40%，即 240,000.00 元")
        (one,) = compare(sheet(payment=text), Agreed(TERMS))
        assert (one.what, one.sort, one.name, one.agreed, one.contract) == (
            "stage", "contradicts", "1", "192000.00", "240000.00",
        )  # fmt: skip
        text = TEXTS["payment"].replace("96,000.00", "96,000.01")
        assert found(sheet(payment=text)) == {("sums", "contradicts")}

    def test_the_last_share_takes_what_rounding_leaves(self):
        terms = replace(TERMS, price=Decimal("100.01"), payment="首付 50%，验收 50%")
        text = "合同总金额为 100.01 元。首付 50%，即 50.01 元；验收 50%，即 50.00 元。"
        assert found(sheet(amount=terms.price, payment=text), terms) == set()

    def test_payment_without_shares(self):
        text = "合同总金额为 480,000.00 元。每月结算，收到发票后 30 天内付款。"
        assert found(sheet(payment=text), replace(TERMS, payment="月结 30 天")) == set()
        assert found(sheet(payment=text), replace(TERMS, payment="月结 60 天")) == {("payment", "differs")}

    def test_services_that_were_promised(self):
        assert found(sheet(scope="乙方提供数据整合平台一套。")) == {("service", "missing")}
        fewer = TEXTS["scope"].replace("3 次", "两次")
        assert ("service", "differs") in found(sheet(scope=fewer))

    def test_terms_that_were_changed(self):
        assert found(sheet(breach="每逾期一日按 0.05% 支付违约金。")) == {("term", "differs")}
        assert found(sheet(breach="双方各自承担责任。")) == {("term", "missing")}
        worded = replace(TERMS, clauses=("知识产权：定制部分归甲方所有",))
        assert found(sheet(), worded) == {("term", "missing")}
        assert found(sheet(own="知识产权：本项目的定制部分归甲方所有。"), worded) == set()

    def test_a_clause_that_still_says_the_old_figure(self):
        text = TEXTS["breach"] + "\n乙方逾期交付的，每逾期一日按 0.05% 支付违约金。"
        (one,) = compare(sheet(breach=text), Agreed(TERMS))
        assert (one.what, one.sort, one.agreed, one.clause_id) == ("term", "contradicts", "0.03%", 4)
        assert "0.05%" in one.contract

    def test_lines_of_the_offer(self):
        lines = [Line("数据整合平台", Decimal(1), "套"), Line("扫码终端", Decimal(20), "台")]
        assert found(sheet(), lines=lines) == {("line", "missing")}
        assert found(sheet(scope=TEXTS["scope"] + "扫码终端 12 台。"), lines=lines) == {("line", "differs")}
        assert found(sheet(scope=TEXTS["scope"] + "扫码终端，数量 20 台。"), lines=lines) == set()

    def test_what_nobody_agreed_to(self):
        text = TEXTS["scope"] + "\n乙方免费提供五年上门维护。"
        assert found(sheet(scope=text)) == {("service", "extra")}

    def test_parts_kept_clauses_and_currencies(self):
        assert ("part", "missing") in found(sheet(breach=""), replace(TERMS, clauses=()))
        assert found(sheet(), kept=[(7, "保密")]) == {("kept", "missing")}
        assert ("currency", "ambiguous") in found(sheet(own="备件按 300 美元计。"))

    def test_a_finding_is_sealed_by_what_both_sides_say(self):
        (one,) = compare(sheet(standard="自合同生效之日起三个月内完成交付。"), Agreed(TERMS))
        (again,) = compare(sheet(standard="自合同生效之日起三个月内完成交付。"), Agreed(TERMS))
        (other,) = compare(sheet(standard="自合同生效之日起四个月内完成交付。"), Agreed(TERMS))
        assert one.seal == again.seal != other.seal
        assert one.key == other.key


def test_words_that_can_be_read_in_two_ways():
    found = [(hint.word, hint.instead.value) for hint in hints_in("乙方尽快交付约 10 台，等相关资料，按合同约定执行。")]
    assert found == [("尽快", "date"), ("约", "number"), ("等相关资料", "list")]


def frozen(*clauses, **more):
    rows = [
        FrozenClause(pk, part, title, text, clause_seal(part=part, title=title, text=text))
        for pk, part, title, text in clauses
    ]
    given = (
        dict.fromkeys(Frozen.__dataclass_fields__, "") | {"delivery_days": 90, "title": "合同", "changes": ()} | more
    )
    return Frozen(**{**given, "clauses": tuple(rows)})


OURS = frozen(
    (1, "scope", "服务范围", "1. 乙方提供数据整合平台一套。\n2. 清单以外的工作不在范围内。"),
    (2, "payment", "付款", "验收合格后 30 日内支付余款 96,000.00 元。"),
    (3, "own", "保密", "双方对知悉的商业信息保密，期限三年。"),
)


class TestVersions:
    def test_what_was_stored_is_what_is_read(self):
        assert parse(store(OURS)) == OURS

    def test_between_two_versions(self):
        after = frozen(
            (1, "scope", "服务范围", OURS.clauses[0].text),
            (2, "payment", "付款", "验收合格后 60 日内支付余款 96,000.00 元。"),
            (4, "own", "转包", "不得转包。"),
            delivery_days=60,
        )
        change = between(OURS, after)
        assert change.head == (("delivery_days", "90", "60"),)
        assert [(c.title, c.change.value) for c in change.clauses] == [
            ("付款", "same"),
            ("转包", "in"),
            ("保密", "out"),
        ]
        assert change.clauses[0].values == (("30 日", "60 日"),)
        assert between(OURS, OURS).is_none


class TestReturned:
    def test_the_same_words_under_other_numbers(self):
        text = "合同\n一、服务范围\n1、乙方提供数据整合平台一套。\n2、清单以外的工作不在范围内。\n二、付款\n验收合格后 30 日内支付余款 96,000.00 元。\n保密\n双方对知悉的商业信息保密，期限三年。"
        result = returned(OURS, text)
        assert (result.clauses, result.unchanged) == ((), 3)

    def test_a_clause_that_is_gone_one_that_was_altered_one_that_came(self):
        text = "1. 乙方提供数据整合平台一套。\n2. 清单以外的工作不在范围内。\n验收合格后 90 日内支付余款 96,000.00 元。\n乙方每年免费升级两次。"
        result = returned(OURS, text)
        assert [(c.title, c.change.value) for c in result.clauses] == [("付款", "same"), ("保密", "out")]
        assert result.clauses[0].values == (("30 日", "90 日"),)
        assert result.added == ("乙方每年免费升级两次。",)
        assert result.unchanged == 1

    @pytest.mark.parametrize(
        ("altered", "marks"),
        [
            ("(2) 上线 30%，即 144,000.00 元；", [("40%、192,000.00 元", "30%、144,000.00 元")]),
            ("(2) 尾款 20%，144,000 元；", [("40%、192,000.00 元", "20%、144,000 元")]),
            ("(2) 上线 40%，即 192,000.00 元，上线后 90 天内付；", [("", "90 天")]),
            ("", [("40%、192,000.00 元", "")]),
            (
                "(2) 上线 20%，即 96,000.00 元；\n(3) 试用 20%，即 96,000.00 元；",
                [("40%、192,000.00 元", "20%、96,000.00 元"), ("", "20%、96,000.00 元")],
            ),
        ],
    )
    def test_one_altered_instalment_is_one_mark(self, altered, marks):
        line = "(2) 上线 40%，即 192,000.00 元；"
        text = f"付款安排：\n(1) 首付 40%，即 192,000.00 元；\n{line}\n(4) 验收 20%，即 96,000.00 元。"
        (change,) = returned(frozen((2, "payment", "付款", text)), text.replace(line, altered)).clauses
        assert list(change.values) == marks

    def test_a_line_put_into_one_clause_belongs_to_it(self):
        text = OURS.clauses[0].text.replace("\n", "\n甲方可以随时增加工作，费用不变。\n")
        result = returned(frozen((1, "scope", "服务范围", OURS.clauses[0].text)), text)
        assert [c.title for c in result.clauses] == ["服务范围"]
        assert result.added == ()

    def test_too_long_a_text_says_so(self):
        assert returned(OURS, "一行字\n" * 5000).is_cut


MAIN = frozen(
    (1, "scope", "服务范围", "1. 订单系统一套。\n2. 扫码终端，数量 50 台。"),
    (2, "standard", "交付时间", "乙方自合同生效之日起 90 日内完成交付。"),
    (3, "payment", "付款", "合同总金额为 480,000.00 元。\n(1) 首付 40%，即 192,000.00 元；\n(2) 上线 60%，即 288,000.00 元。"),
    (4, "own", "期限", "本合同有效期至 2026 年 12 月 31 日。"),
)  # fmt: skip


def amending(part, title, text, *earlier):
    return amended([Said(9, Part(part), title, text)], standing_clauses([MAIN, *earlier])).get(9)


class TestAmending:
    @pytest.mark.parametrize(
        ("part", "title", "text", "place", "values"),
        [
            ("payment", "调整", "首付比例由 40% 改为 50%，上线改为 50%。", 3, [("40%", "50%"), ("60%", "50%")]),
            ("own", "交付期", "第二条的交付期延长至 120 日。", 2, [("90 日", "120 日")]),
            ("standard", "交付时间", "乙方自合同生效之日起 4 个月内完成交付。", 2, [("90 日", "4 个月")]),
            ("own", "延期", "有效期由 2026 年 12 月 31 日延长至 2027 年 6 月 30 日。", 4,
             [("2026 年 12 月 31 日", "2027 年 6 月 30 日")]),
            ("scope", "终端", "扫码终端数量改为 70 台。", 1, [("50 台", "70 台")]),
            ("scope", "增购", "增加 20 台扫码终端。", 1, [("50 台", "＋20 台")]),
            ("payment", "金额", "合同总金额由 480,000.00 元减少 8 万元，变更后合同总金额为 40 万元。", 3,
             [("480,000.00 元", "40 万元")]),
        ],
    )  # fmt: skip
    def test_each_value_before_and_after(self, part, title, text, place, values):
        change = amending(part, title, text)
        assert (change.target.place, list(change.values), change.wrong) == (place, values, ())
        assert any(run.change.value != "same" for run in change.text)

    @pytest.mark.parametrize("text", ["双方对知悉的信息保密，期限三年。", "第 40 条改为 5 日。", "", "🙂", "由改为"])
    def test_what_is_new_changes_nothing(self, text):
        assert amending("own", "保密", text) is None

    def test_the_last_word_on_a_clause_is_what_is_changed(self):
        first = frozen((5, "payment", "付款", "首付改为 50%。"), number="HT-2026-0002")
        altered = replace(first.clauses[0], alters=Alters(MAIN.number, 3, "付款", (("40%", "50%"),)))
        change = amending("payment", "付款", "首付改为 30%，上线改为 70%。", replace(first, clauses=(altered,)))
        assert (change.target.of, change.values) == ("HT-2026-0002", (("50%", "30%"), ("60%", "70%")))

    def test_what_is_misquoted_is_said(self):
        change = amending("payment", "付款", "首付由 30% 改为 50%。")
        assert change.wrong == (("30%", "40%、60%"),)

    def test_of_the_head_what_is_said_anew(self):
        main = replace(MAIN, ends_on="2026-12-31", delivery_days=90)
        after = replace(main, ends_on="2027-06-30", delivery_days=0, title="补充", amount="1.00")
        assert head_changes(after, [main]) == (("ends_on", "2026-12-31", "2027-06-30"),)

    def test_what_an_amendment_changes_is_kept_and_older_versions_keep_their_seals(self):
        clause = replace(MAIN.clauses[0], alters=Alters("HT-2026-0001", 3, "付款", (("40%", "50%"),)))
        one = replace(MAIN, clauses=(clause,), changes=(("total", "1.00", "2.00"),))
        assert parse(store(one)) == one
        assert not {"alters", "changes"} & {*store(MAIN), *store(MAIN)["clauses"][0]}
