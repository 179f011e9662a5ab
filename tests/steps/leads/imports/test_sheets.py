"""Several sheets of a file, one after the other."""

from __future__ import annotations

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from tuoke.base.kernel.verdict import Refused
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads.imports import actions
from tuoke.steps.leads.imports.actions import Options
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.imports.rejects import rejects_of
from tuoke.steps.leads.imports.rules.runs import Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    """Sheets with the same headers, one with a title above them, one with other headers, one hidden."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target)
    for name, first, companies in (("一月", 0, "甲乙丙"), ("二月", 2, "丁戊"), ("三月", 0, "己庚")):
        page = book.add_worksheet(name)
        if first:
            page.write(0, 0, "二月份的线索登记")
        page.write_row(first, 0, ["公司名称", "联系人", "手机"])
        for row, company in enumerate(companies, start=first + 1):
            page.write_row(row, 0, [f"{company}公司", "王明", "13800138000" if company != "戊" else "12"])
    book.add_worksheet("别的").write_row(0, 0, ["项目", "金额"])
    book.add_worksheet("底稿").hide()
    book.close()
    return target.getvalue()


@pytest.fixture
def uploaded(book, company, now):
    return actions.upload(file=SimpleUploadedFile("year.xlsx", book), by=company.by("rep"), now=now)


def go_on():
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        task.task.call(*task.args_kwargs["args"])
        task.set_successful(None)


def started(one, company, now):
    by = company.by("rep")
    actions.set_mapping(lead_import=one, mapping=one.columns, options=Options(), by=by, now=now)
    actions.check(lead_import=one, by=by, clock=lambda: now)
    return actions.start(lead_import=one, by=by, now=now)


def test_sheets_whose_headers_agree_come_in_one_after_the_other(uploaded, company, now):
    by = company.by("rep")
    one = actions.choose_sheets(lead_import=uploaded, sheets=["一月", "二月", "三月"], by=by, now=now)
    assert one.more_sheets == [["二月", 3], ["三月", 1]]
    assert one.total_rows == 7
    one = started(one, company, now)
    go_on()
    one.refresh_from_db()
    assert (one.status, one.tally.rows, one.tally.created, one.tally.rejected) == (Status.DONE, 7, 6, 1)
    assert [lead.company[0] for lead in Lead.objects.order_by("pk")] == list("甲乙丙丁己庚")
    assert [(place, cells[0]) for cells, place, _ in rejects_of(one)] == [("二月 5", "戊公司")]


def test_a_run_goes_on_in_the_sheet_where_it_stopped(uploaded, company, now, monkeypatch):
    from tuoke.steps.leads.imports.actions import running, runs

    monkeypatch.setattr(runs, "CHUNK", 1)
    by = company.by("rep")
    one = started(actions.choose_sheets(lead_import=uploaded, sheets=["一月", "三月"], by=by, now=now), company, now)
    looks = iter([False, False, False, False, True])
    monkeypatch.setattr(running.stopping, "is_set", lambda: next(looks, False))
    actions.run_import.call(one.pk, one.attempt)
    one.refresh_from_db()
    assert (one.mark, Lead.objects.count()) == ((1, 2), 4)
    actions.run_import.call(one.pk, one.attempt)
    one.refresh_from_db()
    assert (one.status, Lead.objects.count()) == (Status.DONE, 5)


def test_sheets_that_disagree_are_refused_by_name(uploaded, company, now):
    with pytest.raises(Refused) as refused:
        actions.choose_sheets(lead_import=uploaded, sheets=["一月", "别的"], by=company.by("rep"), now=now)
    (reason,) = refused.value.verdict.reasons
    assert (reason.code, reason.params["sheet"], reason.params["first"]) == ("sheets_disagree", "别的", "一月")


def test_the_page_offers_them_and_tells_of_hidden_ones(login, book):
    rep = login("rep")
    rep.post(reverse("imports:list"), {"file": SimpleUploadedFile("year.xlsx", book)})
    one = LeadImport.objects.get()
    page = rep.get(reverse("imports:columns", args=[one.public_id])).content.decode()
    assert "隐藏的工作表没有列出：底稿" in page
    assert page.count('name="sheets"') == 4
    url = reverse("imports:sheet", args=[one.public_id])
    wrong = rep.post(url, {"sheets": ["一月", "别的"]})
    assert wrong.status_code == 422
    assert "工作表「别的」的表头与「一月」不同" in wrong.content.decode()
    assert "请至少选择一个工作表" in rep.post(url, {}).content.decode()
    assert rep.post(url, {"sheets": ["一月", "三月"]}).status_code == 302
    one.refresh_from_db()
    assert [name for name, _ in one.sheets_taken] == ["一月", "三月"]
