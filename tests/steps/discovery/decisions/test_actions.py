from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.spine.followups.cases import a_contact, a_customer, a_deal, lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.hooks import Move
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import ContactDraft, DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.steps.discovery.decisions import actions, queries
from tuoke.steps.discovery.decisions.facts import facts_of
from tuoke.steps.discovery.decisions.models import PurchaseCriterion, Reporting, Stance
from tuoke.steps.discovery.decisions.rules import (
    Attitude,
    CriterionDraft,
    Finding,
    Influence,
    KnownKind,
    ProcessDraft,
    StanceDraft,
)
from tuoke.steps.discovery.models import Need

TODAY = date(2026, 11, 23)


def codes(refusal):
    return [reason.code for reason in refusal.value.verdict.reasons]


@pytest.fixture
def stand(deal, contact, by, now):
    def stood(*, person=None, version=0, **said):
        return actions.take_stance(
            deal=deal, contact=person or contact, version=version, draft=StanceDraft(**said), by=by, now=now
        )

    return stood


@pytest.fixture
def add(deal, by, now):
    def added(text="周期", *, of=None, **said):
        return actions.add_criterion(deal=of or deal, draft=CriterionDraft(text, **said), by=by, now=now)

    return added


def met(deal, contact, user, now, **more):
    return FollowUp.objects.create(
        opportunity=deal, contact=contact, by=user, at=now, summary="聊了", created_at=now, channels=["visit"], **more
    )


def test_an_attitude_is_kept_with_its_day_and_the_one_before(stand, deal, now):
    first = stand(attitude=Attitude.NEUTRAL, influence=Influence.HIGH)
    assert (first.since, first.version) == (TODAY, 1)
    again = stand(
        version=1, attitude=Attitude.SUPPORTS, influence=Influence.HIGH, since=date(2026, 11, 20), cares="交付"
    )
    assert again.since == date(2026, 11, 20)
    assert [(e.attitude, e.since) for e in again.entries.all()] == [
        ("supports", date(2026, 11, 20)),
        ("neutral", TODAY),
    ]
    told = timeline_of(thread=deal)[0]
    assert told.kind == "decisions.stance"
    assert told.changes["attitude"] == ["neutral", "supports"]
    same = stand(
        version=2, attitude=Attitude.SUPPORTS, influence=Influence.HIGH, since=date(2026, 11, 20), cares="交付"
    )
    assert same.version == 2, "nothing changed, nothing stored"


def test_who_saves_second_is_told(stand):
    stand(attitude=Attitude.NEUTRAL)
    with pytest.raises(Conflict):
        stand(attitude=Attitude.OPPOSES)
    assert Stance.objects.get().attitude == "neutral"


def test_only_this_customers_people_of_a_living_companys_deal(stand, deal, company, by, now):
    with pytest.raises(Refused) as refusal:
        stand(person=a_contact(a_customer(company.rep, name="别家")), attitude=Attitude.NEUTRAL)
    assert codes(refusal) == ["contact_elsewhere"]
    Opportunity.objects.filter(pk=deal.pk).update(market="toc")
    lost(deal)
    with pytest.raises(Refused) as refusal:
        stand(attitude=Attitude.NEUTRAL)
    assert codes(refusal) == ["deal_closed", "no_map_for_persons"]


def test_somebody_elses_deal_is_not_there(deal, contact, company, now, add):
    criterion = add()
    for who in ("other_team", "teammate", "collaborator", "auditor", "admin"):
        by = company.by(who)
        with pytest.raises(Opportunity.DoesNotExist):
            actions.take_stance(deal=deal, contact=contact, version=0, draft=StanceDraft(), by=by, now=now)
        with pytest.raises(Opportunity.DoesNotExist):
            actions.move_criterion(criterion=criterion, to=0, by=by, now=now)


def test_a_role_is_the_contacts_own(deal, contact, by, now):
    changed = actions.set_role(deal=deal, contact=contact, version=1, role=DecisionRole.DECIDER, by=by, now=now)
    assert (changed.role, changed.position) == ("decider", "生产总监")
    with pytest.raises(Conflict):
        actions.set_role(deal=deal, contact=contact, version=1, role=DecisionRole.USER, by=by, now=now)


def test_a_new_person_comes_with_his_place_or_not_at_all(deal, contact, by, now):
    draft = StanceDraft(Influence.HIGH, Attitude.SUPPORTS)
    person = actions.add_person(
        deal=deal, person=ContactDraft("陈总", role="decider"), draft=draft, boss_id=None, by=by, now=now
    )
    assert queries.chain_of(by, deal).people[0].contact == person
    with pytest.raises(Refused):
        actions.add_person(deal=deal, person=ContactDraft("空"), draft=draft, boss_id=999_999, by=by, now=now)
    assert Contact.objects.count() == 2


def test_lines_make_no_circle_and_can_be_taken_away(deal, contact, by, now):
    boss = a_contact(deal.customer, name="陈总")

    def line(person, above):
        actions.set_boss(deal=deal, contact=person, boss_id=above, by=by, now=now)

    line(contact, boss.pk)
    with pytest.raises(Refused) as refusal:
        line(boss, contact.pk)
    assert codes(refusal) == ["reports_in_a_circle"]
    assert queries.chain_of(by, deal).drawing.lines[0].boss == boss.pk
    line(contact, None)
    assert queries.lines_of(deal.customer_id) == {}


