"""What the database adds up, compared with the same deals counted one by one (S8.3)."""

from __future__ import annotations

import copy
import math
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import GatePass, Opportunity, StepVisit
from tuoke.spine.playbook.actions import publish
from tuoke.steps.reviews.effects import actions, queries
from tuoke.steps.reviews.effects.models import Measurement, State
from tuoke.steps.reviews.effects.rules import Measure, Question, Verdict

DAY = timedelta(days=1)


@pytest.fixture
def versions(playbook, now):
    """Two versions: the first a year and a half ago, the second three hundred days ago."""
    content = copy.deepcopy(playbook.content)
    content["steps"][3]["goal"] += "（改过）"
    type(playbook).objects.filter(pk=playbook.pk).update(published_at=now - 500 * DAY)
    playbook.refresh_from_db()
    newer = publish(content=content, by=system("test"), now=now - 300 * DAY)
    playbook.refresh_from_db()
    return playbook, newer


@pytest.fixture
def customer(company, now):
    return Customer.objects.create(
        name="华瑞精密", name_key="华瑞精密", owner=company.rep, department=company.rep.department, created_at=now
    )


@pytest.fixture
def ran(company, customer, versions):
    """``ran(version, opened, won_after=20, stay=5, …)``: a deal that went on from 初步接触 after so many days (None: it
    stays there) and was won after so many (None: lost)."""

    def made(version, opened, *, stay=5, won_after=None, amount=100_000, owner=None, **more):
        owner = owner or company.rep
        closed = opened + timedelta(days=won_after or 40)
        deal = Opportunity.objects.create(
            name="项目", customer=customer, owner=owner, department=owner.department, playbook_version=version,
            variant="small", step="reviews", entered_step_at=opened, created_at=opened, amount=Decimal(amount),
            outcome="won" if won_after else "lost", outcome_on=closed.date(), **more,
        )  # fmt: skip
        left = None if stay is None else opened + timedelta(days=stay)
        StepVisit.objects.create(opportunity=deal, step="outreach", move="opened", entered_at=opened, left_at=left)
        if left:
            GatePass.objects.create(opportunity=deal, step="outreach", to="discovery", at=left)
            StepVisit.objects.create(opportunity=deal, step="discovery", move="advanced", entered_at=left)
        return deal

    return made


def measure(company, versions, now, who="director"):
    return queries.measured(company.by(who), before=versions[0], after=versions[1], now=now)


def test_what_happened_is_counted_as_it_happened(ran, versions, company, now):
    old, new = versions
    for k in range(30):
        ran(old, now - 320 * DAY, stay=10, won_after=30 if k < 6 else None, amount=100_000)
        ran(new, now - 200 * DAY, stay=4, won_after=20 if k < 24 else None, amount=200_000)
    told = measure(company, versions, now)
    win = told.find(Measure.WIN_RATE)
    assert (win.n_before, win.n_after, win.before, win.after) == (30, 30, 0.2, 0.8)
    assert win.verdict is Verdict.BETTER
    stay = told.find(Measure.STEP_DAYS, "outreach")
    assert (round(stay.before, 6), round(stay.after, 6), stay.verdict) == (10, 4, Verdict.BETTER)
    went = told.find(Measure.CONVERSION, "outreach")
    assert (went.before, went.after, went.verdict) == (1, 1, Verdict.UNTOLD)
    assert told.find(Measure.CYCLE).verdict is Verdict.TOO_FEW, "six won deals say nothing"
    assert [one.compared for one in told.counted] == [30, 30]


def test_what_was_entered_after_it_was_signed_is_no_measure(ran, versions, company, now):
    """Entered a month after the signature, it would be won within -30 days."""
    for version, opened in ((versions[0], 320), (versions[1], 200)):
        for k in range(30):
            ran(version, now - opened * DAY, won_after=20 + k % 3)
        for _ in range(5):
            ran(version, now - opened * DAY, won_after=-30)
    told = measure(company, versions, now)
    cycle, stay = told.find(Measure.CYCLE), told.find(Measure.STEP_DAYS, "outreach")
    assert (cycle.n_before, cycle.n_after, round(cycle.before, 6)) == (30, 30, 21)
    assert (stay.n_before, stay.n_after) == (30, 30)
    assert [one.compared for one in told.counted] == [30, 30]


