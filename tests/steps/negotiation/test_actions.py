from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from tests.spine.followups.cases import a_contact, a_customer, lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.notifications.models import Notice
from tuoke.spine.customers.hooks import Move
from tuoke.spine.deals.actions import join
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import actions, queries
from tuoke.steps.negotiation.facts import facts_of
from tuoke.steps.negotiation.models import BottomLineVersion, Concession, Seat
from tuoke.steps.negotiation.rules import ConcessionDraft, ConcessionState, LineDraft, PlanDraft, SeatDraft, Side
from tuoke.steps.proposals.offers.models import Offer, OfferLine

pytestmark = pytest.mark.django_db
PAIR = ConcessionDraft("加赠培训", "月内签约", value=Decimal(8000))


@pytest.fixture
def ladder(deal, by, now):
    drafts = (PAIR, ConcessionDraft("账期 45 天"), ConcessionDraft("质保两年", "公开案例"))
    return [actions.add_concession(deal=deal, draft=draft, by=by, now=now) for draft in drafts]


def refused(act, **kwargs):
    with pytest.raises(Refused) as refusal, transaction.atomic():
        act(**kwargs)
    return refusal.value.verdict.codes


def said_anywhere(*words):
    return {word for event in Event.objects.all() for word in words if word in f"{event.facts}{event.changes}"}


def offered(deal, price, now, state="issued"):
    offer = Offer.objects.create(opportunity=deal, number=1, state=state, delivery_days=50, created_at=now)
    OfferLine.objects.create(offer=offer, name="平台", quantity=1, unit_price=price, tax_rate=0)
    return offer


def test_a_line_keeps_its_versions_and_tells_history_nothing(deal, line, by, now):
    changed = actions.set_line(deal=deal, version=1, draft=LineDraft(Decimal(420_000), 997), by=by, now=now)
    same = actions.set_line(deal=deal, version=2, draft=LineDraft(Decimal(420_000), 997), by=by, now=now)
    assert (changed.version, same.version) == (2, 2)
    back = actions.restore_line(deal=deal, version=2, number=1, by=by, now=now)
    assert (back.lowest_price, back.fixed_clauses, back.version) == (Decimal(432_100), ["知识产权：归我方所有"], 3)
    assert list(BottomLineVersion.objects.values_list("number", flat=True)) == [3, 2, 1]
    told = Event.objects.filter(kind__startswith="negotiation.").values_list("kind", "secret")
    assert list(told) == [
        ("negotiation.bottom_line_set", False),
        ("negotiation.bottom_line_changed", True),
        ("negotiation.bottom_line_changed", True),
    ]
    assert said_anywhere("4321", "4200", "997", "知识产权") == set()


