from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.spine.followups.cases import a_customer, a_deal, a_lead, lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library.rules import SignalKind
from tuoke.steps.negotiation.actions import add_concession
from tuoke.steps.negotiation.rounds.models import ConcessionMade
from tuoke.steps.negotiation.rules import ConcessionDraft
from tuoke.steps.negotiation.signals import actions, queries
from tuoke.steps.negotiation.signals.models import ClosingProposal, Signal
from tuoke.steps.negotiation.signals.rules import Answer, AnswerDraft, ClosingDraft, SignalDraft

pytestmark = pytest.mark.django_db
ASKED = "客户问合同里验收怎么写，还问付款方式。"


def codes(act, **given):
    with pytest.raises(Refused) as refused:
        act(**given)
    return refused.value.verdict.codes


@pytest.fixture
def propose(company, deal, now):
    def proposed(*, by="rep", on=None, **more):
        draft = ClosingDraft(**({"text": "周五下午签", "offered_on": on or timezone.localdate(now)} | more))
        return actions.propose(deal=deal, draft=draft, by=company.by(by), now=now)

    return proposed


# Found


def test_found_in_what_is_recorded_once_and_the_owner_hears_of_it(record, deal, company):
    assert [(s.kind, s.state) for s in record(ASKED)] == [("contract", "found"), ("payment", "found")]
    assert [s.kind for s in record(ASKED)] == ["contract", "payment"], "sent twice, kept once"
    assert Signal.objects.count() == 2
    assert Notice.objects.count() == 0, "he wrote it himself"
    record("客户想要试用账号。", by="team_lead")
    assert Notice.objects.get().text == f"“{deal.name}”有成交信号：要试用、试点"
    found = Event.objects.filter(kind="signals.found").order_by("id")
    assert [event.facts["kinds"] for event in found] == [["contract", "payment"], ["trial"]]
    assert {event.thread for event in found} == {f"deals.opportunity:{deal.pk}"}


def test_not_where_nobody_was_reached_nor_of_what_is_no_open_deal(record, deal, company, now):
    assert record("没打通，客户问合同的事下次再说", reached=False) == []
    assert record(ASKED, subject=a_lead(company.rep)) == []
    assert record(ASKED, subject=a_customer(company.rep, name="恒远")) == []
    Opportunity.objects.filter(pk=deal.pk).update(outcome="won", outcome_on=timezone.localdate(now))
    assert record(ASKED) == []


def test_recording_costs_the_same_however_much_is_found(record, deal, company, now):
    def cost(act):
        with CaptureQueriesContext(connection) as seen:
            act()
        return len(seen)

    record("客户问合同。")
    one = cost(lambda: record("客户问付款方式。"))
    assert cost(lambda: record(f"{ASKED}客户要试用。客户问培训几天，问最低多少钱。")) == one

    def batch(count):
        rows = [FollowUp(opportunity=deal, at=now, summary=f"{i}：{ASKED}", created_at=now) for i in range(count)]
        stored = FollowUp.objects.bulk_create(rows)
        return cost(lambda: actions.find_in(stored, company.by("rep"), now))

    assert batch(1) == batch(30)


def test_a_sign_opens_the_way_from_its_day_on_until_it_is_dismissed(record, deal, company, now):
    assert not queries.opens_way(deal, now)
    [sign] = record("客户问合同。")
    assert queries.opens_way(deal, now)
    assert not queries.opens_way(deal, now + timedelta(seconds=1))
    actions.dismiss(signal=sign, version=1, reason="", by=company.by("rep"), now=now)
    assert not queries.opens_way(deal, now)


# Judged


def test_confirmed_dismissed_and_back(record, company, now):
    [sign], rep = record("客户问合同。"), company.by("rep")
    assert actions.confirm(signal=sign, version=1, by=rep, now=now).state == "confirmed"
    assert codes(actions.confirm, signal=sign, version=2, by=rep, now=now) == ("signal_judged",)
    with pytest.raises(Conflict):
        actions.dismiss(signal=sign, version=1, reason="", by=rep, now=now)
    assert actions.dismiss(signal=sign, version=2, reason="说的是别的项目", by=rep, now=now).reason == "说的是别的项目"
    assert actions.reopen(signal=sign, by=rep, now=now).state == "found"
    kinds = Event.objects.filter(subject=f"signals.signal:{sign.pk}").values_list("kind", flat=True).order_by("id")
    assert list(kinds) == [f"signals.{one}" for one in ("found", "confirmed", "dismissed", "reopened")]


def test_ticked_by_hand_and_back(deal, company, now):
    rep, today = company.by("rep"), timezone.localdate(now)
    tick = actions.tick(deal=deal, draft=SignalDraft(SignalKind.START, today, "机房腾好了"), by=rep, now=now)
    assert (tick.state, tick.sentence, tick.follow_up) == ("ticked", "", None)
    assert tick.said_at <= now
    actions.dismiss(signal=tick, version=1, reason="", by=rep, now=now)
    assert actions.reopen(signal=tick, by=rep, now=now).state == "ticked"