def test_what_still_runs_counts_as_not_won(ran, versions, company, now):
    """A deal without an end has had its time like any other: without those that drag on every win rate would be too high."""
    for k in range(30):
        for version, opened in ((versions[0], 320), (versions[1], 200)):
            deal = ran(version, now - opened * DAY, stay=None if k < 12 else 5, won_after=20)
            if k < 12:
                Opportunity.objects.filter(pk=deal.pk).update(outcome="open", outcome_on=None)
    told = measure(company, versions, now)
    win, went = told.find(Measure.WIN_RATE), told.find(Measure.CONVERSION, "outreach")
    assert (win.n_before, win.n_after, win.before, win.after) == (30, 30, 0.6, 0.6)
    assert (went.n_before, went.n_after, went.before, went.after) == (30, 30, 0.6, 0.6)
    assert [one.compared for one in told.counted] == [30, 30]


def test_amounts_are_compared_by_their_logarithm(ran, versions, company, now):
    for k in range(25):
        for version, opened, amount in ((versions[0], 320, 100_000), (versions[1], 200, 300_000)):
            ran(version, now - opened * DAY, won_after=30, amount=amount * (1.1 if k % 2 else 0.9))
    amount = measure(company, versions, now).find(Measure.AMOUNT)
    assert amount.verdict is Verdict.BETTER
    assert amount.difference == pytest.approx(2.0, rel=1e-6)
    assert amount.before == pytest.approx(math.exp(math.log(100_000) + (12 * math.log(1.1) + 13 * math.log(0.9)) / 25))


def test_what_comes_after_the_horizon_does_not_count(ran, versions, company, now):
    """Both sides are given the same time: a deal that took longer counts as one that didn't."""
    horizon = queries.Horizon.of(versions[0].document(), versions[1].document())
    ran(versions[0], now - 400 * DAY, stay=horizon.steps["outreach"] + 3, won_after=horizon.deal + 5)
    ran(versions[1], now - 290 * DAY, stay=None, won_after=horizon.deal)
    given = {"before": versions[0], "after": versions[1], "horizon": horizon, "now": now}
    sides = queries._sides(Opportunity.objects.real(), **given)
    of_deals = {(q.measure, n): t for n in (0, 1) for q, _, t in queries._of_deals(sides[n], horizon=horizon)}
    assert of_deals[Measure.WIN_RATE, 0].total == 0
    assert of_deals[Measure.WIN_RATE, 1].total == 1
    of_steps = {(q.measure, q.step, n): t for n in (0, 1) for q, _, t in queries._of_steps(sides[n], horizon=horizon)}
    assert of_steps[Measure.CONVERSION, "outreach", 0].total == 0
    limit = horizon.steps["outreach"]
    assert [of_steps[Measure.STEP_DAYS, "outreach", side].total for side in (0, 1)] == [limit, limit]


def test_who_does_not_count_is_counted_apart(ran, versions, company, now):
    ran(versions[1], now - 290 * DAY)
    ran(versions[1], now - 5 * DAY)
    ran(versions[1], now - 290 * DAY, is_practice=True)
    ran(versions[0], now - 700 * DAY)
    before, after = measure(company, versions, now).counted
    assert (before.compared, before.moved, before.young) == (0, 0, 0)
    assert (after.compared, after.moved, after.young) == (1, 0, 1)


