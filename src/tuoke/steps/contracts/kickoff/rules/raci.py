"""责任分工: who answers for what, over the six functions of a project (S7.2, P4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no


class Party(StrEnum):
    """Who takes part in a project: our departments, and the customer."""

    SALES = "sales"
    TECH = "tech"
    PRODUCT = "product"
    SERVICE = "service"
    LEGAL = "legal"
    CUSTOMER = "customer"


class Raci(StrEnum):
    """One party's part in one line. Whoever answers for it may carry it out himself."""

    ACCOUNTABLE = "A"  # 最终负责
    RESPONSIBLE = "R"  # 执行
    BOTH = "AR"
    CONSULTED = "C"  # 提供意见
    INFORMED = "I"  # 被告知
    NONE = ""


ANSWERS = (Raci.ACCOUNTABLE, Raci.BOTH)
CARRIES_OUT = (Raci.RESPONSIBLE, Raci.BOTH)


@dataclass(frozen=True, slots=True)
class Gap:
    """no_accountable · two_accountable · no_responsible."""

    code: str


def gaps(parts: Iterable[Raci]) -> tuple[Gap, ...]:
    """What one line lacks: exactly one answers for it, at least one carries it out."""
    given = list(parts)
    answering = sum(part in ANSWERS for part in given)
    found = [] if answering == 1 else [Gap("two_accountable" if answering else "no_accountable")]
    if not any(part in CARRIES_OUT for part in given):
        found.append(Gap("no_responsible"))
    return tuple(found)


def is_complete(lines: Iterable[Iterable[Raci]]) -> bool:
    """Every line has its one A and its R; a plan without lines divides nothing."""
    rows = [list(line) for line in lines]
    return bool(rows) and not any(gaps(row) for row in rows)


def may_take(parts: Mapping[Party, Raci], party: Party, wanted: Raci) -> Verdict:
    """Refused: accountable_taken, naming who has it; a second one is never stored."""
    if wanted not in ANSWERS:
        return YES
    others = [other for other, part in parts.items() if other is not party and part in ANSWERS]
    return no("accountable_taken", field=party.value, party=others[0].value) if others else YES
