"""Is a metric's goal broken down to persons, and does everything add up? What is missing is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from tuoke.base.kernel.verdict import Reason
from tuoke.steps.targeting.goals.rules.holders import Node
from tuoke.steps.targeting.goals.rules.periods import Period
from tuoke.steps.targeting.goals.rules.splitting import difference

Amounts = Mapping[tuple[str, Period], Decimal]
"""The goals of one metric: by holder's key and period."""


def missing(amounts: Amounts, root: Node) -> tuple[Reason, ...]:
    """Why this metric isn't broken down; empty where it is.

    ``no_goal`` · ``not_to_persons`` (holder, period): nobody below has a goal for it, in the period or in its parts ·
    ``sum_differs`` (holder, period, axis people|periods, difference = whole − parts).
    """
    if not amounts:
        return (Reason("no_goal"),)
    differing = [reason for node in root.walk() for reason in _sums(amounts, node)]
    unreached = [reason for node, period in _tops(amounts, root) for reason in _reach(amounts, node, period)]
    return (*unreached, *differing)


def people_part(amounts: Amounts, node: Node, period: Period) -> list[Decimal | None]:
    """What those directly below have for the period."""
    return [amounts.get((child.holder.key, period)) for child in node.children]


def periods_part(amounts: Amounts, node: Node, period: Period) -> list[Decimal | None]:
    """What the holder itself has for the period's parts."""
    return [amounts.get((node.holder.key, part)) for part in period.parts]


def _sums(amounts: Amounts, node: Node) -> Iterator[Reason]:
    for period in _periods(amounts, [node]):
        whole = amounts[node.holder.key, period]
        axes = {"people": people_part(amounts, node, period), "periods": periods_part(amounts, node, period)}
        for axis, parts in axes.items():
            left = difference(whole, parts)
            if left:
                yield Reason(
                    "sum_differs", {"holder": node.name, "period": str(period), "axis": axis, "difference": left}
                )


def _tops(amounts: Amounts, root: Node) -> Iterator[tuple[Node, Period]]:
    """The goals that are part of no other: nobody above has one for the period, nor the holder for a longer one."""

    def walk(node: Node, above: frozenset[Period]) -> Iterator[tuple[Node, Period]]:
        own = frozenset(_periods(amounts, [node]))
        for period in sorted(own, key=str):
            if not any(longer.holds(period) for longer in (own | above) - {period}) and period not in above:
                yield node, period
        for child in node.children:
            yield from walk(child, above | own)

    yield from walk(root, frozenset())


def _reach(amounts: Amounts, node: Node, period: Period) -> Iterator[Reason]:
    if node.holder.is_person or not amounts[node.holder.key, period]:
        return
    below = [child for child in node.children if amounts.get((child.holder.key, period))]
    parts = [part for part in period.parts if amounts.get((node.holder.key, part))]
    if not below and not parts:
        yield Reason("not_to_persons", {"holder": node.name, "period": str(period)})
    for child in below:
        yield from _reach(amounts, child, period)
    for part in () if below else parts:
        yield from _reach(amounts, node, part)


def _periods(amounts: Amounts, nodes: Iterable[Node]) -> list[Period]:
    keys = {node.holder.key for node in nodes}
    return [period for key, period in amounts if key in keys]
