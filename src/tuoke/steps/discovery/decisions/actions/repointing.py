"""The map follows when two of the customer's contacts turn out to be one person (S2.3)."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import QuerySet

from tuoke.spine.customers.actions import repointer
from tuoke.spine.customers.hooks import Move, Moved
from tuoke.spine.customers.models import Contact
from tuoke.steps.discovery.decisions.models import PurchaseCriterion, Reporting, Stance

_repoint = repointer(
    (Stance, "contact"), (PurchaseCriterion, "contact"), (Reporting, "contact"), (Reporting, "boss")
)  # fmt: skip


def repoint(move: Move) -> Moved:
    """Wired into ``customers.hooks.repointers``. Where both had a stance to one deal, or a superior, the kept person's
    holds, and the other's stays with the one that went; nobody becomes his own superior."""
    if move.only is not None or not isinstance(move.source, Contact):
        return _repoint(move)
    source, target = move.source.pk, move.target.pk
    own = Stance.objects.filter(contact=target).values("opportunity")
    stances = Stance.objects.filter(contact=source).exclude(opportunity__in=own)
    has_boss = Reporting.objects.filter(contact=target).exists()
    lines = Reporting.objects.none() if has_boss else Reporting.objects.filter(contact=source).exclude(boss=target)
    below = Reporting.objects.filter(boss=source).exclude(contact=target)
    criteria = PurchaseCriterion.objects.filter(contact=source)
    free = {
        "decisions.stance.contact": _keys(stances),
        "decisions.purchasecriterion.contact": _keys(criteria),
        "decisions.reporting.contact": _keys(lines),
        "decisions.reporting.boss": _keys(below),
    }
    return _repoint(replace(move, only=free))


repoint.columns = _repoint.columns  # type: ignore[attr-defined]  # a test asks whether every foreign key is among them


def _keys(rows: QuerySet[Stance] | QuerySet[Reporting] | QuerySet[PurchaseCriterion]) -> list[int | str]:
    return list(rows.values_list("pk", flat=True))
