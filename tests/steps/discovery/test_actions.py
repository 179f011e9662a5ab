from datetime import date

import pytest

from tests.spine.followups.cases import a_contact, a_customer, lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.base.records.queries import timeline_of
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.discovery import actions
from tuoke.steps.discovery.facts import facts_of
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.queries import needs_of
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority, all_confirmed

DAY = date(2026, 11, 20)


def draft(**more):
    given = {"kind": NeedKind.RIGID, "description": "五个系统的数据要当天对齐", "priority": Priority.HIGH}
    return NeedDraft(**(given | more))


@pytest.fixture
def add(deal, by, now):
    return lambda **more: actions.add_need(deal=deal, draft=draft(**more), by=by, now=now)


def test_a_need_is_listed_and_told(deal, contact, add):
    need = add(contact_id=contact.pk)
    assert (need.customer_id, need.opportunity, need.contact) == (deal.customer_id, deal, contact)
    [event] = timeline_of(thread=deal)
    assert (event.kind, event.party) == ("discovery.need_added", f"customers.customer:{deal.customer_id}")
    assert event.facts["description"] == "五个系统的数据要当天对齐"


@pytest.mark.parametrize(
    "given, code",
    [
        ({"description": " "}, "description_missing"),
        ({"description": "字" * 2001}, "description_too_long"),
        ({"description": "a\x00"}, "description_broken"),
        ({"description": "a\udfff"}, "description_broken"),
        ({"confirmed_on": date(2026, 11, 24)}, "confirmed_in_future"),
        ({"confirmed_on": date(1, 1, 1)}, "confirmed_too_early"),
        ({"contact_id": 999_999}, "contact_elsewhere"),
    ],
)
def test_what_cannot_be_listed(add, given, code):
    with pytest.raises(Refused) as refusal:
        add(**given)
    assert refusal.value.verdict.codes == (code,)
    assert not Need.objects.exists()
    assert not Event.objects.filter(kind__startswith="discovery.").exists()


def test_emoji_stays(add):
    assert Need.objects.get(pk=add(description="要快🚀").pk).description == "要快🚀"


def test_edit_tells_what_changed_and_the_second_of_two_sees_the_first(deal, add, by, now):
    need = add()
    actions.edit_need(need=need, version=1, draft=draft(description="六个系统", confirmed_on=DAY), by=by, now=now)
    assert timeline_of(thread=deal)[0].changes == {
        "description": ["五个系统的数据要当天对齐", "六个系统"],
        "confirmed_on": [None, "2026-11-20"],
    }
    with pytest.raises(Conflict) as conflict:
        actions.edit_need(need=need, version=1, draft=draft(), by=by, now=now)
    assert conflict.value.current.description == "六个系统"


def test_confirm(add, deal, by, now):
    need = add()
    actions.confirm_need(need=need, version=1, on=DAY, by=by, now=now)
    assert Need.objects.get().confirmed_on == DAY
    with pytest.raises(Refused):
        actions.confirm_need(need=need, version=2, on=date(2027, 1, 1), by=by, now=now)
    with pytest.raises(Conflict):
        actions.confirm_need(need=need, version=1, on=DAY, by=by, now=now)


def test_withdraw_and_undo(add, deal, by, now):
    need = add()
    actions.withdraw_need(need=need, version=1, by=by, now=now)
    assert needs_of(by, deal).listed == []
    assert facts_of(deal)["needs_listed"] == 0
    with pytest.raises(Refused) as refusal:
        actions.confirm_need(need=need, version=2, on=DAY, by=by, now=now)
    assert refusal.value.verdict.codes == ("need_withdrawn",)
    actions.restore_need(need=need, by=by, now=now)
    actions.restore_need(need=need, by=by, now=now)  # twice is once
    assert [n.pk for n in needs_of(by, deal).listed] == [need.pk]
    assert [e.kind for e in timeline_of(thread=deal)][:2] == ["discovery.need_restored", "discovery.need_withdrawn"]


def test_a_lost_deals_list_stays(add, deal, by, now):
    need = add()
    lost(deal)
    for act in (
        lambda: add(),
        lambda: actions.edit_need(need=need, version=1, draft=draft(), by=by, now=now),
        lambda: actions.withdraw_need(need=need, version=1, by=by, now=now),
        lambda: actions.adopt_needs(deal=deal, by=by, now=now),
    ):
        with pytest.raises(Refused) as refusal:
            act()
        assert refusal.value.verdict.codes == ("deal_closed",)


def test_the_customers_loose_needs_become_the_deals(deal, by, now, company):
    Need.objects.create(customer=deal.customer, kind="rigid", description="早就说过", priority="low", created_at=now)
    other = a_customer(company.rep, "别家")
    Need.objects.create(customer=other, kind="rigid", description="别家的", priority="low", created_at=now)
    assert needs_of(by, deal).loose == 1
    assert actions.adopt_needs(deal=deal, by=by, now=now) == 1
    assert actions.adopt_needs(deal=deal, by=by, now=now) == 0
    assert [n.description for n in needs_of(by, deal).listed] == ["早就说过"]


def test_others_see_nothing_members_read(add, deal, company, by, now):
    need = add()
    with pytest.raises(Need.DoesNotExist):
        actions.withdraw_need(need=need, version=1, by=company.by("other_team"), now=now)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.add_need(deal=deal, draft=draft(), by=company.by("other_team"), now=now)
    assert needs_of(company.by("collaborator"), deal).listed == []
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    assert len(needs_of(company.by("collaborator"), deal).listed) == 1
    with pytest.raises(Need.DoesNotExist):
        actions.withdraw_need(need=need, version=1, by=company.by("collaborator"), now=now)


def test_the_most_urgent_of_what_must_be_solved_comes_first(add, deal, by):
    add(kind=NeedKind.LATENT, description="c")
    add(priority=Priority.LOW, description="b")
    add(priority=Priority.HIGH, description="a")
    assert [n.description for n in needs_of(by, deal).listed] == ["a", "b", "c"]


def test_the_gates_hear_of_it(add, deal, django_assert_num_queries):
    assert facts_of(deal)["needs_confirmed"] is False
    add(confirmed_on=DAY)
    add(kind=NeedKind.LATENT)
    with django_assert_num_queries(1):
        assert facts_of(deal) == {
            "needs_listed": 2,
            "rigid_needs": 1,
            "needs_confirmed": True,
        }
    add(kind=NeedKind.ELASTIC)
    assert facts_of(deal)["needs_confirmed"] is False


@pytest.mark.parametrize(
    "needs, confirmed",
    [
        ([], False),
        ([("latent", DAY)], False),
        ([("rigid", DAY), ("latent", None)], True),
        ([("rigid", DAY), ("elastic", None)], False),
    ],
)
def test_when_a_list_counts_as_confirmed(needs, confirmed):
    assert all_confirmed(needs) is confirmed


def test_a_persons_label_goes_when_somebody_else_is_chosen(deal, contact, by, now):
    need = Need.objects.create(
        customer=deal.customer, opportunity=deal, kind="rigid", description="x", priority="low", created_at=now,
        contact_label="*总", position_label="CTO",
    )  # fmt: skip
    changed = actions.edit_need(
        need=need, version=1, draft=draft(contact_id=a_contact(deal.customer, "新人").pk), by=by, now=now
    )
    assert (changed.contact_label, changed.position_label, changed.contact.name) == ("", "", "新人")
