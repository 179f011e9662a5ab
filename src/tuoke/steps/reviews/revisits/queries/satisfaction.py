"""How satisfied customers are, in their own words: surveys, what they said on visits, what other rooms know (deliveries)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.reviews.revisits import hooks
from tuoke.steps.reviews.revisits.models import Revisit, Survey

MOST_SCORES = 60


class Source(StrEnum):
    SURVEY = "survey"  # behind his link
    SAID = "said"  # to us, on a visit
    DELIVERY = "delivery"  # accepting a delivery


@dataclass(frozen=True, slots=True)
class Score:
    """One time that somebody of the customer gave points, 0–10."""

    deal_id: int
    on: date
    score: Decimal
    source: Source
    who: str = ""
    words: str = ""
    url: str = ""


def satisfaction_of(deal: Opportunity) -> list[Score]:
    """What a deal's customer gave, the oldest first, at most MOST_SCORES of the newest. Whoever asks may see the deal."""
    return scores_of([deal.pk])


def satisfaction_series(who: Principal, customer: Customer) -> list[Score]:
    """The same over all deals with a customer that ``who`` may see."""
    if not who.may(Permission.REVIEW_READ):
        return []
    seen = Opportunity.objects.visible_to(who).filter(customer=customer)
    return readable(who, scores_of(list(seen.order_by("-id").values_list("pk", flat=True)[:MOST_SCORES])))


def readable(who: Principal, scores: Sequence[Score]) -> list[Score]:
    """Without what was said of deliveries, for who doesn't read the project (P4)."""
    return [score for score in scores if score.source is not Source.DELIVERY or who.may(Permission.PROJECT_READ)]


def scores_of(deals: Collection[int]) -> list[Score]:
    """The scores of some deals, the oldest first. Two queries and one for each of ``hooks.scores_of``."""
    return _scores(deals, most=MOST_SCORES)[-MOST_SCORES:]


def scores_by_deal(deals: Collection[int]) -> dict[int, list[Score]]:
    """All scores of these deals, each deal's the oldest first. As many queries as ``scores_of``."""
    found: dict[int, list[Score]] = {}
    for score in _scores(deals, most=None):
        found.setdefault(score.deal_id, []).append(score)
    return found


def mean(scores: Sequence[Score]) -> Decimal | None:
    """To one place; None where nobody gave any."""
    if not scores:
        return None
    return (sum((score.score for score in scores), Decimal(0)) / len(scores)).quantize(Decimal("0.1"))


def _scores(deals: Collection[int], *, most: int | None) -> list[Score]:
    if not deals:
        return []
    surveys = Survey.objects.answered().filter(opportunity__in=deals).order_by("-answered_at", "-id")
    said = _said(Revisit.objects.done().filter(opportunity__in=deals))
    found = [*map(_of_survey, surveys[:most]), *map(_of_visit, said[:most])]
    for source in hooks.scores_of:
        found += source(deals)
    return sorted(found, key=lambda score: score.on)


def _said(rows: QuerySet[Revisit]) -> QuerySet[Revisit]:
    return rows.filter(~Q(satisfaction=None)).select_related("contact").order_by("-done_on", "-id")


def _of_survey(survey: Survey) -> Score:
    assert survey.answered_at is not None
    assert survey.score is not None
    return Score(
        survey.opportunity_id,
        timezone.localdate(survey.answered_at),
        Decimal(survey.score),
        Source.SURVEY,
        survey.answered_name or survey.recipient,
        survey.comment,
    )


def _of_visit(visit: Revisit) -> Score:
    assert visit.done_on is not None
    assert visit.satisfaction is not None
    name = visit.contact.name if visit.contact else ""
    return Score(visit.opportunity_id, visit.done_on, Decimal(visit.satisfaction), Source.SAID, name, visit.usage)
