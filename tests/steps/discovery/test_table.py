"""《客户需求清单》 in and out: the process document's own rows come out cell for cell."""

from datetime import date

import pytest

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.exchange.reading import open_table
from tuoke.services.exchange.rules import header_key
from tuoke.services.exchange.writing import write_table
from tuoke.spine.customers.models import Contact, Customer
from tuoke.steps.discovery import actions
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.queries import needs_table
from tuoke.steps.discovery.rules import TABLE_COLUMNS, NeedDraft, NeedKind, Priority, kind_of, priority_of

SOURCE = [
    ["科技有限公司", "*经理", "运维主管", "刚性需求", "需整合现有5个业务系统的数据,实现跨部门实时同步,减少重复录入工作", "高", "2023-10-15"],
    ["科技有限公司", "*总", "CTO", "弹性需求", "希望系统支持API接口,便于未来与其他第三方工具(如CRM)对接", "中", "2023-10-18"],
    [
        "科技有限公司", "*主管", "财务", "潜在需求",
        "未明确提出,但可展示系统如何通过数据可视化降低财务对账时间(参考同行业案例)", "低", "2023-10-20",
    ],
]  # fmt: skip
KNOWN = frozenset(map(header_key, TABLE_COLUMNS))


@pytest.fixture
def take_in(tmp_path, by, now):
    def take(rows, headers=TABLE_COLUMNS, name="需求.xlsx", who=by):
        path = tmp_path / name
        write_table(path, headers=headers, rows=rows)
        with open_table(path, known_headers=KNOWN) as table:
            return actions.import_table(table=table, by=who, now=now)

    return take


def table_of(who, **more):
    headers, rows = needs_table(who, **more)
    return list(headers), list(rows)


def test_the_source_comes_in_whole_and_goes_out_cell_for_cell(take_in, by, company):
    result = take_in(SOURCE)
    assert (result.rows, result.created, result.rejected) == (3, 3, 0)
    assert table_of(by) == (list(TABLE_COLUMNS), SOURCE)
    customer = Customer.objects.get()
    assert customer.owner == company.rep
    assert table_of(by, customer=customer)[1] == SOURCE
    assert list(customer.contacts.values_list("name", "position")) == [
        ("*经理", "运维主管"),
        ("*总", "CTO"),
        ("*主管", "财务"),
    ]


def test_twice_adds_nothing_also_what_went_out(take_in, by):
    take_in(SOURCE)
    events = Event.objects.count()
    assert take_in([*SOURCE, SOURCE[1]]).skipped == 4
    assert take_in(table_of(by)[1], name="again.csv").skipped == 3
    assert (Need.objects.count(), Contact.objects.count(), Event.objects.count()) == (3, 3, events)


def test_what_was_listed_on_screen_comes_back_once(take_in, by, company, playbook, now):
    deal = a_deal(company.rep, playbook, customer=a_customer(company.rep))
    asked_by = a_contact(deal.customer, "*总")
    for contact in (asked_by.pk, None):
        draft = NeedDraft(NeedKind.RIGID, "对账自动化", Priority.HIGH, contact, date(2026, 11, 20))
        actions.add_need(deal=deal, draft=draft, by=by, now=now)
    rows = table_of(by)[1]
    changed = [*rows[0][:4], "对账自动化，月结前", *rows[0][5:]]
    result = take_in([*rows, changed])
    assert (result.created, result.skipped) == (1, 2)


def test_they_belong_to_the_only_open_deal(take_in, by, company, playbook):
    deal = a_deal(company.rep, playbook, customer=a_customer(company.rep, "科技有限公司"))
    take_in(SOURCE)
    assert table_of(by, deal=deal)[1] == SOURCE
    assert Event.objects.filter(kind="discovery.need_added", thread=f"deals.opportunity:{deal.pk}").count() == 3


def test_known_people_are_used(take_in, company):
    customer = a_customer(company.rep, "科技有限公司")
    known = [a_contact(customer, "*总"), a_contact(customer, "*经理", position="别的职位")]
    take_in(SOURCE)
    assert Need.objects.get(kind="elastic").contact == known[0]
    assert Need.objects.get(kind="rigid").contact != known[1]


def test_a_colleagues_customer_is_rejected(take_in, company):
    a_customer(company.other_team, "科技有限公司")
    result = take_in(SOURCE)
    assert dict(result.reasons) == {"customer_elsewhere": 3}
    assert not Need.objects.exists()


@pytest.mark.parametrize(
    "change, code, column",
    [
        ({0: ""}, "cell_missing", "客户名称"),
        ({3: ""}, "cell_missing", "需求类型"),
        ({3: "愿望"}, "kind_unknown", "需求类型"),
        ({4: ""}, "cell_missing", "需求描述"),
        ({4: "字" * 2001}, "text_too_long", "需求描述"),
        ({5: "最高"}, "priority_unknown", "优先级"),
        ({6: "上周"}, "date_unclear", "确认时间"),
        ({6: "2023-02-30"}, "date_impossible", "确认时间"),
        ({6: "2023年10月"}, "date_too_coarse", "确认时间"),
        ({6: "2031-01-01"}, "confirmation_in_future", "确认时间"),
        ({1: "名" * 61}, "text_too_long", "联系人"),
    ],
)
def test_a_wrong_row_is_rejected_with_field_and_remedy(take_in, change, code, column):
    wrong = [change.get(i, cell) for i, cell in enumerate(SOURCE[0])]
    result = take_in([SOURCE[1], wrong])
    assert (result.created, result.rejected) == (1, 1)
    [rejected] = result.rejects
    assert rejected.number == 3
    assert [(c, f) for c, f, _ in rejected.reasons] == [(code, column)]
    assert "%(" not in rejected.reasons[0][2]


def test_another_table_is_refused(take_in, company):
    with pytest.raises(Refused) as refusal:
        take_in([["a"]], headers=["客户名称"])
    assert refusal.value.verdict.codes == ("columns_missing",)
    with pytest.raises(Refused):
        take_in(SOURCE, who=company.by("auditor"))


def test_blank_priority_and_confirmation(take_in, by):
    take_in([["甲", "", "", "刚性", "要快", "", date(2026, 1, 5)], ["甲", "", "", "弹性", "要好看", "低", ""]])
    assert table_of(by)[1] == [
        ["甲", "", "", "刚性需求", "要快", "中", "2026-01-05"],
        ["甲", "", "", "弹性需求", "要好看", "低", ""],
    ]


def test_the_table_shows_what_one_may_see(take_in, company):
    take_in(SOURCE)
    assert table_of(company.by("other_team"))[1] == []
    assert len(table_of(company.by("director"))[1]) == 3


def test_words_for_kinds_and_priorities():
    assert [kind_of(t) for t in ("刚性", "刚需", "弹性 需求", "隐性需求", "x")] == [
        "rigid",
        "rigid",
        "elastic",
        "latent",
        None,
    ]
    assert [priority_of(t) for t in ("高", "P1", "", "低优先级", "x")] == ["high", "high", "medium", "low", None]
