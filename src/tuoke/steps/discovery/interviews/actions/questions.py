from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Conflict, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.customers.models import Contact
from tuoke.spine.library import actions as library
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import ItemDraft, ItemKind, QuestionContent, Tags, fill
from tuoke.steps.discovery.interviews.actions.checks import held, may_plan, may_write, must, saved, tell
from tuoke.steps.discovery.interviews.models import Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.queries import first_contact, offers_of, taken_items
from tuoke.steps.discovery.interviews.rules import (
    QUESTIONS_MOST,
    TEXT_LIMIT,
    Choice,
    QuestionDraft,
    moved,
    reordered,
    sound_question,
    suggested,
    unnamed,
)
from tuoke.steps.outreach.queries import facts_for, fit_of


@transaction.atomic
def suggest(*, outline: Outline, by: Principal, now: datetime) -> list[OutlineQuestion]:
    """One press: fill each dimension up to two or three questions that fit this customer and whom we meet.

    Raises Refused: nothing_to_suggest, too_many_questions, outline_held, outline_withdrawn, deal_closed.
    """
    current = held(outline.pk, by=by)
    must(may_plan(current))
    contact = first_contact(current)
    offers = {offer.version.pk: offer for offer in offers_of(by, current.opportunity, contact=contact)}
    taken = taken_items(current)
    bank = [
        Choice(key, offer.item.dimension, bool(set(offer.reasons) - {"dimension"})) for key, offer in offers.items()
    ]
    standing = current.questions.filter(withdrawn_at=None).values_list("dimension", flat=True)
    taken_keys = {key for key, offer in offers.items() if offer.item.pk in taken}
    keys = suggested(bank, taken=taken_keys, standing=standing)
    must((YES if keys else no("nothing_to_suggest")) & _has_room(current, len(keys)))
    return _picked(current, [offers[key].version for key in keys], contact, by=by, now=now, by_press=True)


@transaction.atomic
def pick(*, outline: Outline, item_ids: Sequence[int], by: Principal, now: datetime) -> list[OutlineQuestion]:
    """Take questions of the bank, filled with the customer's facts. What the outline has already isn't taken twice.

    Raises Refused: question_unknown, question_taken, too_many_questions, outline_held, outline_withdrawn, deal_closed.
    """
    current = held(outline.pk, by=by)
    items = Item.objects.visible_to(by).in_use().filter(kind=ItemKind.QUESTION.value, pk__in=item_ids)
    known = ItemVersion.objects.filter(item__in=items).current().select_related("item")
    versions = {version.item_id: version for version in known}
    taken = taken_items(current)
    chosen = [versions[pk] for pk in dict.fromkeys(item_ids) if pk in versions and pk not in taken]
    verdict = YES if set(item_ids) <= set(versions) else no("question_unknown")
    if verdict and not chosen:
        verdict = no("question_taken")
    must(may_plan(current) & verdict & _has_room(current, len(chosen)))
    return _picked(current, chosen, first_contact(current), by=by, now=now)


@transaction.atomic
def add_question(*, outline: Outline, draft: QuestionDraft, by: Principal, now: datetime) -> OutlineQuestion:
    """A question of one's own, also in the middle of an interview."""
    current = held(outline.pk, by=by)
    must(sound_question(draft) & may_plan(current) & _has_room(current, 1))
    question = OutlineQuestion.objects.create(
        outline=current, position=_last(current) + 1, **_columns(draft)
    )  # fmt: skip
    tell("question_added", current, by=by, at=now, question=question.text, dimension=question.dimension)
    return question


@transaction.atomic
def edit_question(
    *, question: OutlineQuestion, version: int, draft: QuestionDraft, by: Principal, now: datetime
) -> OutlineQuestion:
    """Another wording for this customer; the library's stays as it is. Raises Conflict (stale ``version``)."""
    current = _held(question, by=by)
    if current.version != version:
        raise Conflict(current)
    must(sound_question(draft) & may_plan(current.outline))
    before = _said(current)
    for name, value in _columns(draft).items():
        setattr(current, name, value)
    if changes := changes_between(before=before, after=_said(current)):
        current.version += 1
        current.save()
        if "dimension" in changes:
            current.answers.update(dimension=current.dimension)
        tell("question_edited", current.outline, by=by, at=now, changes=changes, question=current.text)
    return current


@transaction.atomic
def remove_question(*, question: OutlineQuestion, by: Principal, now: datetime) -> OutlineQuestion:
    """Take it out of the outline; ``restore_question`` brings it back. Raises Refused: question_answered."""
    current = _held(question, by=by)
    if current.withdrawn_at:
        return current
    answered = current.answers.filter(withdrawn_at=None).exists()
    must(may_plan(current.outline) & (no("question_answered") if answered else YES))
    return _mark(current, "question_removed", withdrawn_at=now, by=by, now=now)


@transaction.atomic
def restore_question(*, question: OutlineQuestion, by: Principal, now: datetime) -> OutlineQuestion:
    current = _held(question, by=by)
    if current.withdrawn_at is None:
        return current
    must(may_plan(current.outline) & _has_room(current.outline, 1))
    return _mark(current, "question_restored", withdrawn_at=None, by=by, now=now)


