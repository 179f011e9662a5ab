from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import TemplateSyntaxError, engines
from django.test import RequestFactory
from django.utils import translation

from tuoke.base.ui.parts import Line, PathStep, Tab

TODAY = date(2026, 11, 23)


def draw(source: str, request=None, **values) -> str:
    return engines["django"].from_string(source).render(values, request)


@pytest.mark.parametrize(
    "call",
    [
        '{% button "x" tune="primary" %}',
        '{% badge "x" colour="red" %}',
        '{% card titel="x" %}{% endcard %}',
        "{% stat %}",
    ],
)
def test_a_wrong_attribute_is_found_when_the_template_is_read(call):
    with pytest.raises(TemplateSyntaxError):
        draw(call)


@pytest.mark.parametrize(
    "call", ['{% button "x" tone="loud" %}', '{% badge "x" tone="pink" %}', '{% icon "x" size="xl" %}']
)
def test_a_wrong_value_is_refused(call):
    with pytest.raises(ValueError, match="is none of"):
        draw(call)


@pytest.mark.parametrize(
    "call",
    [
        "{% badge evil %}",
        "{% button evil %}",
        "{% button 'x' why=evil %}",
        "{% avatar evil %}",
        "{% card title=evil %}{% endcard %}",
        "{% empty title=evil text=evil %}{% endempty %}",
        "{% facts %}{% fact evil %}{{ evil }}{% endfact %}{% endfacts %}",
        "{% timeline_item title=evil who=evil %}{{ evil }}{% endtimeline_item %}",
        "{% stat evil evil note=evil %}",
        "{% notice title=evil %}{{ evil }}{% endnotice %}",
        "{% post_button evil url=evil name='a' value=evil %}",
        "{% dialog id='d' title=evil %}{% enddialog %}",
    ],
)
def test_what_people_typed_is_escaped(call):
    drawn = draw(call, evil='<script>alert("1")</script>')
    assert "<script>" not in drawn
    assert "&lt;script&gt;" in drawn


def test_blocks_keep_their_markup():
    assert "<b>1</b>" in draw("{% card title='a' %}{% notice %}<b>1</b>{% endnotice %}{% endcard %}")
    assert "<b>1</b>" in draw("{% timeline_item title='a' %} <b>1</b> {% endtimeline_item %}")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("1820000", "¥182 万"),
        ("8600.50", "¥8,600.5"),
        ("0", "¥0"),
        ("9999.99", "¥9,999.99"),
        ("12345", "¥1.2 万"),
        ("43120000", "¥4,312 万"),
        ("312000000", "¥3.12 亿"),
        ("-500000", "-¥50 万"),
    ],
)
def test_amounts_are_said_in_wan_with_the_full_figure_on_hover(value, said):
    drawn = draw("{% money value %}", value=Decimal(value))
    assert f">{said}</span>" in drawn
    assert f"{Decimal(value):,.2f}" in drawn


def test_amounts_in_english_and_unknown():
    with translation.override("en"):
        assert "¥1.82M" in draw("{% money value %}", value=Decimal(1_820_000))
    assert "—" in draw("{% money value %}", value=None)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (date(2026, 11, 21), "前天"),
        (date(2026, 11, 22), "昨天"),
        (date(2026, 11, 23), "今天"),
        (date(2026, 11, 24), "明天"),
        (date(2026, 11, 25), "后天"),
        (date(2026, 11, 27), "周五"),
        (date(2026, 11, 30), "下周一"),
        (date(2026, 11, 19), "上周四"),
        (date(2026, 12, 9), "12-09"),
        (date(2027, 1, 6), "2027-01-06"),
    ],
)
def test_dates_are_said_as_people_do(value, said):
    drawn = draw("{% day value today=today %}", value=value, today=TODAY)
    assert f">{said}</time>" in drawn
    assert f'datetime="{value.isoformat()}"' in drawn


def test_moments_are_local():
    drawn = draw("{% moment value today=today %}", value=datetime(2026, 11, 22, 18, 30, tzinfo=UTC), today=TODAY)
    assert ">今天 02:30</time>" in drawn


def test_counts_stop_at_their_limit():
    assert draw("{% count_limit 10000 %} {% count_limit 10001 %}") == "10000 10000+"


def test_a_path_says_where_the_case_stands():
    steps = [
        PathStep(1, "前期准备", "done", url="/1/"),
        PathStep(2, "客户筛选", "current", late=True),
        PathStep(3, "初步接触"),
    ]
    drawn = draw("{% path steps label='流程' %}", steps=steps)
    assert drawn.count('aria-current="step"') == 1
    assert "is-current is-late" in drawn
    assert '<a href="/1/"' in drawn
    with pytest.raises(ValueError, match="none of"):
        draw("{% path steps label='流程' %}", steps=[PathStep(1, "a", "gone")])


def test_reasons_lead_to_the_place_where_they_are_put_right():
    drawn = draw("{% reasons lines %}", lines=[Line("缺预算", "/budget/"), ("已完成", "", "met")])
    assert 'href="/budget/"' in drawn
    assert "is-hard" in drawn
    assert "is-met" in drawn


def test_a_button_that_cannot_be_pressed_says_why():
    drawn = draw("{% button '推进' tone='primary' why='还差 2 项' %}")
    assert 'disabled title="还差 2 项"' in drawn
    assert '<span class="btn-why">还差 2 项</span>' in drawn


def test_a_post_button_works_without_a_script():
    drawn = draw("{% post_button '认领' url='/claim/' target='#lead' name='version' value=3 %}", csrf_token="t0")
    assert '<form class="post" method="post" action="/claim/" hx-post="/claim/" hx-target="#lead"' in drawn
    assert 'name="version" value="3"' in drawn
    assert 'value="t0"' in drawn


def test_paging_and_sorting_keep_the_filters():
    request = RequestFactory().get("/leads/", {"q": "华", "cursor": "c1", "sort": "name"})
    drawn = draw("{% pager next='c2' target='#list' shown=20 %}{% sort '名称' by='name' %}", request)
    assert 'href="/leads/?q=%E5%8D%8E&amp;sort=name&amp;cursor=c2"' in drawn
    assert 'href="/leads/?q=%E5%8D%8E&amp;sort=name"' in drawn
    assert "sort=-name" in drawn
    assert "升序" in drawn


def test_tabs_mark_the_present_one():
    drawn = draw("{% tabs tabs label='x' %}", tabs=[Tab("概况", "/a/", current=True), Tab("商机", "/b/", count=0)])
    assert '<a href="/a/" aria-current="page">' in drawn
    assert '<span class="badge tone-gray">0</span>' in drawn
