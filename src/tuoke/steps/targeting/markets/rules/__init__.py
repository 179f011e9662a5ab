"""市场分析 as plain Python: statements with sources, what their figures tell, and what is missing."""

from tuoke.steps.targeting.markets.rules.completeness import analysed, missing
from tuoke.steps.targeting.markets.rules.figures import (
    Apart,
    Figure,
    Growth,
    apart,
    best_unit,
    growth_of,
    in_unit,
    is_forecast,
    typed_amount,
)
from tuoke.steps.targeting.markets.rules.links import web_address
from tuoke.steps.targeting.markets.rules.statements import (
    LINES_LIMIT,
    POINTS_LIMIT,
    STATEMENTS_LIMIT,
    Point,
    Source,
    SourceKind,
    StatementDraft,
    StatementKind,
    sound_statement,
)

__all__ = [
    "LINES_LIMIT",
    "POINTS_LIMIT",
    "STATEMENTS_LIMIT",
    "Apart",
    "Figure",
    "Growth",
    "Point",
    "Source",
    "SourceKind",
    "StatementDraft",
    "StatementKind",
    "analysed",
    "apart",
    "best_unit",
    "growth_of",
    "in_unit",
    "is_forecast",
    "missing",
    "sound_statement",
    "typed_amount",
    "web_address",
]
