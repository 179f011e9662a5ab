from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django_tasks_db.models import DBTaskResult

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.customers.actions import create_customer
from tuoke.spine.customers.models import Lead, Pair
from tuoke.spine.customers.rules import CustomerDraft
from tuoke.steps.leads.imports import actions, words
from tuoke.steps.leads.imports.actions import Options, import_leads, rehearse_leads
from tuoke.steps.leads.imports.actions import running as running_actions
from tuoke.steps.leads.imports.models import LeadImport, RowSeen
from tuoke.steps.leads.imports.rules.runs import Duplicates, Outcome, Status

pytestmark = pytest.mark.django_db

HEADERS = ("公司", "手机", "项目名称", "预算(万元)", "负责人", "来源", "统一社会信用代码")


def figures(result):
    return {name: value for name, value in result.as_json().items() if value and name not in ("rows", "seconds")}


@pytest.fixture
def take(sheet, now):
    count = iter(range(100))

    def taken(*rows, by=None, duplicates="skip", headers=HEADERS, **options):
        path = sheet(headers, *rows, name=f"{next(count)}.xlsx")
        arguments = {"by": by or system("test"), "clock": lambda: now}
        arguments["options"] = Options(duplicates=Duplicates(duplicates), **options)
        rehearsed = figures(rehearse_leads(path, **arguments))
        done = figures(import_leads(path, **arguments))
        assert rehearsed == done, "the dry run says what the run does"
        return done

    return taken


def row(company, project="一期", **more):
    values = {"公司": company, "项目名称": project, **more}
    return tuple(values.get(header) for header in HEADERS)


# The same again


def test_a_row_is_taken_once_in_whatever_file(take):
    assert take(row("华辰"), row("华辰"), row("海风")) == {"created": 2, "skipped": 1}
    assert take(row("海风"), row("华辰"), row("远帆")) == {"created": 1, "skipped": 2}
    assert Lead.objects.count() == RowSeen.objects.count() == 3


def test_one_party_and_one_wish_is_one_lead(take):
    assert take(row("华辰科技有限公司"), row("华辰科技", 手机="13800138000"), row("华辰科技", "二期")) == {
        "created": 2, "duplicates": 1,
    }  # fmt: skip
    assert take(row("华辰科技（有限公司）", 来源="官网"))["duplicates"] == 1


def test_alike_rows_are_made_anew_where_asked_but_not_the_very_same(take):
    take(row("华辰"))
    assert take(row("华辰"), row("华辰", 手机="13800138000"), duplicates="new") == {"created": 1, "skipped": 1}


def test_alike_rows_complete_what_is_there_where_asked(take):
    take(row("华辰", 手机="13800138000", **{"预算(万元)": 20}))
    updated = take(row("华辰", **{"预算(万元)": 30}), row("华辰", **{"预算(万元)": 40}), duplicates="update")
    assert updated == {"updated": 2, "warnings": ["2 行与已有的线索有不一致的地方"]}
    lead = Lead.objects.get()
    assert (lead.phone, lead.budget_low) == ("+8613800138000", Decimal(400_000))  # a blank overwrites nothing
    assert Event.objects.about(lead).filter(kind="leads.edited").count() == 2


def test_a_row_that_brings_nothing_new_is_skipped(take):
    take(row("华辰", 手机="13800138000"))
    assert take(row("华辰"), duplicates="update") == {"skipped": 1}


def test_a_company_under_another_name_is_known_by_its_credit_code(take):
    code = "91370200MA3CABCD0" + "J"
    from tuoke.services.exchange.rules.names import check_character

    code = code[:17] + check_character(code[:17])
    take(row("老名字", 统一社会信用代码=code))
    assert take(row("新名字", 统一社会信用代码=code), row("新名字", "二期", 统一社会信用代码=code)) == {
        "created": 1, "duplicates": 1,
    }  # fmt: skip


def test_a_colleagues_lead_is_not_changed(take, company, now):
    take(row("华辰"), owner=company.other_team)
    result = take(row("华辰", 手机="13800138000"), by=company.by("rep"), duplicates="update")
    assert result == {"duplicates": 1}
    assert Lead.objects.get().phone == ""


# Owner, source, campaign


def test_the_rows_own_owner_wins(take, company):
    take(row("甲", 负责人="李强"), row("乙", 负责人="teammate"), row("丙"), owner=company.rep)
    assert dict(Lead.objects.values_list("company", "owner__username")) == {
        "甲": "teammate", "乙": "teammate", "丙": "rep",
    }  # fmt: skip
    assert Lead.objects.get(company="丙").department == company.departments["east"]


