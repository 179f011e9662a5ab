"""Who was sent a calculation, or walked through it, follows when two contacts turn out to be one person (S2.3)."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.negotiation.returns.models import Share, Walk

repoint = repointer((Walk, "contact"), (Share, "contact"))
