from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult
from python_calamine import CalamineWorkbook

from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.imports.actions import running
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.rules import REASON_HEADER, ROW_HEADER

pytestmark = pytest.mark.django_db

HEADERS = ("公司", "手机", "金额", "客户级别")
ROWS = (("青岛海风机械", "13812345678", "20", "A"), ("烟台远帆物流", "12", "30", "B"), ("青岛海风机械", "", "25", "A"))


def go_on():
    """What the worker would do."""
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        task.task.call(*task.args_kwargs["args"])
        task.set_successful(None)


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def uploaded(rep, sent):
    rep.post(reverse("imports:list"), {"file": sent(HEADERS, *ROWS)})
    return LeadImport.objects.get()


def url(name, lead_import, *args):
    return reverse(f"imports:{name}", args=[lead_import.public_id, *args])


def mapped(**changes):
    fields = {"field_0": "company", "field_1": "phone", "field_2": "budget", "unit_2": "万元", "field_3": ""}
    return {**fields, "duplicates": "skip", "owner": "", "campaign": "", **changes}


def test_the_whole_way(rep, uploaded, company):
    page = rep.get(url("columns", uploaded))
    assert page.status_code == 200
    rows = list(page.context["form"].column_rows())
    assert [row.field.value() for row in rows] == ["company", "phone", "budget", ""]
    assert rows[0].samples == ["青岛海风机械", "烟台远帆物流"]

    to = rep.post(url("columns", uploaded), mapped(owner=str(company.rep.pk)))
    assert to.url == url("check", uploaded)
    page = rep.get(to.url)
    tally = page.context["tally"]
    assert (tally.rows, tally.created, tally.duplicates, tally.rejected) == (3, 1, 1, 1)
    assert not Lead.objects.exists()

    rows = rep.get(url("rows", uploaded, "rejected"))
    assert [row.number for row in rows.context["rows"]] == ["3"]
    assert "不是电话号码" in rows.content.decode()

    assert rep.post(url("start", uploaded)).url == url("run", uploaded)
    page = rep.get(url("run", uploaded))
    assert "hx-trigger" in page.content.decode()
    go_on()
    page = rep.get(url("run", uploaded))
    assert "导入完成" in page.content.decode()
    lead = Lead.objects.get()
    assert (lead.company, lead.phone, lead.budget_low, lead.owner) == (
        "青岛海风机械", "+8613812345678", Decimal("200000.00"), company.rep,
    )  # fmt: skip
    assert lead.attributes == {"客户级别": "A"}


def test_an_amount_without_unit_asks_for_one(rep, uploaded):
    page = rep.post(url("columns", uploaded), mapped(unit_2=""))
    assert page.status_code == 422
    assert "这些金额没有单位" in page.content.decode()
    assert page.context["form"]["field_1"].value() == "phone"  # what was chosen is still chosen


def test_nobody_mapped_is_refused_with_everything_kept(rep, uploaded):
    page = rep.post(url("columns", uploaded), mapped(field_0="", field_1="note"))
    assert page.status_code == 422
    assert "没有一列是公司" in page.content.decode()
    assert page.context["form"]["field_1"].value() == "note"


@pytest.mark.parametrize(("pattern", "said"), [("(", "写错了"), ("(a+)+$", "太复杂")])
def test_a_bad_pattern_is_refused(rep, uploaded, pattern, said):
    page = rep.post(url("columns", uploaded), mapped(pattern_0=pattern))
    assert page.status_code == 422
    assert said in page.content.decode()


def test_going_back_keeps_what_was_chosen(rep, uploaded):
    rep.post(url("columns", uploaded), mapped(field_3="industry", duplicates="update"))
    form = rep.get(url("columns", uploaded)).context["form"]
    assert (form["field_3"].value(), form["duplicates"].value()) == ("industry", "update")
    assert rep.get(url("show", uploaded)).url == url("check", uploaded)


def test_the_mapping_is_remembered_for_the_next_file_with_these_headers(rep, uploaded, sent):
    rep.post(url("columns", uploaded), mapped(field_3="industry"))
    rep.post(reverse("imports:list"), {"file": sent(HEADERS, ("济南云图", "", "1万", "C"))})
    again = LeadImport.objects.latest("id")
    assert [use.field for use in again.columns.uses] == ["company", "phone", "budget", "industry"]
    assert again.columns.uses[2].unit == "万元"


