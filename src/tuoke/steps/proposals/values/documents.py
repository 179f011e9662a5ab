"""The value part of a proposal on paper and on the customer's page, from what a version has frozen (S5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.services.documents.rules import Bullets, Document, Figure, Figures, Part, Section, Table, Text, Value
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.values.charts import charts_of
from tuoke.steps.proposals.values.models import BASIS_TO_CUSTOMER
from tuoke.steps.proposals.values.queries import frozen_of
from tuoke.steps.proposals.values.rules import FrozenLine, FrozenWorth, parse_frozen
from tuoke.steps.proposals.values.words import (
    formula,
    said_band,
    said_change,
    said_figure,
    said_money,
    said_months,
    said_payback,
    trimmed,
)

WIDTHS = (0.22, 0.2, 0.12, 0.1, 0.15, 0.21)


def parts_of(frozen: Mapping[str, Any]) -> tuple[Part, ...]:
    """The figures that matter, every line, the charts, how it is counted and where each figure comes from; in the
    language that is on. ``frozen`` is what ``queries.frozen_of`` gave."""
    found = parse_frozen(frozen)
    parts: list[Part] = [head_of(found), table_of(found), *charts_of(found)]
    parts.append(Text(formula(years=found.spending.years, delay=found.spending.delay), quiet=True))
    parts.append(Bullets(tuple(_sources(found))))
    if found.note:
        parts.append(Text(_("假设与说明：%(note)s") % {"note": found.note}))
    return tuple(parts)


def head_of(found: FrozenWorth) -> Figures:
    """The four figures that a customer looks for first."""
    spending, years = found.spending, found.spending.years
    return Figures(
        (
            Figure(said_money(found.yearly.likely), _("每年收益"), said_band(found.yearly)),
            Figure(said_money(spending.investment), _("初期投入"), found.investment_label),
            Figure(
                said_months(found.payback[1]) if spending.investment is not None else "—",
                _("回本"),
                said_payback(found.payback) if spending.investment is not None else _("投入未定"),
            ),
            Figure(
                said_money(found.net.likely if found.net else None),
                ngettext("%(count)s 年净值", "%(count)s 年净值", years) % {"count": years},
                said_band(found.net),
            ),
        )
    )


def table_of(found: FrozenWorth) -> Table:
    rows: list[tuple[Value, ...]] = [_row(line) for line in found.lines]
    rows.append((_("合计"), "", "", "", found.yearly.likely, said_band(found.yearly)))
    headers = (
        _("什么会变好"), _("现在 → 之后"), _("单位价值（元）"), _("一年几次"), _("每年收益（元）"), _("保守 – 乐观"),
    )  # fmt: skip
    return Table(headers, tuple(rows), widths=WIDTHS, totals=1)


def _row(line: FrozenLine) -> tuple[Value, ...]:
    benefit = (line.benefit.likely, said_band(line.benefit))
    if line.expected is None:
        said = _("“%(name)s”的 %(percent)s%%") % {"name": line.share_of, "percent": said_figure(line.percent)}
        return (line.name, said, None, None, *benefit)
    change = said_change(current=line.current, expected=line.expected.likely, unit=line.unit)
    return (line.name, change, trimmed(line.unit_value), trimmed(line.times), *benefit)


def _sources(found: FrozenWorth) -> Iterator[str]:
    """Every figure says where it comes from."""
    for line in found.lines:
        said = [str(BASIS_TO_CUSTOMER[line.basis]), line.source]
        if line.proof:
            said.append(_("证据：%(title)s") % {"title": line.proof})
        yield f"{line.name}：{'；'.join(filter(None, said))}"


def values_document(deal: Opportunity, *, today: date) -> Document:
    """《价值测算表》 as it stands now. Chinese whatever the language of the screen: it is one of the process's own."""
    with translation.override("zh-hans"):
        frozen = frozen_of(deal)
        return Document(
            title=_("价值测算表"),
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=((_("负责人"), deal.owner.name), (_("导出日期"), today)),
            sections=(Section(_("价值测算"), parts_of(frozen) if frozen else (), empty=_("还没有测算。")),),
            footer=f"{_('价值测算表')} · {deal.customer.name}",
        )
