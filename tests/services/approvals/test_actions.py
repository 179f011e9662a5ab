from datetime import timedelta

import pytest

from tests.services.approvals.conftest import SUBJECT
from tuoke.base.accounts.models import User
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.base.records.queries import history_of
from tuoke.services.approvals import actions, hooks, queries
from tuoke.services.approvals.models import Approver, Request
from tuoke.services.notifications.models import Notice

pytestmark = pytest.mark.django_db
WORDS = "最低可以做到 87 万"


def codes(act, **given):
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.verdict.codes


def told(kind):
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


def test_asked_and_approved(ask, company, decided, now):
    request = ask(facts={"discount": "12%"})
    assert told("approval_asked") == {"team_lead", "director"}
    actions.approve(request=request, version=1, reason="", by=company.by("team_lead"), now=now)
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.decided_at) == ("approved", company.team_lead, now)
    assert decided == [(request.pk, "李娜", "approved")]
    assert told("approval_decided") == {"rep"}
    assert queries.latest("test", SUBJECT) == request
    assert queries.latest_of("test", [SUBJECT, "tests.thing:2"]) == {SUBJECT: request}
    assert {event.kind for event in history_of(request)} == {"approvals.asked", "approvals.approved"}
    assert Event.objects.in_thread("deals.opportunity:1").count() == 2


def test_rejected_with_a_reason_that_the_asker_reads(ask, company, decided, now):
    request, lead = ask(), company.by("team_lead")
    assert codes(actions.reject, request=request, version=1, reason=" ", by=lead, now=now) == ("why_not_missing",)
    rejected = actions.reject(request=request, version=1, reason="先谈付款方式", by=lead, now=now)
    assert (rejected.state, rejected.decision_reason) == ("rejected", "先谈付款方式")
    assert decided == [(request.pk, "李娜", "rejected")]


def test_two_managers_at_once_one_wins_and_the_other_learns_who_and_what(ask, company, decided, now):
    request = ask()
    actions.reject(request=request, version=1, reason="太低", by=company.by("director"), now=now)
    with pytest.raises(Refused) as late:
        actions.approve(request=request, version=1, reason="", by=company.by("team_lead"), now=now)
    (reason,) = late.value.verdict.reasons
    assert reason.code == "already_decided"
    assert reason.params == {"who": "周总", "state": "rejected", "at": now}
    assert len(decided) == 1


def test_nobody_decides_his_own_request(ask, company, now):
    assert codes(ask, by="team_lead", of=("team_lead", "director")) == ("own_request",)
    own = ask(by="team_lead", of=("director",))
    Approver.objects.create(request=own, user=company.team_lead, told_at=now)
    said = {"request": own, "version": 1, "by": company.by("team_lead"), "now": now}
    assert codes(actions.approve, reason="", **said) == ("own_request",)
    assert codes(actions.reject, reason="x", **said) == ("own_request",)


def test_only_approvers_decide_and_only_while_they_may(ask, company, kind, now):
    request = ask(of=("team_lead",))
    with pytest.raises(Request.DoesNotExist):
        actions.approve(request=request, version=1, reason="", by=company.by("director"), now=now)
    kind(may_decide=lambda who, asked: False)
    lead = company.by("team_lead")
    assert codes(actions.approve, request=request, version=1, reason="", by=lead, now=now) == ("may_not_decide",)
    kind()
    with pytest.raises(Conflict):
        actions.approve(request=request, version=7, reason="", by=lead, now=now)


def test_a_refusal_of_the_asking_package_undoes_the_decision(ask, company, kind, now):
    def refuse(*_):
        raise RuntimeError

    kind(on_decided=refuse)
    request = ask()
    with pytest.raises(RuntimeError):
        actions.approve(request=request, version=1, reason="", by=company.by("team_lead"), now=now)
    request.refresh_from_db()
    assert request.state == "open"


def test_asked_twice(ask, company, now):
    ask()
    assert codes(ask, by="teammate") == ("already_asked",)
    later = now + timedelta(days=3)
    second = ask(by="teammate", at=later)
    assert [r.state for r in Request.objects.order_by("id")] == ["expired", "open"]
    assert queries.latest("test", SUBJECT) == second


def test_approvers_who_are_gone_are_left_out(ask, company):
    assert codes(ask, of=("disabled",)) == ("no_approver",)
    request = ask(of=("disabled", "team_lead"))
    assert [one.user for one in request.approvers.all()] == [company.team_lead]


def test_a_deactivated_approver_decides_no_more_and_somebody_else_is_found(ask, company, now):
    request, lead = ask(of=("team_lead",)), company.by("team_lead")
    User.objects.filter(pk=company.team_lead.pk).update(is_active=False)
    assert codes(actions.approve, request=request, version=1, reason="", by=lead, now=now) == ("not_an_approver",)
    actions.remind_due(now + timedelta(hours=1))
    assert told("approval_delegated") == {"director"}
    actions.remind_due(now + timedelta(hours=2))
    assert request.approvers.count() == 2
    actions.approve(request=request, version=1, reason="", by=company.by("director"), now=now)


