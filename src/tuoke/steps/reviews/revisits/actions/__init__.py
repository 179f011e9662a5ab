"""Everything that changes revisits, surveys and second sales."""

from tuoke.steps.reviews.revisits.actions.planning import (
    end_series,
    follow_deal,
    plan_missing,
    plan_series,
    postpone,
    resume_series,
    rhythm_in,
    rhythm_of,
    set_rhythm,
)
from tuoke.steps.reviews.revisits.actions.recording import (
    correct_visit,
    record_extra,
    record_visit,
    restore_visit,
    skip_visit,
    take_up,
    withdraw_visit,
)
from tuoke.steps.reviews.revisits.actions.repointing import repoint
from tuoke.steps.reviews.revisits.actions.seconds import SecondDraft, open_second
from tuoke.steps.reviews.revisits.actions.surveys import LINK_KIND, customer_answers, may_answer, send_survey

__all__ = [
    "LINK_KIND",
    "SecondDraft",
    "correct_visit",
    "customer_answers",
    "end_series",
    "follow_deal",
    "may_answer",
    "open_second",
    "plan_missing",
    "plan_series",
    "postpone",
    "record_extra",
    "record_visit",
    "repoint",
    "restore_visit",
    "resume_series",
    "rhythm_in",
    "rhythm_of",
    "send_survey",
    "set_rhythm",
    "skip_visit",
    "take_up",
    "withdraw_visit",
]
