"""Saved views of a list: whose they are, with whom they are shared, and that a name is just a name."""

from __future__ import annotations

import pytest

from tuoke.base.accounts import actions
from tuoke.base.accounts.actions import ViewDraft
from tuoke.base.accounts.models import Department, ListLayout, SavedView
from tuoke.base.accounts.queries import audiences_of, layouts_of, views_of
from tuoke.base.accounts.rules import VIEWS_MOST, Audience, Density
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event

LEADS = "leads"


@pytest.fixture
def save(company, now):
    def saved(who: str, name: str = "本周重点", **more):
        return actions.save_view(place=LEADS, draft=ViewDraft(name=name, **more), by=company.by(who), now=now)

    return saved


def names(company, who: str) -> list[str]:
    return [view.name for view in views_of(company.by(who), LEADS)]


def test_a_view_is_its_makers(company, save):
    save("rep", query="tier=focus&sort=-score", columns=("score", "tier"))
    assert names(company, "rep") == ["本周重点"]
    assert names(company, "teammate") == names(company, "director") == []
    assert Event.objects.filter(kind="accounts.view_saved").count() == 1


def test_a_lead_shares_with_his_department_and_those_below(company, save):
    east = company.departments["east"]
    company.other_team.department = Department.objects.create(code="suzhou", name="苏州", parent=east)
    company.other_team.save()
    save("team_lead", audience=Audience.DEPARTMENT)
    assert names(company, "rep") == names(company, "other_team") == ["本周重点"]
    assert names(company, "director") == []  # above, not below


def test_another_departments_view_is_not_there(company, save):
    save("team_lead", audience=Audience.DEPARTMENT)
    assert names(company, "other_team") == []


def test_a_director_shares_with_all_who_may_see_leads(company, save):
    save("director", audience=Audience.ALL)
    assert names(company, "rep") == names(company, "other_team") == ["本周重点"]
    assert names(company, "process_owner") == names(company, "admin") == []


@pytest.mark.parametrize(("who", "audience"), [("rep", Audience.DEPARTMENT), ("rep", Audience.ALL), ("team_lead", Audience.ALL), ("auditor", Audience.ALL)])  # fmt: skip
def test_who_may_not_share_is_told(company, save, who, audience):
    assert audience not in audiences_of(company.by(who), LEADS)
    with pytest.raises(Refused) as refusal:
        save(who, audience=audience)
    assert refusal.value.verdict.codes == ("may_not_share",)


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "🔥 重点 👨‍👩‍👧", "'\"--", "=SUM(A1)"])
def test_a_name_may_hold_anything_that_can_be_read(company, save, name):
    assert save("rep", name).name == name


@pytest.mark.parametrize(("name", "code"), [("", "name_missing"), ("  ", "name_missing"), ("长" * 300, "name_too_long"), ("a\x00b", "name_broken"), ("\ud800", "name_broken")])  # fmt: skip
def test_what_is_no_name_is_refused(company, save, name, code):
    with pytest.raises(Refused) as refusal:
        save("rep", name)
    assert refusal.value.verdict.codes == (code,)


def test_a_name_is_there_once_for_each_person(company, save):
    save("rep")
    save("teammate")
    with pytest.raises(Refused) as refusal:
        save("rep")
    assert refusal.value.verdict.codes == ("name_taken",)


def test_renaming_and_what_changed(company, save, now):
    view = save("rep")
    by = company.by("rep")
    changed = actions.change_view(view=view, draft=ViewDraft(name="新名字", query="tier=focus"), by=by, now=now)
    assert (changed.name, changed.query, changed.version) == ("新名字", "tier=focus", 2)
    assert Event.objects.get(kind="accounts.view_changed").changes["name"] == ["本周重点", "新名字"]
    actions.change_view(view=view, draft=ViewDraft(name="新名字", query="tier=focus"), by=by, now=now)
    assert Event.objects.filter(kind="accounts.view_changed").count() == 1


def test_somebody_elses_view_cannot_be_changed_or_removed(company, save, now):
    view = save("team_lead", audience=Audience.DEPARTMENT)
    by = company.by("rep")
    with pytest.raises(SavedView.DoesNotExist):
        actions.change_view(view=view, draft=ViewDraft(name="x"), by=by, now=now)
    with pytest.raises(SavedView.DoesNotExist):
        actions.remove_view(view=view, by=by, now=now)
    with pytest.raises(SavedView.DoesNotExist):
        actions.restore_view(view=view, by=by, now=now)


def test_removing_can_be_undone_unless_the_name_is_taken(company, save, now):
    view, by = save("rep"), company.by("rep")
    actions.remove_view(view=view, by=by, now=now)
    assert names(company, "rep") == []
    actions.restore_view(view=view, by=by, now=now)
    assert names(company, "rep") == ["本周重点"]
    actions.remove_view(view=view, by=by, now=now)
    save("rep")
    with pytest.raises(Refused) as refusal:
        actions.restore_view(view=view, by=by, now=now)
    assert refusal.value.verdict.codes == ("name_taken",)


def test_there_is_an_end_to_views(company, save):
    for number in range(VIEWS_MOST):
        save("rep", f"视图{number}")
    with pytest.raises(Refused) as refusal:
        save("rep", "再一个")
    assert refusal.value.verdict.codes == ("too_many_views",)


def test_one_view_opens_first(company):
    by = company.by("rep")

    def layout(view, is_first):
        return actions.lay_out(
            place=LEADS, view=view, columns=["score"], density=Density.COMPACT, is_first=is_first, by=by
        )

    layout("due", True)
    layout("12", True)
    assert [found.view for found in layouts_of(by, LEADS).values() if found.is_first] == ["12"]
    layout("12", False)
    assert not ListLayout.objects.filter(is_first=True).exists()
    assert layouts_of(company.by("teammate"), LEADS) == {}
