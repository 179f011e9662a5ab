"""The pool under several people and workers at the same moment, on real transactions."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tests.people import make_company
from tests.steps.leads.drafts import ready
from tests.steps.leads.test_at_once import patiently
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers.actions import touched
from tuoke.spine.customers.models import Holding, Lead
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import RuleDraft
from tuoke.steps.leads.models import PoolRules
from tuoke.steps.leads.queries.assignment import planned_assignment
from tuoke.steps.leads.rules.assignment import RuleKind
from tuoke.steps.leads.rules.pool import PoolPolicy

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts):
    """Every act in a thread of its own; what each came to: its result, or why it was refused."""
    start, outcomes = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            start.wait()
            outcomes[place] = patiently(act)
        except Refused as refusal:
            outcomes[place] = refusal.verdict.codes
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def set_rules(company, now, **changes):
    actions.save_pool_rules(policy=PoolPolicy(**changes), version=0, by=company.by("director"), now=now)


def pooled(company, now, count):
    drafts = [ready(want=f"项目{n}", company=f"第{n}家公司") for n in range(count)]
    return actions.create_many(drafts=drafts, by=company.by("rep"), now=now)


def test_the_last_claim_of_the_day_is_had_once(now):
    company = make_company()
    set_rules(company, now, claims_per_day=3)
    leads, by = pooled(company, now, 6), company.by("rep")
    for lead in leads[:2]:
        actions.claim_lead(lead=lead, by=by, now=now)
    outcomes = at_once(*(lambda lead=lead: actions.claim_lead(lead=lead, by=by, now=now) for lead in leads[2:]))
    assert sum(isinstance(outcome, Lead) for outcome in outcomes) == 1
    assert [outcome for outcome in outcomes if isinstance(outcome, tuple)] == [("claims_used_up",)] * 3
    assert Holding.objects.filter(user=company.rep, how="claimed").count() == 3


def test_the_last_place_is_given_once(now):
    company = make_company()
    set_rules(company, now, hold_limit=1)
    leads, boss = pooled(company, now, 3), company.by("director")
    outcomes = at_once(
        lambda: actions.assign_lead(lead=leads[0], to=company.rep, by=boss, now=now),
        lambda: actions.assign_lead(lead=leads[1], to=company.rep, by=boss, now=now),
        lambda: actions.claim_lead(lead=leads[2], by=company.by("rep"), now=now),
    )
    assert sum(isinstance(outcome, Lead) for outcome in outcomes) == 1
    assert Lead.objects.filter(owner=company.rep).count() == 1


def test_two_workers_take_each_lead_back_once(now):
    company, by = make_company(), system("test")
    drafts = [ready(want=f"项目{n}", owner_id=company.rep.pk) for n in range(60)]
    actions.create_many(drafts=drafts, by=company.by("rep"), now=now - timedelta(days=60))
    taken = at_once(*[lambda: actions.recycle(by=by, now=now, chunk=7)] * 3)
    actions.recycle(by=by, now=now)  # what a busy worker skipped
    assert sum(taken) <= 60
    assert not Lead.objects.exclude(owner=None).exists()
    assert Holding.objects.filter(how="recycled").values("lead").distinct().count() == 60
    assert Holding.objects.count() == Event.objects.filter(kind="leads.recycled").count() == 60


def test_who_calls_at_the_last_moment_keeps_his_lead_or_it_goes_whole(now):
    company = make_company()
    (lead,) = actions.create_many(
        drafts=[ready(owner_id=company.rep.pk)], by=company.by("rep"), now=now - timedelta(days=60)
    )
    at_once(lambda: touched(lead=lead, at=now), lambda: actions.recycle(by=system("test"), now=now))
    lead.refresh_from_db()
    gone = Holding.objects.filter(lead=lead).count()
    assert gone == (lead.owner_id is None)
    assert lead.last_touch_at == now
    assert (lead.recycle_on is None) == (lead.owner_id is None)


def test_two_who_share_out_the_same_leads_share_them_once(now):
    company = make_company()
    boss = company.by("director")
    draft = RuleDraft(name="轮流", kind=RuleKind.TURN, people=[company.rep.pk, company.teammate.pk])
    actions.save_assignment_rule(rule=None, version=0, draft=draft, by=boss, now=now)
    pooled(company, now, 40)
    token = planned_assignment(Lead.objects.all(), who=boss).plan.token

    def assign():
        return actions.assign_by_rules(leads=Lead.objects.all(), token=token, by=boss, now=now)

    outcomes = at_once(assign, assign)
    assert sorted(outcome == ("plan_changed",) for outcome in outcomes) == [False, True]
    assert Holding.objects.filter(how="assigned").count() == 40


def test_a_claim_while_leads_are_shared_out_is_never_lost(now):
    company = make_company()
    boss, other = company.by("director"), company.by("other_team")
    draft = RuleDraft(name="轮流", kind=RuleKind.TURN, people=[company.rep.pk, company.teammate.pk])
    actions.save_assignment_rule(rule=None, version=0, draft=draft, by=boss, now=now)
    leads = pooled(company, now, 30)
    token = planned_assignment(Lead.objects.all(), who=boss).plan.token
    claimed, assigned = at_once(
        lambda: actions.claim_lead(lead=leads[-1], by=other, now=now),
        lambda: actions.assign_by_rules(leads=Lead.objects.all(), token=token, by=boss, now=now),
    )
    if isinstance(claimed, Lead):
        assert assigned == ("plan_changed",)
        assert Lead.objects.filter(owner=None).count() == 29
    else:
        assert claimed == ("already_claimed",)
        assert not Lead.objects.filter(owner=None).exists()
    assert Holding.objects.values("lead").distinct().count() == Holding.objects.count()


def test_rules_are_set_by_one_at_a_time(now):
    company = make_company()
    boss = company.by("director")
    set_rules(company, now, warn_days=2)
    version = PoolRules.objects.get().version

    def save(days):
        try:
            return actions.save_pool_rules(policy=PoolPolicy(warn_days=days), version=version, by=boss, now=now)
        except Conflict:
            return "conflict"

    outcomes = at_once(lambda: save(3), lambda: save(4))
    assert sorted(outcome == "conflict" for outcome in outcomes) == [False, True]
    assert PoolRules.objects.get().version == version + 1
