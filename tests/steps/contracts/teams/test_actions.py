"""Who is who, what the customer was told, whose time is booked, and the meetings that come of it (S7.2)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from tests.spine.followups.cases import a_customer
from tuoke.base.kernel.verdict import Conflict, Refused, no
from tuoke.services.links.actions import note_visit
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.teams import actions, documents, facts
from tuoke.steps.contracts.teams.models import Booking, Meeting, ProjectContact
from tuoke.steps.contracts.teams.queries import bookings_to_decide, contacts_of, loads_of, overview_of, rhythms_of
from tuoke.steps.contracts.teams.rules import (
    BookingDraft,
    ContactDraft,
    Every,
    IntroductionDraft,
    RhythmDraft,
    ShareDraft,
    Side,
    Way,
)
from tuoke.steps.contracts.teams.words import letter_of

pytestmark = pytest.mark.django_db
START, END = date(2026, 12, 1), date(2026, 12, 31)


def refused(act, *codes):
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.verdict.codes == codes


def test_the_first_of_a_side_is_its_main_contact(company, deal, team, by, now):
    ours, theirs = team
    assert (ours.is_main, theirs.is_main) == (True, True)
    draft = ContactDraft(Side.OURS, company.teammate.pk, "售后主管", is_main=True)
    second = actions.add_contact(deal=deal, draft=draft, by=by, now=now)
    assert [(one.name, one.is_main) for one in contacts_of(deal, side=Side.OURS)] == [("李强", True), ("吴工", False)]
    refused(lambda: actions.add_contact(deal=deal, draft=draft, by=by, now=now), "already_there")
    actions.withdraw_contact(row=second, by=by, now=now)
    assert contacts_of(deal, side=Side.OURS)[0].is_main
    again = actions.add_contact(deal=deal, draft=draft, by=by, now=now)
    assert again.pk == second.pk, "he comes back"
    with pytest.raises(Conflict):
        actions.edit_contact(row=again, version=1, draft=draft, by=by, now=now)


def test_somebody_elses_contact_and_somebody_who_left_are_refused(company, deal, by, now):
    draft = ContactDraft(Side.THEIRS, 999_999, "主管")
    refused(lambda: actions.add_contact(deal=deal, draft=draft, by=by, now=now), "contact_elsewhere")
    draft = ContactDraft(Side.OURS, company.disabled.pk, "主管")
    refused(lambda: actions.add_contact(deal=deal, draft=draft, by=by, now=now), "colleague_gone")
    with pytest.raises(Opportunity.DoesNotExist):
        actions.add_contact(deal=deal, draft=draft, by=company.by("auditor"), now=now)


def test_the_team_is_introduced_in_prepared_words(deal, contact, team, by, now):
    assert not facts.facts_of(deal)["team_introduced"]
    subject, text = letter_of(contacts_of(deal), [], deal=deal.name)
    assert "实施经理 吴工：上线与培训" in text
    assert contact.name in text
    draft = IntroductionDraft((contact.pk,), subject, text, Way.HAND, now.date(), "offline_meeting")
    row = actions.introduce(deal=deal, draft=draft, by=by, now=now)
    assert facts.facts_of(deal)["team_introduced"]
    assert "吴工" in FollowUp.objects.get().summary
    actions.withdraw_introduction(row=row, by=by, now=now)
    assert not facts.facts_of(deal)["team_introduced"]
    refused(
        lambda: actions.introduce(deal=deal, draft=replace(draft, way=Way.MAIL), by=by, now=now),
        "mail_off",
        "to_no_address",
    )


def test_the_plan_is_shared_when_the_customer_has_it(deal, contact, by, now):
    draft = ShareDraft(contact.pk, Way.LINK, expires_on=now.date() + timedelta(days=30))
    refused(lambda: actions.share_plan(deal=deal, draft=draft, by=by, now=now), "plan_missing")
    kickoff.make_plan(deal=deal, template="", starts_on=now.date(), by=by, now=now)
    share = actions.share_plan(deal=deal, draft=draft, by=by, now=now)
    assert not facts.facts_of(deal)["kickoff_shared"]
    note_visit(link=share.link, ip="1.2.3.4", agent="Mozilla/5.0 (iPhone)", now=now)
    assert facts.facts_of(deal)["kickoff_shared"]
    refused(lambda: actions.withdraw_share(share=share, by=by, now=now), "is_link")
    hand = ShareDraft(contact.pk, Way.HAND, on=now.date())
    assert actions.share_plan(deal=deal, draft=hand, by=by, now=now).link is None


def test_asking_lets_him_join_and_he_agrees(company, deal, by, now):
    booking = actions.book(
        deal=deal, draft=BookingDraft(company.collaborator.pk, START, END, 60, "上线"), by=by, now=now
    )
    assert Membership.objects.get(opportunity=deal, user=company.collaborator).ends_on == END
    assert Notice.objects.get(kind="booking").user_id == company.collaborator.pk
    him = company.by("collaborator")
    assert bookings_to_decide(him) == [booking]
    with pytest.raises(Booking.DoesNotExist):
        actions.decide(booking=booking, version=1, agrees=True, by=by, now=now)
    actions.decide(booking=booking, version=1, agrees=True, by=him, now=now)
    with pytest.raises(Conflict):
        actions.decide(booking=booking, version=1, agrees=False, reason="x", by=him, now=now)
    assert loads_of([company.collaborator.pk], today=now.date())[company.collaborator.pk].stretches[0].percent == 60
    refused(
        lambda: actions.book(deal=deal, draft=BookingDraft(company.collaborator.pk, END, END, 50), by=by, now=now),
        "over_booked",
    )


def test_two_are_asked_for_the_same_time_and_one_is_agreed(company, deal, by, now):
    asked = [
        actions.book(deal=deal, draft=BookingDraft(company.collaborator.pk, START, END, 60), by=by, now=now)
        for _ in range(2)
    ]
    manager = company.by("director")
    actions.decide(booking=asked[0], version=1, agrees=True, by=manager, now=now)
    refused(lambda: actions.decide(booking=asked[1], version=1, agrees=True, by=manager, now=now), "over_booked")
    refused(lambda: actions.decide(booking=asked[1], version=1, agrees=False, by=manager, now=now), "reason_missing")
    actions.decide(booking=asked[1], version=1, agrees=False, reason="满了", by=manager, now=now)
    present = Membership.objects.current(now.date()).filter(opportunity=deal, user=company.collaborator)
    assert present.exists(), "the first still holds"
    actions.release(booking=asked[0], by=by, now=now)
    assert not present.exists()
    again = actions.book(deal=deal, draft=BookingDraft(company.collaborator.pk, START, END, 40), by=by, now=now)
    assert (again.joined, present.exists()) == (True, True)


def test_a_collaborator_books_nobody(company, deal, by, now):
    actions.book(deal=deal, draft=BookingDraft(company.collaborator.pk, START, END, 60), by=by, now=now)
    draft = BookingDraft(company.teammate.pk, START, END, 60)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.book(deal=deal, draft=draft, by=company.by("collaborator"), now=now)


@pytest.fixture
def weekly(company, deal, team, by, now):
    draft = RhythmDraft(
        "周例会", Every.WEEK, now.date(), time(10), 30, company.rep.pk, until=date(2027, 3, 1), channel="online_meeting",
        place="腾讯会议 123", contact_ids=tuple(one.pk for one in team),
    )  # fmt: skip
    return actions.start_rhythm(deal=deal, draft=draft, by=by, now=now), draft


def test_a_rhythm_makes_its_meetings_once(deal, contact, weekly, now):
    rhythm, _draft = weekly
    days = [date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7), date(2026, 12, 14)]
    made = NextAction.objects.filter(opportunity=deal).order_by("due_on")
    assert [(one.due_on, one.due_time, one.contact_id) for one in made] == [(day, time(10), contact.pk) for day in days]
    actions.keep_ahead(now)
    assert made.all().count() == 4
    actions.keep_ahead(now + timedelta(days=7))
    assert made.all().count() == 5
    assert [one.due_on for one in rhythms_of(deal, today=days[1])[0].coming][:2] == days[1:3]
    assert rhythm.meetings.count() == 5


def test_who_convenes_when_people_have_left(company, deal, contact, weekly, by, now):
    """The deal's owner left, and with him the contact: who leads him convenes until the deal is handed on."""
    later = now + timedelta(days=7)
    contact.customer = a_customer(company.rep)
    contact.save()
    company.rep.is_active = False
    company.rep.save()
    actions.keep_ahead(later)
    last = NextAction.objects.filter(opportunity=deal).order_by("due_on").last()
    assert (last.due_on, last.owner, last.contact) == (date(2026, 12, 21), company.team_lead, None)


