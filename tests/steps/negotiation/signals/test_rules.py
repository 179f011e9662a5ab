from datetime import date
from decimal import Decimal

import pytest

from bench.signals import cases, measure
from tuoke.spine.library.rules import SignalKind
from tuoke.steps.negotiation.signals.rules import Answer, AnswerDraft, ClosingDraft, SignalDraft, find, lexicon, parse
from tuoke.steps.negotiation.signals.rules.lexicon import SOURCE

TODAY = date(2026, 11, 23)


def kinds(text):
    return [one.kind.value for one in find(text)]


def test_found_well_enough_on_sentences_that_the_lexicon_was_not_written_on():
    """The floor; ``python -m bench.signals`` lists what fails."""
    tuned, held_out = measure(cases("tuned")), measure(cases("held_out"))
    assert len(cases("tuned")) + len(cases("held_out")) >= 150
    assert (tuned.precision, tuned.recall) >= (0.97, 0.97)
    assert tuned.recall >= 0.97
    assert held_out.precision >= 0.9
    assert held_out.recall >= 0.9


def test_a_sign_says_where_in_its_sentence_it_stands():
    note = "演示顺利。客户问能不能分期付款。下周再约。"
    [sign] = find(note)
    assert sign.sentence == "客户问能不能分期付款。"
    assert sign.sentence[sign.start : sign.end] == "分期"
    assert (sign.kind, sign.rule) == (SignalKind.PAYMENT, "asked")


@pytest.mark.parametrize(
    "text",
    [
        "暂不考虑合同",
        "客户没有问付款方式",
        "如果总部同意，才会走合同流程",
        "我们介绍了付款方式",
        "竞品两周就能上线",
        "下次谈合同",
    ],
)
def test_denied_supposed_ours_or_somebody_elses(text):
    assert kinds(text) == []


def test_each_kind_once_a_note_in_its_order():
    assert kinds("客户问合同。客户又问合同，还问付款方式。") == ["contract", "payment"]


@pytest.mark.parametrize(
    "text", ["", "，，，。。。", "😀" * 5000, "客户问合同，" * 20_000, "<b>客户</b>" * 99, "\ud800\0"]
)
def test_whatever_is_written_down_is_read(text):
    assert len(find(text)) <= len(SignalKind)


def test_the_lexicon_knows_every_kind():
    assert set(lexicon().kinds) == set(SignalKind)
    assert parse(SOURCE.read_text(encoding="utf-8")).kinds.keys() == lexicon().kinds.keys()


def closing(**more):
    return ClosingDraft(**({"text": "周五签", "offered_on": TODAY} | more)).faults(today=TODAY).codes


def test_a_proposal_says_everything_that_is_wrong():
    assert closing() == ()
    assert closing(extra="培训", value=Decimal("3000")) == ()
    assert closing(text=" ", offered_on=date(2027, 1, 1)) == ("text_missing", "in_future")
    assert closing(extra="培训") == ("value_missing",)
    assert closing(value=Decimal(1)) == ("value_alone",)
    assert closing(extra="培训", concession_id=1, value=Decimal(1)) == ("extra_twice",)
    for odd in ("-1", "1e18", "NaN", "0.001", "Infinity"):
        assert closing(extra="培训", value=Decimal(odd)) == ("value_odd",)
    assert closing(text="长" * 2001, extra="\x07", value=Decimal(1)) == ("too_long", "text_broken")


def test_an_answer_and_a_tick_have_their_day():
    def answer(said, day, **more):
        return AnswerDraft(said, day, **more).faults(offered_on=date(2026, 11, 20), today=TODAY).codes

    assert answer(Answer.ACCEPTED, TODAY) == ()
    assert answer(Answer.PENDING, date(2026, 11, 19)) == ("answer_missing", "before_offer")
    assert answer(Answer.LATER, date(1026, 1, 1)) == ("too_early",)
    assert SignalDraft(SignalKind.TRIAL, date(3000, 1, 1), "x" * 501).faults(today=TODAY).codes == (
        "in_future", "too_long",
    )  # fmt: skip
