"""《谈判轮次》 as a document: what whoever asks sees of it. Chinese whatever the language of the screen.

``rounds_sections`` is what the plan's own document (《谈判要点清单》) can take in. Nothing in it follows from a bottom line:
states are said as ``rules.shown`` has them for outside, whoever asks, since paper is handed on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone, translation

from tuoke.base.accounts.rules import Principal
from tuoke.base.ui.formats import full_amount
from tuoke.services.documents.rules import Document, Facts, Part, Section, Table, Text, Value
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.rounds.charts import price_chart
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade
from tuoke.steps.negotiation.rounds.queries import Offer, RoundSeen, agreed_terms, rounds_page
from tuoke.steps.negotiation.rounds.rules import State
from tuoke.steps.negotiation.rounds.words import GIVEN
from tuoke.steps.negotiation.rules import Side, Terms

TITLE = "谈判轮次"
LANGUAGE = "zh-hans"
HEADERS = ("轮次", "哪一方", "价格", "交付", "付款方式", "附加服务", "条款变动")
WIDTHS = (0.145, 0.1, 0.165, 0.08, 0.2, 0.16, 0.15)


def rounds_document(who: Principal, deal: Opportunity, *, today: date) -> Document:
    with translation.override(LANGUAGE):
        return Document(
            title=TITLE,
            subtitle=f"{deal.customer.name} · {deal.name}",
            facts=(("负责人", deal.owner.name), ("导出人", who.name), ("导出日期", today)),
            sections=rounds_sections(who, deal, today=today),
            footer=f"{TITLE} · {deal.customer.name}",
        )


def rounds_sections(who: Principal, deal: Opportunity, *, today: date) -> tuple[Section, ...]:
    """Rounds with the chart of the prices, what was given, what is agreed."""
    with translation.override(LANGUAGE):
        page = rounds_page(who, deal, today=today)
        return (
            Section("双方报价", _course(page.course), empty="还没有记录过谈判轮次。"),
            Section("让步", _given(page.given), empty="还没有让步。"),
            Section("谈定的条件", _agreed(agreed_terms(deal)), empty="还没有谈定。"),
        )


def _course(course: Sequence[RoundSeen]) -> tuple[Part, ...]:
    rows = [row for seen in course for row in _rows(seen)]
    if not rows:
        return ()
    chart = price_chart(course)
    table = Table(HEADERS, tuple(rows), widths=WIDTHS)
    return (chart, table) if chart else (table,)


def _rows(seen: RoundSeen) -> list[tuple[Value, ...]]:
    round_ = f"第 {seen.row.number} 轮\n{timezone.localtime(seen.row.held_at):%Y-%m-%d}"
    offers = ((Side.OURS, seen.ours), (Side.THEIRS, seen.theirs))
    return [_row(round_, side, offer) for side, offer in offers if offer.position is not None]


def _row(round_: str, side: Side, offer: Offer) -> tuple[Value, ...]:
    name = "我方" if side is Side.OURS else "客户方"
    return (round_, f"{name}（已收回）" if offer.is_dropped else name, *_cells(offer.terms))


def _cells(terms: Terms) -> tuple[Value, ...]:
    price = full_amount(terms.price) if terms.price is not None else "—"
    days = f"{terms.delivery_days} 天" if terms.delivery_days is not None else "—"
    return (price, days, terms.payment or "—", terms.extras or "—", "\n".join(terms.clauses) or "—")


def _given(made: Sequence[ConcessionMade]) -> tuple[Part, ...]:
    if not made:
        return ()
    rows: list[tuple[Value, ...]] = [
        (
            f"第 {one.round.number} 轮" if one.round else "促成建议",
            one.give,
            one.get or "没有换回",
            "未估" if one.value is None else full_amount(one.value),
            str(GIVEN[State(one.state)][0]),
        )
        for one in made
    ]
    return (Table(("在哪里", "给了什么", "换回什么", "对我们的代价", "状态"), tuple(rows)),)


def _agreed(agreed: AgreedTerms | None) -> tuple[Part, ...]:
    if agreed is None:
        return ()
    price, days, payment, extras, clauses = _cells(agreed.terms)
    facts = Facts((
        ("谈定日期", agreed.agreed_on), ("和谁谈定", agreed.with_whom or "—"), ("价格", price), ("交付", days),
        ("付款方式", payment), ("附加服务", extras), ("条款变动", clauses),
    ))  # fmt: skip
    return (facts, Text(agreed.note, quiet=True)) if agreed.note else (facts,)
