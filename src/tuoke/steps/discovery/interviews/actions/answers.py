"""What was said. While an interview runs every pause in typing is saved; its history tells the first time an answer was
given, and each correction once the interview is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.steps.discovery.actions import add_from_answer
from tuoke.steps.discovery.interviews.actions.checks import held, known_contact, may_write, must, tell
from tuoke.steps.discovery.interviews.models import Answer, NeedSource, Notes, Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.rules import (
    ANSWERS_MOST,
    NOTES_LIMIT,
    AnswerDraft,
    Kept,
    Standing,
    kept,
    sound_answer,
    sound_notes,
)
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedDraft


@dataclass(frozen=True, slots=True)
class Saved:
    """``answer`` is None where there was nothing to keep. ``beside``: it was kept beside what had been written meanwhile."""

    answer: Answer | None
    beside: bool = False


@transaction.atomic
def save_answer(
    *,
    question: OutlineQuestion,
    slot: int,
    draft: AnswerDraft,
    base: int,
    writer: str,
    by: Principal,
    now: datetime,
) -> Saved:
    """Keep what this writer has in this field. Each writer has his own answers; the same one's second page whose text
    would overwrite newer words gets an answer of its own beside them. Emptied: withdrawn, its text stays (O5).

    ``base``: the version that was on the screen, 0 for none. ``writer`` names the open page.
    Raises Refused: too_long, text_broken, person_unknown, too_many_answers, question_removed, outline_withdrawn, deal_closed.
    """
    outline = held(question.outline_id, by=by)
    question = OutlineQuestion.objects.get(pk=question.pk)
    standing = Answer.objects.filter(question=question, by_id=by.user_id, slot=slot).first()
    must(_may_answer(question, outline, draft, slot))
    if standing is None:
        answer = _created(question, slot, draft, writer, by=by, now=now) if draft.text.strip() else None
        return _told(outline, answer, by=by, now=now)
    stored = Standing("" if standing.withdrawn_at else standing.text, standing.version, writer=standing.writer)
    way = kept(stored, text=draft.text, base=base, writer=writer)
    if way is Kept.BESIDE and draft.text.strip():
        free = Answer.objects.filter(question=question, by_id=by.user_id).order_by("-slot").first()
        beside = (free.slot if free else slot) + 1
        must(_may_answer(question, outline, draft, beside))
        answer = _created(question, beside, draft, writer, by=by, now=now)
        return Saved(_told(outline, answer, by=by, now=now).answer, beside=True)
    return Saved(_rewritten(standing, outline, draft, way, writer=writer, by=by, now=now))


@transaction.atomic
def correct_answer(*, answer: Answer, version: int, draft: AnswerDraft, by: Principal, now: datetime) -> Answer:
    """Put an answer right, also somebody else's: his words before stay in the history. Raises Conflict (stale ``version``)."""
    outline, current = _held(answer, by=by)
    if current.version != version:
        raise Conflict(current)
    must(
        sound_answer(draft)
        & (YES if draft.text.strip() else no("missing", field="text"))
        & known_contact(draft.contact_id, outline.opportunity)
        & (no("answer_withdrawn") if current.withdrawn_at else YES)
        & may_write(outline)
    )
    before = _said(current)
    current.text, current.contact_id, current.own_words = draft.text.strip(), draft.contact_id, draft.own_words
    _save(current)
    current = Answer.objects.select_related("contact").get(pk=current.pk)
    if changes := changes_between(before=before, after=_said(current)):
        tell("answer_corrected", outline, by=by, at=now, changes=changes, question=answer.question.text)
    return current


@transaction.atomic
def remove_answer(*, answer: Answer, by: Principal, now: datetime) -> Answer:
    outline, current = _held(answer, by=by)
    must(may_write(outline))
    return _mark(current, outline, "answer_removed", withdrawn_at=now, by=by, now=now)


@transaction.atomic
def restore_answer(*, answer: Answer, by: Principal, now: datetime) -> Answer:
    outline, current = _held(answer, by=by)
    must(may_write(outline))
    return _mark(current, outline, "answer_restored", withdrawn_at=None, by=by, now=now)


