"""Follow-ups in plain Python: their vocabulary, what they must say, how the table of the process document is read."""

from tuoke.spine.followups.rules.aliases import channels_of, step_of
from tuoke.spine.followups.rules.records import (
    ADVANCING,
    NOTE_LIMIT,
    SUMMARY_LIMIT,
    TITLE_LIMIT,
    FollowUpOutcome,
    Plan,
    may_be_due,
    may_be_noted,
    may_be_planned,
    may_be_recorded,
    next_monday,
)
from tuoke.spine.followups.rules.table import (
    NEEDED,
    TABLE_COLUMNS,
    FieldReason,
    TableRow,
    columns_in,
    read_row,
    shown,
)

__all__ = [
    "ADVANCING",
    "NEEDED",
    "NOTE_LIMIT",
    "SUMMARY_LIMIT",
    "TABLE_COLUMNS",
    "TITLE_LIMIT",
    "FieldReason",
    "FollowUpOutcome",
    "Plan",
    "TableRow",
    "channels_of",
    "columns_in",
    "may_be_due",
    "may_be_noted",
    "may_be_planned",
    "may_be_recorded",
    "next_monday",
    "read_row",
    "shown",
    "step_of",
]