def test_whoever_has_it_now_carries_on_for_an_asker_who_left(ask, company, decided, now, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "heir_of", [lambda asked: company.teammate])
    monkeypatch.setattr(hooks, "on_inherited", [lambda asked, people, by, at: told.append(people)])
    request = ask()
    actions.remind_due(now + timedelta(hours=1))
    assert told == []  # who asked is still here
    User.objects.filter(pk=company.rep.pk).update(is_active=False)
    actions.remind_due(now + timedelta(hours=1))
    actions.remind_due(now + timedelta(hours=2))
    request.refresh_from_db()
    assert (request.requester_id, told) == (company.teammate.pk, [[company.teammate.pk]])
    at = now + timedelta(hours=3)
    actions.approve(request=request, version=request.version, reason="", by=company.by("director"), now=at)
    assert decided == [(request.pk, "周总", "approved")]
    again = ask(subject="tests.thing:2", by="teammate")
    User.objects.filter(pk=company.teammate.pk).update(is_active=False)
    monkeypatch.setattr(hooks, "heir_of", [lambda asked: company.director])
    actions.remind_due(now + timedelta(hours=1))
    again.refresh_from_db()
    assert again.requester_id == company.teammate.pk  # nobody decides what he himself asks for


def test_expired_in_between(ask, company, decided, now):
    request, late = ask(), now + timedelta(days=2)
    lead = company.by("team_lead")
    assert codes(actions.approve, request=request, version=1, reason="", by=lead, now=late) == ("request_expired",)
    assert (actions.expire_due(late), actions.expire_due(late)) == (1, 0)
    assert told("approval_expired") == {"rep"}
    assert codes(actions.withdraw, request=request, by=company.by("rep"), now=late) == ("request_expired",)
    assert codes(actions.delegate, request=request, to=company.teammate, reason="", by=lead, now=late) == (
        "request_expired",
    )
    assert decided == []


def test_withdrawn_by_the_asker_only(ask, company, now):
    request = ask()
    assert codes(actions.withdraw, request=request, by=company.by("team_lead"), now=now) == ("not_yours",)
    actions.withdraw(request=request, by=company.by("rep"), now=now)
    assert told("approval_withdrawn") == {"team_lead", "director"}
    lead = company.by("team_lead")
    assert codes(actions.approve, request=request, version=1, reason="", by=lead, now=now) == ("request_withdrawn",)
    ask()


def test_closed_because_what_it_was_about_is_gone(ask, company, now):
    by = company.by("teammate")
    assert actions.close_for(kind="test", subject=SUBJECT, why="报价已作废", by=by, now=now) is None
    request = ask()
    actions.close_for(kind="test", subject=SUBJECT, why="报价已作废", by=by, now=now)
    request.refresh_from_db()
    assert (request.state, request.decision_reason) == ("withdrawn", "报价已作废")
    assert told("approval_withdrawn") == {"rep", "team_lead", "director"}


def test_everything_asked_about_one_thing_ends_with_it(ask, company, now):
    gone, too, other = ask(), ask(subject="tests.thing:2"), ask(subject="tests.thing:3", thread="deals.opportunity:2")
    actions.close_thread(thread="deals.opportunity:1", why="商机已输单", by=company.by("rep"), now=now)
    for request in (gone, too, other):
        request.refresh_from_db()
    assert [request.state for request in (gone, too, other)] == ["withdrawn", "withdrawn", "open"]


def test_handed_on_to_somebody_who_decides_instead(ask, company, now):
    request, lead = ask(of=("team_lead",)), company.by("team_lead")
    actions.delegate(request=request, to=company.director, reason="我在出差", by=lead, now=now)
    assert told("approval_delegated") == {"director"}
    assert [queries.waiting_count(company.by(one)) for one in ("team_lead", "director", "rep")] == [0, 1, 0]
    approved = actions.approve(request=request, version=1, reason="", by=lead, now=now)
    assert approved.decided_by == company.team_lead, "whoever handed it on still may"


def test_handed_on_to_whom_it_may_not_go(ask, company, now):
    request, lead = ask(), company.by("team_lead")

    def refused(to):
        return codes(actions.delegate, request=request, to=getattr(company, to), reason="", by=lead, now=now)

    assert refused("collaborator") == ("receiver_may_not",)
    assert refused("rep") == ("receiver_asked",)
    assert refused("director") == ("receiver_already",)
    assert refused("disabled") == ("receiver_inactive",)
    assert codes(actions.delegate, request=request, to=company.teammate, reason="", by=company.by("rep"), now=now) == (
        "own_request",
    )
    assert request.approvers.count() == 2


def test_approvers_are_reminded_once_a_day(ask, now):
    ask()
    assert actions.remind_due(now + timedelta(hours=23)) == 0
    assert actions.remind_due(now + timedelta(hours=24)) == 2
    assert actions.remind_due(now + timedelta(hours=25)) == 0
    assert told("approval_reminded") == {"team_lead", "director"}


def test_a_secret_request_leaves_no_words_anywhere(ask, company, kind, now):
    kind(secret=True)
    request = ask(reason=WORDS, label=WORDS, facts={"price": WORDS})
    actions.delegate(request=request, to=company.teammate, reason=WORDS, by=company.by("team_lead"), now=now)
    actions.remind_due(now + timedelta(hours=25))
    actions.reject(request=request, version=1, reason=WORDS, by=company.by("director"), now=now)
    ask(reason=WORDS, label=WORDS)
    actions.close_for(kind="test", subject=SUBJECT, why=WORDS, by=company.by("rep"), now=now)
    assert Event.objects.count() >= 6
    assert not Event.objects.exclude(thread="", party="", secret=True).exists()
    kept = [str(event.facts) + str(event.changes) for event in Event.objects.all()]
    kept += Notice.objects.values_list("text", flat=True)
    assert not [text for text in kept if "87" in text]


def test_lists_cost_the_same_for_one_row_and_for_three(ask, company):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as seen:
            for tab in ("waiting", "mine", "done"):
                [(row.requester.name, row.state_name) for row in queries.listed(company.by("rep"), tab).rows]
        return len(seen)

    ask()
    first = cost()
    ask(subject="tests.thing:2")
    ask(subject="tests.thing:3")
    assert cost() == first
