"""Verbs of the market analysis (S1.1). Each raises Refused with every reason; a reason names its ``field``."""

from tuoke.steps.targeting.markets.actions.analyses import AnalysisDraft, begin, change_analysis, copy_from
from tuoke.steps.targeting.markets.actions.statements import (
    Way,
    add_statement,
    change_statement,
    move_statement,
    restore_statement,
    void_statement,
)

__all__ = [
    "AnalysisDraft",
    "Way",
    "add_statement",
    "begin",
    "change_analysis",
    "change_statement",
    "copy_from",
    "move_statement",
    "restore_statement",
    "void_statement",
]