def test_who_has_met_whom_is_counted_from_follow_ups(deal, contact, company, by, now):
    met(deal, contact, company.rep, now)
    met(deal, contact, company.rep, now - timedelta(days=3))
    met(deal, contact, company.team_lead, now - timedelta(days=1))
    seen = queries.chain_of(by, deal).people[0]
    assert [(t.by_name, t.times) for t in seen.touches] == [("王芳", 2), ("李娜", 1)]
    assert seen.last_met_on == TODAY
    foreign = a_deal(company.other_team, deal.playbook_version, customer=a_customer(company.other_team, name="南方"))
    met(foreign, contact, company.other_team, now)
    assert len(queries.chain_of(by, deal).people[0].touches) == 2, "what he can't see isn't told"


def test_the_map_is_whole_once_all_is_thought_of(deal, contact, stand, company, by, now):
    assert not facts_of(deal)["decision_map_complete"]
    Contact.objects.filter(pk=contact.pk).update(role="decider")
    chief = a_contact(deal.customer, name="李主管", role="influencer")
    for person in (contact, chief):
        stand(person=person, attitude=Attitude.SUPPORTS)
        met(deal, person, company.rep, now)
    for role in (DecisionRole.USER, DecisionRole.BLOCKER):
        actions.think_of_role(deal=deal, role=role, note="", by=by, now=now)
    assert facts_of(deal)["decision_map_complete"]
    actions.reconsider_role(deal=deal, role=DecisionRole.USER, by=by, now=now)
    assert [g.code for g in queries.chain_of(by, deal).gaps(today=TODAY)] == ["role_unthought"]
    with pytest.raises(Refused) as refusal:
        actions.think_of_role(deal=deal, role=DecisionRole.DECIDER, note="", by=by, now=now)
    assert codes(refusal) == ["role_never_empty"]
    Opportunity.objects.filter(pk=deal.pk).update(market="toc")
    assert facts_of(Opportunity.objects.get(pk=deal.pk))["decision_map_complete"], "nothing is asked of a person"


def test_who_has_no_part_is_off_the_map_and_can_come_back(deal, contact, by, now):
    actions.leave_out(deal=deal, contact=contact, version=0, by=by, now=now)
    chain = queries.chain_of(by, deal)
    assert (chain.people, len(chain.left_out)) == ((), 1)
    assert queries.people_as_seen(deal) == []
    actions.take_in(deal=deal, contact=contact, by=by, now=now)
    assert len(queries.chain_of(by, deal).people) == 1


def test_criteria_stand_in_the_customers_order(add, deal, by, now):
    rows = [add(text) for text in ("周期", "安全", "成本")]
    assert actions.move_criterion(criterion=rows[2], to=0, by=by, now=now) == 2
    assert [c.text for c in queries.criteria_of(by, deal).listed] == ["成本", "周期", "安全"]
    actions.withdraw_criterion(criterion=rows[0], by=by, now=now)
    assert facts_of(deal)["purchase_criteria"] == 2
    actions.restore_criterion(criterion=rows[0], by=by, now=now)
    assert facts_of(deal)["purchase_criteria"] == 3
    with pytest.raises(Refused) as refusal:
        add(" 成本 ", contact_id=999_999, competitor_id=999_999)
    assert codes(refusal) == ["contact_elsewhere", "competitor_unknown", "criterion_twice"]


def test_weights_are_split_and_unsplit(add, deal, by, now):
    add("周期", weight=40)
    rest = [add("安全"), add("成本")]
    keys = actions.split_weights(deal=deal, by=by, now=now)
    criteria = queries.criteria_of(by, deal)
    assert [c.weight for c in criteria.listed] == [40, 30, 30]
    assert criteria.makes_100
    with pytest.raises(Refused) as refusal:
        actions.split_weights(deal=deal, by=by, now=now)
    assert codes(refusal) == ["weights_all_given"]
    actions.clear_weights(deal=deal, keys=keys, by=by, now=now)
    assert [c.weight for c in queries.criteria_of(by, deal).listed] == [40, None, None]
    assert keys == [row.pk for row in rest]


def test_an_edit_says_names_in_the_history(add, contact, by, now):
    rival = Competitor.objects.create(name="用友")
    criterion = add(weight=30)
    draft = CriterionDraft("周期", weight=40, contact_id=contact.pk, competitor_id=rival.pk)
    actions.edit_criterion(criterion=criterion, version=1, draft=draft, by=by, now=now)
    changes = history_of(criterion)[0].changes
    assert changes == {"weight": [30, 40], "contact": ["", "陈工"], "competitor": ["", "用友"]}
    with pytest.raises(Conflict):
        actions.edit_criterion(criterion=criterion, version=1, draft=draft, by=by, now=now)