def test_the_rejects_corrected_complete_the_set(rep, uploaded, tmp_path):
    rep.post(url("columns", uploaded), mapped())
    rep.post(url("start", uploaded))
    go_on()
    answer = rep.get(url("rejects", uploaded))
    rows = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer))).get_sheet_by_index(0).to_python()
    assert rows[0] == [*HEADERS, ROW_HEADER, REASON_HEADER]
    assert rows[1][:5] == ["烟台远帆物流", "12", "30", "B", 3]
    assert "不是电话号码" in rows[1][5]

    corrected = tmp_path / "corrected.xlsx"
    from tuoke.services.exchange.writing import write_table

    write_table(corrected, headers=rows[0], rows=[[rows[1][0], "13900001111", *rows[1][2:]]])
    rep.post(reverse("imports:list"), {"file": SimpleUploadedFile("corrected.xlsx", corrected.read_bytes())})
    again = LeadImport.objects.latest("id")
    assert [use.field for use in again.columns.uses[4:]] == ["ignore", "ignore"]
    rep.post(url("columns", again), mapped(field_4="ignore", field_5="ignore"))
    rep.post(url("start", again))
    go_on()
    assert Lead.objects.get(company="烟台远帆物流").attributes == {"客户级别": "B"}
    assert Lead.objects.count() == 2


def test_it_can_be_stopped_and_gone_on_with(rep, uploaded):
    rep.post(url("columns", uploaded), mapped())
    rep.post(url("start", uploaded))
    rep.post(url("cancel", uploaded))
    assert "导入已停止" in rep.get(url("run", uploaded)).content.decode()
    go_on()
    assert not Lead.objects.exists()  # what waited in the queue does nothing any more
    rep.post(url("resume", uploaded))
    go_on()
    assert Lead.objects.count() == 1


def test_a_started_import_is_not_changed_any_more(rep, uploaded):
    rep.post(url("columns", uploaded), mapped())
    rep.post(url("start", uploaded))
    assert rep.post(url("columns", uploaded), mapped(field_1="note")).url == url("run", uploaded)
    assert rep.post(url("start", uploaded)).url == url("run", uploaded)
    assert DBTaskResult.objects.count() == 1


@pytest.mark.parametrize("name", ["show", "columns", "check", "run", "rejects", "leads"])
def test_somebody_elses_import_is_not_there(login, uploaded, name):
    for person in ("teammate", "team_lead", "director"):
        assert login(person).get(url(name, uploaded)).status_code == 404


@pytest.mark.parametrize("name", ["start", "cancel", "resume", "sheet", "undo"])
def test_somebody_elses_import_can_not_be_touched(login, uploaded, name):
    assert login("director").post(url(name, uploaded)).status_code == 404


@pytest.mark.parametrize("person", ["auditor", "collaborator", "process_owner", "admin"])
def test_without_the_right_nothing_is_imported(login, person):
    assert login(person).get(reverse("imports:list")).status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("leads.xlsx", b"%PDF-1.7 not a table", "不是表格文件"),
        ("leads.xlsx", b"", "空"),
        ("leads.csv", b"\x00\x01\x02", ""),
    ],
)
def test_a_file_that_is_none_is_refused_and_not_kept(rep, media, name, content, said):
    page = rep.post(reverse("imports:list"), {"file": SimpleUploadedFile(name, content)})
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not LeadImport.objects.exists()
    assert not [path for path in media.rglob("*") if path.is_file()]


def test_the_template_comes_in_again_column_for_column(rep, tmp_path):
    answer = rep.get(reverse("imports:template"))
    rep.post(reverse("imports:list"), {"file": SimpleUploadedFile("t.xlsx", b"".join(answer))})
    uses = LeadImport.objects.get().columns.uses
    assert [use.field for use in uses if not use.field] == []
    assert len({use.field for use in uses}) == len(uses) == 20


