from __future__ import annotations

from datetime import date

import pytest

from tuoke.steps.contracts.deliveries.rules import (
    Answer,
    IssueState,
    ItemDraft,
    ItemKind,
    ItemState,
    PaperDraft,
    SendDraft,
    Side,
    answer_faults,
    handed_over_on,
    is_late,
    lines_of,
    may_answer,
    may_close,
    may_hand_over,
    progress_of,
    score_faults,
    seal_of,
)

TODAY = date(2026, 11, 23)


def test_criteria_are_lines_without_bullets_each_once():
    assert lines_of(" - 十二项功能\n\n• 十二项功能\n夜班培训两场 ") == ("十二项功能", "夜班培训两场")


@pytest.mark.parametrize(
    ("draft", "codes"),
    [
        (ItemDraft(ItemKind.GOLIVE, "上线", ("通过",)), ()),
        (ItemDraft(ItemKind.GOLIVE, " ", ()), ("title_missing", "criteria_missing")),
        (ItemDraft(ItemKind.OTHER, "x" * 121, ("a" * 301,)), ("too_long", "line_too_long")),
        (ItemDraft(ItemKind.OTHER, "培训\x00", tuple(str(n) for n in range(41))), ("text_broken", "too_many_criteria")),
        (ItemDraft(ItemKind.OTHER, "培训", ("好",), due_on=date(2926, 1, 1)), ("day_odd",)),
    ],
)
def test_an_item_says_what_is_delivered_and_when_it_is_good(draft, codes):
    assert draft.faults().codes == codes


def test_a_delivery_is_accepted_when_every_item_is_and_none_is_no_delivery():
    assert not progress_of([]).is_accepted
    assert not progress_of([ItemState.ACCEPTED, ItemState.DELIVERED]).is_accepted
    assert progress_of([ItemState.ACCEPTED, ItemState.ACCEPTED]).is_accepted
    assert progress_of(["open", "rejected", "accepted"]).total == 3


def test_only_what_was_handed_over_is_answered_and_only_once_accepted():
    assert may_answer(ItemState.DELIVERED)
    assert may_answer(ItemState.OPEN).codes == ("not_delivered",)
    assert may_answer(ItemState.ACCEPTED).codes == ("already_accepted",)
    assert may_hand_over(ItemState.REJECTED)
    assert may_hand_over(ItemState.DELIVERED).codes == ("already_delivered",)
    assert may_hand_over(ItemState.ACCEPTED).codes == ("already_accepted",)
    assert handed_over_on(TODAY, today=TODAY)
    assert handed_over_on(date(2026, 11, 24), today=TODAY).codes == ("day_in_future",)


def test_whoever_does_not_accept_as_it_is_says_why():
    assert answer_faults(Answer.ACCEPTED, note="")
    for answer in (Answer.CONDITIONAL, Answer.REJECTED):
        assert answer_faults(answer, note=" ").codes == ("note_missing",)


def test_paper_names_who_and_when_and_not_before_the_delivery():
    draft = PaperDraft(Answer.ACCEPTED, None, date(2026, 11, 20))
    found = draft.faults(today=TODAY, delivered_on=date(2026, 11, 22))
    assert found.codes == ("contact_missing", "accepted_before_delivery")
    late = PaperDraft(Answer.ACCEPTED, 1, date(2026, 11, 24)).faults(today=TODAY, delivered_on=None)
    assert late.codes == ("day_in_future",)


@pytest.mark.parametrize("score", [0, 11, -3, 10**18])
def test_a_score_is_one_to_ten(score):
    assert score_faults(score, comment="").codes == ("score_out_of_range",)


def test_a_score_is_needed():
    assert score_faults(None, comment="").codes == ("score_missing",)
    assert score_faults(10, comment="很好")


def test_the_side_that_found_it_closes_it():
    assert may_close(IssueState.SOLVED, found_by="theirs", side=Side.THEIRS)
    assert may_close(IssueState.OPEN, found_by="ours", side=Side.OURS)
    assert may_close(IssueState.SOLVED, found_by="theirs", side=Side.OURS).codes == ("others_issue",)
    assert may_close(IssueState.OPEN, found_by="theirs", side=Side.THEIRS).codes == ("issue_not_solved",)
    assert may_close(IssueState.CLOSED, found_by="ours", side=Side.OURS).codes == ("issue_closed",)


def test_other_words_have_another_seal():
    one = seal_of(title="上线", criteria=["a", "b"])
    assert one == seal_of(title="上线", criteria=("a", "b"))
    assert one != seal_of(title="上线", criteria=("a b",))


def test_late_is_what_was_promised_and_not_handed_over():
    before = date(2026, 11, 20)
    assert is_late(ItemState.OPEN, before, today=TODAY)
    assert not is_late(ItemState.DELIVERED, before, today=TODAY)
    assert not is_late(ItemState.OPEN, None, today=TODAY)


def test_a_link_has_a_person_and_an_end():
    codes = SendDraft(None, None, challenge=True).faults(phone_digits="", today=TODAY).codes
    assert codes == ("contact_missing", "expires_missing", "phone_missing")
