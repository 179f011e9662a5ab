"""Needs in plain Python: their kinds, what they must say, how 《客户需求清单》 is read (S4.3)."""

from tuoke.steps.discovery.rules.needs import (
    DESCRIPTION_LIMIT,
    NeedDraft,
    NeedKind,
    Priority,
    all_confirmed,
    may_be_confirmed,
    may_be_listed,
)
from tuoke.steps.discovery.rules.table import NEEDED, TABLE_COLUMNS, TableRow, kind_of, priority_of, read_row

__all__ = [
    "DESCRIPTION_LIMIT",
    "NEEDED",
    "TABLE_COLUMNS",
    "NeedDraft",
    "NeedKind",
    "Priority",
    "TableRow",
    "all_confirmed",
    "kind_of",
    "may_be_confirmed",
    "may_be_listed",
    "priority_of",
    "read_row",
]
