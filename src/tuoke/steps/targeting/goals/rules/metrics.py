"""What is counted, and what a goal may say."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.steps.targeting.goals.rules.holders import Holder
from tuoke.steps.targeting.goals.rules.periods import Period

MOST = Decimal(10) ** 12


class Metric(StrEnum):
    """The metrics whose records exist. A later room adds its own key through ``hooks.sources``."""

    NEW_LEADS = "new_leads"  # 新增线索
    QUALIFIED_LEADS = "qualified_leads"  # 新增意向客户
    FIRST_VISITS = "first_visits"  # 首次拜访
    NEW_DEALS = "new_deals"  # 新增商机
    SIGNED_AMOUNT = "signed_amount"  # 签约额
    SIGNED_COUNT = "signed_count"  # 签约数


class Axis(StrEnum):
    """Along what a goal is split: over those below, or over the parts of its period."""

    PEOPLE = "people"
    PERIODS = "periods"


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one goal. ``campaign_id`` None: a general goal."""

    metric: str
    period: Period
    holder: Holder
    campaign_id: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a split: where, how much (None: no goal), and the version that was seen (0: there was none)."""

    slot: Slot
    amount: Decimal | None
    version: int = 0


def faults(amount: Decimal, *, unit: Decimal) -> Verdict:
    """What is wrong with an amount: not_a_number, negative, too_big, not_in_units."""
    if not amount.is_finite():
        return no("not_a_number", field="amount")
    if amount < 0:
        return no("negative", field="amount")
    if amount >= MOST:
        return no("too_big", field="amount")
    return no("not_in_units", field="amount", unit=unit) if amount % unit else YES
