from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.spine.followups.cases import a_contact, a_customer, a_deal, lost
from tuoke.base.kernel.verdict import Refused
from tuoke.spine.customers.rules import Channel
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.steps.proposals.demos import actions, queries
from tuoke.steps.proposals.demos.models import Demo, Trial
from tuoke.steps.proposals.demos.rules import (
    DemoDraft,
    DemoKind,
    HeldDraft,
    Reaction,
    TrialDraft,
    is_reminder_due,
    may_extend,
)

TODAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true"}


def day(offset):
    return TODAY + timedelta(days=offset)


def to(name, *args):
    return reverse(f"demos:{name}", args=args)


class TestRules:
    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"account": " "}, "account_missing"),
            ({"account": "华瑞01 密码 abc123"}, "holds_password"),
            ({"goal": "Password: hunter2"}, "holds_password"),
            ({"expires_on": day(-1)}, "ends_before_start"),
            ({"expires_on": day(999 * 365 // 20)}, "trial_too_long"),
            ({"expires_on": date(9999, 1, 1)}, "day_odd"),
            ({"account": "坏\ud800"}, "text_broken"),
        ],
    )
    def test_what_a_trial_may_not_say(self, said, code):
        draft = {"account": "华瑞试用 01", "starts_on": TODAY, "expires_on": day(14)} | said
        assert code in TrialDraft(**draft).faults().codes

    def test_a_reminder_comes_once_for_each_expiry(self):
        assert not is_reminder_due(expires_on=day(4), reminded_on=None, today=TODAY)
        assert is_reminder_due(expires_on=day(3), reminded_on=None, today=TODAY)
        assert not is_reminder_due(expires_on=day(3), reminded_on=day(3), today=TODAY)
        assert is_reminder_due(expires_on=day(2), reminded_on=day(-5), today=TODAY)

    def test_an_extension_goes_forward(self):
        held = {"starts_on": day(-10), "expires_on": day(1), "today": TODAY}
        assert may_extend(to=day(10), **held)
        assert may_extend(to=day(1), **held).codes == ("not_later",)
        assert may_extend(to=day(500), **held).codes == ("trial_too_long",)
        assert may_extend(to=day(-2), **held | {"expires_on": day(-5)}).codes == ("already_past",)

    def test_what_came_of_it_is_said(self):
        draft = HeldDraft(day(1), " ", "", Reaction.UNKNOWN)
        assert draft.faults(today=TODAY).codes == ("shown_missing", "held_in_future", "reaction_missing")


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


@pytest.fixture
def contact(customer):
    return a_contact(customer)


@pytest.fixture
def deal(company, playbook, customer):
    return a_deal(company.rep, playbook, customer=customer, step="proposals")


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def demo(deal, contact, by, now):
    draft = DemoDraft(DemoKind.DEMO, day(2), time(14), contact.pk, "用他们的订单走一遍")
    return actions.plan_demo(deal=deal, draft=draft, by=by, now=now)


@pytest.fixture
def trial(deal, contact, by, now):
    draft = TrialDraft("华瑞试用 01", TODAY, day(14), contact.pk, "半小时排完一周")
    return actions.open_trial(deal=deal, draft=draft, by=by, now=now)


def refusal(call, **given):
    with pytest.raises(Refused) as refused:
        call(**given)
    return refused.value.verdict.codes


class TestDemos:
    def test_planned_it_is_a_meeting_among_the_next_actions(self, demo, by):
        action = NextAction.objects.get()
        assert (action.title, action.due_on, action.due_time) == ("产品演示：用他们的订单走一遍", day(2), time(14))
        assert (action.owner_id, demo.action) == (by.user_id, action)

    def test_held_it_leaves_a_follow_up_and_the_action_is_done(self, demo, deal, contact, by, now):
        assert not queries.presented(deal)
        draft = HeldDraft(TODAY, "走了排产", "就是我们车间", Reaction.CONVINCED, contact.pk, presented=True)
        actions.hold_demo(demo=demo, version=1, draft=draft, channel=Channel.ONLINE_MEETING, by=by, now=now)
        followup = FollowUp.objects.get()
        assert (followup.outcome, followup.contact, followup.channels) == ("progress", contact, ["online_meeting"])
        assert followup.at <= now
        assert NextAction.objects.get().done_at is not None
        assert queries.presented(deal)
        again = HeldDraft(TODAY, "走了排产", "", Reaction.DOUBTFUL)
        assert refusal(actions.hold_demo, demo=demo, version=2, draft=again, channel=Channel.VISIT, by=by, now=now) == (
            "not_planned",
        )
        actions.edit_held(demo=demo, version=2, draft=again, by=by, now=now)
        assert FollowUp.objects.count() == 1
        assert not queries.presented(deal)

    def test_cancelled_and_back_with_its_action(self, demo, by, now):
        actions.cancel_demo(demo=demo, by=by, now=now)
        assert NextAction.objects.get().cancelled_at is not None
        actions.restore_demo(demo=demo, by=by, now=now)
        assert NextAction.objects.get().cancelled_at is None

    def test_no_day_in_the_past_and_no_stranger(self, deal, company, by, now):
        draft = DemoDraft(DemoKind.PROTOTYPE, day(-1))
        assert refusal(actions.plan_demo, deal=deal, draft=draft, by=by, now=now) == ("due_in_past",)
        stranger = a_contact(a_customer(company.rep, "别家"))
        draft = DemoDraft(DemoKind.DEMO, day(1), contact_id=stranger.pk)
        assert refusal(actions.plan_demo, deal=deal, draft=draft, by=by, now=now) == ("contact_elsewhere",)
        assert not NextAction.objects.exists()


class TestTrials:
    def test_its_end_comes_among_the_next_actions_once_and_again_after_an_extension(self, trial, company, by, now):
        assert actions.remind_trials(now) == 0
        later = now + timedelta(days=11)
        assert actions.remind_trials(later) == 1
        assert actions.remind_trials(later) == 0
        action = NextAction.objects.get()
        assert action.owner == company.rep
        assert "华瑞试用 01" in action.title
        assert actions.extend_trial(trial=trial, to=day(30), by=by, now=later) == day(14)
        action.refresh_from_db()
        assert action.done_at is not None
        assert actions.remind_trials(now + timedelta(days=27)) == 1

    def test_nobody_is_reminded_of_what_is_over(self, trial, deal, by, now):
        actions.end_trial(trial=trial, note="三个场景跑通", by=by, now=now)
        assert actions.remind_trials(now + timedelta(days=20)) == 0
        assert refusal(actions.extend_trial, trial=trial, to=day(20), by=by, now=now) == ("trial_ended",)
        actions.reopen_trial(trial=trial, by=by, now=now)
        lost(deal)
        assert actions.remind_trials(now + timedelta(days=20)) == 0

    def test_no_password_is_kept(self, trial, deal, by, now):
        assert refusal(actions.note_usage, trial=trial, version=1, usage="密码 123", by=by, now=now) == (
            "holds_password",
        )
        actions.note_usage(trial=trial, version=1, usage="计划员每天用", by=by, now=now)
        assert Trial.objects.get().usage == "计划员每天用"


class TestScreens:
    @pytest.fixture
    def rep(self, login):
        return login("rep")

    def test_from_planning_to_the_result(self, rep, deal, contact):
        planned = {"kind": "prototype", "planned_on": "2099-01-05", "contact": contact.pk, "purpose": "<b>排产</b>"}
        assert rep.post(to("plan", deal.pk), planned | {"planned_on": "2001-01-01"}).status_code == 422
        assert rep.post(to("plan", deal.pk), planned | {"planned_on": "3026-01-01"}).status_code == 422
        Demo.objects.all().delete()
        planned["planned_on"] = (date.today() + timedelta(days=1)).isoformat()  # the browser's own day
        assert rep.post(to("plan", deal.pk), planned).status_code == 302
        page = rep.get(to("page", deal.pk)).content.decode()
        assert "原型演示" in page
        assert "<b>排产" not in page
        demo = Demo.objects.get()
        given = {
            "held_on": "2026-11-20",
            "channel": "online_meeting",
            "shown": "排产",
            "reaction": "interested",
            "version": 1,
        }
        assert rep.post(to("held", demo.pk), given | {"reaction": ""}).status_code == 422
        assert rep.post(to("held", demo.pk), given | {"presented": "on"}).status_code == 302
        assert "讲了方案" in rep.get(to("page", deal.pk)).content.decode()
        edited = {key: said for key, said in given.items() if key != "channel"}
        assert rep.post(to("held", demo.pk), edited | {"version": 1}).status_code == 409
        assert rep.post(to("held", demo.pk), edited | {"version": 2, "shown": "排产和换线"}).status_code == 302

    def test_trials(self, rep, deal):
        given = {"account": "华瑞 01", "starts_on": "2026-11-23", "expires_on": "2027-01-10"}
        refused = rep.post(to("trial", deal.pk), given | {"account": "a / 密码 b"}, headers=HTMX)
        assert refused.status_code == 422
        assert "不要在这里写密码" in refused.content.decode()
        assert rep.post(to("trial", deal.pk), given).status_code == 302
        trial = Trial.objects.get()
        assert rep.post(to("extend", trial.pk), {"expires_on": "2027-02-10"}).status_code == 302
        assert rep.post(to("usage", trial.pk), {"usage": "每天用", "version": 2}).status_code == 302
        assert rep.post(to("end", trial.pk), {"end_note": ""}).status_code == 302
        assert rep.post(to("reopen", trial.pk)).status_code == 302
        assert "每天用" in rep.get(to("page", deal.pk)).content.decode()

    def test_who_opens_it(self, login, deal, demo, trial):
        for person, status in {"rep": 200, "team_lead": 200, "auditor": 200, "teammate": 404, "admin": 403}.items():
            assert login(person).get(to("page", deal.pk)).status_code == status, person
        assert login("teammate").post(to("cancel", demo.pk)).status_code == 404
        assert login("auditor").post(to("end", trial.pk), {"end_note": ""}).status_code == 403

    def test_it_costs_the_same_with_more(self, rep, deal, demo, trial, by, now):
        def asked():
            with CaptureQueriesContext(connection) as queried:
                assert rep.get(to("page", deal.pk)).status_code == 200
            return len(queried)

        asked()
        once = asked()
        for number in range(2):
            actions.plan_demo(deal=deal, draft=DemoDraft(DemoKind.DEMO, day(number + 5)), by=by, now=now)
            actions.open_trial(deal=deal, draft=TrialDraft(f"试用 {number}", TODAY, day(9)), by=by, now=now)
        assert asked() == once
