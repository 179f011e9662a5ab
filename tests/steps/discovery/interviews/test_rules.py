from datetime import date, time

import pytest

from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews.rules import (
    ANSWER_LIMIT,
    AnswerDraft,
    Asked,
    Choice,
    Heard,
    Kept,
    OutlineDraft,
    QuestionDraft,
    Standing,
    hints,
    kept,
    meter_of,
    moved,
    reordered,
    sound_answer,
    sound_outline,
    sound_question,
    suggested,
)

TODAY = date(2026, 11, 23)
ALL = [Asked(dimension, True) for dimension in Dimension]


def test_one_answer_covers_a_dimension():
    meter = meter_of([Asked("status", True), Asked("status", False), Asked("pain", False)])
    assert (meter.asked, meter.answered, meter.covered) == (3, 1, 1)
    assert meter.of("status").left == 1
    assert meter.missing == (Dimension.PAIN, Dimension.GOAL, Dimension.SOLUTION, Dimension.DECISION)


def test_an_outline_is_two_questions_a_dimension_and_a_third_that_fits_just_this_customer():
    bank = [Choice(1, "status", True), Choice(2, "status"), Choice(3, "status"), Choice(4, "status", True)]
    assert suggested(bank) == [1, 2, 4]
    assert suggested(bank[:3]) == [1, 2]
    assert suggested([Choice(9, "decision"), Choice(8, "status")]) == [8, 9]


def test_a_suggestion_only_fills_up():
    bank = [Choice(n, "pain", True) for n in range(1, 6)]
    assert suggested(bank, taken={1, 2}, standing=["pain", "pain"]) == [3]
    assert suggested(bank, taken={1}, standing=["pain"] * 3) == []


def test_what_an_order_does_not_name_keeps_its_place():
    assert reordered([1, 2, 3, 4], [4, 2]) == [1, 4, 3, 2]
    assert reordered([1, 2], [2, 2]) is None
    assert reordered([1, 2], [3]) is None


def test_a_step_up_or_down_ends_at_the_ends():
    assert moved([1, 2, 3], 2, by=1) == [1, 3, 2]
    assert moved([1, 2, 3], 1, by=-1) == [1, 2, 3]


@pytest.mark.parametrize(
    "text, base, writer, result",
    [
        ("客户说 A", 3, "here", Kept.SAME),
        ("客户说 B", 3, "there", Kept.REPLACED),  # it had the newest before it
        ("客户说 B", 1, "here", Kept.REPLACED),  # its last save arrived, its answer didn't
        ("客户说 A，还有 B", 1, "there", Kept.REPLACED),  # only adds
        ("客户说 B", 2, "there", Kept.BESIDE),
        ("", 2, "there", Kept.BESIDE),
    ],
)
def test_nothing_is_lost_of_two_who_write_at_once(text, base, writer, result):
    assert kept(Standing("客户说 A", 3, "here"), text=text, base=base, writer=writer) is result


def test_hints_after_an_interview():
    def codes(heard, *, meter=ALL, minutes=60):
        return [reason.code for reason in hints(meter_of(meter), heard, minutes=minutes)]

    good = [Heard("status", "今天怎么做", True), Heard("pain", "最近一次", True), Heard("decision", "谁拍板", False)]
    assert codes(good) == []
    assert codes(good, minutes=91) == ["took_long"]
    assert codes(good[::-1]) == ["decision_first"]
    assert codes([Heard("goal", "预算多少", True), *good]) == ["decision_first"]
    assert codes(good, meter=ALL[:-1]) == ["dimension_missed"]
    assert codes([Heard("status", "今天怎么做", False)]) == ["no_own_words"]
    assert codes([]) == ["nothing_heard"]


def test_drafts_name_every_field_that_is_wrong():
    def fields(verdict):
        return [(reason.code, reason.params["field"]) for reason in verdict.reasons]

    wrong = OutlineDraft(title=" ", at=time(10), contact_ids=tuple(range(21)))
    assert fields(sound_outline(wrong, today=TODAY)) == [
        ("missing", "title"), ("day_missing", "on"), ("too_many_people", "contacts"),
    ]  # fmt: skip
    assert fields(sound_outline(OutlineDraft("首访", on=date(1999, 1, 1)), today=TODAY)) == [("day_unlikely", "on")]
    probes = QuestionDraft(Dimension.PAIN, "", probes=("a\x00", *"bcdefg"))
    assert fields(sound_question(probes)) == [
        ("missing", "text"), ("too_many_probes", "probes"), ("text_broken", "probes"),
    ]  # fmt: skip
    assert fields(sound_answer(AnswerDraft("字" * (ANSWER_LIMIT + 1)))) == [("too_long", "text")]
    assert sound_answer(AnswerDraft("👍" * 10))
