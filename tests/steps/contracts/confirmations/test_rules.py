"""What both sides' answers come to, clause by clause (S7.1)."""

from __future__ import annotations

from datetime import date

import pytest

from tuoke.steps.contracts.confirmations.rules import (
    Answer,
    InviteDraft,
    Said,
    Side,
    Stand,
    ToldDraft,
    against,
    change_faults,
    standing,
)
from tuoke.steps.contracts.rules import FrozenClause

TODAY = date(2026, 11, 23)


def clause(key=1, seal="a", title="付款"):
    return FrozenClause(clause_id=key, part="payment", title=title, text="…", seal=seal)


def said(key, answer=Answer.AGREED, *, seal="a", side=Side.THEIRS, person=7, of=1):
    return Said(key, of, seal, side, answer, person=person)


@pytest.mark.parametrize(
    ("answers", "stand"),
    [
        ([], Stand.OPEN),
        ([said(1)], Stand.AGREED),
        ([said(1), said(2, Answer.CHANGE)], Stand.CHANGE),
        ([said(1, Answer.CHANGE), said(2)], Stand.AGREED),
        ([said(2), said(1, Answer.CHANGE)], Stand.AGREED),  # the order in which they came counts, not that of the list
        ([said(1), said(2, Answer.CHANGE, person=8)], Stand.CHANGE),  # a colleague of his wants it otherwise
        ([said(1, Answer.CHANGE, person=8), said(2)], Stand.CHANGE),  # nobody can take back another's wish
        ([said(1, seal="old")], Stand.CHANGED),
        ([said(1, Answer.CHANGE, seal="old")], Stand.OPEN),  # what he wanted changed was changed
        ([said(1, seal="old"), said(2)], Stand.AGREED),
        ([said(1, side=Side.OURS)], Stand.OPEN),
        ([said(1, of=2)], Stand.OPEN),
    ],
)
def test_where_the_customer_is_with_a_clause(answers, stand):
    assert standing([clause()], answers)[0].theirs.stand is stand


def test_both_sides_must_agree_to_every_clause():
    clauses = [clause(1, title="范围"), clause(2, title="付款")]
    ours = [said(1, side=Side.OURS, person=0), said(2, side=Side.OURS, person=0, of=2)]
    rows = standing(clauses, [*ours, said(3), said(4, Answer.CHANGE, of=2)])
    assert [row.is_settled for row in rows] == [True, False]
    assert against(rows).codes == ("clause_change_wanted_theirs",)
    assert against(standing(clauses, [*ours, said(3), said(5, of=2)]))
    nothing = against(standing(clauses, []))
    assert nothing.codes == ("clauses_unconfirmed_theirs", "clauses_unconfirmed_ours")
    assert nothing.reasons[0].params == {"count": 2, "titles": "1. 范围、2. 付款"}


def test_a_reason_names_at_most_five_clauses():
    rows = standing([clause(key, title=f"条{key}") for key in range(1, 9)], [])
    assert against(rows).reasons[0].params["titles"].endswith("5. 条5 …")


def test_what_an_invitation_needs():
    assert InviteDraft(1, date(2026, 12, 1)).faults(phone_digits="", today=TODAY)
    missing = InviteDraft(None, None, "x" * 1001, challenge=True).faults(phone_digits="", today=TODAY)
    assert missing.codes == ("contact_missing", "expires_missing", "phone_missing", "too_long")
    for day in (TODAY, date(2027, 12, 1)):
        assert InviteDraft(1, day).faults(phone_digits="", today=TODAY).codes == ("expiry_out_of_range",)


def test_what_is_noted_for_the_customer_says_who_when_and_how():
    assert ToldDraft(1, TODAY, "email", (1,)).faults(today=TODAY)
    assert ToldDraft(None, None, "").faults(today=TODAY).codes == (
        "contact_missing",
        "channel_missing",
        "clauses_missing",
        "day_missing",
    )
    assert ToldDraft(1, date(2026, 11, 24), "email", (1,)).faults(today=TODAY).codes == ("day_in_future",)
    assert ToldDraft(1, date(1026, 11, 24), "email", (1,)).faults(today=TODAY).codes == ("day_too_early",)


def test_a_wish_is_said_in_words():
    assert change_faults(comment=" ", wording="").codes == ("comment_missing",)
    assert change_faults(comment="", wording="改成 48 小时")
    assert change_faults(comment="x" * 1001, wording="a\x00").codes == ("too_long", "text_broken")
