from datetime import date

import pytest

from tuoke.services.documents.rules import Bullets, Text
from tuoke.steps.proposals.rules import CoverageRow, Frozen, FrozenProof, FrozenSection
from tuoke.steps.proposals.sendings.chapters import chapters_of, leaves_of, text_parts
from tuoke.steps.proposals.sendings.rules import (
    Lacks,
    Reach,
    SendDraft,
    is_unopened,
    may_be_presented,
    may_be_said,
    may_go_out,
    may_reach,
    progress_of,
    read_seconds,
)

TODAY = date(2026, 11, 23)
GOOD = SendDraft(contact_id=1, expires_on=date(2026, 12, 1))
HIM = Reach(phone="138 0013 8000", email="lin@example.com")


def test_every_lack_is_said_at_once_and_approved_claims_are_none():
    lacks = Lacks(
        claims=("a：30%", "b：一半"), approved=frozenset({"a：30%"}), unanswered=("对齐",), unfinished=("计划",),
        stale=("报告",), examples=("样例",), wants_signature=True,
    )  # fmt: skip
    assert may_go_out(lacks).codes == (
        "claims_uncovered", "rigid_unanswered", "sections_unfinished", "proofs_stale", "proofs_examples",
        "feasibility_unsigned",
    )  # fmt: skip
    assert may_go_out(lacks).reasons[0].params == {"count": 1, "what": "b：一半"}
    assert may_go_out(Lacks(claims=("a",), approved=frozenset({"a", "other"})))
    assert may_go_out(Lacks(is_empty=True, claims=("a",))).codes == ("nothing_to_send",)


@pytest.mark.parametrize(
    ("draft", "reach", "codes"),
    [
        (GOOD, HIM, ()),
        (SendDraft(None, None), HIM, ("contact_missing", "expires_missing")),
        (GOOD, Reach(is_elsewhere=True), ("contact_elsewhere",)),
        (GOOD, Reach(is_gone=True), ("contact_gone",)),
        (SendDraft(1, TODAY), HIM, ("expires_passed",)),
        (SendDraft(1, date(9999, 1, 1)), HIM, ("expires_too_late",)),
        (SendDraft(1, GOOD.expires_on, challenge=True), Reach(phone="12"), ("challenge_without_phone",)),
        (SendDraft(1, GOOD.expires_on, by_mail=True), Reach(), ("mail_without_address", "mail_off")),
        (SendDraft(1, GOOD.expires_on, attach=True), HIM, ("attach_without_mail",)),
        (SendDraft(1, GOOD.expires_on, message="长" * 501, note="\ud800"), HIM, ("too_long", "text_broken")),
    ],
)
def test_how_and_to_whom(draft, reach, codes):
    assert may_reach(draft, reach, mail_is_on=False, today=TODAY).codes == codes


def test_what_the_page_tells_of_reading_is_bounded_and_anything_else_passed_over():
    said = {"s1": "12", "s2": "99999", "s3": "-4", "s4": "1e9", "s5": "٣", "other": "5"}
    assert read_seconds(said, known=["s1", "s2", "s3", "s4", "s5"]) == {"s1": 12, "s2": 120}


def test_words_of_the_customer():
    assert may_be_said("  ").codes == ("remark_missing",)
    assert may_be_said("字" * 2001, so_far=200).codes == ("too_long", "remarks_too_many")
    assert may_be_said("🙂 <b>好</b>")


def test_a_meeting_has_a_day_in_the_past_and_somebody_in_it():
    assert may_be_presented(None, contacts=(), note="", today=TODAY).codes == ("day_missing", "nobody_there")
    assert may_be_presented(date(2026, 11, 24), contacts=(1,), note="", today=TODAY).codes == ("day_in_future",)
    assert may_be_presented(date(1026, 11, 24), contacts=(1,), note="", today=TODAY).codes == ("day_too_early",)
    assert may_be_presented(TODAY, contacts=(1,), note="不错", today=TODAY)


@pytest.mark.parametrize(
    ("day", "opened", "dead", "late"),
    [(20, False, False, True), (21, False, False, False), (10, True, False, False), (10, False, True, False)],
)
def test_unopened_after_three_days(day, opened, dead, late):
    assert is_unopened(sent_on=date(2026, 11, day), is_opened=opened, is_dead=dead, today=TODAY) is late


def test_progress_leaves_something_for_the_delivery():
    assert progress_of([]) == 0
    assert progress_of([("done", 100), ("working", 25)]) == 59
    assert progress_of([("done", 100), ("done", 100)]) == 95


def test_text_as_paragraphs_and_lists():
    assert list(text_parts("一段\n同一段\n\n- 甲\n2、乙\n\n最后")) == [
        Text("一段\n同一段"), Bullets(("甲", "乙")), Text("最后")
    ]  # fmt: skip
    assert list(text_parts("2026 年上线")) == [Text("2026 年上线")]


def frozen(**more):
    proof = FrozenProof(1, 1, "case", "某零部件厂", statement="换线变快", figures=("42 → 29 分钟",), source="回访")
    sample = FrozenProof(2, 2, "case", "样例", is_example=True)
    sections = (
        FrozenSection(7, "solution", "一个交期", "共用", proofs=(proof,)),
        FrozenSection(8, "solution", "报表", "自动", proofs=(sample,)),
    )
    rows = (
        CoverageRow(1, "rigid", "high", "对齐", solution=("一个交期",), is_answered=True),
        CoverageRow(2, "latent", "low", "只是我们的判断"),
        CoverageRow(3, "latent", "low", "看板", solution=("报表",)),
    )
    return Frozen("方案", "华瑞", "2026-11-23", sections, rows, **more)


def test_chapters_hold_what_was_written_and_what_the_rooms_handed_in():
    assert leaves_of(frozen()) == {
        "coverage": "需求与方案对照", "s7": "一个交期", "s8": "报表", "evidence": "证据清单"
    }  # fmt: skip
    chapters = {chapter.key: chapter for chapter in chapters_of(frozen())}
    assert list(chapters) == ["needs", "solution", "proof"]
    table = chapters["needs"].leaves[0].parts[0]
    assert table.rows == (("对齐\n刚性需求 · 高", "一个交期", "", ""), ("看板\n潜在需求", "报表", "", ""))
    evidence = chapters["proof"].leaves[0].parts[0]
    assert evidence.rows == (("某零部件厂", "42 → 29 分钟\n换线变快", "回访", ""),)


def test_prices_are_those_of_the_frozen_offer():
    line = {
        "name": "平台", "note": "", "quantity": "2", "unit": "年", "list_price": None, "unit_price": "1000.00",
        "discount_percent": "10", "tax_rate": "0", "amount": "1800.00",
    }  # fmt: skip
    offer = {
        "number": 1, "title": "", "valid_until": "2026-12-31", "issued_on": None, "tax_included": True,
        "delivery_days": None, "payment_terms": "", "note": "- 含培训", "lines": [line],
        "totals": {"list": "2000.00", "net": "1800.00", "discount": "200.00", "tax": "0.00", "gross": "1800.00"},
    }  # fmt: skip
    leaf = {one.key: one for chapter in chapters_of(frozen(parts={"offer": offer})) for one in chapter.leaves}["offer"]
    table = leaf.parts[1]
    assert table.rows[0][0] == "平台"
    assert str(table.rows[0][-1]) == "1800.00"
    assert [str(row[-1]) for row in table.rows[-table.totals :]] == ["1800.00", "0.00", "1800.00"]
