"""What a draft must be before it is published, and what one may do to it."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.spine.playbook.rules.parsing import parse
from tuoke.spine.playbook.rules.plain import Plain, plain
from tuoke.spine.playbook.rules.reaching import check_ways
from tuoke.spine.playbook.rules.reading import PlaybookError, Problem

NOTE_LIMIT = 500
WISH_LIMIT = 1000


def problems_of(content: object) -> tuple[Problem, ...]:
    """Everything that keeps a document from being published: what can't be read, else what would strand a deal."""
    try:
        return check_ways(parse(content))
    except PlaybookError as error:
        return error.problems


def canonical(content: object) -> Plain:
    """The document in its one spelling. Raises PlaybookError."""
    return plain(parse(content))


def fingerprint(value: Any) -> str:
    """What a form remembers of the part that it was opened with."""
    said = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def may_note(text: str, *, limit: int = NOTE_LIMIT) -> Verdict:
    text = text.strip()
    verdict = YES if text else no("note_missing", field="note")
    if len(text) > limit:
        verdict &= no("note_too_long", field="note", length=len(text), limit=limit)
    if not sound(text):
        verdict &= no("note_broken", field="note")
    return verdict
