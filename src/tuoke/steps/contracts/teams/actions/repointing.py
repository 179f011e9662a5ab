"""Who is named in a project, or was given its plan, follows when two contacts turn out to be one person (S2.3)."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.contracts.teams.models import PlanShare, ProjectContact

repoint = repointer((ProjectContact, "contact"), (PlanShare, "contact"))
"""Wired into ``customers.hooks.repointers``."""