def test_a_rhythm_that_nobody_can_convene_keeps_no_other_waiting(company, deal, weekly, by, now, monkeypatch):
    _rhythm, draft = weekly
    actions.start_rhythm(deal=deal, draft=replace(draft, title="月例会", at=time(15)), by=by, now=now)
    plan_action = followups.plan_action

    def picky(*, plan, **more):
        if plan.title == "周例会":
            raise Refused(no("owner_not_allowed"))
        return plan_action(plan=plan, **more)

    monkeypatch.setattr(followups, "plan_action", picky)
    actions.keep_ahead(now + timedelta(days=7))
    made = NextAction.objects.filter(opportunity=deal, due_on=date(2026, 12, 21))
    assert [one.title for one in made] == ["月例会"]


def test_one_meeting_moved_or_cancelled_stays_so(deal, weekly, by, now):
    rhythm, draft = weekly
    first, second, *_ = NextAction.objects.filter(opportunity=deal).order_by("due_on")
    followups.reschedule_action(action=first, version=1, due_on=date(2026, 11, 25), by=by, now=now)
    followups.cancel_action(action=second, version=1, by=by, now=now)
    actions.keep_ahead(now)
    assert Meeting.objects.count() == 4
    actions.change_rhythm(rhythm=rhythm, version=1, draft=replace(draft, at=time(14)), by=by, now=now)
    waiting = NextAction.objects.filter(opportunity=deal, cancelled_at=None).order_by("due_on")
    assert [(one.due_on.day, one.due_time.hour) for one in waiting] == [(25, 10), (7, 14), (14, 14)]
    actions.end_rhythm(rhythm=rhythm, by=by, now=now)
    assert [one.due_on.day for one in waiting.all()] == [25], "what somebody moved is his own"
    actions.resume_rhythm(rhythm=rhythm, by=by, now=now)
    assert waiting.count() == 3


