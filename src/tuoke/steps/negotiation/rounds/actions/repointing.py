"""Handed down by config.wiring: with whom a round was held and terms were agreed follows when two contacts are one."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Round

repoint = repointer((Round, "contact"), (AgreedTerms, "contact"))
