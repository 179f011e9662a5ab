"""《项目跟进记录表》 in and out: the process document's own rows come out cell for cell."""

from datetime import date, datetime, timedelta

import pytest

from tests.spine.followups.cases import a_customer, a_deal
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.rules import header_key
from tuoke.services.exchange.writing import write_table
from tuoke.spine.customers.models import Customer
from tuoke.spine.followups import actions
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.queries import record_table
from tuoke.spine.followups.rules import TABLE_COLUMNS, FollowUpOutcome, Plan, channels_of, step_of

SOURCE = [
    [
        "科技有限公司", "需求确认", "2023-10-16", "电话+邮件",
        "确认数据整合为核心需求,约定10月20日提供现有系统清单及对接文档", "准备定制化方案初稿", "*代表", "2023-10-19",
    ],
    [
        "科技有限公司", "方案呈现", "2023-10-25", "线下会议",
        "展示方案原型,客户对数据同步效率满意,提出需增加“异常数据预警”功能", "协调产品团队评估功能开发周期", "*经理", "2023-10-27",
    ],
    [
        "科技有限公司", "谈判促成", "2023-11-02", "面谈",
        "就价格达成一致(年费50万,含3次培训),客户要求11月10日前签订合同", "起草合同并提交法务审核", "*主管", "2023-11-08",
    ],
]  # fmt: skip
KNOWN = frozenset(map(header_key, TABLE_COLUMNS))


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def take_in(tmp_path, by, now):
    def take(rows, headers=TABLE_COLUMNS, name="跟进.xlsx", who=by):
        path = tmp_path / name
        write_table(path, headers=headers, rows=rows)
        with open_table(path, known_headers=KNOWN) as table:
            return actions.import_table(table=table, by=who, now=now)

    return take


def table_of(who, **more):
    headers, rows = record_table(who, **more)
    return list(headers), list(rows)


class TestTheSource:
    def test_it_comes_in_whole_and_goes_out_cell_for_cell(self, take_in, by):
        result = take_in(SOURCE)
        assert (result.rows, result.created, result.rejected, result.skipped) == (3, 3, 0, 0)
        assert table_of(by) == (list(TABLE_COLUMNS), SOURCE)

    def test_it_is_understood(self, take_in, company):
        take_in(SOURCE)
        first, second, third = FollowUp.objects.order_by("at")
        assert [f.step for f in (first, second, third)] == ["discovery", "proposals", "negotiation"]
        assert [f.channels for f in (first, second, third)] == [["phone", "email"], ["offline_meeting"], ["visit"]]
        assert Customer.objects.get().owner == company.rep
        assert Customer.objects.get().last_touch_at == third.at

    def test_people_who_are_not_here_stay_as_text_with_a_warning(self, take_in, company):
        result = take_in(SOURCE)
        assert len(result.warnings) == 3
        assert "*代表" in result.warnings[0]
        assert "2" in result.warnings[0]
        assert {a.owner for a in NextAction.objects.all()} == {company.rep}

    def test_only_the_last_next_action_still_waits(self, take_in):
        take_in(SOURCE)
        assert NextAction.objects.waiting().get().title == "起草合同并提交法务审核"

    def test_twice_adds_nothing(self, take_in, by):
        take_in(SOURCE)
        events = Event.objects.count()
        result = take_in([*SOURCE, SOURCE[0]])
        assert (result.created, result.skipped, result.rows) == (0, 4, 4)
        assert (FollowUp.objects.count(), NextAction.objects.count(), Event.objects.count()) == (3, 3, events)

    def test_what_went_out_adds_nothing_when_it_comes_in(self, take_in, by):
        take_in(SOURCE)
        _, rows = table_of(by)
        assert take_in(rows, name="again.csv").skipped == 3

    def test_history_has_it(self, take_in):
        take_in(SOURCE)
        event = Event.objects.filter(kind="followups.recorded").first()
        assert event.party == event.thread == f"customers.customer:{Customer.objects.get().pk}"
        assert event.facts["imported"] is True
        assert event.facts["next"] == "准备定制化方案初稿"