def test_the_way_of_buying_is_one_form(deal, by, now):
    process = actions.set_process(deal=deal, version=0, draft=ProcessDraft(tender=False, rounds=2), by=by, now=now)
    assert (process.tender, process.version) == (False, 1)
    with pytest.raises(Conflict):
        actions.set_process(deal=deal, version=0, draft=ProcessDraft(), by=by, now=now)


# Known facts


@pytest.fixture
def second(deal, contact, company, by, now, add, stand):
    """A deal with a customer of whom an earlier one has left a need, a criterion and a stance."""
    Need.objects.create(
        customer=deal.customer, opportunity=deal, kind="rigid", description="报表", priority="high", created_at=now
    )
    add("周期", weight=60, own_words="越快越好")
    stand(attitude=Attitude.SUPPORTS, influence=Influence.HIGH)
    return a_deal(company.rep, deal.playbook_version, customer=deal.customer, name="二期", motion="existing")


def judge(deal, item, finding, by, now, note=""):
    return actions.judge_known(deal=deal, kind=item.kind, ref=item.ref, finding=finding, note=note, by=by, now=now)


def test_what_is_known_is_judged_one_by_one(deal, second, by, now):
    assert facts_of(deal)["known_facts_reviewed"], "nothing was before the first deal"
    assert not facts_of(second)["known_facts_reviewed"]
    items = queries.known_from_before(by, second)
    assert [item.kind for item in items] == [KnownKind.NEED, KnownKind.CRITERION, KnownKind.STANCE]
    with pytest.raises(Refused) as refusal:
        judge(second, items[0], Finding.CHANGED, by, now)
    assert codes(refusal) == ["change_missing"]
    judge(second, items[0], Finding.SOLVED, by, now)
    assert actions.hold_the_rest(deal=second, by=by, now=now) == 2
    assert facts_of(second)["known_facts_reviewed"]
    actions.reopen_known(deal=second, kind=items[0].kind, ref=items[0].ref, by=by, now=now)
    assert not facts_of(second)["known_facts_reviewed"]


def test_only_what_is_known_can_be_judged(deal, second, by, now):
    with pytest.raises(Refused) as refusal:
        actions.judge_known(
            deal=second, kind=KnownKind.NEED, ref=999_999, finding=Finding.HOLDS, note="", by=by, now=now
        )
    assert codes(refusal) == ["unknown_fact"]


def test_what_holds_is_carried_over_once(deal, second, by, now):
    actions.hold_the_rest(deal=second, by=by, now=now)
    assert actions.carry_over(deal=second, by=by, now=now) == (1, 1)
    assert actions.carry_over(deal=second, by=by, now=now) == (0, 0)
    carried = PurchaseCriterion.objects.get(opportunity=second)
    assert (carried.text, carried.weight, carried.own_words, carried.standing) == ("周期", 60, "越快越好", "")
    stance = Stance.objects.get(opportunity=second)
    assert (stance.attitude, stance.entries.count()) == ("supports", 1)


def test_the_owner_is_asked_only_for_what_he_can_see(deal, second, company):
    Opportunity.objects.filter(pk=deal.pk).update(owner=company.other_team, department=company.other_team.department)
    assert facts_of(second)["known_facts_reviewed"]


# One person in two


def test_two_contacts_who_are_one_keep_one_place(deal, contact, stand, add, company, by, now):
    other, boss = a_contact(deal.customer, name="陈工程师"), a_contact(deal.customer, name="陈总")
    elsewhere = a_deal(company.rep, deal.playbook_version, customer=deal.customer, name="二期")
    stand(attitude=Attitude.SUPPORTS)
    stand(person=other, attitude=Attitude.OPPOSES)
    kept = Stance.objects.create(opportunity=elsewhere, contact=other, created_at=now)
    add(contact_id=other.pk)
    Reporting.objects.create(contact=other, boss=contact, at=now)
    Reporting.objects.create(contact=boss, boss=other, at=now)
    moved = actions.repoint(Move(source=other, target=contact))
    assert moved["decisions.stance.contact"] == [kept.pk]
    assert Stance.objects.get(opportunity=deal, contact=contact).attitude == "supports"
    assert PurchaseCriterion.objects.get().contact == contact
    assert queries.lines_of(deal.customer_id) == {boss.pk: contact.pk, other.pk: contact.pk}
    actions.repoint(Move(source=contact, target=other, only=moved))
    assert Stance.objects.get(pk=kept.pk).contact == other


# Cost


def test_map_and_facts_cost_the_same_for_more_people(deal, contact, stand, second, company, by, now):
    def cost(act):
        with CaptureQueriesContext(connection) as queries_run:
            act()
        return len(queries_run)

    met(deal, contact, company.rep, now)
    asked = (
        lambda: queries.chain_of(by, deal),
        lambda: facts_of(second),
        lambda: queries.known_from_before(by, second),
    )
    before = [cost(act) for act in asked]
    for name in ("甲", "乙"):
        person = a_contact(deal.customer, name=name)
        stand(person=person, attitude=Attitude.NEUTRAL)
        met(deal, person, company.rep, now)
        actions.set_boss(deal=deal, contact=person, boss_id=contact.pk, by=by, now=now)
    assert [cost(act) for act in asked] == before
    assert before[0] <= 8
