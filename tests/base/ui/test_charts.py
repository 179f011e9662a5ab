from decimal import Decimal

import pytest
from django.template import engines
from django.utils import translation

from tuoke.base.ui.charts import Chart, ChartKind, Series, said
from tuoke.base.ui.scales import MoneyScale


def test_a_value_for_every_label():
    with pytest.raises(ValueError, match="not 2 values: b"):
        Chart(ChartKind.LINE, "x", ("1", "2"), (Series("a", (1, 2)), Series("b", (1,))))


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (46, "亿元", "46 亿元"),
        (Decimal("12.50"), "%", "12.5%"),
        (None, "万元", "—"),
        (1234567.891, "", "1,234,567.89"),
        (0, "家", "0 家"),
    ],
)
def test_numbers_are_said_with_their_unit(value, unit, shown):
    assert said(value, unit) == shown


def test_the_table_says_what_the_drawing_shows_and_unknown_is_not_zero():
    figure = Chart(ChartKind.COLUMNS, "规模", ("2024", "2025"), (Series("市场", (None, 46)),), "亿元")
    drawn = engines["django"].from_string("{% chart figure %}").render({"figure": figure})
    assert list(figure.rows()) == [("2024", "—"), ("2025", "46 亿元")]
    assert "46 亿元" in drawn
    assert '"values": [null, 46.0]' in drawn


def test_what_people_typed_cannot_leave_the_data():
    evil = "</script><script>alert(1)</script>"
    figure = Chart(ChartKind.BARS, evil, (evil,), (Series(evil, (1,)),), evil)
    assert "<script>alert" not in engines["django"].from_string("{% chart figure %}").render({"figure": figure})


def test_nothing_known_draws_nothing():
    figure = Chart(ChartKind.BARS, "空", ("一",), (Series("a", (None,)),))
    assert engines["django"].from_string("{% chart figure %}").render({"figure": figure}).strip() == ""


@pytest.mark.parametrize(
    ("language", "said_as"), [("zh-hans", "14.28 万元"), ("zh-hant", "14.28 "), ("en", "CNY 142,800")]
)
def test_amounts_are_said_as_each_language_counts(language, said_as):
    with translation.override(language):
        scale = MoneyScale([Decimal(-90_000), Decimal(142_800)])
        assert said(scale.down(Decimal(142_800)), scale.unit).startswith(said_as)
        assert said(MoneyScale([Decimal(80)]).down(Decimal("8.004")), "元") == "8 元"