class TestWhereItBelongs:
    def test_the_only_open_deal_of_the_importer(self, take_in, company, playbook, by):
        deal = a_deal(company.rep, playbook, customer=a_customer(company.rep, "科技有限公司"))
        a_deal(company.rep, playbook, customer=deal.customer, outcome="lost", outcome_on=date(2026, 1, 1))
        a_deal(company.teammate, playbook, customer=deal.customer)
        take_in(SOURCE)
        assert set(FollowUp.objects.values_list("opportunity", flat=True)) == {deal.pk}
        deal.refresh_from_db()
        assert deal.last_touch_at is not None
        assert table_of(by, subject=deal)[1] == table_of(by, subject=deal.customer)[1] == SOURCE

    def test_the_customer_where_there_are_two(self, take_in, company, playbook):
        customer = a_customer(company.rep, "科技有限公司")
        a_deal(company.rep, playbook, customer=customer), a_deal(company.rep, playbook, customer=customer)
        take_in(SOURCE)
        assert set(FollowUp.objects.values_list("customer", flat=True)) == {customer.pk}

    def test_a_colleagues_customer_is_rejected_with_his_name(self, take_in, company):
        a_customer(company.other_team, "科技有限公司")
        result = take_in(SOURCE)
        assert (result.rejected, dict(result.reasons)) == (3, {"customer_elsewhere": 3})
        assert company.other_team.name in result.rejects[0].reasons[0][2]
        assert not FollowUp.objects.exists()

    def test_another_spelling_is_the_same_customer_and_stays_as_written(self, take_in, company, by):
        a_customer(company.rep, "科技（有限公司）")
        take_in(SOURCE)
        assert Customer.objects.count() == 1
        assert table_of(by)[1] == SOURCE

    def test_a_known_person_gets_the_next_action(self, take_in, company):
        rows = [[*SOURCE[0][:6], company.rep.name, "2026-11-25"]]
        result = take_in(rows, who=company.by("team_lead"))
        assert result.warnings == []
        assert NextAction.objects.get().owner == company.rep
        assert FollowUp.objects.get().by == company.rep


@pytest.mark.parametrize(
    "change, code, column",
    [
        ({0: ""}, "cell_missing", "客户名称"),
        ({1: "天知道"}, "stage_unknown", "跟进阶段"),
        ({2: ""}, "cell_missing", "跟进时间"),
        ({2: "上周"}, "date_unclear", "跟进时间"),
        ({2: "10月16日"}, "date_year_missing", "跟进时间"),
        ({2: "2023-02-30"}, "date_impossible", "跟进时间"),
        ({2: "2030-01-01"}, "date_in_future", "跟进时间"),
        ({2: "1950-01-01"}, "date_too_early", "跟进时间"),
        ({3: "信鸽"}, "channel_unknown", "跟进方式"),
        ({4: ""}, "cell_missing", "沟通内容摘要"),
        ({4: "字" * 4001}, "text_too_long", "沟通内容摘要"),
        ({5: ""}, "action_missing", "下一步行动"),
        ({5: "x" * 201}, "text_too_long", "下一步行动"),
        ({7: "2023年10月"}, "date_too_coarse", "完成时限"),
    ],
)
def test_a_wrong_row_is_rejected_with_field_and_remedy(take_in, change, code, column):
    wrong = [change.get(i, cell) for i, cell in enumerate(SOURCE[0])]
    result = take_in([SOURCE[1], wrong])
    assert (result.rows, result.created, result.rejected) == (2, 1, 1)
    [rejected] = result.rejects
    assert rejected.number == 3
    assert [(c, f) for c, f, _ in rejected.reasons] == [(code, column)]
    assert rejected.reasons[0][2]
    assert "%(" not in rejected.reasons[0][2]


def test_a_row_names_everything_that_is_wrong(take_in):
    [rejected] = take_in([["", "?", "x", "?", "", "", "", "y"]]).rejects
    assert {column for _, column, _ in rejected.reasons} == set(TABLE_COLUMNS) - {"责任人", "下一步行动"}


