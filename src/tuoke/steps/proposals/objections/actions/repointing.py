"""Objections follow when two of the customer's contacts turn out to be one person (S2.3)."""

from __future__ import annotations

from tuoke.spine.customers.actions import repointer
from tuoke.steps.proposals.objections.models import DealObjection

repoint = repointer((DealObjection, "contact"))