def test_an_unknown_owner_is_kept_as_text_and_told(take):
    result = take(row("甲", 负责人="销售代表"))
    assert result["warnings"] == ["1 行的负责人不认识，已作为其他信息保留"]
    lead = Lead.objects.get()
    assert (lead.owner, lead.attributes) == (None, {"负责人": "销售代表"})


def test_a_rep_gives_leads_to_himself_only(take, company):
    take(row("甲", 负责人="赵敏"), by=company.by("rep"))
    lead = Lead.objects.get()
    assert (lead.owner, lead.attributes["负责人"]) == (None, "赵敏")
    with pytest.raises(Refused, match="owner_not_allowed"):
        take(row("乙"), by=company.by("rep"), owner=company.other_team)


def test_sources_by_name(take):
    other, web = LeadSource.objects.get_or_create(name="其他")[0], LeadSource.objects.get_or_create(name="官网")[0]
    take(row("甲", 来源="官网"), row("乙", 来源="老同学"))
    assert list(Lead.objects.order_by("id").values_list("source", "source_detail")) == [
        (web.pk, ""), (other.pk, "老同学"),
    ]  # fmt: skip


def test_history_says_who_and_how(take, company):
    take(row("甲"), by=company.by("rep"))
    event = Event.objects.about(Lead.objects.get()).get()
    assert (event.kind, event.actor_kind, event.actor_name, event.facts["file"]) == (
        "leads.imported", "import", "王芳", "0.xlsx",
    )  # fmt: skip
    assert list(Event.objects.filter(kind__startswith="imports.").order_by("id").values_list("kind", flat=True)) == [
        "imports.started", "imports.finished",
    ]  # fmt: skip


def test_without_the_right_nothing_happens(take, company):
    with pytest.raises(Refused, match="may_not_import"):
        take(row("甲"), by=company.by("auditor"))
    assert not LeadImport.objects.exists()


def test_a_dry_run_writes_nothing(sheet, now, django_assert_num_queries):
    path = sheet(HEADERS, row("甲"), row("乙", 手机="12"))
    result = rehearse_leads(path, by=system("test"), clock=lambda: now)
    assert (result.created, result.rejected) == (1, 1)
    assert result.rejects[0].reasons == (("phone_invalid", "手机", "例如 13800138000、0531-61234567"),)
    assert not Lead.objects.exists()
    assert not LeadImport.objects.exists()
    assert not Event.objects.exists()


# In the background


@pytest.fixture
def uploaded(company, sheet, now):
    """A rep's file, checked and ready to start."""

    def ready(*rows):
        by = company.by("rep")
        content = sheet(HEADERS, *rows).read_bytes()
        one = actions.upload(file=SimpleUploadedFile("leads.xlsx", content), by=by, now=now)
        actions.set_mapping(lead_import=one, mapping=one.columns, options=Options(), by=by, now=now)
        return actions.check(lead_import=one, by=by, clock=lambda: now)

    return ready


def test_similar_rows_are_named_before(uploaded, company, now):
    create_customer(draft=CustomerDraft(name="青岛海风机械有限公司"), by=company.by("director"), now=now)
    one = uploaded(row("海风机械"), row("远帆", 手机="13800138000"))
    assert (one.tally.created, one.tally.similar) == (2, 1)
    import_leads_of(one, company, now)
    two = uploaded(row("别家", 手机="13800138000"), row("新家", 手机="13900139000"))
    (similar,) = two.report.filter(outcome=Outcome.SIMILAR)
    assert (similar.number, similar.reasons) == (2, [["like_lead", "", "70 phone"]])
    assert words.row_reason(*similar.reasons[0]).startswith("与已有的线索相似 70%（电话）")


def test_similar_rows_wait_in_the_review_queue(take, company, now):
    known = create_customer(draft=CustomerDraft(name="青岛海风机械有限公司"), by=company.by("director"), now=now)
    assert take(row("海风机械"), row("全不相干")) == {"created": 2}
    pair = Pair.objects.get()
    assert (pair.lead.company, pair.customer) == ("海风机械", known)
    assert pair.score >= 75


def import_leads_of(one, company, now):
    actions.start(lead_import=one, by=company.by("rep"), now=now)
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        task.task.call(*task.args_kwargs["args"])
        task.set_successful(None)


def test_the_same_task_twice_does_the_work_once(uploaded, company, now):
    one = uploaded(row("甲"), row("乙"))
    actions.start(lead_import=one, by=company.by("rep"), now=now)
    one.refresh_from_db()
    for _ in range(2):
        actions.run_import.call(one.pk, one.attempt)
    assert Lead.objects.count() == 2


