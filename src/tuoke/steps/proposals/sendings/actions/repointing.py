"""Sendings follow when two of the customer's contacts turn out to be one person (S2.3)."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.proposals.sendings.models import PresentedTo, Sending

repoint = repointer((Sending, "contact"), (PresentedTo, "contact"))
