"""S2.6 公海: limits from the claim log, cool-down, automatic return; and the traps that others fell into."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.calendar.queries import workdays
from tuoke.spine.catalog.rules import Market, Scale, Segment
from tuoke.spine.customers.actions import create_customer, touched
from tuoke.spine.customers.models import Customer, Holding, Lead
from tuoke.spine.customers.rules import CustomerDraft
from tuoke.spine.deals.actions import open_deal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import NextAction
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.leads import actions, jobs
from tuoke.steps.leads.models import PoolRules
from tuoke.steps.leads.queries import claim_verdict, pool_policy, recently_recycled, recycled_soon, taken_by
from tuoke.steps.leads.rules.cadence import Cadence
from tuoke.steps.leads.rules.pool import Claimer, Pace, PoolPolicy, may_claim

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
SYSTEM = system("test")


@pytest.fixture
def rep(company):
    return company.by("rep")


def pooled(by, now, **changes):
    return actions.create_many(drafts=[ready(**changes)], by=by, now=now)[0]


def held(company, now, who="rep", **changes):
    return pooled(company.by(who), now, owner_id=getattr(company, who).pk, **changes)


def refusal(excinfo):
    (reason,) = excinfo.value.verdict.reasons
    return reason.code, reason.params


def rules(company, now, **changes):
    policy = PoolPolicy(**changes)
    version = PoolRules.objects.values_list("version", flat=True).first() or 0
    actions.save_pool_rules(policy=policy, version=version, by=company.by("director"), now=now)
    actions.apply_pool_rules(now=now)
    return policy


def fresh(lead):
    return type(lead).objects.get(pk=lead.pk)


# Claiming and its limits


def test_claiming_is_logged_and_starts_the_clock(company, rep, now):
    lead = actions.claim_lead(lead=pooled(rep, now - 30 * DAY), by=rep, now=now)
    entry = Holding.objects.get()
    assert (entry.how, entry.user, entry.before, entry.at, entry.lead) == ("claimed", company.rep, None, now, lead)
    assert (fresh(lead).owned_since, fresh(lead).due_on) == (now, date(2026, 11, 26))


def test_claims_of_a_day_are_limited_with_figures(company, rep, now):
    rules(company, now, claims_per_day=2, cool_down_days=0)
    leads = [pooled(rep, now, want=f"项目{n}") for n in range(3)]
    for lead in leads[:2]:
        actions.claim_lead(lead=lead, by=rep, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=leads[2], by=rep, now=now)
    assert refusal(excinfo) == ("claims_used_up", {"count": 2, "limit": 2})
    assert actions.claim_lead(lead=leads[2], by=rep, now=now + DAY)


def test_trap_15a_claim_return_claim_counts_twice(company, rep, now):
    rules(company, now, claims_per_day=2, cool_down_days=0)
    lead = pooled(rep, now)
    for _ in range(2):
        actions.claim_lead(lead=lead, by=rep, now=now)
        actions.return_to_pool(lead=lead, reason="不合适", by=rep, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=lead, by=rep, now=now)
    assert refusal(excinfo)[0] == "claims_used_up"


def test_trap_15b_somebody_in_between_does_not_end_the_cool_down(company, rep, now):
    lead, other = pooled(rep, now - 60 * DAY), company.by("teammate")
    actions.claim_lead(lead=lead, by=rep, now=now - 20 * DAY)
    actions.return_to_pool(lead=lead, reason="联系不上", by=rep, now=now - 12 * DAY)
    actions.claim_lead(lead=lead, by=other, now=now - 11 * DAY)
    actions.return_to_pool(lead=lead, reason="联系不上", by=other, now=now - 2 * DAY)
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=lead, by=rep, now=now)
    assert refusal(excinfo) == ("cooling_down", {"days": 12, "until": date(2026, 12, 11)})
    assert not claim_verdict(fresh(lead), user_id=rep.user_id, now=now + 17 * DAY)
    assert actions.claim_lead(lead=lead, by=rep, now=now + 18 * DAY)


def test_trap_15b_a_colleague_it_was_given_to_does_not_either(company, rep, now):
    lead = held(company, now)
    actions.assign_lead(lead=lead, to=company.teammate, by=company.by("team_lead"), now=now)
    actions.return_to_pool(lead=lead, reason="给错了", by=company.by("teammate"), now=now)
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=lead, by=rep, now=now + DAY)
    assert refusal(excinfo)[0] == "cooling_down"


def test_trap_15b_another_lead_of_the_same_party_cools_down_too(company, rep, now):
    first, second = pooled(rep, now), pooled(rep, now, want="另一项", phone="")
    actions.claim_lead(lead=first, by=rep, now=now)
    actions.return_to_pool(lead=first, reason="没空", by=rep, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=second, by=rep, now=now)
    assert refusal(excinfo)[0] == "cooling_down"
    draft = CustomerDraft(name=first.company)
    customer = create_customer(draft=draft, by=company.by("director"), now=now)
    with pytest.raises(Refused) as excinfo:
        actions.claim_customer(customer=customer, by=rep, now=now)
    assert refusal(excinfo)[0] == "cooling_down"


def test_trap_15c_an_edit_restarts_neither_wait_nor_clock(company, rep, now):
    rules(company, now, wait_days=5)
    lead = held(company, now - 20 * DAY)
    actions.return_to_pool(lead=lead, reason="x", by=rep, now=now - 4 * DAY)
    boss = company.by("director")
    actions.edit_lead(lead=lead, version=fresh(lead).version, draft=ready(note="改"), by=boss, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=lead, by=company.by("teammate"), now=now)
    assert refusal(excinfo) == ("too_new_in_pool", {"until": date(2026, 11, 24)})
    mine = actions.claim_lead(lead=lead, by=company.by("teammate"), now=now + DAY)
    before = fresh(mine).recycle_on
    draft = ready(note="再改")
    actions.edit_lead(lead=mine, version=fresh(mine).version, draft=draft, by=boss, now=now + 3 * DAY)
    assert fresh(mine).recycle_on == before


def test_trap_16_what_the_limit_counts_is_what_it_says(company, rep, now):
    policy = rules(company, now, hold_limit=2)
    held(company, now, want="一")
    draft = CustomerDraft(name="老客户有限公司", owner_id=company.rep.pk)
    customer = create_customer(draft=draft, by=rep, now=now)
    waiting = pooled(rep, now, company="公海公司", phone="")
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=waiting, by=rep, now=now)
    assert refusal(excinfo) == ("hands_full", {"count": 2, "limit": 2})
    deal_of(customer, company, now)  # pursued: takes no place any more
    assert claim_verdict(waiting, user_id=rep.user_id, now=now)
    rules(company, now, hold_limit=2, counts_pursued=True)
    assert claim_verdict(waiting, user_id=rep.user_id, now=now).codes == ("hands_full",)
    rules(company, now, hold_limit=2, counts_customers=False)
    assert claim_verdict(waiting, user_id=rep.user_id, now=now)
    assert policy.hold_limit == 2


def test_practice_and_closed_leads_take_no_place(company, rep, now):
    rules(company, now, hold_limit=1)
    held(company, now, is_practice=True)
    actions.discard_lead(lead=held(company, now, want="旧"), reason="空号", by=rep, now=now)
    assert actions.claim_lead(lead=pooled(rep, now, want="新"), by=rep, now=now)


def test_limits_that_are_off_never_refuse():
    policy = PoolPolicy(hold_limit=None, claims_per_day=None, cool_down_days=0, wait_days=0)
    busy = Claimer(10**6, 10**6, {"lead:1": MONDAY})
    assert may_claim(policy, busy, names=["lead:1"], pooled_on=MONDAY, today=MONDAY)


def test_every_reason_is_told_at_once():
    busy = Claimer(200, 20, {"party:x": MONDAY})
    verdict = may_claim(PoolPolicy(wait_days=1), busy, names=["lead:9", "party:x"], pooled_on=MONDAY, today=MONDAY)
    assert verdict.codes == ("claims_used_up", "hands_full", "cooling_down", "too_new_in_pool")


def test_who_is_given_a_lead_has_room_for_it(company, now):
    rules(company, now, hold_limit=1)
    held(company, now)
    other = held(company, now, who="teammate", want="另一项")
    with pytest.raises(Refused) as excinfo:
        actions.assign_lead(lead=other, to=company.rep, by=company.by("team_lead"), now=now)
    assert refusal(excinfo) == ("hands_full_of", {"count": 1, "limit": 1, "name": "王芳"})


def test_several_are_claimed_as_far_as_the_limit_goes(company, rep, now):
    rules(company, now, claims_per_day=2)
    taken = held(company, now, who="other_team", want="别人的")
    free = [pooled(rep, now, want=f"项目{n}") for n in range(3)]
    chosen = [taken.pk, *(lead.pk for lead in free), free[0].pk, 10**9]
    result = actions.claim_many(leads=chosen, by=rep, now=now)
    assert [lead.pk for lead in result.claimed] == [free[0].pk, free[1].pk]
    assert [(lead.pk, verdict.codes) for lead, verdict in result.refused] == [
        (taken.pk, ("already_claimed",)),
        (free[2].pk, ("claims_used_up",)),
    ]
    assert Holding.objects.filter(user=company.rep, how="claimed").count() == 2
    for wrong, code in (([], "nothing_chosen"), (list(range(201)), "too_many_chosen")):
        with pytest.raises(Refused) as excinfo:
            actions.claim_many(leads=wrong, by=rep, now=now)
        assert refusal(excinfo)[0] == code


# Customers


def deal_of(customer, company, now):
    load_default(by=SYSTEM, now=now)
    return open_deal(
        customer=customer, lead=None, name="项目", owner=company.rep, segment=Segment(Market.TOB, Scale.SMALL),
        amount=None, expected_close_on=None, product=None, is_complex=False, by=company.by("rep"), now=now,
    )  # fmt: skip


def test_a_customer_goes_to_the_pool_and_comes_back(company, rep, now):
    customer = create_customer(draft=CustomerDraft(name="老客户", owner_id=company.rep.pk), by=rep, now=now)
    actions.return_customer(customer=customer, reason="没有需求", by=rep, now=now)
    assert fresh(customer).owner is None
    assert not Customer.objects.visible_to(rep).filter(pk=customer.pk).exists()
    assert Customer.objects.visible_to(rep, "claim").filter(pk=customer.pk).exists()
    assert not Customer.objects.visible_to(company.by("auditor"), "claim").exists()
    other = company.by("other_team")
    actions.claim_customer(customer=customer, by=other, now=now)
    assert fresh(customer).owner == company.other_team
    assert fresh(customer).department == company.departments["south"]
    with pytest.raises(Refused) as excinfo:
        actions.claim_customer(customer=customer, by=company.by("teammate"), now=now)
    assert refusal(excinfo) == ("already_claimed", {"name": "赵敏"})
    assert list(Holding.objects.order_by("id").values_list("how", flat=True)) == ["returned", "claimed"]


def test_a_customer_with_a_running_deal_stays(company, rep, now):
    customer = create_customer(draft=CustomerDraft(name="老客户", owner_id=company.rep.pk), by=rep, now=now)
    deal_of(customer, company, now)
    with pytest.raises(Refused) as excinfo:
        actions.return_customer(customer=customer, reason="x", by=rep, now=now)
    assert refusal(excinfo)[0] == "customer_pursued"


def test_only_who_assigns_gives_out_customers(company, rep, now):
    customer = create_customer(draft=CustomerDraft(name="老客户"), by=rep, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.assign_customer(customer=customer, to=company.rep, by=rep, now=now)
    assert refusal(excinfo)[0] == "may_not_assign"
    lead = company.by("team_lead")
    with pytest.raises(Refused) as excinfo:
        actions.assign_customer(customer=customer, to=company.other_team, by=lead, now=now)
    assert refusal(excinfo)[0] == "owner_not_allowed"
    actions.assign_customer(customer=customer, to=company.rep, by=lead, now=now)
    assert fresh(customer).owner == company.rep


# Automatic return


def overdue_lead(company, now, **changes):
    return held(company, now - 60 * DAY, **changes)


def test_what_is_silent_too_long_goes_back_once_with_log_and_history(company, rep, now):
    lead = overdue_lead(company, now)
    assert actions.recycle(by=SYSTEM, now=now) == 1
    assert actions.recycle(by=SYSTEM, now=now) == 0
    gone = fresh(lead)
    assert (gone.owner, gone.department, gone.owned_since, gone.due_on, gone.recycle_on) == (None,) * 5
    entry = Holding.objects.get()
    assert (entry.how, entry.user, entry.before, entry.reason) == ("recycled", None, company.rep, "9")
    event = Event.objects.get(kind="leads.recycled")
    assert event.facts == {"days": 9, "from": "王芳"}
    (told,) = recently_recycled(rep, now)
    assert (told.name, told.reason, told.url) == ("恒远精密科技有限公司", "9", lead.get_absolute_url())
    assert recently_recycled(company.by("teammate"), now) == []
    assert recently_recycled(rep, now + 8 * DAY) == []


def test_it_goes_on_its_day_and_not_before(company, now):
    lead = held(company, now)  # Monday; focus: nine working days are 4 December, a Friday
    assert actions.recycle(by=SYSTEM, now=now + 13 * DAY) == 0  # Sunday
    assert actions.recycle(by=SYSTEM, now=now + 14 * DAY) == 1
    assert fresh(lead).owner is None


def test_trap_17_a_null_date_never_matches(company, now):
    lead = held(company, now)
    Lead.objects.update(owned_since=None, last_touch_at=None, created_at=now, recycle_on=MONDAY - 99 * DAY)
    assert actions.recycle(by=SYSTEM, now=now) == 0
    assert fresh(lead).owner == company.rep


def test_trap_17_stored_dates_are_not_believed_against_the_facts(company, now):
    lead = held(company, now)
    Lead.objects.update(recycle_on=MONDAY - 9 * DAY)  # stale: the rule was tighter a moment ago
    assert actions.recycle(by=SYSTEM, now=now) == 0
    assert fresh(lead).owner == company.rep


def test_trap_17_a_transfer_restarts_the_clock(company, now):
    lead = overdue_lead(company, now)
    actions.assign_lead(lead=lead, to=company.teammate, by=company.by("team_lead"), now=now)
    assert fresh(lead).recycle_on == date(2026, 12, 7)
    assert actions.recycle(by=SYSTEM, now=now) == 0
    assert Holding.objects.get().how == "transferred"


def test_trap_17_a_rule_change_holds_at_once_and_not_tomorrow(company, now):
    lead = held(company, now - 4 * DAY)  # Thursday: two working days since
    assert actions.recycle(by=SYSTEM, now=now) == 0
    rules(company, now, paces={"focus": Pace(1, 1)}, warn_days=0)
    jobs.keep_pool(now)
    assert fresh(lead).owner is None


def test_trap_17_off_and_on_again_changes_no_day(company, now):
    lead = held(company, now - 4 * DAY)
    before = fresh(lead).recycle_on
    rules(company, now, paces={"focus": Pace(3, None)})
    assert fresh(lead).recycle_on is None
    rules(company, now)
    assert fresh(lead).recycle_on == before


def test_trap_17_the_preview_is_what_happens(company, rep, now):
    for n in range(3):
        overdue_lead(company, now, want=f"项目{n}")
    overdue_lead(company, now, who="teammate", want="别人的")
    held(company, now, want="新的")
    customer = create_customer(draft=CustomerDraft(name="老客户", owner_id=company.rep.pk), by=rep, now=now - 60 * DAY)
    touched(lead=overdue_lead(company, now, want="刚联系过"), at=now - DAY)
    taken = taken_by(Cadence(pool_policy(), workdays()), today=MONDAY)
    assert (taken.count, taken.leads, taken.customers) == (5, 4, 1)
    assert [(user.name, count) for user, count in taken.owners] == [("王芳", 4), ("李强", 1)]
    assert taken.tiers == (("focus", 4), ("", 1))
    listed = {(type(party), party.pk) for party in taken.sample}
    assert actions.recycle(by=SYSTEM, now=now) == taken.count
    log = Holding.objects.filter(how="recycled").values_list("lead_id", "customer_id")
    gone = {(Lead, lead) if lead else (Customer, customer) for lead, customer in log}
    assert gone == listed
    assert (Customer, customer.pk) in gone


def test_trap_20_every_way_in_and_out_leaves_its_line(company, rep, now):
    lead = pooled(rep, now)
    actions.claim_lead(lead=lead, by=rep, now=now)
    actions.return_to_pool(lead=lead, reason="没空", by=rep, now=now)
    actions.assign_lead(lead=lead, to=company.rep, by=company.by("team_lead"), now=now)
    actions.assign_lead(lead=lead, to=company.teammate, by=company.by("team_lead"), now=now)
    actions.recycle(by=SYSTEM, now=now + 60 * DAY)
    lines = [
        (entry.how, entry.before and entry.before.name, entry.user and entry.user.name)
        for entry in Holding.objects.order_by("id")
    ]
    assert lines == [
        ("claimed", None, "王芳"), ("returned", "王芳", None), ("assigned", None, "王芳"),
        ("transferred", "王芳", "李强"), ("recycled", "李强", None),
    ]  # fmt: skip


def test_what_is_planned_stays_while_the_plan_lies_ahead(company, rep, now):
    lead = overdue_lead(company, now)
    NextAction.objects.create(lead=lead, title="回电", owner=company.rep, due_on=MONDAY, created_at=now)
    assert actions.recycle(by=SYSTEM, now=now) == 0
    assert not recycled_soon(rep, MONDAY)
    assert taken_by(Cadence(pool_policy(), workdays()), today=MONDAY).count == 0
    assert recycled_soon(rep, MONDAY + DAY)  # the plan has passed
    rules(company, now, keeps_planned=False)
    assert actions.recycle(by=SYSTEM, now=now) == 1


@pytest.mark.parametrize("outcome", ["open", "paused", "won", "lost"])
def test_customers_that_are_pursued_are_never_taken(company, rep, now, outcome):
    customer = create_customer(draft=CustomerDraft(name="老客户", owner_id=company.rep.pk), by=rep, now=now - 60 * DAY)
    deal = deal_of(customer, company, now)
    more = {"paused_until": MONDAY} if outcome == "paused" else {"outcome_on": MONDAY}
    Opportunity.objects.filter(pk=deal.pk).update(outcome=outcome, **({} if outcome == "open" else more))
    assert actions.recycle(by=SYSTEM, now=now) == (1 if outcome == "lost" else 0)


def test_customers_stay_where_the_rules_say_so(company, rep, now):
    rules(company, now, recycles_customers=False)
    create_customer(draft=CustomerDraft(name="老客户", owner_id=company.rep.pk), by=rep, now=now - 60 * DAY)
    assert actions.recycle(by=SYSTEM, now=now) == 0
    assert taken_by(Cadence(pool_policy(), workdays()), today=MONDAY).count == 0


def test_converted_and_practice_leads_are_never_taken(company, now):
    overdue_lead(company, now, is_practice=True)
    converted = overdue_lead(company, now, want="另一项")
    Lead.objects.filter(pk=converted.pk).update(status="converted")
    assert actions.recycle(by=SYSTEM, now=now) == 0


def test_a_run_of_many_goes_chunk_by_chunk(company, now):
    rep, wishes = company.by("rep"), [ready(want=f"项目{n}", owner_id=company.rep.pk) for n in range(25)]
    actions.create_many(drafts=wishes, by=rep, now=now - 60 * DAY)
    seen = []
    assert actions.recycle(by=SYSTEM, now=now, chunk=10, progress=seen.append) == 25
    assert seen == [10, 20, 25]
    assert Event.objects.filter(kind="leads.recycled").count() == Holding.objects.count() == 25


# Setting the rules


def test_only_who_sets_rules_sets_them(company, now):
    for actor in ("rep", "team_lead", "process_owner", "auditor", "admin"):
        with pytest.raises(Refused) as excinfo:
            actions.save_pool_rules(policy=PoolPolicy(), version=0, by=company.by(actor), now=now)
        assert refusal(excinfo)[0] == "may_not_set_rules"


def test_who_saves_second_sees_the_conflict(company, now):
    boss = company.by("director")
    first = actions.save_pool_rules(policy=PoolPolicy(warn_days=3), version=0, by=boss, now=now)
    with pytest.raises(Conflict):
        actions.save_pool_rules(policy=PoolPolicy(warn_days=4), version=0, by=boss, now=now)
    with pytest.raises(Conflict):
        actions.save_pool_rules(policy=PoolPolicy(warn_days=4), version=first.version - 1, by=boss, now=now)
    actions.save_pool_rules(policy=PoolPolicy(warn_days=4), version=first.version, by=boss, now=now)
    event = Event.objects.filter(kind="leads.pool_rules_changed").latest("id")
    assert event.changes == {"warn_days": [3, 4]}


def test_rules_without_sense_are_not_kept(company, now):
    with pytest.raises(Refused):
        actions.save_pool_rules(policy=PoolPolicy(hold_limit=0), version=0, by=company.by("director"), now=now)
    assert not PoolRules.objects.exists()
