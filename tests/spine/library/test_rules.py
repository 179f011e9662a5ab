"""Placeholders, contents, effects, fit, differences: plain Python."""

from __future__ import annotations

import pytest

from tuoke.spine.customers.rules import Channel
from tuoke.spine.library.rules import (
    CHANNELS,
    CaseContent,
    Change,
    Effect,
    Filled,
    ItemKind,
    PhraseContent,
    Piece,
    ScriptContent,
    Telling,
    WrongContent,
    differences,
    effect,
    fill,
    industry_of,
    nearest,
    parse,
    role_of,
    sound_content,
    stored,
    telling,
    tidied,
)


def test_facts_stand_in_their_places_and_what_is_missing_stays_visible():
    said = fill("您好〔称呼〕，〔客户名称〕最近〔近况〕，〔称呼〕看可以吗", {"称呼": "〔张总〕", "近况": " "})
    assert said == Filled(
        "您好〔张总〕，〔客户名称〕最近〔近况〕，〔张总〕看可以吗",
        ("客户名称", "近况"),
        (
            Piece("您好"), Piece("〔张总〕", is_fact=True), Piece("，"), Piece("客户名称", is_missing=True), Piece("最近"),
            Piece("近况", is_missing=True), Piece("，"), Piece("〔张总〕", is_fact=True), Piece("看可以吗"),
        ),
    )  # fmt: skip
    assert not said.is_ready
    assert fill("没有占位", {}).is_ready
    assert fill("", {}).pieces == ()


@pytest.mark.parametrize(
    ("typed", "known"), [("客户名", "客户名称"), ("联系人姓名", "联系人"), ("公司地区", "地区"), ("天气预报", "")]
)
def test_the_nearest_known_name_is_offered(typed, known):
    assert nearest(typed) == known


def test_brackets_on_every_keyboard_become_placeholders_where_the_name_is_known():
    assert (
        tidied("【客户名称】[ 联系人 ]{职位}【客户名】，见【附件】[1]")
        == "〔客户名称〕〔联系人〕〔职位〕〔客户名〕，见【附件】[1]"
    )


def test_markup_is_text_and_what_no_database_holds_is_refused():
    assert sound_content(ItemKind.PHRASE, PhraseContent("<b>价格</b> & <script>"))
    assert sound_content(ItemKind.PHRASE, PhraseContent("\ud800", field="elsewhere")).codes == (
        "text_broken",
        "choice_unknown",
    )
    script = ScriptContent(("我",) * 21, ("能" * 501,), ())
    assert set(sound_content(ItemKind.SCRIPT, script).codes) == {"too_many", "too_long", "part_missing"}


def test_contents_come_back_from_storage_as_they_went():
    case = parse(
        "case", {"customer": "某厂", "figures": ["返工率 6% → 2.1%", " "], "dated_on": "2026-03-01", "may_name": False}
    )
    assert isinstance(case, CaseContent)
    assert (case.figures, case.dated_on.year) == (("返工率 6% → 2.1%",), 2026)
    assert parse("case", stored(case)) == case
    with pytest.raises(WrongContent):
        parse("phrase", {"text": "好", "colour": "red"})


@pytest.mark.parametrize(
    ("said", "section"),
    [("汽车零部件", "制造业"), ("制造业", "制造业"), ("连锁便利店", "批发零售"), ("SaaS", "信息技术"), ("digital", ""), ("批发零售/服装", "批发零售"), ("", ""), ("星际旅行社", "")],
)  # fmt: skip
def test_an_industry_as_written_belongs_to_a_section(said, section):
    assert industry_of(said) == section


@pytest.mark.parametrize(
    ("position", "role"),
    [("采购总监", "purchasing"), ("CTO", "technology"), ("总经理", "executive"), ("财务总监", "finance"), ("生产副总", "business"), ("生产副总经理", "business"), ("财务副总经理", "finance"), ("HRD", ""), ("", ""), ("运维主管", "technology")],
)  # fmt: skip
def test_a_position_tells_what_somebody_answers_for(position, role):
    assert role_of(position) == role


def test_a_share_has_its_interval():
    found = effect(used=40, gained=12)
    assert (round(found.low, 3), round(found.high, 3), found.share) == (0.181, 0.454, 0.3)
    assert effect(used=0, gained=0) == Effect()


@pytest.mark.parametrize(
    ("pairs", "tells"),
    [
        ([(0, 0), (0, 0)], Telling.NOTHING),
        ([(40, 20)], Telling.THIN),
        ([(40, 30), (9, 0)], Telling.THIN),
        ([(40, 14), (40, 10)], Telling.ALIKE),
        ([(200, 100), (200, 40)], Telling.CLEAR),
    ],
)  # fmt: skip
def test_nothing_is_called_better_before_the_data_can_tell(pairs, tells):
    assert telling(effect(used=used, gained=gained) for used, gained in pairs) is tells


def test_a_difference_keeps_placeholders_and_numbers_whole():
    (only,) = differences(PhraseContent("返工率 6%，〔客户名称〕"), PhraseContent("返工率 2.1%，〔联系人〕"))
    assert only.part == "text"
    assert [run.text for run in only.runs if run.change is Change.OUT] == ["6%", "〔客户名称〕"]
    assert [run.text for run in only.runs if run.change is Change.IN] == ["2.1%", "〔联系人〕"]


def test_channels_are_those_of_the_customers():
    assert set(CHANNELS) == {channel.value for channel in Channel}
