"""Files that bring more of what is there: what is filled, what stays, what is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django_tasks_db.models import DBTaskResult

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.models import LeadSource
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads import actions as lead_actions
from tuoke.steps.leads.imports import actions, words
from tuoke.steps.leads.imports.actions import Options, import_leads, rehearse_leads
from tuoke.steps.leads.imports.models import LeadImport, RowSeen
from tuoke.steps.leads.imports.queries import leads_of
from tuoke.steps.leads.imports.rules.runs import Duplicates, Outcome, Status
from tuoke.steps.leads.rules import LeadDraft

pytestmark = pytest.mark.django_db

HEADERS = ("公司", "手机", "预算(万元)", "来源", "备注")


@pytest.fixture
def take(sheet, now):
    count = iter(range(100))

    def taken(*rows, duplicates="skip", by=None, headers=HEADERS):
        path = sheet(headers, *rows, name=f"{next(count)}.xlsx")
        options = Options(duplicates=Duplicates(duplicates))
        arguments = {"by": by or system("test"), "clock": lambda: now, "options": options}
        said = rehearse_leads(path, **arguments).as_json()
        done = import_leads(path, **arguments).as_json()
        said["seconds"] = done["seconds"] = 0
        assert said == done
        return LeadImport.objects.latest("id")

    return taken


def reported(lead_import, outcome):
    return [
        (row.number, [tuple(reason) for reason in row.reasons]) for row in lead_import.report.filter(outcome=outcome)
    ]


def test_gaps_are_filled_and_what_is_known_stays(take):
    take(("华辰", "13800138000", None, None, "老备注"))
    one = take(("华辰", "13900139000", 30, None, None), duplicates="fill")
    lead = Lead.objects.get()
    assert (lead.phone, lead.budget_low, lead.note) == ("+8613800138000", Decimal(300_000), "老备注")
    assert (one.tally.updated, one.tally.conflicts) == (1, 1)
    assert reported(one, Outcome.CONFLICTS) == [(2, [("differs", "phone", "+8613800138000 ≠ +8613900139000")])]
    assert "「电话」与已有的不一致" in words.row_reason("differs", "phone", "a ≠ b")


def test_the_file_holds_where_asked(take):
    take(("华辰", "13800138000", 20, None, None))
    one = take(("华辰", "13900139000", 30, None, None), duplicates="update")
    lead = Lead.objects.get()
    assert (lead.phone, lead.budget_low) == ("+8613900139000", Decimal(300_000))
    assert (one.tally.updated, one.tally.conflicts) == (1, 1)
    ((_, reasons),) = reported(one, Outcome.CONFLICTS)
    assert [column for _, column, _ in reasons] == ["phone", "budget"]
    changes = Event.objects.about(lead).get(kind="leads.edited").changes
    assert changes["phone"] == ["+8613800138000", "+8613900139000"]


def test_a_row_that_contradicts_only_is_told_and_changes_nothing(take):
    take(("华辰", "13800138000", None, None, None))
    one = take(("华辰", "13900139000", None, None, None), duplicates="fill")
    assert (one.tally.updated, one.tally.skipped, one.tally.conflicts) == (0, 1, 1)
    assert one.tally.rows == 1


def test_a_source_that_nobody_knows_overwrites_none(take):
    known = LeadSource.objects.create(name="展会甲")
    LeadSource.objects.get_or_create(name="其他")
    take(("华辰", None, None, "展会甲", None))
    take(("华辰", "13900139000", None, "没听说过", None), duplicates="update")
    assert Lead.objects.get().source == known


@pytest.mark.parametrize("mode", ["fill", "update"])
def test_owners_are_never_stolen(take, company, mode):
    lead = _lead_of(company, "rep")
    one = take(("青岛海风", "13900139000", None, None, None), duplicates=mode, by=company.by("team_lead"))
    assert one.tally.updated == 1
    lead.refresh_from_db()
    assert lead.owner == company.rep


def _lead_of(company, name):
    draft = LeadDraft(company="青岛海风", owner_id=getattr(company, name).pk)
    return lead_actions.create_lead(draft=draft, by=company.by(name), now=datetime(2026, 11, 1, tzinfo=UTC))


# Which leads an import made, and taking them back


def go_on():
    for task in DBTaskResult.objects.ready():
        task.claim("test")
        task.task.call(*task.args_kwargs["args"])
        task.set_successful(None)


def test_the_leads_of_an_import_are_found_by_it(take):
    first = take(("甲", None, None, None, None), ("乙", None, None, None, None))
    second = take(("乙", "13900139000", None, None, None), ("丙", None, None, None, None), duplicates="update")
    assert {lead.company for lead in leads_of(first)} == {"甲", "乙"}
    assert {lead.company for lead in leads_of(second)} == {"丙"}


def test_an_undone_import_leaves_what_somebody_went_on_with(take, company, now):
    by = company.by("rep")
    one = take(*((name, None, None, None, None) for name in "甲乙丙丁"), by=by)
    claimed = lead_actions.claim_lead(lead=Lead.objects.get(company="乙"), by=by, now=now)
    actions.undo(lead_import=one, by=by, now=now)
    go_on()
    one.refresh_from_db()
    assert (one.status, one.tally.undone, one.tally.kept) == (Status.UNDONE, 3, 1)
    assert set(Lead.objects.filter(status="open").values_list("company", flat=True)) == {"乙"}
    assert Lead.objects.get(pk=claimed.pk).owner == company.rep
    assert Event.objects.filter(kind="leads.discarded").count() == 3
    assert Event.objects.about(one).get(kind="imports.undone").facts["undone"] == 3


def test_an_undone_file_may_come_in_again(take, company, now):
    by = company.by("rep")
    one = take(("甲", None, None, None, None), by=by)
    actions.undo(lead_import=one, by=by, now=now)
    go_on()
    assert not RowSeen.objects.exists()
    again = take(("甲", None, None, None, None), by=by)
    assert again.tally.created == 1
    assert Lead.objects.filter(status="open", company="甲").count() == 1


def test_what_somebody_called_void_stays_known(take, company, now):
    take(("甲", None, None, None, None))
    lead = Lead.objects.get()
    Lead.objects.filter(pk=lead.pk).update(status="discarded", status_reason="空号")
    assert take(("甲", "13900139000", None, None, None)).tally.duplicates == 1


def test_after_a_month_nothing_is_undone(take, company, now):
    by = company.by("rep")
    one = take(("甲", None, None, None, None), by=by)
    with pytest.raises(Refused) as refused:
        actions.undo(lead_import=one, by=by, now=now + timedelta(days=31))
    assert refused.value.verdict.codes == ("undo_too_late",)
    actions.undo(lead_import=one, by=by, now=now + timedelta(days=29))


def test_undone_once_is_enough(take, company, now):
    by = company.by("rep")
    one = take(("甲", None, None, None, None), by=by)
    actions.undo(lead_import=one, by=by, now=now)
    go_on()
    one.refresh_from_db()
    with pytest.raises(Refused) as refused:
        actions.undo(lead_import=one, by=by, now=now)
    assert refused.value.verdict.codes == ("not_undoable",)


def test_nobody_undoes_somebody_elses_import(take, company, now):
    one = take(("甲", None, None, None, None), by=company.by("rep"))
    with pytest.raises(LeadImport.DoesNotExist):
        actions.undo(lead_import=one, by=company.by("teammate"), now=now)
