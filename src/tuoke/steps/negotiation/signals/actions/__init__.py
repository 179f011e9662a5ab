"""Verbs on signs and on proposals to sign. Each raises Refused with every reason, Conflict where somebody saved first, and
Opportunity.DoesNotExist where ``by`` may not write the deal's negotiation (O1)."""

from tuoke.steps.negotiation.signals.actions.closing import answer, propose, restore, withdraw
from tuoke.steps.negotiation.signals.actions.finding import find_in
from tuoke.steps.negotiation.signals.actions.judging import confirm, dismiss, reopen, tick

__all__ = ["answer", "confirm", "dismiss", "find_in", "propose", "reopen", "restore", "tick", "withdraw"]
