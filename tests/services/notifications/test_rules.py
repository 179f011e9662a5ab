from datetime import timedelta

import pytest

from tuoke.services.notifications.rules import (
    ATTACHED_MOST,
    BACK_OFF,
    Attached,
    Delivery,
    MailState,
    address_of,
    may_be_queued,
    may_resend,
    outcome_of,
)

GOOD = {"to": ["李明 <li.ming@example.com>"], "cc": [], "subject": "方案", "text": "您好"}
BOTH = ("a@x.cn", "b@x.cn")


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("li@example.com", "li@example.com"),
        ("李明 <li@example.com>", "li@example.com"),
        ("li@例子.中国", "li@例子.中国"),
        ("李明", ""),
        ("li@localhost", ""),
        ("李@example.com", ""),
        ("li@example.com\nBcc: spy@example.com", ""),
        ("李\r\nBcc: spy@example.com <li@example.com>", ""),
        ("a@b.cn, c@d.cn", ""),
        ("", ""),
    ],
)
def test_which_address_a_recipient_has(said, address):
    assert address_of(said) == address


@pytest.mark.parametrize(
    ("wrong", "codes"),
    [
        ({"to": []}, {"recipient_missing"}),
        ({"cc": ["nobody"]}, {"recipient_invalid"}),
        ({"to": [f"a{n}@x.cn" for n in range(21)]}, {"too_many_recipients"}),
        ({"subject": "方案\nBcc: spy@example.com"}, {"subject_line_break"}),
        ({"subject": "方案\u2028x"}, {"subject_line_break"}),
        ({"subject": " ", "text": "\n"}, {"subject_missing", "text_missing"}),
        ({"subject": "长" * 201, "text": "长" * 50_001}, {"subject_too_long", "text_too_long"}),
        ({"text": "a\x00b"}, {"text_broken"}),
        ({"attachments": [Attached("x.ics", "text/calendar", b"x" * (ATTACHED_MOST + 1))]}, {"attachments_too_large"}),
        ({"attachments": [Attached("x\n.ics", "evil\nX: y", b"")]}, {"attachment_name", "attachment_type"}),
    ],
)
def test_what_cannot_be_a_mail_and_every_reason(wrong, codes):
    assert set(may_be_queued(**{**GOOD, **wrong}).codes) == codes


def test_an_ordinary_mail_is_taken():
    invitation = Attached("invite.ics", "text/calendar; method=REQUEST; charset=utf-8", b"BEGIN:VCALENDAR")
    assert may_be_queued(**GOOD, attachments=[invitation])


def after(now, delivery, attempts=1, refused=()):
    return outcome_of(
        delivery, recipients=BOTH, left=BOTH, refused=dict.fromkeys(refused, "550"), attempts=attempts, now=now
    )


def test_what_the_server_took_is_sent(now):
    assert after(now, Delivery()).state is MailState.SENT


def test_a_failure_for_now_waits_longer_each_time_and_then_has_failed(now):
    down = Delivery(delayed=dict.fromkeys(BOTH, "refused"))
    waits = [after(now, down, attempts=number).next_try_at for number in range(1, len(BACK_OFF) + 1)]
    assert [at - now for at in waits] == [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240)]
    last = after(now, down, attempts=len(BACK_OFF) + 1)
    assert (last.state, last.left, last.next_try_at) == (MailState.FAILED, (), None)


def test_only_who_was_put_off_is_tried_again(now):
    became = after(now, Delivery(refused={"a@x.cn": "550"}, delayed={"b@x.cn": "451"}))
    assert (became.state, became.left, set(became.refused)) == (MailState.QUEUED, ("b@x.cn",), {"a@x.cn"})


def test_a_mail_that_one_got_is_sent_and_names_who_did_not(now):
    became = after(now, Delivery(refused={"a@x.cn": "550"}))
    assert (became.state, set(became.refused)) == (MailState.SENT, {"a@x.cn"})


def test_a_mail_that_nobody_got_has_failed_whatever_came_before(now):
    became = outcome_of(
        Delivery(refused={"b@x.cn": "550"}), recipients=BOTH, left=("b@x.cn",), refused={"a@x.cn": "550"}, attempts=2, now=now
    )  # fmt: skip
    assert became.state is MailState.FAILED


def test_what_broke_off_is_unsure_and_never_tried_again_by_itself(now):
    became = after(now, Delivery(unsure="timed out"))
    assert (became.state, became.next_try_at, became.left) == (MailState.UNSURE, None, BOTH)


@pytest.mark.parametrize(
    ("state", "refused", "may"),
    [("failed", {}, True), ("unsure", {}, True), ("cancelled", {}, True), ("sent", {}, False), ("sent", {"a": "550"}, True),
     ("queued", {}, False), ("sending", {}, False)],
)  # fmt: skip
def test_what_may_be_sent_once_more(state, refused, may):
    assert may_resend(state, refused=refused) is may