@transaction.atomic
def reorder(*, outline: Outline, order: Sequence[int], by: Principal, now: datetime) -> None:
    """Put questions into this order; those that aren't named keep their places. Raises Refused: order_unknown."""
    current = held(outline.pk, by=by)
    before = list(current.questions.filter(withdrawn_at=None).values_list("pk", flat=True))
    after = reordered(before, order)
    must(may_plan(current) & (YES if after else no("order_unknown")))
    if after and after != before:
        _place(current, after)
        tell("questions_reordered", current, by=by, at=now)


@transaction.atomic
def move_question(*, question: OutlineQuestion, steps: int, by: Principal, now: datetime) -> None:
    """So many places later in its dimension, earlier where ``steps`` is negative; at the end it stays."""
    current = _held(question, by=by)
    must(may_plan(current.outline))
    peers = current.outline.questions.filter(withdrawn_at=None, dimension=current.dimension)
    before = list(peers.values_list("pk", flat=True))
    if current.pk in before:
        reorder(outline=current.outline, order=moved(before, current.pk, by=steps), by=by, now=now)


@transaction.atomic
def share_question(*, question: OutlineQuestion, by: Principal, now: datetime) -> Item:
    """Save the wording as a new question of the library, for this customer's trade; his names become placeholders again.

    Raises Refused: outline_withdrawn, what the library refuses (may_not_write …).
    """
    current = _held(question, by=by)
    must(may_write(current.outline))
    deal, contact = current.outline.opportunity, first_contact(current.outline)
    facts = facts_for(by, deal, contact=contact, today=timezone.localdate(now))
    texts = [unnamed(text, facts) for text in (current.text, *current.probes)]
    industry = fit_of(deal).wanted()["industry"]
    tags = Tags(industry=industry[0] if industry else "", dimension=current.dimension)
    content = QuestionContent(texts[0], tuple(texts[1:]), current.listen_for)
    item = library.add_item(kind=ItemKind.QUESTION, draft=ItemDraft(content, tags=tags), by=by, now=now)
    current.source = ItemVersion.objects.get(item=item, number=item.current_number)
    current.version += 1
    current.save(update_fields=["source", "version"])
    tell("question_shared", current.outline, by=by, at=now, question=current.text, item=item.pk)
    return item


def _picked(
    outline: Outline,
    versions: Sequence[ItemVersion],
    contact: Contact | None,
    *,
    by: Principal,
    now: datetime,
    by_press: bool = False,
) -> list[OutlineQuestion]:
    facts = facts_for(by, outline.opportunity, contact=contact, today=timezone.localdate(now))
    last = _last(outline)
    questions = OutlineQuestion.objects.bulk_create(
        _drawn(outline, version, facts, last + place) for place, version in enumerate(versions, start=1)
    )
    texts = [question.text[:80] for question in questions[:10]]
    tell("questions_picked", outline, by=by, at=now, count=len(questions), questions=texts, by_press=by_press)
    return questions


def _drawn(outline: Outline, version: ItemVersion, facts: Mapping[str, str], position: int) -> OutlineQuestion:
    content = version.parsed
    assert isinstance(content, QuestionContent)
    return OutlineQuestion(
        outline=outline, dimension=version.item.dimension, text=fill(content.text, facts).text[:TEXT_LIMIT],
        probes=[fill(probe, facts).text for probe in content.probes], listen_for=content.listen_for, source=version,
        position=position,
    )  # fmt: skip


def _held(question: OutlineQuestion, *, by: Principal) -> OutlineQuestion:
    """The question as it stands now, its outline locked."""
    outline = held(question.outline_id, by=by)
    current = OutlineQuestion.objects.get(pk=question.pk)
    current.outline = outline
    return current


def _has_room(outline: Outline, more: int) -> Verdict:
    full = outline.questions.filter(withdrawn_at=None).count() + more > QUESTIONS_MOST
    return no("too_many_questions", limit=QUESTIONS_MOST) if full else YES


def _last(outline: Outline) -> int:
    return int(outline.questions.aggregate(last=Max("position"))["last"] or 0)


def _place(outline: Outline, order: Sequence[int]) -> None:
    known = outline.questions.in_bulk(list(order))
    for position, pk in enumerate(order, start=1):
        known[pk].position = position
    OutlineQuestion.objects.bulk_update(known.values(), ["position"])
    saved(outline)


def _mark(
    question: OutlineQuestion, verb: str, *, withdrawn_at: datetime | None, by: Principal, now: datetime
) -> OutlineQuestion:
    question.withdrawn_at, question.version = withdrawn_at, question.version + 1
    question.save(update_fields=["withdrawn_at", "version"])
    tell(verb, question.outline, by=by, at=now, question=question.text)
    return question


def _columns(draft: QuestionDraft) -> dict[str, Any]:
    probes = [probe.strip() for probe in draft.probes if probe.strip()]
    return {"dimension": draft.dimension.value, "text": draft.text.strip(), "probes": probes}


def _said(question: OutlineQuestion) -> Mapping[str, Any]:
    return {"dimension": question.dimension, "text": question.text, "probes": "；".join(question.probes)}
