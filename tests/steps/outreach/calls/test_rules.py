"""What is decided about a call, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.outreach.calls.rules import (
    CallDraft,
    Hint,
    Reached,
    TalkShare,
    WantHow,
    called_back_at,
    hints_of,
    joined,
    lines_of,
    may_be_saved,
    next_try,
)

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NEXT = date(2026, 11, 24)
GOOD = {
    "token": "a", "started_at": AT, "channel": "phone", "outcome": FollowUpOutcome.PROGRESS, "summary": "好",
    "seconds": 17 * 60, "current_solution": "手工", "problem": "快", "plan": Plan("再谈", NEXT, time(14, 0)),
}  # fmt: skip


def call(**more):
    return CallDraft(**GOOD | more)


@pytest.mark.parametrize(
    "more, hints",
    [
        ({}, []),
        ({"plan": None}, [Hint.NO_NEXT]),
        ({"plan": None, "outcome": FollowUpOutcome.REFUSED, "problem": ""}, []),
        ({"price_pitched": True}, [Hint.PRICE]),
        ({"drifted": True, "talk_share": TalkShare.OURS}, [Hint.DRIFTED, Hint.WE_TALKED]),
        ({"seconds": 20 * 60 + 1}, [Hint.LONG]),
        ({"seconds": 20 * 60}, []),
        ({"seconds": 299}, [Hint.SHORT]),
        ({"seconds": 0}, [Hint.UNTIMED]),
        ({"current_solution": " ", "problem": ""}, [Hint.NO_STATUS, Hint.NO_NEED]),
        ({"reached": Reached.NO_ANSWER, "plan": None, "seconds": 0}, []),
    ],
)
def test_a_first_call_is_reviewed(more, hints):
    assert list(hints_of(call(**more), is_first=True)) == hints


def test_a_later_call_may_be_long_and_speak_of_money():
    assert hints_of(call(seconds=3600, price_pitched=True, current_solution="", problem=""), is_first=False) == ()


@pytest.mark.parametrize(
    "more, gained",
    [
        ({}, True),
        ({"plan": Plan("发资料", NEXT)}, False),
        ({"plan": Plan("再打", NEXT, channel="phone")}, True),
        ({"plan": None}, False),
        ({"outcome": FollowUpOutcome.STALLED}, False),
        ({"reached": Reached.CALLBACK}, False),
    ],
)
def test_the_next_meeting_is_won_by_a_step_forward_with_a_time_or_a_way(more, gained):
    assert call(**more).gained is gained


def test_each_line_is_a_need_once():
    assert call(pains="- 对账慢\n\n· 对账慢\n数据不准", problem="对账慢\n一天出表").needs == (
        "对账慢",
        "数据不准",
        "一天出表",
    )
    assert lines_of("1. 一\n") == ["1. 一"]


@pytest.mark.parametrize(
    "more, code",
    [
        ({"time_frame": "长" * 201}, "call_text_too_long"),
        ({"listen_note": "\ud800"}, "call_text_broken"),
        ({"pains": "\n".join(map(str, range(15))), "problem": "\n".join("abcdef")}, "call_too_many_lines"),
        ({"problem": "长" * 501}, "call_line_too_long"),
        ({"seconds": 24 * 3600 + 1}, "call_seconds_wrong"),
    ],
)
def test_notes_that_cannot_be_kept(more, code):
    assert may_be_saved(call(**more)).codes == (code,)


@pytest.mark.parametrize(
    "reached, hour, minute, on, at",
    [
        (Reached.BUSY, 10, 2, date(2026, 11, 23), time(10, 35)),
        (Reached.BUSY, 17, 20, NEXT, time(9, 30)),
        (Reached.BUSY, 23, 50, NEXT, time(9, 30)),
        (Reached.NO_ANSWER, 9, 0, NEXT, time(14, 30)),
        (Reached.NO_ANSWER, 15, 0, NEXT, time(10, 0)),
    ],
)
def test_who_was_not_reached_is_called_again_at_another_time(reached, hour, minute, on, at):
    assert next_try(reached, at=datetime(2026, 11, 23, hour, minute), next_workday=NEXT) == (on, at)


@pytest.mark.parametrize(
    "choice, hour, on, at",
    [
        ("30", 10, date(2026, 11, 23), time(10, 30)),
        ("60", 23, NEXT, time(0, 0)),
        ("afternoon", 10, date(2026, 11, 23), time(14, 30)),
        ("afternoon", 15, NEXT, time(14, 30)),
        ("tomorrow", 10, NEXT, time(10, 0)),
    ],
)
def test_calling_back_as_agreed(choice, hour, on, at):
    assert called_back_at(choice, at=datetime(2026, 11, 23, hour, 0), next_workday=NEXT) == (on, at)


def test_no_other_time_is_understood():
    with pytest.raises(ValueError, match="soon"):
        called_back_at("soon", at=datetime(2026, 11, 23, 10, 0), next_workday=NEXT)


@pytest.mark.parametrize(
    "old, how, after",
    [
        ("换系统", WantHow.KEEP, "换系统"),
        ("换系统", WantHow.APPEND, "换系统\n对账慢；快"),
        ("对账慢；快", WantHow.APPEND, "对账慢；快"),
        ("换系统", WantHow.REPLACE, "对账慢；快"),
        ("", WantHow.APPEND, "对账慢；快"),
    ],
)
def test_a_leads_wish_is_never_overwritten_unasked(old, how, after):
    assert joined(old, ["对账慢", "快"], how) == after
