"""Where a row says something else than the lead that is there."""

from __future__ import annotations

from collections.abc import Mapping

from tuoke.steps.leads.imports.rules.fields import FIELDS
from tuoke.steps.leads.imports.rules.rows import RowReason
from tuoke.steps.leads.rules import LeadDraft, differences

LONGEST = 60

_FIELDS = {field.target: field.name for field in FIELDS} | {
    "source_id": "source",
    "staff_low": "staff",
    "revenue_low": "revenue",
    "budget_low": "budget",
}


def conflicts_of(known: LeadDraft, said: LeadDraft, *, sources: Mapping[int, str]) -> tuple[RowReason, ...]:
    """One reason for each field: its name as the column, ``known ≠ said`` as what was found."""
    return tuple(
        RowReason("differs", _FIELDS.get(name, name), f"{_shown(known, name, sources)} ≠ {_shown(said, name, sources)}")
        for name in differences(known, said)
    )


def _shown(draft: LeadDraft, name: str, sources: Mapping[int, str]) -> str:
    value = getattr(draft, name)
    if name == "source_id":
        return sources.get(value, "")
    if name.endswith("_low"):
        ends = [value, getattr(draft, name.removesuffix("_low") + "_high")]
        return "–".join("" if end is None else f"{end}" for end in dict.fromkeys(ends))
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)[:LONGEST]
