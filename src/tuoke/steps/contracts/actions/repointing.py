"""Merging customers' contacts: whoever signs for the customer follows."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.contracts.models import Contract

repoint = repointer((Contract, "their_signer"))
