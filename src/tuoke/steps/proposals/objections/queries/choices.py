"""What the library offers against an objection: answers that fit, with what came of them, and what proves them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.queries import Offer, effects_of, offered, with_current
from tuoke.spine.library.rules import Effect, Fit, ItemKind, ObjectionContent, ObjectionKind, Telling, telling
from tuoke.steps.proposals.objections.rules import Prediction, best_for

OFFERED_MOST = 60
ANSWERS_SHOWN = 8
PROOFS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the library's answers, and what came of it."""

    offer: Offer
    effect: Effect

    @property
    def content(self) -> ObjectionContent:
        content = self.offer.content
        assert isinstance(content, ObjectionContent)
        return content


def fit_of(deal: Opportunity) -> Fit:
    """Whom answers are wanted for. Needs ``deal.customer``."""
    return Fit(market=deal.market, scale=deal.scale, motion=deal.motion, industry=deal.customer.industry)


def offered_for(who: Principal, deal: Opportunity, predictions: Sequence[Prediction]) -> dict[str, Offer]:
    """By rule the library's answer that fits best. Two queries, none where nothing is predicted."""
    if not predictions:
        return {}
    kinds = {one.kind.value for one in predictions}
    offers = offered(who, kind=ItemKind.OBJECTION, fit=fit_of(deal), topics=kinds, limit=OFFERED_MOST)
    found = {one.rule: _best(one, offers) for one in predictions}
    return {rule: offer for rule, offer in found.items() if offer}


def answers_for(who: Principal, deal: Opportunity, kind: ObjectionKind) -> tuple[list[Answer], Telling]:
    """The library's answers to a kind, those that fit best first, and whether one can be called the better (S5.3).

    They are never put in order of success: that is only said where the intervals part.
    """
    offers = offered(who, kind=ItemKind.OBJECTION, fit=fit_of(deal), topics=(kind.value,), limit=ANSWERS_SHOWN)
    effects = effects_of(ItemKind.OBJECTION, [offer.item.pk for offer in offers])
    answers = [Answer(offer, effects.get(offer.item.pk, Effect())) for offer in offers]
    return answers, telling(answer.effect for answer in answers)


def proof_choices(
    who: Principal, deal: Opportunity, *, keeping: Iterable[int] = (), cited: Iterable[str] = ()
) -> list[tuple[int, Item]]:
    """Cases and evidence to choose from, as (version, item): what the answer cites, what it rests on already, then what
    fits the customer; examples, which prove nothing, last. A constant number of queries."""
    kept = ItemVersion.objects.filter(pk__in=list(keeping)).select_related("item")
    chosen: dict[int, tuple[int, Item]] = {version.item_id: (version.pk, version.item) for version in kept}
    named = Item.objects.visible_to(who).in_use().filter(pk__in=list(map(int, cited)))
    for item, version in with_current(named.defer("search_text")):
        chosen.setdefault(item.pk, (version.pk, item))
    for kind in (ItemKind.CASE, ItemKind.EVIDENCE):
        for offer in offered(who, kind=kind, fit=fit_of(deal), limit=PROOFS_SHOWN):
            chosen.setdefault(offer.item.pk, (offer.version.pk, offer.item))
    return sorted(chosen.values(), key=lambda choice: choice[1].is_example)


def cited_versions(items: Iterable[str]) -> Mapping[int, int]:
    """Of the library's items that an answer cites, the versions in use now, without the examples: by item. One query."""
    found = Item.objects.in_use().filter(pk__in=list(map(int, items))).defer("search_text")
    return {item.pk: version.pk for item, version in with_current(found) if not item.is_example}


def _best(prediction: Prediction, offers: Sequence[Offer]) -> Offer | None:
    alike = [offer for offer in offers if offer.item.topic == prediction.kind]
    texts = [f"{offer.item.title} {_said(offer)}" for offer in alike]
    at = best_for(prediction.rule, texts)
    return None if at is None else alike[at]


def _said(offer: Offer) -> str:
    return offer.content.objection if isinstance(offer.content, ObjectionContent) else ""
