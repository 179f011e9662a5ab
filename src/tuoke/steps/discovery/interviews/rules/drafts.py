"""What an outline, a question and an answer must say. A reason names its ``field``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Reason, Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.spine.library.rules import Dimension


class OutlineState(StrEnum):
    PLANNED = "planned"
    HELD = "held"


OUTLINES_MOST = 50
"""Meetings prepared for one deal."""
QUESTIONS_MOST = 100
ANSWERS_MOST = 10
"""Answers to one question by one writer."""
PEOPLE_MOST = 20
TITLE_LIMIT = 120
TEXT_LIMIT = 500
PROBES_MOST = 6
PROBE_LIMIT = 200
ANSWER_LIMIT = 4000
NOTES_LIMIT = 10_000
FIRST_DAY = date(2000, 1, 1)
FARTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class OutlineDraft:
    """An outline for one meeting. With ``action_id``, a next action of the deal, that meeting says when it is."""

    title: str
    on: date | None = None
    at: time | None = None
    action_id: int | None = None
    contact_ids: tuple[int, ...] = ()
    user_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionDraft:
    dimension: Dimension
    text: str
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    text: str
    contact_id: int | None = None
    own_words: bool = False


def sound_outline(draft: OutlineDraft, *, today: date) -> Verdict:
    verdict = _text("title", draft.title, TITLE_LIMIT, needed=True)
    if draft.at and not draft.on and not draft.action_id:
        verdict &= no("day_missing", field="on")
    if draft.on and not FIRST_DAY <= draft.on <= today + FARTHEST:
        verdict &= no("day_unlikely", field="on")
    if len(draft.contact_ids) + len(draft.user_ids) > PEOPLE_MOST:
        verdict &= no("too_many_people", field="contacts", limit=PEOPLE_MOST)
    return verdict


def sound_question(draft: QuestionDraft) -> Verdict:
    verdict = _text("text", draft.text, TEXT_LIMIT, needed=True)
    if len(draft.probes) > PROBES_MOST:
        verdict &= no("too_many_probes", field="probes", limit=PROBES_MOST, found=len(draft.probes))
    for probe in draft.probes:
        verdict &= _text("probes", probe, PROBE_LIMIT)
    return verdict


def sound_answer(draft: AnswerDraft) -> Verdict:
    return _text("text", draft.text, ANSWER_LIMIT)


def sound_notes(text: str) -> Verdict:
    return _text("notes", text, NOTES_LIMIT)


def _text(field: str, text: str, limit: int, *, needed: bool = False) -> Verdict:
    if needed and not text.strip():
        return no("missing", field=field)
    if len(text) > limit:
        return Verdict((Reason("too_long", {"field": field, "limit": limit, "found": len(text)}),))
    return YES if sound(text) else no("text_broken", field=field)
