"""投入产出测算 on paper: what was typed, what it comes to, the charts, the comparison (S6.3)."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.services.documents.rules import Document, Facts, Figure, Figures, Part, Section, Table, Text, Value
from tuoke.services.exchange.rules import cents
from tuoke.steps.negotiation.returns.charts import charts_of, cost_chart
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.returns.rules import Figures as Calculated
from tuoke.steps.negotiation.returns.rules import Result, Saving
from tuoke.steps.negotiation.returns.words import said_costs, said_money, said_months
from tuoke.steps.proposals.values.words import formula, said_change, trimmed

LANGUAGE = "zh-hans"


def returns_document(calculation: Calculation) -> Document:
    """One calculation, for us: Chinese whatever the language of the screen. ``opportunity`` comes with customer, owner."""
    deal = calculation.opportunity
    with translation.override(LANGUAGE):
        by = f"{calculation.by_name} · {timezone.localtime(calculation.created_at):%Y-%m-%d %H:%M}"
        return Document(
            title=_("投入产出测算"),
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=((_("名称"), str(calculation)), (_("测算"), by), (_("负责人"), deal.owner.name)),
            sections=sections_of(calculation.figures, calculation.result, note=calculation.note),
            footer=f"{_('投入产出测算')} · {deal.customer.name}",
        )


def customers_document(figures: Calculated, result: Result, *, customer: str, company: str) -> Document:
    """The same for the customer to take with him, in the language that is on."""
    return Document(
        title=_("投入产出测算"), subtitle=customer, sections=sections_of(figures, result), footer=company or customer
    )


def sections_of(figures: Calculated, result: Result, *, note: str = "") -> tuple[Section, ...]:
    charts = charts_of(figures, result)
    costs = [chart for chart in charts if result.rivals and chart.title == cost_chart(figures, result).title]
    main: list[Part] = [head_of(figures, result), *(chart for chart in charts if chart not in costs)]
    main.append(Text(formula(years=figures.years, delay=figures.delay), quiet=True))
    if note:
        main.append(Text(note))
    found = [
        Section(_("结果"), tuple(main)),
        Section(_("每年节省"), (savings_table(figures, result),)),
        Section(_("投入"), (spending_of(figures, result),)),
    ]
    if result.rivals:
        found.append(Section(_("和其他方案比总成本"), (rivals_table(figures, result), *costs)))
    return tuple(found)


def head_of(figures: Calculated, result: Result) -> Figures:
    net = ngettext("%(count)s 年净值", "%(count)s 年净值", figures.years) % {"count": figures.years}
    cost = ngettext("%(count)s 年总成本", "%(count)s 年总成本", figures.years) % {"count": figures.years}
    return Figures(
        (
            Figure(said_money(result.yearly), _("每年节省")),
            Figure(said_months(result.payback), _("回本")),
            Figure(said_money(result.net), net),
            Figure(said_money(result.total_cost), cost, said_costs(figures)),
        )
    )


def savings_table(figures: Calculated, result: Result) -> Table:
    rows: list[tuple[Value, ...]] = [_row(saving) for saving in figures.savings]
    rows.append((_("合计"), "", "", "", result.yearly))
    headers = (_("项目"), _("现在 → 之后"), _("单位价值（元）"), _("一年几次"), _("每年节省（元）"))
    return Table(headers, tuple(rows), widths=(0.3, 0.26, 0.15, 0.12, 0.17), totals=1)


def spending_of(figures: Calculated, result: Result) -> Facts:
    return Facts(
        (
            (_("初期投入（元）"), None if figures.investment is None else cents(figures.investment)),
            (_("其他一次性费用（元）"), cents(figures.one_off)),
            (_("每年运行费用（元）"), cents(figures.running)),
            (_("几个月后见效"), figures.delay),
            (_("总成本（元）"), result.total_cost),
        )
    )


def rivals_table(figures: Calculated, result: Result) -> Table:
    """Total cost, not list price."""
    first = (_("我们"), figures.investment or Decimal(0), figures.one_off, figures.running, result.total_cost)
    rows: list[tuple[Value, ...]] = [(*_to_the_cent(first), None)]
    for rival, compared in zip(figures.rivals, result.rivals, strict=True):
        said = (rival.name, rival.price, rival.other, rival.running, compared.total, compared.more)
        rows.append(_to_the_cent(said))
    total = ngettext("%(count)s 年总成本", "%(count)s 年总成本", figures.years) % {"count": figures.years}
    headers = (_("方案"), _("报价"), _("其他一次性"), _("每年运行"), total, _("比我们多"))
    return Table(headers, tuple(rows))


def _to_the_cent(row: tuple[str | Decimal, ...]) -> tuple[Value, ...]:
    return tuple(cents(cell) if isinstance(cell, Decimal) else cell for cell in row)


def _row(saving: Saving) -> tuple[Value, ...]:
    if not saving.is_measured:
        return (saving.name, "—", None, None, saving.yearly)
    change = said_change(current=saving.current, expected=saving.expected, unit=saving.unit)
    return (saving.name, change, trimmed(saving.unit_value), trimmed(saving.times), saving.yearly)