def test_a_rhythm_that_never_meets_is_none(deal, weekly, by, now):
    _rhythm, draft = weekly
    over = replace(draft, starts_on=date(2026, 10, 1), until=date(2026, 11, 1))
    refused(lambda: actions.start_rhythm(deal=deal, draft=over, by=by, now=now), "nothing_to_come")
    other = replace(draft, owner_id=999, contact_ids=(999,))
    refused(
        lambda: actions.start_rhythm(deal=deal, draft=other, by=by, now=now), "owner_elsewhere", "contact_elsewhere"
    )


def test_the_plan_on_paper_says_who_is_who_and_when_one_talks(deal, weekly, by, now):
    people, talks = documents.document_parts(by, deal, now.date())
    assert people.parts[0].rows[0][:3] == ("我方", "实施经理", "吴工 ★")
    assert talks.parts[0].rows[0][:3] == ("周例会", "每周 · 周一 10:00 · 30 分钟", "腾讯会议 123")


def test_the_page_asks_the_same_for_one_and_for_three(company, deal, weekly, by, now, django_assert_max_num_queries):
    def asked():
        with django_assert_max_num_queries(14) as found:
            overview_of(deal, now=now, today=now.date())
        return len(found)

    actions.book(deal=deal, draft=BookingDraft(company.rep.pk, START, END, 20), by=by, now=now)
    before = asked()
    _rhythm, draft = weekly
    for place in range(2):
        actions.start_rhythm(deal=deal, draft=replace(draft, title=f"会 {place}"), by=by, now=now)
        actions.book(deal=deal, draft=BookingDraft(company.rep.pk, START, END, 10), by=by, now=now)
    draft = ContactDraft(Side.OURS, company.teammate.pk, "售后")
    actions.add_contact(deal=deal, draft=draft, by=by, now=now)
    assert asked() == before
    assert ProjectContact.objects.count() == 3