def test_a_worker_that_must_stop_leaves_the_rest_to_the_next(uploaded, company, now, monkeypatch):
    from tuoke.steps.leads.imports.actions import runs

    monkeypatch.setattr(runs, "CHUNK", 1)
    one = uploaded(row("甲"), row("乙"), row("丙"))
    actions.start(lead_import=one, by=company.by("rep"), now=now)
    one.refresh_from_db()
    looks = iter([False, True])
    monkeypatch.setattr(running_actions.stopping, "is_set", lambda: next(looks, False))
    actions.run_import.call(one.pk, one.attempt)
    one.refresh_from_db()
    assert (Lead.objects.count(), one.next_row, one.status) == (1, 2, Status.RUNNING)
    actions.run_import.call(one.pk, one.attempt)
    one.refresh_from_db()
    assert (Lead.objects.count(), one.status, one.tally.created) == (3, Status.DONE, 3)


def test_a_silent_import_is_woken_three_times(uploaded, company, now):
    one = uploaded(row("甲"))
    actions.start(lead_import=one, by=company.by("rep"), now=now)
    DBTaskResult.objects.all().delete()
    actions.wake(now + timedelta(minutes=1))
    assert not DBTaskResult.objects.exists()  # patience first
    for minutes in (5, 10, 15, 20):
        actions.wake(now + timedelta(minutes=minutes))
    assert DBTaskResult.objects.count() == 3
    one.refresh_from_db()
    assert (one.status, one.error) == (Status.FAILED, {"code": "worker_lost"})


def test_a_file_that_went_away_fails_the_import(uploaded, company, now):
    one = uploaded(row("甲"))
    one.file.delete(save=False)
    LeadImport.objects.filter(pk=one.pk).update(file="imports/gone")
    import_leads_of(one, company, now)
    one.refresh_from_db()
    assert (one.status, one.error) == (Status.FAILED, {"code": "file_gone"})


def test_whoever_lost_the_right_imports_no_more(uploaded, company, now):
    one = uploaded(row("甲"))
    actions.start(lead_import=one, by=company.by("rep"), now=now)
    company.rep.roles_held.all().delete()
    one.refresh_from_db()
    actions.run_import.call(one.pk, one.attempt)
    one.refresh_from_db()
    assert (one.status, Lead.objects.count()) == (Status.FAILED, 0)


def test_files_are_forgotten_after_a_month(uploaded, company, now, media):
    done = uploaded(row("甲"))
    import_leads_of(done, company, now)
    LeadImport.objects.update(touched_at=now)
    left = uploaded(row("乙"))
    running = uploaded(row("丙"))
    actions.start(lead_import=running, by=company.by("rep"), now=now)
    actions.forget(now + timedelta(days=29))
    assert len(list((media / "imports").iterdir())) == 3
    actions.forget(now + timedelta(days=31))
    done.refresh_from_db()
    running.refresh_from_db()
    assert not done.file
    assert [path.name for path in (media / "imports").iterdir()] == [running.file.name.split("/")[1]]
    assert not LeadImport.objects.filter(pk=left.pk).exists()


def test_another_sheet_is_looked_at_anew(company, tmp_path, now):
    import xlsxwriter

    book = xlsxwriter.Workbook(tmp_path / "two.xlsx")
    for name, header in (("甲", "公司"), ("乙", "联系人")):
        page = book.add_worksheet(name)
        page.write_row(0, 0, [header, "手机"])
        page.write_row(1, 0, ["华辰", "13800138000"])
    book.close()
    by = company.by("rep")
    one = actions.upload(file=SimpleUploadedFile("two.xlsx", (tmp_path / "two.xlsx").read_bytes()), by=by, now=now)
    assert (one.sheets, one.columns.uses[0].field) == (["甲", "乙"], "company")
    one = actions.choose_sheets(lead_import=one, sheets=["乙"], by=by, now=now)
    assert one.columns.uses[0].field == "contact"


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite in memory has one connection; see test_kill")
def test_two_imports_of_the_same_rows_at_once(sheet, now):
    path = sheet(HEADERS, *(row(f"公司{n}") for n in range(1500)))
    other = sheet(HEADERS, *(row(f"公司{n}") for n in reversed(range(1500))), name="other.xlsx")
    results = []

    def run(file):
        try:
            results.append(import_leads(file, by=system("test"), clock=lambda: now))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[file]) for file in (path, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Lead.objects.count() == 1500
    assert sum(result.created for result in results) == sum(result.skipped for result in results) == 1500
