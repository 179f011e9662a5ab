"""S2.5: when parties are due and when they go back, counted in working days. 23 November 2026 is a Monday."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.services.calendar.actions import set_days
from tuoke.services.calendar.rules import Workdays
from tuoke.spine.customers.actions import touched
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads import actions, jobs
from tuoke.steps.leads.models import PoolRules
from tuoke.steps.leads.queries import Clock, clock, due_today, pool_policy, pool_rules_lag, recycled_soon
from tuoke.steps.leads.rules.cadence import NEVER, Cadence
from tuoke.steps.leads.rules.pool import Pace, PoolPolicy, policy_faults, policy_of

MONDAY = date(2026, 11, 23)
CALENDAR = Workdays()


def cadence(**changes) -> Cadence:
    return Cadence(PoolPolicy(**changes), CALENDAR)


@pytest.mark.parametrize(
    ("tier", "due", "back"),
    [
        ("focus", date(2026, 11, 26), date(2026, 12, 7)),
        ("nurture", date(2026, 12, 7), date(2027, 1, 6)),
        ("watch", date(2027, 1, 5), None),
        ("", None, date(2027, 1, 6)),
    ],
)
def test_every_tier_has_its_cadence(tier, due, back):
    found = cadence().dates(tier, MONDAY)
    assert found.due_on == due
    if back is not None:
        assert found.recycle_on == back


def test_nobody_is_judged_by_a_day_that_is_not_known():
    assert cadence().dates("focus", None) == NEVER


def test_a_rule_that_is_switched_off_gives_no_day():
    assert cadence(paces={"focus": Pace(None, None)}).dates("focus", MONDAY) == NEVER


def test_silence_before_the_rules_began_does_not_count():
    found = cadence(counts_from=MONDAY).dates("focus", date(2026, 1, 5))
    assert found.recycle_on == cadence().dates("focus", MONDAY).recycle_on
    assert found.due_on == date(2026, 1, 8)


@given(
    since=st.dates(date(2025, 6, 1), date(2027, 3, 1)),
    today=st.dates(date(2026, 1, 1), date(2027, 2, 1)),
    after=st.integers(1, 60),
    start=st.none() | st.dates(date(2025, 6, 1), date(2027, 2, 1)),
)
def test_read_backwards_the_rule_is_the_same(since, today, after, start):
    rule = cadence(paces={"focus": Pace(1, after)}, counts_from=start)
    last = rule.latest_overdue("focus", today)
    by_date = rule.dates("focus", since).recycle_on <= today
    assert by_date is (last is not None and since <= last)


def test_rules_survive_their_json():
    policy = PoolPolicy(counts_from=MONDAY, hold_limit=None, paces={"focus": Pace(2, None)})
    assert policy_of(policy.plain()) == policy
    assert policy_of({}) == PoolPolicy()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"paces": {"focus": Pace(5, 3)}}, "recycled_before_due"),
        ({"paces": {"focus": Pace(0, 3)}}, "out_of_range"),
        ({"paces": {"focus": Pace(1, 1001)}}, "out_of_range"),
        ({"warn_days": 10}, "warned_before_held"),
        ({"warn_days": -1}, "out_of_range"),
        ({"hold_limit": 0}, "out_of_range"),
        ({"claims_per_day": 0}, "out_of_range"),
        ({"cool_down_days": -1}, "out_of_range"),
        ({"weights": {"focus": 101}}, "out_of_range"),
    ],
)
def test_rules_that_make_no_sense_are_named(changes, code):
    assert code in [fault.code for fault in policy_faults(PoolPolicy(**changes))]


def test_the_rules_as_shipped_are_sound():
    assert policy_faults(PoolPolicy()) == ()


def test_a_clock_counts_from_what_is_later_and_in_local_days():
    ticking = Clock(PoolPolicy(), CALENDAR)
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)  # already Monday in Shanghai
    early = datetime(2026, 11, 2, tzinfo=UTC)
    common = {"tier": "focus", "owner_id": 1}
    for owned, touch in ((early, late), (late, early), (late, None), (None, late)):
        columns = ticking.columns(**common, owned_since=owned, last_touch_at=touch, created_at=early)
        assert columns["due_on"] == date(2026, 11, 26)
    assert ticking.columns(**common, owned_since=None, last_touch_at=None, created_at=late)["due_on"] == date(
        2026, 11, 26
    )
    assert ticking.columns(**common, owned_since=None, last_touch_at=None) == {"due_on": None, "recycle_on": None}
    pooled = ticking.columns(tier="focus", owner_id=None, owned_since=late, last_touch_at=late)
    assert pooled == {"due_on": None, "recycle_on": None}


# Kept up to date by whatever changes owner, tier, contact or state


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def lead(company, rep, now):
    return actions.create_lead(draft=ready(owner_id=company.rep.pk), by=rep, now=now)


def dates(lead):
    lead = Lead.objects.get(pk=lead.pk)
    assert {"due_on": lead.due_on, "recycle_on": lead.recycle_on} == clock().of(lead)
    return lead.due_on, lead.recycle_on


def test_a_new_lead_has_its_dates(lead, now):
    assert lead.tier == "focus"
    assert lead.owned_since == now
    assert dates(lead) == (date(2026, 11, 26), date(2026, 12, 7))


def test_a_contact_starts_the_clock_anew(lead, now):
    touched(lead=lead, at=now + timedelta(days=2))
    assert dates(lead) == (date(2026, 11, 30), date(2026, 12, 9))
    touched(lead=lead, at=now - timedelta(days=9))  # written down late: nothing changes
    assert dates(lead) == (date(2026, 11, 30), date(2026, 12, 9))


def test_another_tier_has_other_dates(lead, rep, now):
    actions.edit_lead(lead=lead, version=1, draft=ready(decision_maker=None, contact="", position=""), by=rep, now=now)
    assert Lead.objects.get().tier != "focus"
    assert dates(lead) != (date(2026, 11, 26), date(2026, 12, 7))


def test_what_is_dropped_is_never_due_and_reopening_wins_no_time(lead, rep, now):
    later = now + timedelta(days=3)
    actions.discard_lead(lead=lead, reason="空号", by=rep, now=later)
    assert dates(lead) == (None, None)
    actions.reopen_lead(lead=lead, by=rep, now=later + timedelta(days=28))
    assert Lead.objects.get().owned_since == now + timedelta(days=28)  # three days of the clock have run, as before
    assert dates(lead)[1] == clock().cadence.dates("focus", date(2026, 12, 21)).recycle_on


def test_dropping_and_reopening_at_once_changes_nothing(lead, rep, now):
    before = dates(lead)
    actions.discard_lead(lead=lead, reason="误点", by=rep, now=now + timedelta(days=3))
    actions.reopen_lead(lead=lead, by=rep, now=now + timedelta(days=3))
    assert dates(lead) == before


def test_due_and_soon_lists_cost_the_same_for_one_and_three(company, rep, lead, now, django_assert_num_queries):
    who, late = company.by("rep"), date(2026, 12, 5)
    for rows in (1, 3):
        while Lead.objects.count() < rows:
            wish = ready(want=f"另一项{Lead.objects.count()}", owner_id=company.rep.pk)
            actions.create_many(drafts=[wish], by=rep, now=now)
        with django_assert_num_queries(3):
            assert len(due_today(who, late).rows) == rows
        with django_assert_num_queries(4):
            assert len(recycled_soon(who, late).rows) == rows
    first = due_today(who, late).rows[0]
    assert (first.days, first.silent, first.tier, first.name) == (-6, 9, "focus", "恒远精密科技有限公司")
    assert not due_today(company.by("teammate"), late)
    assert not recycled_soon(who, MONDAY)
    for actor in ("auditor", "admin", "process_owner"):
        assert not due_today(company.by(actor), late)


# Rules and calendar change


def test_a_rule_change_is_recomputed_at_once_by_a_job(lead, company, now):
    tighter = PoolPolicy(paces={"focus": Pace(1, 2)})
    row = actions.save_pool_rules(policy=tighter, version=0, by=company.by("director"), now=now)
    assert pool_rules_lag()
    jobs.keep_pool(now)
    assert not pool_rules_lag()
    assert PoolRules.objects.get().applied == row.version
    assert dates(lead) == (date(2026, 11, 24), date(2026, 11, 26))
    assert actions.apply_pool_rules(now=now) == 0


def test_a_change_of_the_calendar_moves_the_dates(lead, company, now):
    jobs.keep_pool(now)
    set_days(
        first=date(2026, 11, 25),
        last=date(2026, 11, 25),
        is_workday=False,
        name="年会",
        by=company.by("admin"),
        now=now,
    )
    assert pool_rules_lag()
    jobs.keep_pool(now)
    assert dates(lead)[0] == date(2026, 11, 27)


def test_an_installation_begins_with_a_clean_slate(lead, now):
    """Whatever was silent for long when Tuoke came isn't lost on its first day."""
    Lead.objects.update(owned_since=now - timedelta(days=400), recycle_on=None, due_on=None)
    jobs.keep_pool(now)
    assert pool_policy().counts_from == MONDAY
    lead.refresh_from_db()
    assert lead.owner_id is not None
    assert lead.recycle_on == date(2026, 12, 7)


def test_rules_that_change_while_they_are_applied_win(lead, company, now, monkeypatch):
    actions.apply_pool_rules(now=now)
    Lead.objects.update(due_on=None)
    changed = []

    def change_rules(looked_at):
        if not changed:
            changed.append(looked_at)
            policy = PoolPolicy(paces={"focus": Pace(1, 5)})
            actions.save_pool_rules(policy=policy, version=1, by=company.by("director"), now=now)

    assert actions.apply_pool_rules(now=now, progress=change_rules) == 2
    assert changed
    assert dates(lead) == (date(2026, 11, 24), date(2026, 12, 1))


def test_many_new_leads_ask_the_clock_nothing_more(rep, company, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(45):
        wishes = [ready(want=f"项目{n}", owner_id=company.rep.pk) for n in range(300)]
        actions.create_many(drafts=wishes, by=rep, now=now)
    assert Lead.objects.filter(due_on=date(2026, 11, 26)).count() == 300


def test_what_a_rescoring_moves_gets_its_dates(lead, rep, company, now):
    Lead.objects.update(tier="", due_on=None)
    actions.rescore(by=system("test"), now=now)
    assert dates(lead) == (date(2026, 11, 26), date(2026, 12, 7))
