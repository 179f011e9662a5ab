"""Who was sent a contract, or confirmed its clauses, follows when two contacts turn out to be one person (S2.3)."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation, Invitation

repoint = repointer((Invitation, "contact"), (ClauseConfirmation, "contact"))