@transaction.atomic
def save_notes(*, outline: Outline, text: str, base: int, writer: str, by: Principal, now: datetime) -> Notes:
    """What this writer noted outside the questions. Written in two of his pages at once, both texts stay, one below the other.

    Raises Refused: too_long, text_broken, outline_withdrawn, deal_closed.
    """
    current = held(outline.pk, by=by)
    must(sound_notes(text) & may_write(current))
    notes, is_new = Notes.objects.get_or_create(
        outline=current, by_id=by.user_id, defaults={"text": text, "writer": writer}
    )
    if is_new:
        return notes
    way = kept(Standing(notes.text, notes.version, notes.writer), text=text, base=base, writer=writer)
    if way is Kept.SAME:
        return notes
    both = text if way is Kept.REPLACED else f"{notes.text}\n\n{text}"
    must(sound_notes(both))
    notes.text, notes.writer, notes.version = both[:NOTES_LIMIT], writer, notes.version + 1
    notes.save()
    return notes


@transaction.atomic
def take_as_need(*, answer: Answer, draft: NeedDraft, by: Principal, now: datetime) -> Need:
    """An answer becomes a need of the deal, the link is kept (S4.3). Who may, and what is refused, is the list's to say."""
    outline, current = _held(answer, by=by)
    must(no("answer_withdrawn") if current.withdrawn_at else YES)
    need = add_from_answer(deal=outline.opportunity, draft=draft, by=by, now=now)
    NeedSource.objects.create(need=need, answer=current, at=now)
    tell("need_taken", outline, by=by, at=now, description=need.description[:200], answer=current.pk)
    return need


def _may_answer(question: OutlineQuestion, outline: Outline, draft: AnswerDraft, slot: int) -> Verdict:
    verdict = sound_answer(draft) & known_contact(draft.contact_id, outline.opportunity) & may_write(outline)
    if question.withdrawn_at:
        verdict &= no("question_removed")
    if slot >= ANSWERS_MOST:
        verdict &= no("too_many_answers", limit=ANSWERS_MOST)
    return verdict


def _created(
    question: OutlineQuestion, slot: int, draft: AnswerDraft, writer: str, *, by: Principal, now: datetime
) -> Answer:
    assert by.user_id is not None, "answers are written down by people, not by the system"
    return Answer.objects.create(
        question=question, by_id=by.user_id, slot=slot, contact_id=draft.contact_id, text=draft.text,
        own_words=draft.own_words, dimension=question.dimension, at=now, writer=writer,
    )  # fmt: skip


def _rewritten(
    answer: Answer, outline: Outline, draft: AnswerDraft, way: Kept, *, writer: str, by: Principal, now: datetime
) -> Answer:
    before = _said(answer)
    if way is Kept.REPLACED and not draft.text.strip():
        return _mark(answer, outline, "answer_removed", withdrawn_at=now, by=by, now=now)
    if way is Kept.REPLACED:
        answer.text, answer.withdrawn_at = draft.text, None
    if draft.text.strip():
        answer.contact_id, answer.own_words = draft.contact_id, draft.own_words
    answer = answer if way is Kept.SAME and before == _said(answer) else _save(answer, writer=writer)
    if outline.is_held and (changes := changes_between(before=before, after=_said(answer))):
        tell("answer_corrected", outline, by=by, at=now, changes=changes, question=answer.question.text)
    return answer


def _told(outline: Outline, answer: Answer | None, *, by: Principal, now: datetime) -> Saved:
    if answer is not None:
        if outline.begun_at is None:
            outline.begun_at = now
            outline.save(update_fields=["begun_at"])
        tell("answered", outline, by=by, at=now, question=answer.question.text, dimension=answer.dimension)
    return Saved(answer)


def _held(answer: Answer, *, by: Principal) -> tuple[Outline, Answer]:
    outline = held(answer.question.outline_id, by=by)
    return outline, Answer.objects.select_related("question", "contact").get(pk=answer.pk)


def _save(answer: Answer, *, writer: str = "") -> Answer:
    answer.version, answer.writer = answer.version + 1, writer
    answer.save()
    return answer


def _mark(
    answer: Answer, outline: Outline, verb: str, *, withdrawn_at: datetime | None, by: Principal, now: datetime
) -> Answer:
    if (answer.withdrawn_at is None) != (withdrawn_at is None):
        answer.withdrawn_at = withdrawn_at
        _save(answer)
        tell(verb, outline, by=by, at=now, question=answer.question.text, text=answer.text[:200])
    return answer


def _said(answer: Answer) -> dict[str, object]:
    contact = answer.contact
    return {"text": answer.text, "contact": contact.name if contact else "", "own_words": answer.own_words}