def test_what_a_line_once_was_is_frozen(line):
    version = BottomLineVersion.objects.get()
    version.lowest_price = Decimal(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        version.delete()


def test_a_stale_line_is_a_conflict(deal, line, by, now):
    for version in (0, 2):
        with pytest.raises(Conflict) as conflict:
            actions.set_line(deal=deal, version=version, draft=LineDraft(longest_days=9), by=by, now=now)
        assert conflict.value.current == line


def test_a_line_above_what_is_offered_makes_no_sense(deal, by, now):
    def tried(price):
        return refused(actions.set_line, deal=deal, version=0, draft=LineDraft(Decimal(price)), by=by, now=now)

    assert tried("500000.01") == ("line_above_offer",), "the deal's amount, where nothing is offered yet"
    offer = offered(deal, Decimal(460_000), now, state="draft")
    assert tried("460000.01") == ("line_above_offer",)
    Offer.objects.filter(pk=offer.pk).update(state="issued")
    assert tried("460000.01") == ("line_above_offer",)
    assert actions.set_line(deal=deal, version=0, draft=LineDraft(Decimal(460_000)), by=by, now=now)


@pytest.mark.parametrize(
    ("price", "tight", "is_past"), [("432099", False, True), ("432100", True, False), ("450000", False, False)]
)
def test_insiders_are_warned_where_the_offer_comes_near(deal, line, by, now, price, tight, is_past):
    assert not queries.inside_of(by, deal).is_tight, "nothing is offered yet"
    offered(deal, Decimal(price), now)
    inside = queries.inside_of(by, deal)
    assert (inside.is_tight, inside.is_past) == (tight, is_past)


def test_who_is_named_hears_that_he_may_look(company, deal, line, by, now):
    join(deal=deal, user=company.collaborator, duty="核算", by=by, now=now)
    assert queries.nameable(deal) == [company.collaborator]
    named = actions.name_insider(deal=deal, user=company.collaborator, reason="核算", by=by, now=now)
    assert queries.nameable(deal) == []
    notice = Notice.objects.get(kind="insider_named")
    assert notice.user == company.collaborator
    assert not {word for word in ("432", "57", "知识产权") if word in notice.text}
    assert refused(actions.name_insider, deal=deal, user=company.collaborator, reason="", by=by, now=now) == (
        "already_inside",
    )
    actions.remove_insider(insider=named, by=by, now=now)
    assert not Event.objects.filter(kind__startswith="negotiation.insider", secret=False).exists()


def test_the_ladder_is_ordered_given_and_taken_back(deal, ladder, by, now):
    training, terms, warranty = ladder
    assert actions.order_ladder(deal=deal, order=[warranty.pk], by=by, now=now) == [c.pk for c in ladder]
    assert [c.give for c in queries.ladder_of(by, deal).listed] == ["质保两年", "加赠培训", "账期 45 天"]
    given = actions.concede(concession=training, by=by, now=now)
    assert given.state == ConcessionState.GIVEN
    for verb in (actions.concede, actions.withdraw_concession):
        assert refused(verb, concession=training, by=by, now=now) == ("concession_given",)
    assert queries.ladder_of(by, deal).given_value == Decimal(8000)
    assert actions.take_back(concession=training, by=by, now=now).state == ConcessionState.OPEN
    actions.withdraw_concession(concession=terms, by=by, now=now)
    assert refused(actions.concede, concession=terms, by=by, now=now) == ("concession_withdrawn",)
    assert actions.restore_concession(concession=terms, by=by, now=now).state == ConcessionState.OPEN


def test_facts_count_pairs_that_bring_something_back(deal, ladder, by, now):
    assert facts_of(deal) == {"bottom_line_set": False, "concessions_planned": 2}
    actions.set_line(deal=deal, version=0, draft=LineDraft(longest_days=30), by=by, now=now)
    actions.withdraw_concession(concession=ladder[0], by=by, now=now)
    assert facts_of(deal) == {"bottom_line_set": True, "concessions_planned": 1}


def test_a_pair_is_edited_once_and_never_twice_on_the_ladder(deal, ladder, by, now):
    one = ladder[1]
    draft = ConcessionDraft("账期 45 天", "不再降价", value=Decimal("1200.50"))
    actions.edit_concession(concession=one, version=1, draft=draft, by=by, now=now)
    event = Event.objects.get(kind="negotiation.concession_edited")
    assert event.changes == {"get": ["", "不再降价"], "value": [None, "1200.50"]}
    with pytest.raises(Conflict):
        actions.edit_concession(concession=one, version=1, draft=draft, by=by, now=now)
    assert refused(actions.add_concession, deal=deal, draft=PAIR, by=by, now=now) == ("concession_twice",)


def test_people_sit_on_their_own_side_once(company, deal, contact, by, now):
    ours = SeatDraft(Side.OURS, user_id=company.rep.pk, duty="lead")
    theirs = SeatDraft(Side.THEIRS, contact_id=contact.pk, position="先要折扣")
    mine = actions.add_seat(deal=deal, draft=ours, by=by, now=now)
    actions.add_seat(deal=deal, draft=theirs, by=by, now=now)
    assert refused(actions.add_seat, deal=deal, draft=theirs, by=by, now=now) == ("seated_already",)
    stranger = a_contact(a_customer(company.rep, name="别家"))
    elsewhere = SeatDraft(Side.THEIRS, contact_id=stranger.pk)
    assert refused(actions.add_seat, deal=deal, draft=elsewhere, by=by, now=now) == ("contact_elsewhere",)
    with pytest.raises(IntegrityError), transaction.atomic():
        Seat.objects.create(plan=mine.plan, side="ours", contact=contact, created_at=now)
    actions.withdraw_seat(seat=mine, by=by, now=now)
    again = actions.add_seat(deal=deal, draft=ours, by=by, now=now)
    assert refused(actions.restore_seat, seat=mine, by=by, now=now) == ("seated_already",)
    edited = actions.edit_seat(seat=again, version=1, draft=SeatDraft(Side.OURS, name="顾问"), by=by, now=now)
    assert (edited.who, edited.version) == ("顾问", 2)


def test_a_merged_contact_keeps_one_seat(deal, contact, customer, by, now):
    twin = a_contact(customer, name="陈工程师")
    for person in (contact, twin):
        actions.add_seat(deal=deal, draft=SeatDraft(Side.THEIRS, contact_id=person.pk), by=by, now=now)
    assert actions.repoint(Move(source=twin, target=contact)) == {}
    Seat.objects.filter(contact=contact).update(contact=None, name="甲")
    assert sum(map(len, actions.repoint(Move(source=twin, target=contact)).values())) == 1


def test_a_plan_is_written_once_at_a_time(deal, by, now):
    plan = actions.set_plan(deal=deal, version=0, draft=PlanDraft("年内签约", 3), by=by, now=now)
    assert plan.version == 1
    with pytest.raises(Conflict):
        actions.set_plan(deal=deal, version=0, draft=PlanDraft("别的"), by=by, now=now)


def test_a_lost_deal_is_left_as_it_was(deal, ladder, line, by, now):
    lost(deal)
    verbs = (
        (actions.set_line, {"deal": deal, "version": 1, "draft": LineDraft(longest_days=3)}),
        (actions.add_concession, {"deal": deal, "draft": ConcessionDraft("别的")}),
        (actions.withdraw_concession, {"concession": ladder[0]}),
        (actions.add_seat, {"deal": deal, "draft": SeatDraft(Side.OURS, name="甲")}),
        (actions.set_plan, {"deal": deal, "version": 0, "draft": PlanDraft("x")}),
        (actions.order_ladder, {"deal": deal, "order": []}),
    )
    assert {refused(verb, by=by, now=now, **more) for verb, more in verbs} == {("deal_closed",)}


@pytest.mark.parametrize("name", ["teammate", "auditor", "collaborator", "admin"])
def test_who_cannot_write_the_deal_plans_nothing(company, deal, ladder, now, name):
    by = company.by(name)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.add_concession(deal=deal, draft=ConcessionDraft("别的"), by=by, now=now)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.concede(concession=ladder[0], by=by, now=now)
    assert Concession.objects.count() == 3
