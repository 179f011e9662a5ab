"""S2.6: leads of the pool are given out by rules, previewed before, all of it or nothing."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.leads.drafts import ready
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers.models import Holding, Lead
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import PlanChanged, RuleDraft
from tuoke.steps.leads.models import AssignmentRule
from tuoke.steps.leads.queries.assignment import planned_assignment
from tuoke.steps.leads.rules.assignment import Item, Person, Rule, RuleKind, plan
from tuoke.steps.leads.rules.pool import PoolPolicy

WEIGHT = PoolPolicy().weight


def item(pk, tier="", region="", industry=""):
    return Item(pk, tier, region, industry)


def people(*persons):
    return {person.pk: person for person in persons}


def given_to(found):
    return {one.item: one.person for one in found.given}


# The rules themselves


def test_turns_go_on_where_they_stopped():
    rule = Rule(1, RuleKind.TURN, (10, 11, 12), last=10)
    found = plan([item(n) for n in range(4)], rules=[rule], people=people(*map(Person, (10, 11, 12))), weight=WEIGHT)
    assert given_to(found) == {0: 11, 1: 12, 2: 10, 3: 11}
    assert found.served == {1: 11}


def test_load_is_weighed_by_tier():
    rule = Rule(1, RuleKind.LOAD, (10, 11))
    items = [item(1, "focus"), item(2, "watch"), item(3, "watch"), item(4, "watch"), item(5, "nurture")]
    found = plan(items, rules=[rule], people=people(Person(10), Person(11)), weight=WEIGHT)
    assert given_to(found) == {1: 10, 2: 11, 3: 11, 4: 11, 5: 10}
    busy = plan(items[:1], rules=[rule], people=people(Person(10, load=5), Person(11, load=4)), weight=WEIGHT)
    assert given_to(busy) == {1: 11}


def test_the_first_rule_that_fits_decides_and_the_next_one_helps_out():
    rules = [
        Rule(1, RuleKind.REGION, (10,), values=("江苏", "上海")),
        Rule(2, RuleKind.INDUSTRY, (11,), values=("制造",)),
        Rule(3, RuleKind.TURN, (12,)),
    ]
    persons = people(Person(10, room=1), Person(11), Person(12, room=1))
    items = [
        item(1, region="江苏省苏州市"), item(2, region="上海市", industry="装备制造业"), item(3, industry="制造业"),
        item(4, region="北京市"), item(5, region="北京市"), item(6),
    ]  # fmt: skip
    found = plan(items, rules=rules, people=persons, weight=WEIGHT)
    assert given_to(found) == {1: 10, 2: 11, 3: 11, 4: 12}
    assert [(one.item, one.code) for one in found.left] == [(5, "people_full"), (6, "people_full")]


def test_what_nobody_gets_says_why():
    narrow = Rule(1, RuleKind.REGION, (99,), values=("江苏", ""))
    found = plan([item(1, region="江苏"), item(2), item(3, region="湖南")], rules=[narrow], people={}, weight=WEIGHT)
    assert [one.code for one in found.left] == ["rule_without_people", "no_rule", "no_rule"]


@given(
    loads=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    tiers=st.lists(st.sampled_from(["focus", "nurture", "watch", ""]), max_size=40),
)
def test_load_never_widens_the_gap_beyond_one_lead(loads, tiers):
    rule = Rule(1, RuleKind.LOAD, tuple(range(len(loads))))
    persons = people(*(Person(pk, load) for pk, load in enumerate(loads)))
    found = plan([item(n, tier) for n, tier in enumerate(tiers)], rules=[rule], people=persons, weight=WEIGHT)
    after = Counter(dict(enumerate(loads)))
    for one in found.given:
        after[one.person] += WEIGHT(tiers[one.item])
    served = {one.person for one in found.given}
    assert all(after[pk] - min(after.values()) <= 3 for pk in served)


@given(
    rooms=st.lists(st.integers(0, 5), min_size=1, max_size=5), count=st.integers(0, 40), kind=st.sampled_from(RuleKind)
)
def test_nobody_gets_more_than_he_has_room_for(rooms, count, kind):
    rule = Rule(1, kind, tuple(range(len(rooms))), values=("苏",))
    persons = people(*(Person(pk, room=room) for pk, room in enumerate(rooms)))
    items = [item(n, region="江苏", industry="苏绣") for n in range(count)]
    found = plan(items, rules=[rule], people=persons, weight=WEIGHT)
    got = Counter(one.person for one in found.given)
    assert all(got[pk] <= room for pk, room in enumerate(rooms))
    assert len(found.given) == min(count, sum(rooms))
    assert len(found.given) + len(found.left) == count


def test_the_same_world_gives_the_same_token_and_another_another():
    rule = Rule(1, RuleKind.TURN, (10, 11))
    persons = people(Person(10), Person(11))
    one = plan([item(1), item(2)], rules=[rule], people=persons, weight=WEIGHT)
    assert one.token == plan([item(1), item(2)], rules=[rule], people=persons, weight=WEIGHT).token
    assert one.token != plan([item(2), item(1)], rules=[rule], people=persons, weight=WEIGHT).token
    assert one.token != plan([item(1)], rules=[rule], people=persons, weight=WEIGHT).token


# From the pool to people


@pytest.fixture
def boss(company):
    return company.by("director")


def saved(company, now, **changes):
    said = {"name": "规则", "kind": RuleKind.TURN, "people": [company.rep.pk, company.teammate.pk]} | changes
    return actions.save_assignment_rule(
        rule=None, version=0, draft=RuleDraft(**said), by=company.by("director"), now=now
    )


def pooled(staff, now, count, **changes):
    drafts = [ready(want=f"项目{n}", **changes) for n in range(count)]
    return actions.create_many(drafts=drafts, by=staff.by("rep"), now=now)


def test_what_was_previewed_is_done_with_log_and_history(company, boss, now):
    rule = saved(company, now)
    pooled(company, now, 5)
    found = planned_assignment(Lead.objects.all(), who=boss)
    assert [(share.person.name, share.count, share.held, share.more) for share in found.shares] == [
        ("李强", 3, 0, 9), ("王芳", 2, 0, 6),
    ]  # fmt: skip
    done = actions.assign_by_rules(leads=Lead.objects.all(), token=found.plan.token, by=boss, now=now)
    assert {one.item: one.person for one in done.plan.given} == dict(Lead.objects.values_list("pk", "owner_id"))
    assert Holding.objects.filter(how="assigned", before=None, at=now).count() == 5
    lead = Lead.objects.order_by("id").first()
    assert (lead.owned_since, lead.department, lead.version) == (now, company.departments["east"], 2)
    assert lead.due_on is not None
    event = Event.objects.filter(kind="leads.assigned").order_by("id").first()
    assert (event.facts, event.changes) == ({"rule": "规则"}, {"owner": ["", lead.owner.name]})
    rule.refresh_from_db()
    assert rule.last_served == company.teammate
    assert planned_assignment(Lead.objects.all(), who=boss).elsewhere == 5


def test_a_world_that_moved_on_is_shown_and_nothing_done(company, boss, now):
    saved(company, now)
    leads = pooled(company, now, 4)
    token = planned_assignment(Lead.objects.all(), who=boss).plan.token
    actions.claim_lead(lead=leads[0], by=company.by("other_team"), now=now)
    with pytest.raises(PlanChanged) as excinfo:
        actions.assign_by_rules(leads=Lead.objects.all(), token=token, by=boss, now=now)
    assert len(excinfo.value.now.plan.given) == 3
    assert Lead.objects.filter(owner=None).count() == 3
    assert not Holding.objects.filter(how="assigned").exists()
    again = excinfo.value.now.plan.token
    actions.assign_by_rules(leads=Lead.objects.all(), token=again, by=boss, now=now)
    assert not Lead.objects.filter(owner=None).exists()


def test_nobody_is_given_more_than_he_may_hold(company, boss, now):
    saved(company, now)
    pooled(company, now, 5)
    policy = PoolPolicy(hold_limit=2)
    actions.save_pool_rules(policy=policy, version=0, by=boss, now=now)
    found = planned_assignment(Lead.objects.all(), who=boss)
    assert (len(found.plan.given), dict(found.left)) == (4, {"people_full": 1})
    actions.assign_by_rules(leads=Lead.objects.all(), token=found.plan.token, by=boss, now=now)
    counts = Counter(Lead.objects.exclude(owner=None).values_list("owner_id", flat=True))
    assert set(counts.values()) == {2}


def test_one_gives_to_ones_own_people_only(company, now):
    saved(company, now, departments=[company.departments["hq"].pk], people=[])
    pooled(company, now, 6)
    lead = planned_assignment(Lead.objects.all(), who=company.by("team_lead"))
    assert {share.person.name for share in lead.shares} == {"王芳", "李强", "李娜"}
    whole = planned_assignment(Lead.objects.all(), who=company.by("director"))
    assert {share.person.name for share in whole.shares} == {"王芳", "李强", "李娜", "赵敏", "周总"}


def test_a_province_takes_its_cities(company, boss, now):
    saved(company, now, kind=RuleKind.REGION, values=["江苏"])
    for region in ("苏州", "昆山市", "江苏省南京市", "杭州", ""):
        pooled(company, now, 1, region=region, company=f"{region}公司")
    found = planned_assignment(Lead.objects.all(), who=boss)
    regions = Lead.objects.filter(pk__in=[one.item for one in found.plan.given]).values_list("region", flat=True)
    assert set(regions) == {"苏州", "昆山市", "江苏省南京市"}


def test_who_has_left_gets_nothing(company, boss, now):
    saved(company, now, people=[company.rep.pk, company.teammate.pk])
    pooled(company, now, 2)
    type(company.rep).objects.filter(pk=company.rep.pk).update(is_active=False)
    found = planned_assignment(Lead.objects.all(), who=boss)
    assert {one.person for one in found.plan.given} == {company.teammate.pk}


def test_rules_that_are_off_decide_nothing(company, boss, now):
    saved(company, now, is_active=False)
    pooled(company, now, 1)
    found = planned_assignment(Lead.objects.all(), who=boss)
    assert (found.plan.given, dict(found.left), found.by_rule) == ((), {"no_rule": 1}, ())
    with pytest.raises(Refused) as excinfo:
        actions.assign_by_rules(leads=Lead.objects.all(), token=found.plan.token, by=boss, now=now)
    assert excinfo.value.verdict.codes == ("nothing_to_assign",)


@pytest.mark.parametrize("actor", ["rep", "auditor", "process_owner", "admin"])
def test_only_who_assigns_assigns(company, actor, now):
    with pytest.raises(Refused) as excinfo:
        actions.assign_by_rules(leads=Lead.objects.all(), token="", by=company.by(actor), now=now)
    assert excinfo.value.verdict.codes == ("may_not_assign",)


def test_a_preview_costs_the_same_for_one_and_three(company, boss, now, django_assert_num_queries):
    saved(company, now)
    counts = []
    for _ in range(2):
        pooled(company, now, 1 if not counts else 2, industry=f"行业{len(counts)}")
        with django_assert_num_queries(16, exact=False) as seen:
            planned_assignment(Lead.objects.all(), who=boss)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_ten_thousand_are_given_out_evenly_and_each_leaves_its_lines(company, boss, now):
    saved(company, now, kind=RuleKind.LOAD)
    actions.save_pool_rules(policy=PoolPolicy(hold_limit=None), version=0, by=boss, now=now)
    Lead.objects.bulk_create(
        Lead(company=f"公司{n}", party_key=f"k{n}", created_at=now, tier=("focus", "nurture", "")[n % 3])
        for n in range(10_000)
    )
    found = planned_assignment(Lead.objects.all(), who=boss)
    actions.assign_by_rules(leads=Lead.objects.all(), token=found.plan.token, by=boss, now=now)
    assert Holding.objects.count() == Event.objects.filter(kind="leads.assigned").count() == 10_000
    loads = [share.load + share.more for share in found.shares]
    assert max(loads) - min(loads) <= 3


# Setting rules


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": " "}, "blank"),
        ({"name": "长" * 41}, "too_long"),
        ({"kind": RuleKind.REGION}, "values_missing"),
        ({"kind": RuleKind.INDUSTRY, "values": [" "]}, "values_missing"),
        ({"values": ["x"] * 61}, "too_many_values"),
        ({"people": []}, "people_missing"),
        ({"people": [10**9]}, "people_unknown"),
        ({"departments": [10**9]}, "people_unknown"),
    ],
)
def test_a_rule_without_sense_is_refused(company, now, changes, code):
    with pytest.raises(Refused) as excinfo:
        saved(company, now, **changes)
    assert excinfo.value.verdict.codes == (code,)
    assert not AssignmentRule.objects.exists()


def test_rules_are_edited_moved_and_removed_with_history(company, boss, now):
    first, second = saved(company, now, name="一"), saved(company, now, name="二")
    draft = RuleDraft(name="一改", kind=RuleKind.REGION, values=["江苏"], departments=[company.departments["east"].pk])
    actions.save_assignment_rule(rule=first, version=1, draft=draft, by=boss, now=now)
    with pytest.raises(Conflict):
        actions.save_assignment_rule(rule=first, version=1, draft=draft, by=boss, now=now)
    actions.move_assignment_rule(rule=second, up=1, by=boss, now=now)
    assert [rule.name for rule in AssignmentRule.objects.all()] == ["二", "一改"]
    actions.move_assignment_rule(rule=second, up=1, by=boss, now=now)  # is first already
    actions.remove_assignment_rule(rule=second, by=boss, now=now)
    assert [rule.name for rule in AssignmentRule.objects.all()] == ["一改"]
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == [
        "leads.assignment_rule_saved", "leads.assignment_rule_saved", "leads.assignment_rule_saved",
        "leads.assignment_rules_ordered", "leads.assignment_rule_removed",
    ]  # fmt: skip
    changed = Event.objects.filter(kind="leads.assignment_rule_saved").latest("id").changes
    assert changed["people"] == ["李强、王芳", ""]
    with pytest.raises(AssignmentRule.DoesNotExist):
        actions.remove_assignment_rule(rule=second, by=boss, now=now)


def test_only_who_sets_rules_sets_them(company, now):
    rule = saved(company, now)
    lead, draft = company.by("team_lead"), RuleDraft(name="x", kind=RuleKind.TURN, people=[company.rep.pk])
    for act in (
        lambda: actions.save_assignment_rule(rule=None, version=0, draft=draft, by=lead, now=now),
        lambda: actions.move_assignment_rule(rule=rule, up=1, by=lead, now=now),
        lambda: actions.remove_assignment_rule(rule=rule, by=lead, now=now),
    ):
        with pytest.raises(Refused) as excinfo:
            act()
        assert excinfo.value.verdict.codes == ("may_not_set_rules",)
