"""Who accepted, scored or was sent the delivery follows when two contacts turn out to be one person (S2.3)."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.contracts.deliveries.models import Acceptance, Feedback, Share

repoint = repointer((Share, "contact"), (Acceptance, "contact"), (Feedback, "contact"))
"""Wired into ``customers.hooks.repointers``."""
