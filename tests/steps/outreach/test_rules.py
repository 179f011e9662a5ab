from dataclasses import replace
from datetime import date, timedelta

import pytest

from tuoke.steps.outreach.rules import (
    ConcernDraft,
    EventDraft,
    EventKind,
    Known,
    News,
    ProfileDraft,
    ProfileKind,
    Unknown,
    address_of,
    latest,
    said_day,
    unknown_of,
)

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "name, position, said",
    [
        ("陈志强", "生产副总经理", "陈总"),
        ("欧阳明", "信息中心主任", "欧阳主任"),
        ("王芳", "采购经理（华东）", "王经理"),
        ("李雷", "CTO", "李总"),
        ("李雷", "董事长兼总经理", "李董事长"),
        ("赵敏", "财务/行政总监", "赵总监"),
        ("孙立", "高级工程师", "孙工"),
        ("陈总", "", "陈总"),
        ("刘女士", "出纳", "刘女士"),
        ("王芳", "总经理助理", ""),  # an assistant isn't called by the chief's title
        ("王芳", "采购专员", ""),
        ("王芳", "", ""),
        ("王", "总经理", ""),
        ("前台", "主管", ""),
        ("David Chen", "CEO", ""),
        ("阿卜杜拉", "经理", ""),
        ("王总办公室", "主任", ""),
        ("", "经理", ""),
    ],
)
def test_an_address_is_said_only_where_it_can_be_told(name, position, said):
    assert address_of(name, position) == said


def event(**more):
    return EventDraft(**{"kind": EventKind.FUNDING, "happened_on": TODAY, "title": "完成 B 轮融资"} | more)


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)", "JaVaScRiPt://x%0aalert(1)", "data:text/html,<script>", "ftp://a.b", "//evil.example",
        "https://", "http://a b", "www.example.com", "https://a\u0000b",
    ],
)  # fmt: skip
def test_only_web_addresses_are_links(link):
    assert event(link=link).faults(today=TODAY).codes == ("link_invalid",)
    assert "link_invalid" in ProfileDraft(ProfileKind.LINKEDIN, link, TODAY).faults(today=TODAY).codes


@pytest.mark.parametrize(
    "draft, code",
    [
        (event(title="  "), "blank"),
        (event(title="字" * 121), "too_long"),
        (event(note="a\udfff"), "text_broken"),
        (event(happened_on=TODAY + timedelta(days=1)), "date_in_future"),
        (event(happened_on=date(1, 1, 1)), "date_too_early"),
        (event(link="https://example.com/" + "a" * 500), "too_long"),
        (ConcernDraft("", TODAY), "blank"),
        (ConcernDraft("旺季交付", TODAY, source="字" * 201), "too_long"),
        (ProfileDraft(ProfileKind.WEBSITE, " ", TODAY), "link_missing"),
    ],
)
def test_what_cannot_be_noted(draft, code):
    assert draft.faults(today=TODAY).codes == (code,)


def test_what_can_be_noted():
    assert event(link="HTTPS://例子.中国/新闻?a=1#b", note="🚀 <b>").faults(today=TODAY)


def news(days, kind=EventKind.EXPANSION, title="投产"):
    return News(kind, TODAY - timedelta(days=days), title)


def test_a_talk_begins_with_the_newest_of_the_last_half_year_that_is_no_bad_news():
    old, fresh, bad = news(181), news(180), news(1, EventKind.NEGATIVE)
    assert latest([old, fresh, bad], today=TODAY) == fresh
    assert latest([old, bad, news(-1), news(3, title=" ")], today=TODAY) is None


def test_days_are_said_as_people_say_them():
    assert said_day(date(2026, 11, 3), today=TODAY) == "11月3日"
    assert said_day(date(2025, 11, 3), today=TODAY) == "2025年11月3日"


ALL = Known(
    contact=True, reach=True, decider=True, concern=True, newest_on=TODAY - timedelta(days=90), profile=True,
    industry=True, scale=True, budget=True, verified=True, disputed=False, channel=True,
)  # fmt: skip


@pytest.mark.parametrize(
    "less, missing",
    [
        ({}, ()),
        ({"newest_on": TODAY - timedelta(days=91)}, (Unknown.NEWS,)),
        ({"newest_on": None, "budget": False}, (Unknown.NEWS, Unknown.BUDGET)),
        ({"contact": False, "reach": False, "channel": False}, (Unknown.CONTACT,)),
        ({"decider": False, "concern": False}, (Unknown.DECIDER,)),
        ({"concern": False}, (Unknown.CONCERN,)),
        ({"disputed": True, "verified": False}, (Unknown.DISPUTED,)),
    ],
)
def test_what_is_still_unknown(less, missing):
    assert unknown_of(replace(ALL, **less), today=TODAY) == missing
