"""Puts words of our choice into every text that people can have entered, and into the history."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.db import models

import tuoke

TECHNICAL = {
    "digest", "run_key", "import_digest", "variant", "file", "sheet", "subject", "item", "step", "to", "criterion",
    "channel", "username", "code", "password", "outcome", "status", "market", "link", "token", "seal", "writer", "message_id",
    "thread", "party", "reference", "url", "job", "state", "scale", "motion", "industry_tag", "trigger", "family",
    "do_not_contact_reason",
}  # fmt: skip
FROZEN = {"sent"}  # the database refuses
OF_CASES = (
    "leads.", "customers.", "deals.", "followups.", "discovery.", "playbook.ticked", "outreach.", "calls.", "interviews.",
    "decisions.", "links.", "notifications.mail",
)  # fmt: skip
TEMPLATES = [
    path
    for path in sorted(Path(tuoke.__file__).parent.glob("**/templates/timeline/*.html"))
    if path.name.startswith(OF_CASES)
]
NO_TEXT = {
    "channels", "outcome", "step", "from", "to", "kind", "priority", "tier", "amount", "score", "count", "on", "number",
    "before", "after", "rows", "created", "imported", "until", "starts_on", "ends_on", "confirmed_on", "due_on",
    "next_due_on", "ticked_at", "role", "waived", "criteria", "imported_rows", "updated", "skipped", "rejected", "duplicates",
    "outline", "call", "seconds", "hints", "reached", "covered", "asked", "answered", "carried", "questions", "weight", "weights",
    "place", "wrong", "changed", "needs", "descriptions", "stances", "finding", "asks", "origin", "share", "by_urgency",
    "somebody_else",
}  # fmt: skip


LED_TO = {"outline": "1", "call": "1", "mail": "1"}  # records that lines of the history lead to


def texts_of(record: models.Model) -> Iterator[models.Field]:
    for field in record._meta.concrete_fields:
        is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
        if is_text and field.name not in TECHNICAL and field.editable | field.name.endswith(("key", "text")):
            yield field


def mark(name: str, record: models.Model, word: Callable[[str, int], str]) -> None:
    """Every text column says ``word(place, longest)`` from now on, past the forms."""
    if name in FROZEN:
        return
    values: dict[str, Any] = {}
    for field in texts_of(record):
        longest = getattr(field, "max_length", None) or 5000
        values[field.name] = word(f"{name}.{field.name}", longest)
    if any(field.name == "attributes" for field in record._meta.concrete_fields):
        values["attributes"] = {word(f"{name}.attribute", 60): word(f"{name}.attribute value", 60)}
    if values:
        type(record)._base_manager.filter(pk=record.pk).update(**values)
    record.refresh_from_db()


def history(word: Callable[[str], str]) -> Iterator[tuple[str, dict[str, str], dict[str, tuple[str, str]]]]:
    """For every kind of event of a case: the kind, and facts and changes full of ours."""
    for template in TEMPLATES:
        source, kind = template.read_text(), template.stem
        names = set(re.findall(r"facts\.(\w+)", source)) - NO_TEXT
        changed = set(re.findall(r"changes\.(\w+)", source)) - NO_TEXT - {"items"} | {"note", "name"}
        said = word(kind)
        yield kind, dict.fromkeys(sorted(names), said) | LED_TO, dict.fromkeys(sorted(changed), (said, said))
