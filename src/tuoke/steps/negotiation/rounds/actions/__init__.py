"""Verbs on rounds, offers, concessions and agreements. Each raises Refused with every reason, Conflict where somebody saved
first, and Opportunity.DoesNotExist where ``by`` may not write the deal's negotiation (O1)."""

from tuoke.steps.negotiation.rounds.actions.agreeing import (
    agree,
    confirm_agreement,
    decline_agreement,
    reopen_agreement,
    withdraw_agreement,
)
from tuoke.steps.negotiation.rounds.actions.asking import decided, ended
from tuoke.steps.negotiation.rounds.actions.conceding import (
    concede,
    concede_extra,
    restore_concession,
    take_back_extra,
    withdraw_concession,
)
from tuoke.steps.negotiation.rounds.actions.recording import edit_round, record_round, restore_round, withdraw_round
from tuoke.steps.negotiation.rounds.actions.repointing import repoint
from tuoke.steps.negotiation.rounds.actions.standing import (
    confirm_offer,
    decline_offer,
    end_waiting,
    offer_again,
    withdraw_offer,
)

__all__ = [
    "agree",
    "concede",
    "concede_extra",
    "confirm_agreement",
    "confirm_offer",
    "decided",
    "decline_agreement",
    "decline_offer",
    "edit_round",
    "end_waiting",
    "ended",
    "offer_again",
    "record_round",
    "reopen_agreement",
    "repoint",
    "restore_concession",
    "restore_round",
    "take_back_extra",
    "withdraw_agreement",
    "withdraw_concession",
    "withdraw_offer",
    "withdraw_round",
]
