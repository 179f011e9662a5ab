"""Goals and their progress, for this package's screens and for others."""

from tuoke.steps.targeting.goals.queries.board import Board, Known, Row, board, source_of
from tuoke.steps.targeting.goals.queries.headline import Headline, headline
from tuoke.steps.targeting.goals.queries.people import Reach, whole_tree
from tuoke.steps.targeting.goals.queries.splits import Part, Proposal, part_key, proposal

__all__ = [
    "Board",
    "Headline",
    "Known",
    "Part",
    "Proposal",
    "Reach",
    "Row",
    "board",
    "headline",
    "part_key",
    "proposal",
    "source_of",
    "whole_tree",
]