def test_a_deal_is_one_case_of_a_step_however_often_it_went_through(ran, versions, company, now):
    """In 初步接触 for 5 days, moved back after another 3 and there for 4 days more, then on again: one case, 9 days, on
    once. One that went on only the second time went on; what comes after the horizon doesn't count."""
    horizon = queries.Horizon.of(versions[0].document(), versions[1].document())
    most, opened = horizon.steps["outreach"], now - 290 * DAY

    def moved_back(deal, *, at, until=None, goes_on=True):
        came, left = opened + at * DAY, None if until is None else opened + until * DAY
        StepVisit.objects.filter(opportunity=deal, left_at=None).update(left_at=came)
        StepVisit.objects.create(opportunity=deal, step="outreach", move="moved_back", entered_at=came, left_at=left)
        if left and goes_on:
            GatePass.objects.create(opportunity=deal, step="outreach", to="discovery", at=left)

    twice = ran(versions[1], opened, stay=5)
    moved_back(twice, at=8, until=12)
    late = ran(versions[1], opened, stay=2)
    moved_back(late, at=most - 1, until=most + 30)
    second = ran(versions[1], opened, stay=3)
    GatePass.objects.filter(opportunity=second).delete()
    moved_back(second, at=4, until=6)
    after = ran(versions[1], opened, stay=1)
    GatePass.objects.filter(opportunity=after).delete()
    moved_back(after, at=most + 1, until=most + 2)

    sides = queries._sides(Opportunity.objects.real(), before=versions[0], after=versions[1], horizon=horizon, now=now)
    of_steps = {q: tally for q, _, tally in queries._of_steps(sides[1], horizon=horizon) if q.step == "outreach"}
    went, days = (of_steps[Question(m, "outreach")] for m in (Measure.CONVERSION, Measure.STEP_DAYS))
    assert (went.n, went.total) == (4, 3)
    assert (days.n, days.total) == (4, pytest.approx((5 + 4) + (2 + 1) + (3 + 2) + 1))
    assert days.squares == pytest.approx(9**2 + 3**2 + 5**2 + 1)


def test_what_stays_when_the_others_go_over_is_no_sample(ran, versions, company, now):
    """All running deals go over on the day that the later version is published: of the earlier one's last deals only
    the quick winners stay. Both versions win every second deal, and nothing is claimed."""
    old, new = versions
    published = now - 300 * DAY
    for k in range(40):
        ran(old, published - 180 * DAY, won_after=20 if k % 2 else None)
        ran(new, now - 200 * DAY, won_after=20 if k % 2 else None)
        won = {"version": old, "won_after": 20} if k % 2 else {"version": new, "version_changed_at": published}
        ran(opened=published - 30 * DAY, **won)
    told = measure(company, versions, now)
    win = told.find(Measure.WIN_RATE)
    assert (win.n_before, win.n_after, win.before, win.after) == (40, 40, 0.5, 0.5)
    assert win.verdict is Verdict.UNTOLD
    assert told.counted[0].moved == 40


def test_what_had_its_whole_time_before_it_went_over_counts_where_it_began(ran, versions, company, now):
    for _ in range(2):
        ran(versions[1], now - 480 * DAY, version_changed_at=now - 299 * DAY)
    before, after = measure(company, versions, now).counted
    assert (before.compared, before.moved, after.compared, after.moved) == (2, 0, 0, 0)


def test_a_leader_measures_what_he_sees_and_the_process_owner_everything(ran, versions, company, now):
    ran(versions[1], now - 290 * DAY)
    ran(versions[1], now - 290 * DAY, owner=company.other_team)
    seen = {
        who: measure(company, versions, now, who).counted[1].compared
        for who in ("team_lead", "director", "process_owner", "auditor")
    }
    assert seen == {"team_lead": 1, "director": 2, "process_owner": 2, "auditor": 2}


def test_more_deals_cost_no_more_statements(ran, versions, company, now):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            measure(company, versions, now)
        return len(asked)

    ran(versions[1], now - 290 * DAY)
    one = statements()
    for _ in range(3):
        ran(versions[0], now - 320 * DAY, won_after=10)
    assert statements() == one <= 12


def test_measured_once_a_day_and_read_back_as_it_was(ran, versions, company, now):
    for _ in range(30):
        ran(versions[0], now - 320 * DAY)
        ran(versions[1], now - 200 * DAY, won_after=9)
    ask = {"before": versions[0], "after": versions[1], "by": company.by("director")}
    first = actions.ask(**ask, now=now)
    assert first.state == State.DONE
    assert queries.read(first.content) == measure(company, versions, now)
    assert actions.ask(**ask, now=now + timedelta(hours=1)).made_at == first.made_at
    assert actions.ask(**ask, now=now + 2 * DAY).made_at == now + 2 * DAY
    assert Measurement.objects.count() == 1
    leader = actions.ask(**(ask | {"by": company.by("team_lead")}), now=now)
    assert leader.reader_id == company.team_lead.pk, "his own deals make a measurement of his own"
    assert list(Measurement.objects.visible_to(company.by("process_owner"))) == [first]
    assert not Measurement.objects.visible_to(company.by("rep")).exists()


