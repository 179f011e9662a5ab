from datetime import UTC, datetime, timedelta

import pytest

from tuoke.services.approvals import rules

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def asked(**more):
    said = {"label": "x", "reason": "y", "requester_id": 1, "approver_ids": [2], "expires_at": NOW + DAY, "now": NOW}
    return rules.may_be_asked(**(said | more)).codes


def test_asking_says_everything_that_is_wrong():
    assert asked() == ()
    wrong = asked(label=" ", reason="\x07", requester_id=2, expires_at=NOW)
    assert wrong == ("text_broken", "label_missing", "own_request", "expiry_odd")
    assert asked(requester_id=None, reason="长" * 2001) == ("only_people_ask", "too_long")
    assert asked(approver_ids=range(2, 40)) == ("too_many_approvers",)
    assert asked(expires_at=NOW + timedelta(days=999 * 365)) == ("expiry_odd",)


def test_a_rejection_needs_a_reason_and_an_approval_none():
    assert rules.may_be_approved("")
    assert not rules.may_be_rejected(" \n")
    assert rules.may_be_rejected("<b>太低</b> 😀\n再谈").codes == ()
    assert rules.may_be_rejected("\ud800").codes == ("text_broken",)


@pytest.mark.parametrize(
    "state, expires, code",
    [
        ("open", NOW + DAY, ()),
        ("open", NOW, ("request_expired",)),
        ("expired", NOW + DAY, ("request_expired",)),
        ("withdrawn", NOW + DAY, ("request_withdrawn",)),
        ("approved", NOW - DAY, ("already_decided",)),
    ],
)
def test_what_can_still_be_decided(state, expires, code):
    assert rules.still_open(state=state, expires_at=expires, who="李娜", at=NOW, now=NOW).codes == code


def test_reminders_come_daily_and_shortly_before_the_end():
    def due(hours_since_told, hours_left):
        told, end = NOW - timedelta(hours=hours_since_told), NOW + timedelta(hours=hours_left)
        return rules.is_reminder_due(told_at=told, expires_at=end, now=NOW)

    assert due(24, 48)
    assert not due(23, 48)
    assert due(2, 3), "told before the last hours began"
    assert not due(0.5, 3), "told within the last hours"
    assert not due(30, 0), "it is over"