def test_another_table_is_refused(take_in):
    with pytest.raises(Refused) as refusal:
        take_in([["a", "b"]], headers=["客户名称", "电话"])
    assert refusal.value.verdict.codes == ("columns_missing",)
    assert refusal.value.verdict.reasons[0].params["columns"] == ["跟进时间", "沟通内容摘要"]


def test_columns_in_another_order_dates_as_dates_and_times(take_in, by):
    headers = ["沟通内容摘要", "跟进时间", "客户名称", "完成时限", "下一步行动"]
    take_in([["谈了价格", datetime(2026, 11, 2, 14, 30), "甲公司", date(2026, 11, 30), "发报价"]], headers=headers)
    assert table_of(by)[1] == [["甲公司", "", "2026-11-02 14:30", "", "谈了价格", "发报价", "", "2026-11-30"]]
    assert take_in(table_of(by)[1], name="b.xlsx").skipped == 1


def test_what_was_recorded_on_screen_goes_out_in_the_same_form_and_comes_back_once(company, playbook, by, now, take_in):
    deal = a_deal(company.rep, playbook, customer=a_customer(company.rep))
    actions.record_followup(
        subject=deal, at=now, channels=["phone", "visit"], outcome=FollowUpOutcome.PROGRESS, summary="=1+1 谈妥",
        plan=Plan("发合同", date(2026, 11, 25)), by=by, now=now,
    )  # fmt: skip
    assert table_of(by)[1] == [
        ["华瑞精密", "深度沟通", "2026-11-23 10:00", "电话+拜访", "=1+1 谈妥", "发合同", "王芳", "2026-11-25"]
    ]
    result = take_in(table_of(by)[1])
    assert (result.created, result.skipped, NextAction.objects.count()) == (0, 1, 1)


def test_one_sees_in_the_table_what_one_may_see(take_in, company):
    take_in(SOURCE)
    assert table_of(company.by("other_team"))[1] == []
    assert len(table_of(company.by("team_lead"))[1]) == 3
    assert len(table_of(company.by("auditor"))[1]) == 3
    assert not company.by("process_owner").may(Permission.FOLLOWUP_READ)
    assert not table_of(company.by("process_owner"))[1]


def test_a_thousand_rows_and_one_cost_batches_not_rows(take_in, by, django_assert_max_num_queries):
    start = date(2025, 1, 1)
    rows = [
        ["甲公司", "方案", (start + timedelta(days=i % 300)).isoformat(), "电话", f"第{i}次", "", "", ""]
        for i in range(1001)
    ]
    with django_assert_max_num_queries(120):
        assert take_in(rows).created == 1001


@pytest.mark.parametrize(
    "text", ["4.深度沟通", "第四步 深度沟通", "深度沟通阶段", "需求挖掘", "DISCOVERY", "需求 确认"]
)
def test_ways_to_say_a_step(text):
    assert step_of(text) == "discovery"


@pytest.mark.parametrize(
    "text, found",
    [
        ("电话、微信", ("phone", "wechat")),
        ("电话会议", ("online_meeting",)),
        ("拜访/面谈", ("visit",)),
        ("E-mail", ("email",)),
        ("电话 和 乌鸦", None),
        ("", None),
    ],
)
def test_ways_to_say_a_channel(text, found):
    assert channels_of(text) == found


def test_an_import_that_breaks_off_goes_on_where_it_stopped(take_in, by, now, monkeypatch):
    monkeypatch.setattr(actions, "IMPORT_BATCH", 2)
    rows = [["甲", "方案", f"2026-01-0{i}", "电话", f"第{i}次", "", "", ""] for i in range(1, 6)]

    class Breaking:
        headers = TABLE_COLUMNS

        def batches(self, *, size):
            from tuoke.services.exchange.reading import Row

            yield [Row(n, list(cells)) for n, cells in enumerate(rows[:size], 2)]
            raise RuntimeError("the server was killed")

    with pytest.raises(RuntimeError):
        actions.import_table(table=Breaking(), by=by, now=now)
    assert FollowUp.objects.count() == 2
    result = take_in(rows)
    assert (result.skipped, result.created, FollowUp.objects.count()) == (2, 3, 5)
