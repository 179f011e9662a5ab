"""Two people, two tabs or two clicks in the rooms of the talks: real threads and connections, on either database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.attacks.test_at_once import at_once, sorted_out
from tests.people import make_company
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.links.actions import answer_challenge
from tuoke.services.links.models import Link
from tuoke.services.links.queries import address_of
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Membership
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.library.actions import add_item, revise
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import ItemDraft, ItemKind, PhraseContent
from tuoke.spine.playbook.actions import load_default
from tuoke.spine.playbook.rules import variant_for
from tuoke.steps.discovery.actions import add_need, send_list
from tuoke.steps.discovery.interviews import actions as interviews
from tuoke.steps.discovery.interviews.actions.meetings import Closing
from tuoke.steps.discovery.interviews.models import Outline
from tuoke.steps.discovery.interviews.rules import OutlineDraft
from tuoke.steps.discovery.models import Confirmation, Need
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority, SendDraft
from tuoke.steps.outreach.calls.actions import save_call
from tuoke.steps.outreach.calls.models import Call
from tuoke.steps.outreach.calls.rules import CallDraft, Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house(now):
    company = make_company()
    company.version = load_default(by=system("test"), now=now)
    return company


@pytest.fixture
def deal(house):
    variant = variant_for(house.version.document(), Segment(), is_complex=False)
    customer = a_customer(house.rep)
    a_contact(customer, phone="+8613800138000")
    return a_deal(house.rep, house.version, customer=customer, step="outreach", variant=variant.key)


@pytest.fixture
def sent(deal, house, now):
    by, contact = house.by("rep"), Contact.objects.get()
    add_need(deal=deal, draft=NeedDraft(NeedKind.RIGID, "数据当天对齐", Priority.HIGH), by=by, now=now)
    draft = SendDraft(contact_id=contact.pk, expires_on=timezone.localdate(now) + timedelta(days=9), challenge=True)
    return send_list(deal=deal, draft=draft, by=by, now=now)


@pytest.fixture
def call(deal, house, now):
    """``call(token)``: a first call with a new contact, needs and the next step, ready to be saved."""

    def ready(token, **more):
        given = {
            "token": token, "started_at": now, "channel": "phone", "outcome": FollowUpOutcome.PROGRESS, "summary": "谈得不错",
            "seconds": 960, "person": Person(name="李工"), "pains": "对账慢\n数据对不上", "problem": "一天对完",
            "plan": Plan(title="核对", due_on=timezone.localdate(now) + timedelta(days=2), channel="phone"),
        } | more  # fmt: skip
        return lambda: save_call(subject=deal, draft=CallDraft(**given), by=house.by("rep"), now=now)

    return ready


def test_a_call_that_is_sent_thrice_is_saved_once(call):
    """The same token: everybody is led to the one call; nothing of it stands twice."""
    results = at_once(call("t1"), call("t1"), call("t1"))
    assert {type(result) for result in results} == {Call}, results
    assert len({result.pk for result in results}) == 1
    counts = (Call.objects.count(), FollowUp.objects.count(), NextAction.objects.count(), Need.objects.count())
    assert counts == (1, 1, 1, 3)
    assert Contact.objects.filter(name="李工").count() == 1
    assert Event.objects.filter(kind="calls.recorded").count() == 1


def test_two_calls_at_once_are_two_and_draft_each_need_once(call, deal):
    """Different tokens, different words: both stand; the needs that both heard are not there twice."""
    results = at_once(call("t1", person=None), call("t2", person=None, summary="另一通电话"))
    assert {type(result) for result in results} == {Call}, results
    assert (Call.objects.count(), FollowUp.objects.count()) == (2, 2)
    assert sum(call.is_first for call in Call.objects.all()) == 1
    descriptions = list(Need.objects.values_list("description", flat=True))
    assert len(descriptions) == len(set(descriptions)) == 3


def test_an_interview_is_finished_once(deal, house, now):
    by = house.by("rep")
    outline = interviews.draw_up(deal=deal, draft=OutlineDraft(title="第一次访谈"), by=by, now=now)
    interviews.begin(outline=outline, by=by, now=now)
    closing = Closing(now, ("offline_meeting",), FollowUpOutcome.PROGRESS, "谈了排产", minutes=95)

    def finish():
        return interviews.hold(outline=outline, closing=closing, by=by, now=now)

    results = at_once(finish, finish, finish)
    assert all(isinstance(result, Outline | Refused | Conflict) for result in results), results
    assert FollowUp.objects.count() == 1
    assert Event.objects.filter(kind="interviews.held").count() == 1


def test_two_who_revise_an_item_make_one_version(house, now):
    by = house.by("team_lead")
    item = add_item(kind=ItemKind.PHRASE, draft=ItemDraft(PhraseContent("靠 Excel", "status")), by=by, now=now)

    def write(text):
        draft = ItemDraft(PhraseContent(text, "status"))
        return lambda: revise(item=item, version=item.version, draft=draft, by=by, now=now)

    assert sorted_out(at_once(write("甲"), write("乙"), write("丙")), Item) == (1, 2)
    assert sorted(ItemVersion.objects.values_list("number", flat=True)) == [1, 2]


def test_more_than_the_whole_is_never_given_away(deal, house, now):
    def share(user):
        return lambda: deals.share_credit(deal=deal, user=user, share=60, by=house.by("rep"), now=now)

    results = at_once(share(house.teammate), share(house.other_team))
    assert sorted_out(results, Membership) == (1, 1)
    assert sum(member.share or 0 for member in Membership.objects.all()) == 60


def test_shares_that_begin_later_count_as_well(deal, house, now):
    """No way around by dates: what is agreed from tomorrow on is agreed."""
    day = timezone.localdate(now)

    def share(user, starts_on):
        return deals.share_credit(deal=deal, user=user, share=60, starts_on=starts_on, by=house.by("rep"), now=now)

    share(house.teammate, day + timedelta(days=1))
    with pytest.raises(Refused):
        share(house.other_team, day + timedelta(days=2))


def test_a_list_is_confirmed_in_one_tab_and_the_other_keeps_its_words(sent, now, monkeypatch):
    """Through the customer's door, on his phone and his laptop."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    Link.objects.update(challenge="")
    path = address_of(sent.link)

    def confirm(name):
        form = {"do": "confirm", "name": name, "version": "1", "general": f"{name}的话"}
        return lambda: Client(headers={"user-agent": "Mozilla/5.0"}).post(path, form)

    answers = at_once(confirm("陈工"), confirm("李经理"))
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    told = next(answer for answer in answers if answer.status_code == 409).content.decode()
    sent = Confirmation.objects.get()
    assert sent.confirmed_name in ("陈工", "李经理")
    assert ({"陈工的话", "李经理的话"} - {f"{sent.confirmed_name}的话"}).pop() in told
    assert sent.comments.count() == 1


def test_guesses_at_once_are_counted_each(sent, now):
    """Twelve wrong answers in the same moment are not twelve first tries."""

    def guess():
        return answer_challenge(link=sent.link, answer="1111", now=now).codes

    results = [*at_once(*[guess] * 6), *at_once(*[guess] * 6)]
    assert results.count(("challenge_wrong",)) == 4, results
    assert Link.objects.get().locked_until is not None
