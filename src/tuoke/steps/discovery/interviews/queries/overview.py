from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.hooks import Source
from tuoke.steps.discovery.interviews import words
from tuoke.steps.discovery.interviews.models import Answer, NeedSource, Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.rules import OUTLINES_MOST, Asked, Meter, Voice, meter_of, side_by_side
from tuoke.steps.discovery.rules import text_mark

VOICES_MOST = 2000


@dataclass(frozen=True, slots=True)
class Overview:
    """The interviews of one deal, the next and then the newest first, and what they cover together."""

    outlines: list[Outline]
    withdrawn: list[Outline]
    meter: Meter

    @property
    def next(self) -> Outline | None:
        """The planned one whose meeting comes first; those without a day come last."""
        planned = [one for one in self.outlines if not one.is_held]
        return min(planned, key=lambda one: (one.on is None, one.on, one.pk), default=None)

    @property
    def last(self) -> Outline | None:
        held = [one for one in self.outlines if one.held_at]
        return max(held, key=lambda one: (one.held_at, one.pk), default=None)


def overview_of(who: Principal, deal: Opportunity) -> Overview:
    """At most OUTLINES_MOST standing outlines. Two queries."""
    found = list(
        Outline.objects.visible_to(who)
        .filter(opportunity=deal)
        .select_related("next_action", "created_by", "followup")
        .annotate(
            asked=Count("questions", filter=Q(questions__withdrawn_at=None), distinct=True),
            answered=Count("questions", filter=_answered("questions__"), distinct=True),
        )
        .order_by("-id")[: 2 * OUTLINES_MOST]
    )
    standing = sorted((one for one in found if not one.withdrawn_at), key=lambda one: (one.is_held, -one.pk))
    return Overview(standing, [one for one in found if one.withdrawn_at], _meter(deal))


def contrasts_of(deal: Opportunity) -> list[list[Answer]]:
    """Answers of different people to the same question, in whichever meeting it was asked. One query."""
    answers = Answer.objects.standing().filter(question__outline__opportunity=deal).exclude(contact=None)
    found = list(
        answers.select_related("question__source", "contact", "question__outline", "by").order_by("at", "id")[
            :VOICES_MOST
        ]
    )
    known = {answer.pk: answer for answer in found}
    voices = (Voice(answer.pk, _about(answer.question), answer.contact_id) for answer in found)
    return [[known[key] for key in keys] for keys in side_by_side(voices)]


def answers_behind(need_ids: Sequence[int]) -> Mapping[int, Sequence[Source]]:
    """By need: the answers that it rests on. One query."""
    links = NeedSource.objects.filter(need_id__in=need_ids, answer__withdrawn_at=None)
    found: dict[int, list[Source]] = {}
    for link in links.select_related("answer__contact", "answer__question__outline", "answer__by"):
        found.setdefault(link.need_id, []).append(_source(link.answer))
    return found


def _source(answer: Answer) -> Source:
    outline = answer.question.outline
    return Source(
        text=answer.text,
        where=words.said_by(answer),
        said_on=answer.at,
        by_customer=answer.own_words,
        url=f"{reverse('interviews:review', args=[outline.pk])}#q{answer.question_id}",
    )


def _meter(deal: Opportunity) -> Meter:
    questions = OutlineQuestion.objects.standing().filter(outline__opportunity=deal, outline__withdrawn_at=None)
    answers = Count("answers", filter=Q(answers__withdrawn_at=None))
    rows = questions.order_by().annotate(said=answers).values_list("dimension", "said")
    return meter_of(Asked(dimension, bool(said)) for dimension, said in rows)


def _answered(prefix: str) -> Q:
    return Q(
        **{
            f"{prefix}withdrawn_at": None,
            f"{prefix}answers__isnull": False,
            f"{prefix}answers__withdrawn_at": None,
        }
    )


def _about(question: OutlineQuestion) -> tuple[str, object]:
    """The question whatever its wording: the library's item, else the words themselves."""
    if question.source:
        return "item", question.source.item_id
    return "text", text_mark(question.text)
