"""Setting up, asking, granting, giving back: who may, what is refused, and that never more is out than there is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.steps.targeting.resources.cases import FIRST, LAST, asked, resource, supply, wish
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.models import Campaign
from tuoke.steps.targeting.resources import actions, queries
from tuoke.steps.targeting.resources.facts import facts_of
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.rules import Status

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def expert(company, now):
    """Ten expert days of the quarter, used up, granted by 周总."""
    return resource(company, now)


@pytest.fixture
def trials(company, now):
    """Three trial accounts that come back, granted by 李娜."""
    return resource(
        company, now, owner="team_lead", by="team_lead", name="试用账号", kind="trial", unit="个", quantity=D(3),
        is_consumed=False,
    )  # fmt: skip


def refusal(act):
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.verdict


def test_a_resource_is_added_with_its_owner_s_department(company, trials):
    assert (trials.department, trials.version, trials.voided_at) == (company.departments["east"], 1, None)
    assert Event.objects.get(kind="resources.added").changes["quantity"] == [None, "3"]


@pytest.mark.parametrize("who", ["rep", "auditor", "process_owner", "collaborator", "admin", "disabled"])
def test_who_may_not_add_resources(company, now, who):
    assert "may_not_write" in refusal(lambda: resource(company, now, by=who)).codes


def test_a_resource_s_owner_can_grant_and_works_within_reach(company, now):
    def refused(**given):
        return refusal(lambda: resource(company, now, **given)).codes

    assert refused(owner="collaborator") == ("owner_may_not_grant",)
    assert refused(owner="auditor") == ("owner_may_not_grant",)
    assert refused(owner="disabled") == ("owner_inactive",)
    assert refused(owner="other_team", by="team_lead") == ("owner_elsewhere",)
    assert refused(campaign_id=999_999) == ("unknown_campaign",)
    assert resource(company, now, owner="rep", by="team_lead").owner == company.rep


def test_a_request_takes_nothing_until_it_is_approved(company, now, expert):
    request = asked(company, now, expert)
    assert (request.status, request.user, request.requester) == (Status.REQUESTED, company.rep, company.rep)
    assert queries.uses_of(expert) == []
    done = actions.approve(allocation=request, version=1, by=company.by("director"), now=now)
    assert (done.status, done.decided_by, done.version) == (Status.APPROVED, company.director, 2)
    assert [use.quantity for use in queries.uses_of(expert)] == [4]
    assert [e.kind for e in Event.objects.filter(thread=f"resources.resource:{expert.pk}").order_by("id")] == [
        "resources.added", "resources.requested", "resources.approved",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"quantity": D(-1)}, "not_positive"),
        ({"quantity": D(0)}, "not_positive"),
        ({"quantity": D("1e400")}, "too_big"),
        ({"quantity": D("NaN")}, "not_a_number"),
        ({"quantity": D(11)}, "more_than_there_is"),
        ({"starts_on": LAST, "ends_on": FIRST}, "period_reversed"),
        ({"ends_on": date(2027, 1, 1)}, "outside_period"),
        ({"starts_on": date(2026, 9, 30)}, "outside_period"),
        ({"purpose": "  "}, "missing"),
        ({"purpose": "x" * 201}, "too_long"),
        ({"purpose": "\ud800"}, "text_broken"),
        ({"tier": "gold"}, "unknown_tier"),
        ({"user_id": 999_999}, "unknown_receiver"),
        ({"department_id": 999_999}, "unknown_receiver"),
    ],
)
def test_what_can_t_be_asked_for(company, now, expert, given, code):
    def ask():
        return actions.request(resource=expert, wish=replace(wish(company.rep), **given), by=company.by("rep"), now=now)

    assert code in refusal(ask).codes
    assert not Allocation.objects.exists()


def test_one_asks_for_oneself_and_a_lead_for_his_departments(company, now, expert):
    def ask(for_whom, by, **given):
        return actions.request(resource=expert, wish=wish(for_whom, 1, **given), by=company.by(by), now=now)

    assert refusal(lambda: ask(company.teammate, "rep")).codes == ("not_for_them",)
    assert refusal(lambda: ask(company.rep, "rep", user_id=None)).codes == ("not_for_them",)
    assert refusal(lambda: ask(company.other_team, "team_lead")).codes == ("not_for_them",)
    assert refusal(lambda: ask(company.rep, "auditor")).codes == ("may_not_request", "not_for_them")
    assert ask(company.teammate, "team_lead").user == company.teammate
    assert ask(company.rep, "team_lead", user_id=None).user is None
    with pytest.raises(Resource.DoesNotExist):
        ask(company.rep, "process_owner")


def test_only_the_owner_and_who_manages_him_decide(company, now, expert, trials):
    for_expert, for_trial = asked(company, now, expert), asked(company, now, trials, quantity=1)
    for who in ("rep", "teammate", "other_team", "team_lead", "auditor", "process_owner", "disabled"):
        with pytest.raises(Allocation.DoesNotExist):
            actions.approve(allocation=for_expert, version=1, by=company.by(who), now=now)
    with pytest.raises(Allocation.DoesNotExist):
        actions.reject(allocation=for_trial, version=1, reason="没有了", by=company.by("rep"), now=now)
    actions.approve(allocation=for_trial, version=1, by=company.by("team_lead"), now=now)
    actions.approve(allocation=for_expert, version=1, by=company.by("director"), now=now)


def test_a_rep_who_owns_a_resource_grants_it(company, now):
    own = resource(company, now, owner="rep")
    request = asked(company, now, own, who="other_team")
    assert actions.approve(allocation=request, version=1, by=company.by("rep"), now=now).status == Status.APPROVED
    assert actions.allocate(resource=own, wish=wish(company.other_team, 1), by=company.by("rep"), now=now)


def test_never_more_than_there_is_and_the_refusal_says_what_is_left(company, now, expert):
    first, second = asked(company, now, expert, quantity=7), asked(company, now, expert, who="other_team", quantity=4)
    actions.approve(allocation=first, version=1, by=company.by("director"), now=now)
    reason = refusal(lambda: actions.approve(allocation=second, version=1, by=company.by("director"), now=now)).reasons[
        0
    ]
    assert (reason.code, reason.params["left"], reason.params["first"], reason.params["last"]) == (
        "not_enough", 3, FIRST, LAST,
    )  # fmt: skip
    second.refresh_from_db()
    assert (second.status, second.version) == (Status.REQUESTED, 1)


def test_what_comes_back_is_free_on_other_days(company, now, trials):
    early = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 10)}
    late = {"starts_on": date(2026, 10, 11), "ends_on": date(2026, 10, 20)}
    across = {"starts_on": date(2026, 10, 10), "ends_on": date(2026, 10, 11)}
    lead = company.by("team_lead")
    actions.allocate(resource=trials, wish=wish(company.rep, 3, **early), by=lead, now=now)
    actions.allocate(resource=trials, wish=wish(company.teammate, 2, **late), by=lead, now=now)
    reason = refusal(
        lambda: actions.allocate(resource=trials, wish=wish(company.rep, 1, **across), by=lead, now=now)
    ).reasons[0]
    assert (reason.params["left"], reason.params["last"]) == (0, date(2026, 10, 10))
    actions.allocate(resource=trials, wish=wish(company.rep, 1, **late), by=lead, now=now)


def test_a_lead_allocates_within_his_tree(company, now, trials, expert):
    lead = company.by("team_lead")
    managed = resource(company, now, owner="rep", by="team_lead")
    with pytest.raises(Resource.DoesNotExist):
        actions.allocate(resource=expert, wish=wish(company.rep), by=lead, now=now)
    assert refusal(
        lambda: actions.allocate(resource=managed, wish=wish(company.other_team), by=lead, now=now)
    ).codes == ("not_for_them",)
    assert (
        actions.allocate(resource=trials, wish=wish(company.other_team, 1), by=lead, now=now).user == company.other_team
    )
    with pytest.raises(Resource.DoesNotExist):
        actions.allocate(resource=trials, wish=wish(company.rep, 1), by=company.by("rep"), now=now)
    assert refusal(
        lambda: actions.allocate(resource=trials, wish=wish(company.disabled, 1), by=lead, now=now)
    ).codes == ("receiver_inactive",)


def test_a_request_of_somebody_who_left_is_not_granted(company, now, expert):
    request = asked(company, now, expert)
    company.rep.is_active = False
    company.rep.save()
    verdict = refusal(lambda: actions.approve(allocation=request, version=1, by=company.by("director"), now=now))
    assert verdict.codes == ("receiver_inactive",)
    actions.reject(allocation=request, version=1, reason="已离职", by=company.by("director"), now=now)


def test_a_rejection_has_a_reason_and_happens_once(company, now, expert):
    request, director = asked(company, now, expert), company.by("director")
    assert refusal(lambda: actions.reject(allocation=request, version=1, reason=" ", by=director, now=now)).codes == (
        "missing",
    )
    done = actions.reject(allocation=request, version=1, reason="下个季度再说", by=director, now=now)
    assert (done.status, done.reason) == (Status.REJECTED, "下个季度再说")
    with pytest.raises(Conflict):
        actions.approve(allocation=request, version=1, by=director, now=now)
    assert refusal(lambda: actions.approve(allocation=request, version=2, by=director, now=now)).codes == (
        "not_waiting",
    )


def test_withdrawing_is_the_requester_s_while_it_waits(company, now, expert):
    request = asked(company, now, expert)
    assert refusal(
        lambda: actions.withdraw(allocation=request, version=1, by=company.by("director"), now=now)
    ).codes == ("not_yours",)
    with pytest.raises(Allocation.DoesNotExist):
        actions.withdraw(allocation=request, version=1, by=company.by("teammate"), now=now)
    assert actions.withdraw(allocation=request, version=1, by=company.by("rep"), now=now).status == Status.WITHDRAWN
    assert refusal(lambda: actions.withdraw(allocation=request, version=2, by=company.by("rep"), now=now)).codes == (
        "not_waiting",
    )


def test_what_is_returned_can_be_given_to_others(company, now, expert):
    director, rep = company.by("director"), company.by("rep")
    held = actions.allocate(resource=expert, wish=wish(company.rep, 8), by=director, now=now)

    def give_back(quantity, by=rep, version=1, reason=""):
        return actions.give_back(allocation=held, version=version, quantity=D(quantity), reason=reason, by=by, now=now)

    assert refusal(lambda: give_back(9)).codes == ("more_than_kept",)
    assert refusal(lambda: give_back(-1)).codes == ("not_positive",)
    with pytest.raises(Allocation.DoesNotExist):
        give_back(1, by=company.by("teammate"))
    assert give_back("2.5").kept == D("5.5")
    with pytest.raises(Conflict):
        give_back(1)
    actions.allocate(resource=expert, wish=wish(company.teammate, "4.5"), by=director, now=now)
    whole = give_back("5.5", version=2)
    assert (whole.status, whole.kept) == (Status.RETURNED, 0)
    assert refusal(lambda: give_back(1, version=3)).codes == ("not_allocated",)


def test_who_takes_back_what_others_hold_says_why(company, now, expert):
    request = asked(company, now, expert)
    actions.approve(allocation=request, version=1, by=company.by("director"), now=now)

    def take_back(reason):
        return actions.give_back(
            allocation=request, version=2, quantity=D(1), reason=reason, by=company.by("director"), now=now
        )

    assert refusal(lambda: take_back("")).codes == ("missing",)
    assert take_back("项目取消").kept == 3


def test_less_than_is_out_is_refused_with_the_list(company, now, expert, trials):
    director = company.by("director")
    actions.allocate(resource=expert, wish=wish(company.rep, 6), by=director, now=now)
    actions.allocate(resource=expert, wish=wish(company.other_team, 2), by=director, now=now)

    def change(found, **given):
        base = supply(found.owner, quantity=found.quantity, is_consumed=found.is_consumed)
        return actions.change_resource(resource=found, version=1, supply=replace(base, **given), by=director, now=now)

    reason = refusal(lambda: change(expert, quantity=D(7))).reasons[0]
    assert reason.code == "less_than_allocated"
    assert [(line[0], line[1]) for line in reason.params["lines"]] == [("王芳", 6), ("赵敏", 2)]
    outside = refusal(lambda: change(expert, starts_on=date(2026, 11, 1))).reasons[0]
    assert (outside.code, outside.params["count"], len(outside.params["lines"])) == ("allocated_outside", 2, 2)
    assert change(expert, quantity=D(8)).quantity == 8
    for n in (1, 2):
        span = {"starts_on": date(2026, 10, n), "ends_on": date(2026, 10, n)}
        actions.allocate(resource=trials, wish=wish(company.rep, 2, **span), by=director, now=now)
    assert refusal(lambda: change(trials, is_consumed=True)).codes == ("less_than_allocated",)
    assert change(trials, quantity=D(2)).quantity == 2


def test_changing_is_the_owner_s_and_who_manages_him(company, now, expert, trials):
    with pytest.raises(Resource.DoesNotExist):
        actions.change_resource(
            resource=expert, version=1, supply=supply(company.director), by=company.by("team_lead"), now=now
        )
    with pytest.raises(Conflict):
        actions.change_resource(
            resource=trials, version=5, supply=supply(company.team_lead), by=company.by("team_lead"), now=now
        )
    moved = actions.change_resource(
        resource=trials, version=1, supply=supply(company.rep), by=company.by("director"), now=now
    )
    assert (moved.owner, moved.version) == (company.rep, 2)
    assert Event.objects.get(kind="resources.changed").changes["owner"] == ["李娜", "王芳"]


def test_voiding_waits_until_nothing_is_out_and_can_be_undone(company, now, expert):
    director = company.by("director")
    held = actions.allocate(resource=expert, wish=wish(company.rep), by=director, now=now)
    waiting = asked(company, now, expert, quantity=1)

    def void(version=1):
        return actions.void_resource(resource=expert, version=version, by=director, now=now)

    assert refusal(void).codes == ("still_allocated", "still_asked_for")
    actions.withdraw(allocation=waiting, version=1, by=company.by("rep"), now=now)
    actions.give_back(allocation=held, version=1, quantity=D(4), reason="", by=company.by("rep"), now=now)
    with pytest.raises(Conflict):
        void(9)
    gone = void()
    assert refusal(lambda: void(gone.version)).codes == ("already_voided",)
    assert "resource_voided" in refusal(lambda: asked(company, now, expert)).codes
    assert actions.restore_resource(resource=expert, by=director, now=now).voided_at is None
    assert asked(company, now, expert).status == Status.REQUESTED


def test_focus_goes_first_and_waiting_counts_the_owner_s(company, now, expert, trials):
    asked(company, now, expert, quantity=1)
    asked(company, now, expert, quantity=1, tier="watch")
    focus = asked(company, now, expert, quantity=1, tier="focus")
    asked(company, now, trials, quantity=1)
    director = company.by("director")
    assert next(iter(queries.waiting_requests(director))) == focus
    assert queries.waiting_requests(director).count() == 4
    assert queries.waiting_for(director) == 3
    assert queries.waiting_for(company.by("team_lead")) == 1
    assert queries.waiting_for(company.by("rep")) == queries.waiting_for(company.by("auditor")) == 0


def test_allocations_are_seen_by_whom_they_concern(company, now, expert):
    for who in ("rep", "other_team"):
        asked(company, now, expert, who=who, quantity=1)

    def seen(name):
        return set(Allocation.objects.visible_to(company.by(name)).values_list("requester__username", flat=True))

    assert seen("rep") == seen("team_lead") == {"rep"}
    assert seen("director") == seen("auditor") == {"rep", "other_team"}
    assert seen("teammate") == seen("process_owner") == set()
    assert not Allocation.objects.visible_to(company.by("auditor"), "write").exists()
    assert not Allocation.objects.visible_to(company.by("auditor"), "decide").exists()


def test_the_list_costs_the_same_for_one_and_for_many(company, now, django_assert_num_queries):
    who, today = company.by("director"), date(2026, 11, 23)

    def more(n):
        for _ in range(n):
            found = resource(company, now)
            actions.allocate(resource=found, wish=wish(company.rep), by=who, now=now)
            asked(company, now, found, quantity=1)

    more(1)
    with django_assert_num_queries(3):
        (one,) = queries.standings(who, today=today)
    assert (one.taken, one.free, one.percent, one.waiting) == (4, 6, 40, 1)
    more(3)
    with django_assert_num_queries(3):
        assert len(queries.standings(who, today=today)) == 4
    assert queries.standings(who, today=date(2027, 2, 1)) == []
    assert queries.standings(who, today=date(2027, 2, 1), over=True)[0].is_over


def test_a_campaign_s_gate_wants_an_allocation_or_a_reason(company, now, expert):
    campaign = Campaign.objects.create(
        name="春季", starts_on=date(2026, 12, 1), ends_on=date(2027, 2, 28), owner=company.director
    )
    assert facts_of(campaign) == {"resources_allocated": False}
    before = actions.allocate(
        resource=expert, wish=wish(company.rep, 1, ends_on=date(2026, 11, 30)), by=company.by("director"), now=now
    )
    assert facts_of(campaign) == {"resources_allocated": False}
    actions.allocate(resource=expert, wish=wish(company.rep, 1), by=company.by("director"), now=now)
    assert facts_of(campaign) == {"resources_allocated": True}
    assert before.status == Status.APPROVED


def test_it_can_be_said_that_nothing_is_needed(company, now):
    campaign = Campaign.objects.create(
        name="春季", starts_on=date(2026, 12, 1), ends_on=date(2027, 2, 28), owner=company.process_owner
    )

    def state(by="director", reason="只做电话拓展"):
        return actions.need_none(campaign=campaign, reason=reason, by=company.by(by), now=now)

    for who in ("rep", "team_lead", "auditor", "process_owner"):
        assert refusal(lambda who=who: state(who)).codes == ("may_not_state",)
    assert refusal(lambda: state(reason=" ")).codes == ("missing",)
    state()
    assert state(reason="够用").reason == "够用"
    assert facts_of(campaign) == {"resources_allocated": True}
    actions.need_some(campaign=campaign, by=company.by("director"), now=now)
    actions.need_some(campaign=campaign, by=company.by("director"), now=now)
    assert facts_of(campaign) == {"resources_allocated": False}
    assert [e.kind for e in Event.objects.order_by("id")] == [
        "resources.none_needed", "resources.none_needed", "resources.some_needed",
    ]  # fmt: skip