def test_many_deals_are_measured_by_a_worker(
    ran, versions, company, now, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(queries, "SMALL", 1)
    for _ in range(3):
        ran(versions[1], now - 290 * DAY)
    with django_capture_on_commit_callbacks():
        asked = actions.ask(before=versions[0], after=versions[1], by=company.by("director"), now=now)
    assert asked.state == State.RUNNING
    actions.measure.func(asked.pk)
    asked.refresh_from_db()
    assert asked.state == State.DONE
    assert queries.read(asked.content).counted[1].compared == 3
    actions.measure.func(asked.pk)


@pytest.mark.parametrize(
    ("by", "swap", "code"), [("rep", False, "may_not_measure"), ("director", True, "versions_order")]
)
def test_refused(versions, company, now, by, swap, code):
    before, after = reversed(versions) if swap else versions
    with pytest.raises(Refused) as refused:
        actions.ask(before=before, after=after, by=company.by(by), now=now)
    assert refused.value.verdict.codes == (code,)


class TestScreen:
    def test_nothing_to_compare_yet(self, playbook, login):
        assert "还没有可比的两版" in login("director").get(reverse("effects:index")).content.decode()

    def test_from_nothing_to_a_plain_sentence(self, ran, versions, login, now):
        for k in range(40):
            ran(versions[0], now - 320 * DAY, won_after=30 if k < 4 else None)
            ran(versions[1], now - 200 * DAY, won_after=30 if k < 30 else None)
        director = login("director")
        page = director.get(reverse("effects:index")).content.decode()
        assert "这两版还没有测量过" in page
        asked = {"before": versions[0].pk, "after": versions[1].pk}
        answer = director.post(reverse("effects:index"), asked)
        assert answer.status_code == 302
        page = director.get(answer.url).content.decode()
        assert "提升：赢率从 10% 到 75%（+61.9 个百分点" in page
        found = queries.read(Measurement.objects.get().content).find(Measure.WIN_RATE)
        assert f"{found.low * 100:+.1f} 个百分点 到 {found.high * 100:+.1f} 个百分点</div>" in page
        assert "40 个商机" in page
        assert "成交周期：数据还不足以判断。可比的商机改前 0 个、改后 0 个" in page
        assert "数据还不足以判断" in page

    def test_it_is_measured_again_only_when_that_may_say_something_new(self, versions, login):
        """Not twice on one day; and a measurement that was lost with its worker keeps nobody from asking anew."""
        before, after = versions
        director, real = login("director"), timezone.now()
        kept = Measurement.objects.create(before=before, after=after, asked_at=real)

        def page(**state):
            Measurement.objects.filter(pk=kept.pk).update(**state)
            return director.get(reverse("effects:index"), {"before": before.pk, "after": after.pk}).content.decode()

        assert "正在后台计算" in page(state=State.RUNNING)
        lost = page(asked_at=real - timedelta(hours=1))
        assert "现在测量" in lost
        assert "正在后台计算" not in lost
        director.post(reverse("effects:index"), {"before": before.pk, "after": after.pk})
        assert "明天可以再测" in page()
        assert "重新测量" not in page()
        assert "重新测量" in page(made_at=real - timedelta(days=1))

    def test_a_draft_that_was_discarded_is_no_version_to_compare(self, versions, login, company, now):
        from tuoke.spine.playbook import actions as playbook

        draft = playbook.start_draft(by=company.by("process_owner"), now=now)
        playbook.discard_draft(draft=draft, revision=draft.revision, by=company.by("process_owner"), now=now)
        assert login("director").get(reverse("effects:index")).status_code == 200
        assert list(queries.versions_of()) == [versions[1], versions[0]]

    def test_an_order_that_makes_no_sense_says_so(self, versions, login):
        given = {"before": versions[1].pk, "after": versions[0].pk}
        answer = login("director").post(reverse("effects:index"), given)
        assert answer.status_code == 422
        assert "“改前”要选同一流程里更早的一版" in answer.content.decode()
        assert login("director").get(reverse("effects:index"), {"before": "x", "after": "9" * 40}).status_code == 422

    @pytest.mark.parametrize(
        ("who", "status"),
        [
            ("rep", 403),
            ("team_lead", 200),
            ("process_owner", 200),
            ("auditor", 200),
            ("collaborator", 403),
            ("admin", 403),
        ],
    )
    def test_who_opens_it(self, versions, login, who, status):
        assert login(who).get(reverse("effects:index")).status_code == status
