"""Who was visited, or asked, follows when two contacts turn out to be one person (S2.3)."""

from tuoke.spine.customers.actions import repointer
from tuoke.steps.reviews.revisits.models import Revisit, Survey

repoint = repointer((Revisit, "contact"), (Survey, "contact"))
