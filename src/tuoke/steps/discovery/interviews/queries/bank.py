"""The question bank and the scenes for one deal (S4.1, S4.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tuoke.base.accounts.rules import Principal
from tuoke.services.search.queries import narrowed
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import SEARCH_KIND, Offer, offered, with_current
from tuoke.spine.library.rules import CaseContent, Dimension, Filled, ItemKind, QuestionContent, fill
from tuoke.steps.discovery.interviews import words
from tuoke.steps.discovery.interviews.models import Outline
from tuoke.steps.outreach.queries import fit_of

BANK_MOST = 40
SCENES_MOST = 5


@dataclass(frozen=True, slots=True)
class BankLine:
    """A question of the bank in this customer's words; why it is offered, and whether the outline has it."""

    offer: Offer
    filled: Filled
    reasons: tuple[str, ...]
    is_taken: bool

    @property
    def content(self) -> QuestionContent:
        assert isinstance(self.offer.content, QuestionContent)
        return self.offer.content


@dataclass(frozen=True, slots=True)
class Scene:
    """A case to ask along: somebody in the same trade had just that (S4.2). ``name`` only where he may be named."""

    offer: Offer
    content: CaseContent

    @property
    def name(self) -> str:
        return self.content.customer if self.content.may_name else ""


def bank_of(
    who: Principal,
    outline: Outline,
    *,
    dimension: Dimension,
    contact: Contact | None,
    facts: Mapping[str, str],
    query: str = "",
) -> list[BankLine]:
    """What may be asked in this dimension, best fitting first; with ``query`` what holds its words, newest first."""
    offers = _searched(who, dimension, query) if query else _of_dimension(who, outline.opportunity, contact, dimension)
    taken = taken_items(outline)
    return [_line(offer, facts, offer.item.pk in taken) for offer in offers]


def offers_of(who: Principal, deal: Opportunity, *, contact: Contact | None) -> list[Offer]:
    """The bank of all five dimensions for this deal, each best fitting first. Two queries a dimension."""
    return [offer for dimension in Dimension for offer in _of_dimension(who, deal, contact, dimension)]


def taken_items(outline: Outline) -> set[int]:
    """The library's items that stand in the outline already."""
    standing = outline.questions.filter(withdrawn_at=None, source__isnull=False)
    return set(standing.values_list("source__item_id", flat=True))


def scenes_for(who: Principal, deal: Opportunity) -> list[Scene]:
    """Our own cases of the same trade: nothing made up is asked along (``item.is_example``). Two queries."""
    found = offered(who, kind=ItemKind.CASE, fit=fit_of(deal), limit=SCENES_MOST)
    own = [offer for offer in found if not offer.item.is_example]
    return [Scene(offer, offer.content) for offer in own if isinstance(offer.content, CaseContent)]


def _of_dimension(who: Principal, deal: Opportunity, contact: Contact | None, dimension: Dimension) -> list[Offer]:
    fit = replace(fit_of(deal, contact), dimension=dimension.value)
    return offered(who, kind=ItemKind.QUESTION, fit=fit, limit=BANK_MOST)


def _searched(who: Principal, dimension: Dimension, query: str) -> list[Offer]:
    items = Item.objects.visible_to(who).in_use().filter(kind=ItemKind.QUESTION.value, dimension=dimension.value)
    found = narrowed(items, SEARCH_KIND, query).order_by("-id")[:BANK_MOST]
    return [Offer(item, version, version.parsed) for item, version in with_current(found)]


def _line(offer: Offer, facts: Mapping[str, str], is_taken: bool) -> BankLine:
    assert isinstance(offer.content, QuestionContent)
    reasons = tuple(words.fitting(tag) for tag in offer.reasons if tag != "dimension")
    return BankLine(offer, fill(offer.content.text, facts), reasons, is_taken)
