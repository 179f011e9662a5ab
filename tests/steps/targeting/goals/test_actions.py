"""Setting, splitting and withdrawing goals: who may, what is refused, what two at once see."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.steps.targeting.goals.cases import holder_of, set_goals, slot
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.base.records.queries import history_of
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.goals import actions
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.rules import COMPANY, Axis, Basis, Holder, Share

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def east(company):
    return Holder(company.departments["east"].pk)


@pytest.fixture
def set_goal(company, now):
    def done(place, amount="100", *, version=0, by="director"):
        return actions.set_goal(slot=place, amount=D(amount), version=version, by=company.by(by), now=now)

    return done


def test_a_goal_is_set_changed_and_told(company, set_goal):
    place = slot("signed_amount", "2026", COMPANY)
    goal = set_goal(place, "3000000.01")
    again = set_goal(place, "5000000", version=goal.version)
    assert (again.pk, again.amount, again.version) == (goal.pk, D(5000000), 2)
    told = history_of(goal).first()
    assert (told.kind, told.actor_name, told.changes["amount"]) == ("goals.set", "周总", ["3000000.01", "5000000"])


def test_the_same_amount_again_changes_nothing(set_goal, east):
    goal = set_goal(slot("new_leads", "2026", east), "40")
    assert set_goal(slot("new_leads", "2026", east), "40", version=1).version == goal.version
    assert Event.objects.filter(kind="goals.set").count() == 1


@pytest.mark.parametrize("who", ["rep", "auditor", "process_owner", "collaborator", "admin", "disabled"])
def test_who_may_not_set_goals_finds_none(company, set_goal, east, who):
    with pytest.raises(Goal.DoesNotExist):
        set_goal(slot("new_leads", "2026", holder_of(company.rep)), by=who)
    assert not Goal.objects.exists()


def test_a_lead_sets_goals_in_his_tree_only(company, set_goal, east):
    set_goal(slot("new_leads", "2026", east), by="team_lead")
    set_goal(slot("new_leads", "2026", holder_of(company.rep)), by="team_lead")
    for foreign in (COMPANY, Holder(company.departments["south"].pk), holder_of(company.other_team)):
        with pytest.raises(Goal.DoesNotExist):
            set_goal(slot("new_leads", "2026", foreign), by="team_lead")


@pytest.mark.parametrize(
    ("amount", "metric", "code"),
    [("-1", "signed_amount", "negative"), ("1e400", "signed_amount", "too_big"), ("1.5", "new_leads", "not_in_units"),
     ("0.001", "signed_amount", "not_in_units"), ("NaN", "new_leads", "not_a_number"), ("1", "gold", "unknown_metric")],
)  # fmt: skip
def test_amounts_and_metrics_that_are_none_are_refused(set_goal, east, amount, metric, code):
    with pytest.raises(Refused) as refusal:
        set_goal(slot(metric, "2026", east), amount)
    assert code in refusal.value.verdict.codes


def test_holders_that_are_not_there_are_refused(company, set_goal):
    places = {
        "holder_unknown": [Holder(999_999), Holder(company.departments["east"].pk, 999_999)],
        "person_elsewhere": [Holder(company.departments["south"].pk, company.rep.pk)],
        "person_inactive": [holder_of(company.disabled)],
    }
    for code, holders in places.items():
        for holder in holders:
            with pytest.raises(Refused) as refusal:
                set_goal(slot("new_leads", "2026", holder))
            assert refusal.value.verdict.codes == (code,)
    with pytest.raises(Refused) as refusal:
        set_goal(slot("new_leads", "2026", COMPANY, campaign=999_999))
    assert refusal.value.verdict.codes == ("unknown_campaign",)


def test_who_left_keeps_the_goal_that_he_had(company, set_goal):
    place = slot("new_leads", "2026", holder_of(company.rep))
    goal = set_goal(place, "10")
    company.rep.department = company.departments["south"]
    company.rep.is_active = False
    company.rep.save()
    assert set_goal(place, "4", version=goal.version).amount == 4


def test_the_second_of_two_is_told_instead_of_overwriting(set_goal, east):
    place = slot("new_leads", "2026", east)
    set_goal(place, "10")
    with pytest.raises(Conflict) as told:
        set_goal(place, "12", version=0)
    assert told.value.current.amount == 10
    set_goal(place, "11", version=1)
    with pytest.raises(Conflict):
        set_goal(place, "12", version=1)
    assert Goal.objects.get().amount == 11


def test_a_general_goal_and_a_campaign_s_stand_side_by_side(company, set_goal, east, now):
    campaign = Campaign.objects.create(name="春季", starts_on=now.date(), ends_on=now.date(), owner=company.director)
    set_goal(slot("new_leads", "2026", east), "10")
    set_goal(slot("new_leads", "2026", east, campaign.pk), "3")
    assert sorted(Goal.objects.values_list("amount", flat=True)) == [3, 10]


def split(company, now, place, amounts, *, axis=Axis.PEOPLE, version=1, by="director", versions=()):
    shares = [
        Share(part, D(amount) if amount is not None else None, dict(versions).get(part, 0))
        for part, amount in amounts.items()
    ]
    return actions.split_goal(
        slot=place, version=version, axis=axis, basis=Basis.HEADS, shares=shares, by=company.by(by), now=now
    )


def test_a_split_gives_every_part_its_goal_in_one_go(company, now, set_goal, east):
    place = slot("signed_amount", "2026", COMPANY)
    set_goal(place, "100")
    south = Holder(company.departments["south"].pk)
    split(company, now, place, {slot("signed_amount", "2026", east): "60", slot("signed_amount", "2026", south): "30"})
    assert sorted(Goal.objects.values_list("amount", flat=True)) == [30, 60, 100]
    told = Event.objects.get(kind="goals.split")
    assert (told.facts["basis"], told.facts["parts"], told.facts["difference"]) == ("heads", 2, "10.00")


def test_a_year_is_split_over_quarters_and_a_quarter_over_months(company, now, set_goal, east):
    year = slot("new_leads", "2026", east)
    set_goal(year, "10")
    quarters = {slot("new_leads", f"2026Q{n}", east): n for n in range(1, 5)}
    split(company, now, year, quarters, axis=Axis.PERIODS)
    quarter = slot("new_leads", "2026Q4", east)
    months = {slot("new_leads", f"2026-{n}", east): 1 for n in (10, 11, 12)}
    split(company, now, quarter, months, axis=Axis.PERIODS)
    assert Goal.objects.count() == 8


def test_nothing_is_written_where_one_part_is_refused(company, now, set_goal, east):
    place = slot("new_leads", "2026", COMPANY)
    set_goal(place, "10")
    south = Holder(company.departments["south"].pk)
    with pytest.raises(Refused) as refusal:
        split(company, now, place, {slot("new_leads", "2026", east): "5", slot("new_leads", "2026", south): "-5"})
    assert [(r.code, r.params["part"]) for r in refusal.value.verdict.reasons] == [("negative", south.key)]
    assert Goal.objects.count() == 1


def test_only_its_own_parts_belong_to_a_split(company, now, set_goal, east):
    place = slot("new_leads", "2026", east)
    set_goal(place, "10")
    strangers = [
        slot("new_leads", "2026", holder_of(company.other_team)),
        slot("new_leads", "2026", COMPANY),
        slot("new_leads", "2026", east),
        slot("new_deals", "2026", holder_of(company.rep)),
        slot("new_leads", "2026Q1", holder_of(company.rep)),
    ]
    for stranger in strangers:
        with pytest.raises(Refused) as refusal:
            split(company, now, place, {stranger: "1"})
        assert "not_a_part" in refusal.value.verdict.codes
    with pytest.raises(Refused):
        split(company, now, place, {slot("new_leads", "2027Q1", east): "1"}, axis=Axis.PERIODS)
    company_wide = slot("new_leads", "2026", COMPANY)
    set_goal(company_wide, "10")
    with pytest.raises(Refused):
        split(company, now, company_wide, {slot("new_leads", "2026", holder_of(company.rep)): "1"})


def test_a_lead_may_not_split_what_lies_above_him(company, now, set_goal, east):
    place = slot("new_leads", "2026", COMPANY)
    set_goal(place, "10")
    with pytest.raises(Goal.DoesNotExist):
        split(company, now, place, {slot("new_leads", "2026", east): "5"}, by="team_lead")


def test_a_part_or_whole_that_changed_meanwhile_stops_the_split(company, now, set_goal, east):
    place, part = slot("new_leads", "2026", COMPANY), slot("new_leads", "2026", east)
    set_goal(place, "10")
    set_goal(part, "4", by="team_lead")
    with pytest.raises(Conflict):
        split(company, now, place, {part: "5"})
    with pytest.raises(Conflict):
        split(company, now, place, {part: "5"}, version=7, versions={part: 1})
    with pytest.raises(Conflict):
        split(company, now, place, {part: None}, versions={part: 3})
    assert Goal.objects.get(holder=east.key).amount == 4
    split(company, now, place, {part: None}, versions={part: 1})
    assert not Goal.objects.get(holder=east.key).is_standing


def test_without_a_goal_there_is_nothing_to_split(company, now, east):
    with pytest.raises(Refused) as refusal:
        split(company, now, slot("new_leads", "2026", COMPANY), {slot("new_leads", "2026", east): "5"})
    assert refusal.value.verdict.codes == ("no_goal",)


def test_withdrawing_can_be_undone(company, now, set_goal, east):
    goal = set_goal(slot("new_leads", "2026", east), "10")
    with pytest.raises(Conflict):
        actions.withdraw_goal(goal=goal, version=9, by=company.by("director"), now=now)
    gone = actions.withdraw_goal(goal=goal, version=1, by=company.by("director"), now=now)
    with pytest.raises(Refused):
        actions.withdraw_goal(goal=goal, version=gone.version, by=company.by("director"), now=now)
    with pytest.raises(Goal.DoesNotExist):
        actions.restore_goal(goal=goal, by=company.by("rep"), now=now)
    back = actions.restore_goal(goal=goal, by=company.by("team_lead"), now=now)
    assert (back.is_standing, back.amount, back.version) == (True, 10, 3)
    assert actions.restore_goal(goal=goal, by=company.by("team_lead"), now=now).version == 3
    assert [e.kind for e in history_of(goal)] == ["goals.restored", "goals.withdrawn", "goals.set"]


def test_a_withdrawn_place_takes_a_new_goal(company, now, set_goal, east):
    place = slot("new_leads", "2026", east)
    goal = set_goal(place, "10")
    actions.withdraw_goal(goal=goal, version=1, by=company.by("director"), now=now)
    again = set_goal(place, "12")
    assert (again.pk, again.amount, again.is_standing) == (goal.pk, 12, True)
    assert history_of(goal).first().changes["amount"] == [None, "12"]


def test_reps_read_their_own_and_the_headlines_above_them(company, now):
    set_goals(
        company, now, "new_leads", company__2026=100, hq__2026=90, east__2026=50, south__2026=50, rep__2026=20,
        teammate__2026=30, other_team__2026=50,
    )  # fmt: skip

    def seen(name):
        holders = Goal.objects.visible_to(company.by(name)).values_list("holder", flat=True)
        names = {holder_of(getattr(company, n)).key: n for n in ("rep", "teammate", "other_team")}
        names |= {f"d{d.pk}": n for n, d in company.departments.items()}
        return {names.get(h, h) for h in holders}

    assert seen("rep") == {"company", "hq", "east", "rep"}
    assert seen("other_team") == {"company", "hq", "south", "other_team"}
    assert seen("team_lead") == {"company", "hq", "east", "rep", "teammate"}
    assert seen("director") == seen("auditor") == {"company", "hq", "east", "south", "rep", "teammate", "other_team"}
    assert seen("process_owner") == seen("collaborator") == seen("admin") == seen("disabled") == set()
    assert not Goal.objects.visible_to(company.by("auditor"), "write").exists()
