"""A letter from the draft to the customer's server, and what keeps it at home."""

from datetime import date, time

import pytest
from icalendar import Calendar

from tests.spine.followups.cases import a_contact, lost
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.notifications.models import Mail
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.outreach.mails.actions import send_letter

pytestmark = pytest.mark.django_db
MEETING = Plan("看排产演示", date(2026, 11, 25), time(14, 30), minutes=60, place="https://meet.example/1")


@pytest.fixture
def send(deal, by, now, draft):
    return lambda about=deal, **more: send_letter(subject=about, draft=draft(**more), by=by, now=now)


def codes(call, *args, **more):
    with pytest.raises(Refused) as refused:
        call(*args, **more)
    assert not Mail.objects.exists()
    assert not FollowUp.objects.exists()
    return refused.value.verdict.codes


def test_one_save_is_mail_follow_up_next_step_and_invitation(send, company, contact, deal, postbox, let_it_go):
    letter = send(cc=(company.team_lead.pk,), plan=MEETING, invite="next", outcome=FollowUpOutcome.STALLED)
    followup = letter.follow_up
    assert (followup.opportunity, followup.contact, followup.channels) == (deal, contact, ["email"])
    assert followup.outcome == "stalled"
    assert followup.summary == "邮件《排产方案》\n陈总，您好：\n附上方案。"
    assert NextAction.objects.get().follow_up == followup
    assert not postbox.mails  # it can still be called back
    let_it_go()
    [came] = postbox.mails
    assert (came["To"], came["Cc"]) == ("陈志强 <chen@customer.example>", "li.na@tuoke.example")
    [file] = came.iter_attachments()
    event = Calendar.from_ical(
        file.get_content() if isinstance(file.get_content(), str) else file.get_content().decode()
    )
    [meeting] = event.walk("VEVENT")
    assert (event["METHOD"], str(meeting["SUMMARY"]), str(meeting["ATTENDEE"])) == (
        "REQUEST", "看排产演示", "mailto:chen@customer.example",
    )  # fmt: skip
    assert str(meeting["ORGANIZER"]) == "mailto:wang.fang@tuoke.example"
    assert meeting.decoded("DTSTART").isoformat() == "2026-11-25T06:30:00+00:00"
    kinds = list(Event.objects.in_thread(deal).order_by("-pk").values_list("kind", flat=True)[:2])
    assert kinds == ["notifications.mail_sent", "followups.recorded"]
    assert Event.objects.with_party(deal.customer).filter(kind="notifications.mail_sent").exists()


def test_an_invitation_to_what_was_agreed_before(send, deal, company, now, postbox, let_it_go):
    action = NextAction.objects.create(
        opportunity=deal, title="现场调研", owner=company.rep, due_on=date(2026, 11, 26), due_time=time(9), created_at=now
    )  # fmt: skip
    send(invite=str(action.pk), answers_id=None)
    let_it_go()
    assert b"action-" + str(action.pk).encode() in bytes(Mail.objects.get().attachments.get().content)
    assert codes_of_second(send, "999999") == ("invite_gone",)


def codes_of_second(send, invite):
    with pytest.raises(Refused) as refused:
        send(invite=invite, text="另一封")
    assert Mail.objects.count() == 1
    return refused.value.verdict.codes


def test_facts_that_are_known_by_now_are_filled_and_missing_ones_keep_it_at_home(send, is_on, add, customer):
    assert codes(send, text="听说〔近况〕，〔称呼〕您好") == ("text_facts_missing",)
    add(customer, "苏州二厂投产")
    assert "听说苏州二厂投产，陈" in send(text="听说〔近况〕，〔称呼〕您好").mail.text


def test_every_reason_at_once(send, contact, is_on):
    contact.do_not_contact, contact.do_not_contact_since = True, date(2026, 11, 1)
    contact.save()
    assert set(codes(send, text="〔近况〕", subject="两\n行")) == {
        "to_left_alone", "text_facts_missing", "subject_line_break",
    }  # fmt: skip


def test_who_asked_to_be_left_alone_is_so_under_every_name(send, contact, customer, is_on):
    silent = {"do_not_contact": True, "do_not_contact_since": date(2026, 11, 1)}
    a_contact(customer, name="老陈", email=contact.email, **silent)
    assert codes(send) == ("to_left_alone",)


def test_nobody_without_an_address_nobody_elsewhere(send, customer, is_on):
    other = a_contact(customer, name="李工")
    assert codes(send, to=(str(other.pk),)) == ("to_no_address",)
    assert codes(send, to=("999999",)) == ("recipient_missing",)


def test_without_a_server_nothing_is_booked(send, settings):
    settings.EMAIL_HOST = ""
    assert codes(send) == ("mail_off",)


def test_a_lead_is_written_to_himself(send, lead, is_on):
    lead.email = "ouyang@lead.example"
    lead.save()
    letter = send(lead, to=("lead",))
    assert (letter.mail.to, letter.mail.thread) == (["欧阳明 <ouyang@lead.example>"], f"customers.lead:{lead.pk}")


def test_a_closed_deal_takes_no_letter(send, deal, is_on):
    lost(deal)
    assert codes(send) == ("deal_closed",)
