"""Rows that point at a merged record are pointed at the one that was kept, and back again (S2.3)."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import BinaryField, Model

from tuoke.spine.customers import hooks
from tuoke.spine.customers.hooks import Move, Moved
from tuoke.spine.customers.models import Contact, Customer, Fact, Holding, Lead, ScoreEntry


def repointer(*columns: tuple[type[Model], str]) -> Callable[[Move], Moved]:
    """What a package hands to ``hooks.repointers``: its foreign keys to leads, customers and contacts.

    A column moves where it points at the source's kind of record; it says which rows it moved.
    """

    def repoint(move: Move) -> Moved:
        moved: Moved = {}
        for model, column in columns:
            if model._meta.get_field(column).related_model is type(move.source):
                keys = _moved(model, column, move)
                if keys:
                    moved[_name(model, column)] = keys
        return moved

    repoint.columns = columns  # type: ignore[attr-defined]  # a test asks whether every foreign key is among them
    return repoint


OWN = repointer(
    (Contact, "customer"), (Lead, "customer"), (Lead, "referrer"), (Lead, "merged_into"), (Customer, "merged_into"),
    (Fact, "lead"), (Fact, "customer"), (ScoreEntry, "lead"), (ScoreEntry, "customer"),
    (Holding, "lead"), (Holding, "customer"),
)  # fmt: skip


def move_all(move: Move) -> Moved:
    """Every package's rows, in the caller's transaction."""
    moved: Moved = {}
    for repoint in (OWN, *hooks.repointers):
        moved |= repoint(move)
    return moved


def _moved(model: type[Model], column: str, move: Move) -> list[int | str]:
    rows = model._default_manager.filter(**{column: move.source.pk})
    is_binary = isinstance(model._meta.pk, BinaryField)
    if move.only is not None:
        wanted = move.only.get(_name(model, column), ())
        rows = rows.filter(pk__in=[bytes.fromhex(str(key)) for key in wanted] if is_binary else wanted)
    keys = list(rows.values_list("pk", flat=True))
    if keys:
        model._default_manager.filter(pk__in=keys).update(**{column: move.target.pk})
    return [bytes(key).hex() for key in keys] if is_binary else keys


def _name(model: type[Model], column: str) -> str:
    return f"{model._meta.label_lower}.{column}"
