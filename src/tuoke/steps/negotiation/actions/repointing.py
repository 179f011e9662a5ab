"""The table follows when two of the customer's contacts turn out to be one person (S2.3)."""

from __future__ import annotations

from dataclasses import replace

from tuoke.spine.customers.actions import repointer
from tuoke.spine.customers.hooks import Move, Moved
from tuoke.spine.customers.models import Contact
from tuoke.steps.negotiation.models import Seat

_repoint = repointer((Seat, "contact"))


def repoint(move: Move) -> Moved:
    """Wired into ``customers.hooks.repointers``. Where both sat at one table, the kept person's seat holds; the other
    one stays with the person that went."""
    if move.only is not None or not isinstance(move.source, Contact):
        return _repoint(move)
    taken = Seat.objects.listed().filter(contact=move.target.pk).values("plan")
    free = Seat.objects.filter(contact=move.source.pk).exclude(plan__in=taken, withdrawn_at=None)
    return _repoint(replace(move, only={"negotiation.seat.contact": list(free.values_list("pk", flat=True))}))


repoint.columns = _repoint.columns  # type: ignore[attr-defined]  # a test asks whether every foreign key is among them
