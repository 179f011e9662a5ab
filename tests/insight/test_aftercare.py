"""What stands on 今日 once contracts are signed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.spine.followups.cases import a_deal
from tuoke.insight.queries.aftercare import aftercare_of
from tuoke.spine.deals.duties import actions as duties
from tuoke.spine.deals.duties.rules import DutyDraft


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, step="contracts")


def test_what_one_owes_in_a_deal_stands_there_by_its_day(deal, company, now, login):
    by, today = company.by("rep"), now.date()
    for what, days in (("实施排期", 5), ("接口清单", 2), ("验收方案", 40)):
        draft = DutyDraft("contracts", "tech", "responsible", what, due_on=today + timedelta(days=days))
        duties.add(deal=deal, draft=replace_person(draft, company.collaborator.pk), by=by, now=now)
    told = aftercare_of(company.by("collaborator"), today=today)
    assert [task.text for task in told.tasks] == ["接口清单", "实施排期"]
    assert not aftercare_of(company.by("teammate"), today=today)
    page = login("collaborator").get("/beside/?who=mine&alone=1").content.decode()
    assert "签约之后" in page
    assert "接口清单" in page
    assert "这里还没有您的事" not in page


def replace_person(draft, pk):
    from dataclasses import replace

    return replace(draft, person_id=pk)
