"""A record's columns as a merge keeps them for its undo (S2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tuoke.spine.customers.models import Contact, Customer, Lead

_NOT_KEPT = frozenset({"id", "public_id", "version", "search_text", "created_at", "created_by_id", "merged_into_id"})
_FOLLOWS = frozenset(
    {
        "party_key", "want_key", "name_key", "core", "sound", "score", "score_max", "scored_profile", "scored_number", "tier",
        "qualified_at", "due_on", "recycle_on", "last_touch_at", "verified", "disputed", "department_id", "owned_since",
    }
)  # fmt: skip
"""What follows from other columns, or from time: that it moved on is no edit that an undo would lose."""


def columns_of(party: Lead | Customer | Contact) -> dict[str, Any]:
    """Everything but its identity, as JSON holds it. Of a record as the database has it: values in memory may be finer."""
    names = [field.attname for field in party._meta.concrete_fields if field.attname not in _NOT_KEPT]
    return {name: plain(getattr(party, name)) for name in names}


def edited_since(after: Mapping[str, Any], party: Lead | Customer) -> list[str]:
    """Columns that somebody has changed since they were as in ``after``."""
    return sorted(
        name for name, value in after.items() if name not in _FOLLOWS and plain(getattr(party, name)) != value
    )


def restore(party: Lead | Customer, columns: Mapping[str, Any]) -> None:
    """Write the columns back, with a new version; whoever was merged is itself again."""
    for name, value in columns.items():
        field = party._meta.get_field(name.removesuffix("_id") if not hasattr(type(party), name) else name)
        setattr(party, name, value if name.endswith("_id") else field.to_python(value))  # type: ignore[union-attr]
    if "core" in columns and party.merged_into_id is not None:
        party.merged_into_id = None
    party.version += 1
    party.save()


def plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
