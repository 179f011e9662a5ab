"""The charts of a value model: the same on the screen, on the customer's page, in Word and in PDF (S5.2)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.base.ui.scales import MoneyScale
from tuoke.steps.proposals.values.rules import Band, FrozenLine, FrozenWorth

INDEX = Decimal(100)


def charts_of(found: FrozenWorth) -> tuple[Chart, ...]:
    """What every line brings, what changes, and how it adds up over the years; only charts that say something."""
    drawn = (benefits_chart(found.lines), change_chart(found.lines), course_chart(found.course, found.spending.years))
    return tuple(chart for chart in drawn if chart.labels and chart.says_something)


def benefits_chart(lines: Sequence[FrozenLine]) -> Chart:
    """Yuan a year, a row a line, in the three cases."""
    scale = MoneyScale(line.benefit.high for line in lines)
    return Chart(
        ChartKind.BARS,
        _("各项每年收益"),
        tuple(line.name for line in lines),
        tuple(
            Series(name, tuple(scale.down(list(line.benefit)[place]) for line in lines))
            for place, name in enumerate((_("保守"), _("最可能"), _("乐观")))
        ),
        unit=scale.unit,
    )


def change_chart(lines: Sequence[FrozenLine]) -> Chart:
    """现在 = 100: lines of different units side by side; those that begin at nothing can't be shown so."""
    shown = [line for line in lines if line.current and line.expected]
    return Chart(
        ChartKind.BARS,
        _("现在与之后（现在 = 100，之后取最可能）"),
        tuple(line.name for line in shown),
        (
            Series(_("现在"), tuple(INDEX for _line in shown)),
            Series(_("之后"), tuple(_index(line) for line in shown)),
        ),
    )


def course_chart(course: Sequence[tuple[int, Band | None]], years: int) -> Chart:
    """累计净收益 by month; nothing while the investment isn't known."""
    known = [(month, band) for month, band in course if band is not None]
    scale = MoneyScale(value for _month, band in known for value in band)
    title = ngettext("%(count)s 年累计净收益，按月数", "%(count)s 年累计净收益，按月数", years) % {"count": years}
    return Chart(
        ChartKind.LINE,
        title,
        tuple(str(month) for month, _band in known),
        tuple(
            Series(name, tuple(scale.down(list(band)[place]) for _month, band in known))
            for place, name in enumerate((_("保守"), _("最可能"), _("乐观")))
        ),
        unit=scale.unit,
    )


def _index(line: FrozenLine) -> Decimal | None:
    if not line.current or line.expected is None:
        return None
    return (line.expected.likely * INDEX / line.current).quantize(Decimal("0.1"))
