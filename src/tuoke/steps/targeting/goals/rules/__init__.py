"""What goals are made of: periods, holders, splits that add up, progress and its pace. Plain Python."""

from tuoke.steps.targeting.goals.rules.breakdown import Amounts, missing, people_part, periods_part
from tuoke.steps.targeting.goals.rules.holders import COMPANY, Holder, Node, Place, Seller, tree
from tuoke.steps.targeting.goals.rules.metrics import MOST, Axis, Metric, Share, Slot, faults
from tuoke.steps.targeting.goals.rules.periods import Period, PeriodKind
from tuoke.steps.targeting.goals.rules.progress import Actuals, CountDays, Tally, calendar_days, expected, percent
from tuoke.steps.targeting.goals.rules.splitting import CENT, ONE, Basis, NothingToSplitBy, difference, split

__all__ = [
    "CENT",
    "COMPANY",
    "MOST",
    "ONE",
    "Actuals",
    "Amounts",
    "Axis",
    "Basis",
    "CountDays",
    "Holder",
    "Metric",
    "Node",
    "NothingToSplitBy",
    "Period",
    "PeriodKind",
    "Place",
    "Seller",
    "Share",
    "Slot",
    "Tally",
    "calendar_days",
    "difference",
    "expected",
    "faults",
    "missing",
    "people_part",
    "percent",
    "periods_part",
    "split",
    "tree",
]