def test_the_list_costs_the_same_for_one_and_for_three(rep, uploaded, sent, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as one:
        rep.get(reverse("imports:list"))
    spent = len(one)
    for n in range(2):
        rep.post(reverse("imports:list"), {"file": sent(HEADERS, (f"公司{n}", "", "", ""))})
    with django_assert_num_queries(spent):
        rep.get(reverse("imports:list"))


def test_a_big_file_is_checked_in_the_background(rep, uploaded, monkeypatch):
    monkeypatch.setattr(running, "SMALL", 0)
    rep.post(url("columns", uploaded), mapped())
    assert "正在检查" in rep.get(url("check", uploaded)).content.decode()
    go_on()
    assert "会发生什么" in rep.get(url("check", uploaded)).content.decode()


def several(sent, *names):
    return [sent(HEADERS, *ROWS, name=name) for name in names]


def test_several_files_at_once_wait_in_a_queue(rep, sent):
    answer = rep.post(reverse("imports:list"), {"file": several(sent, "a.xlsx", "b.xlsx", "c.xlsx")})
    assert answer.url == reverse("imports:list")
    assert list(LeadImport.objects.order_by("id").values_list("name", "status")) == [
        ("a.xlsx", "uploaded"), ("b.xlsx", "uploaded"), ("c.xlsx", "uploaded"),
    ]  # fmt: skip
    first = LeadImport.objects.get(name="a.xlsx")
    rep.post(url("columns", first), mapped())
    rep.post(url("start", first))
    go_on()
    page = rep.get(url("run", first))
    assert page.context["waiting"].name == "b.xlsx"
    assert "下一个文件：b.xlsx" in page.content.decode()


def test_of_several_files_the_bad_one_is_named_and_the_others_stay(rep, sent):
    files = [*several(sent, "a.xlsx"), SimpleUploadedFile("bad.xlsx", b"%PDF-1.7 no table")]
    answer = rep.post(reverse("imports:list"), {"file": files})
    assert answer.status_code == 422
    assert "bad.xlsx：这不是表格文件" in answer.content.decode()
    assert LeadImport.objects.get().name == "a.xlsx"


def test_nothing_chosen_is_said_in_our_own_words(rep):
    page = rep.get(reverse("imports:list")).content.decode()
    assert "novalidate" in page
    answer = rep.post(reverse("imports:list"), {})
    assert answer.status_code == 422
    assert "请先选择文件" in answer.content.decode()


def test_every_figure_opens_its_rows(rep, uploaded):
    rep.post(url("columns", uploaded), mapped())
    page = rep.get(url("check", uploaded))
    figures = {figure.label: figure for figure in page.context["figures"]}
    assert list(figures) == ["将新建", "已存在", "已导入过", "有问题"]
    rows = rep.get(figures["将新建"].href)
    assert [row.number for row in rows.context["rows"]] == ["2"]
    rep.post(url("start", uploaded))
    go_on()
    page = rep.get(url("run", uploaded))
    assert [step.state for step in page.context["steps"]] == ["done"] * 4
    made = next(figure for figure in page.context["figures"] if figure.label == "已新建")
    leads = rep.get(made.href)
    assert [lead.company for lead in leads.context["leads"]] == ["青岛海风机械"]


def test_the_leads_of_an_import_cost_the_same_for_one_and_for_three(rep, sent, django_assert_num_queries):
    def leads_page(*companies):
        rep.post(reverse("imports:list"), {"file": sent(("公司",), *((name,) for name in companies))})
        one = LeadImport.objects.latest("id")
        rep.post(url("columns", one), {"field_0": "company", "duplicates": "skip"})
        rep.post(url("start", one))
        go_on()
        return url("leads", one)

    one, three = leads_page("甲公司"), leads_page("乙公司", "丙公司", "丁公司")
    rep.get(one)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as few:
        rep.get(one)
    with django_assert_num_queries(len(few)):
        assert len(rep.get(three).context["leads"]) == 3


def test_an_import_is_undone(rep, uploaded):
    rep.post(url("columns", uploaded), mapped())
    assert rep.post(url("undo", uploaded), follow=True).context["messages"]  # nothing to undo yet
    rep.post(url("start", uploaded))
    go_on()
    assert "撤销这次导入" in rep.get(url("run", uploaded)).content.decode()
    rep.post(url("undo", uploaded))
    assert "正在撤销" in rep.get(url("run", uploaded)).content.decode()
    go_on()
    page = rep.get(url("run", uploaded)).content.decode()
    assert "导入已撤销" in page
    assert "1 条新建的线索已作废" in page
    assert Lead.objects.get().status == "discarded"