def test_who_may_not_negotiate_and_a_deal_that_is_over(record, deal, company, now):
    [sign] = record("客户问合同。")
    for name in ("teammate", "collaborator", "auditor", "admin"):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.confirm(signal=sign, version=1, by=company.by(name), now=now)
    lost(deal)
    rep = company.by("rep")
    assert codes(actions.confirm, signal=sign, version=1, by=rep, now=now) == ("deal_closed",)
    draft = SignalDraft(SignalKind.START, timezone.localdate(now))
    assert codes(actions.tick, deal=deal, draft=draft, by=rep, now=now) == ("deal_closed",)


# Proposed


def test_proposed_on_a_sign_and_answered(record, propose, deal, company, now):
    [sign], rep, today = record("客户问合同。"), company.by("rep"), timezone.localdate(now)
    closing = propose(signal_id=sign.pk)
    assert (closing.signal, closing.answer, closing.extra) == (sign, "", "")
    draft = AnswerDraft(Answer.ACCEPTED, today, "周五见")
    answered = actions.answer(closing=closing, version=1, draft=draft, by=rep, now=now)
    assert (answered.answer, answered.answered_on, answered.answer_note) == ("accepted", today, "周五见")
    with pytest.raises(Conflict):
        actions.answer(closing=closing, version=1, draft=draft, by=rep, now=now)
    assert ConcessionMade.objects.count() == 0


def test_on_what_is_not_of_this_deal_nothing_is_proposed(record, propose, deal, company, playbook, now):
    other = a_deal(company.rep, playbook, customer=a_customer(company.rep, name="恒远"))
    [strange] = record("客户问合同。", subject=other)
    [sign] = record("客户问付款方式。")
    actions.dismiss(signal=sign, version=1, reason="", by=company.by("rep"), now=now)
    assert codes(propose, signal_id=strange.pk) == ("signal_elsewhere",)
    assert codes(propose, signal_id=sign.pk, version_id=999, concession_id=999) == (
        "signal_dismissed", "item_elsewhere", "concession_elsewhere",
    )  # fmt: skip
    Opportunity.objects.filter(pk=deal.pk).update(outcome="won", outcome_on=timezone.localdate(now))
    assert codes(propose, text="") == ("deal_won", "text_missing")


def test_an_extra_is_a_concession_and_goes_with_its_proposal(propose, deal, company, now):
    step = add_concession(
        deal=deal,
        draft=ConcessionDraft(give="加赠一次培训", get="周五前签约", value=Decimal(3000)),
        by=company.by("rep"),
        now=now,
    )
    closing = propose(concession_id=step.pk, returns="周五前签约")
    made = ConcessionMade.objects.get()
    assert (made.give, made.get, made.value, made.concession, made.state) == (
        "加赠一次培训", "周五前签约", Decimal(3000), step, "stands",
    )  # fmt: skip
    assert codes(propose, concession_id=step.pk) == ("concession_given",)
    actions.withdraw(closing=closing, by=company.by("rep"), now=now)
    made.refresh_from_db()
    assert made.state == "withdrawn"
    step.refresh_from_db()
    assert not step.is_given
    actions.restore(closing=closing, by=company.by("rep"), now=now)
    assert ConcessionMade.objects.live().count() == 1


def test_an_extra_beyond_ones_authority_waits_for_a_manager(propose, deal, company):
    propose(extra="多送一年维保", value=Decimal(40_000))
    assert ConcessionMade.objects.get().state == "approval"
    [closing] = queries.page_of(company.by("rep"), deal).closings
    assert closing.extra_state == "等审批"


def test_the_library_learns_which_closings_worked(propose, company, now):
    from tuoke.base.accounts.rules import system
    from tuoke.spine.library.actions import load_starter
    from tuoke.spine.library.models import ItemVersion

    load_starter(by=system("test"), now=now)
    version = ItemVersion.objects.filter(item__kind="closing").first()
    day = timezone.localdate(now)
    for said in (Answer.ACCEPTED, Answer.DECLINED, Answer.PENDING):
        closing = propose(version_id=version.pk, text=f"周五签 {said}")
        if said:
            actions.answer(closing=closing, version=1, draft=AnswerDraft(said, day), by=company.by("rep"), now=now)
    effect = queries.effect_of_items([version.item_id])[version.item_id]
    assert (effect.used, effect.gained) == (2, 1)
    assert len(queries.uses_of(company.by("rep"), version.item_id)) == 3
    assert list(queries.uses_of(company.by("other_team"), version.item_id)) == []
    assert ClosingProposal.objects.count() == 3
