"""Decisions about rounds, concessions and agreements. Plain Python: no Django, no clock, no words."""

from tuoke.steps.negotiation.rounds.rules.giving import ALONE, authority_of, needed_for, suffices
from tuoke.steps.negotiation.rounds.rules.moves import Move, Towards, carried, gap, is_given_for_nothing, moves
from tuoke.steps.negotiation.rounds.rules.offers import (
    CLAUSE_LIMIT,
    EXTRAS_LIMIT,
    MOST_CLAUSES,
    MOST_ROUNDS,
    NOTE_LIMIT,
    NOTHING,
    PAYMENT_LIMIT,
    REASON_LIMIT,
    AgreementDraft,
    ConcessionDraft,
    RoundDraft,
    reason_fault,
)
from tuoke.steps.negotiation.rounds.rules.quiet import QUIET_DAYS, is_quiet, last_quiet_day
from tuoke.steps.negotiation.rounds.rules.states import DROPPED, PENDING, Shown, State, shown, shown_agreement

__all__ = [
    "ALONE",
    "CLAUSE_LIMIT",
    "DROPPED",
    "EXTRAS_LIMIT",
    "MOST_CLAUSES",
    "MOST_ROUNDS",
    "NOTE_LIMIT",
    "NOTHING",
    "PAYMENT_LIMIT",
    "PENDING",
    "QUIET_DAYS",
    "REASON_LIMIT",
    "AgreementDraft",
    "ConcessionDraft",
    "Move",
    "RoundDraft",
    "Shown",
    "State",
    "Towards",
    "authority_of",
    "carried",
    "gap",
    "is_given_for_nothing",
    "is_quiet",
    "last_quiet_day",
    "moves",
    "needed_for",
    "reason_fault",
    "shown",
    "shown_agreement",
    "suffices",
]
