"""What the library has for this customer's needs: blocks, and the evidence for what is claimed (S5.1, S5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q, QuerySet

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.queries import standing_of
from tuoke.spine.library.rules import CaseContent, EvidenceContent, ItemKind, industry_of, proof_quantities
from tuoke.steps.discovery.queries.lists import Line
from tuoke.steps.outreach.queries import facts_for
from tuoke.steps.proposals.queries.judging import PROVES
from tuoke.steps.proposals.rules import Block, Claim, Suggestion, Wanted, covers, suggest, wanted

BLOCKS_MOST = 500
"""Blocks for one industry and size that are weighed, the newest first."""
PROOFS_MOST = 300
_PROVING = (ItemKind.CASE.value, ItemKind.EVIDENCE.value)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Evidence that could stand behind a section. ``covers`` are the claims (their words) that its figures reach."""

    version: ItemVersion
    covers: tuple[str, ...]
    is_near: bool

    @property
    def item(self) -> Item:
        return self.version.item


def wanted_of(lines: Sequence[Line]) -> list[Wanted]:
    """The needs as suggestions see them: with what lies behind them and what was said."""
    return [_wanted(line) for line in lines]


def suggestions(
    who: Principal, deal: Opportunity, needs: Sequence[Wanted], *, taken: frozenset[int] = frozenset()
) -> list[Suggestion]:
    """Blocks in use that fit the deal's customer, best first. One query."""
    industry = industry_of(deal.customer.industry)
    rows = blocks_for(who, industry=industry, scale=deal.scale)
    return suggest(rows, needs, industry=industry, scale=deal.scale, taken=taken)


def all_fitting(who: Principal, deal: Opportunity, needs: Sequence[Wanted]) -> list[Suggestion]:
    """Every block that isn't for somebody else, the fitting ones first, also those that no need asks for. One query."""
    industry = industry_of(deal.customer.industry)
    rows = blocks_for(who, industry=industry, scale=deal.scale)
    fitting = suggest(rows, needs, industry=industry, scale=deal.scale)
    known = {one.block.item_id for one in fitting}
    return fitting + [Suggestion(block, 0) for block in rows if block.item_id not in known]


def blocks_for(who: Principal, *, industry: str, scale: str) -> list[Block]:
    """What isn't tagged for somebody else. One query."""
    items = Q(item__in=Item.objects.visible_to(who).in_use().filter(kind=ItemKind.BLOCK.value))
    suits = Q(item__industry__in={"", industry}) & (Q(item__scale__in={"", scale}) if scale else Q())
    return [_block(*row) for row in _versions().filter(items & suits).values_list(*_FIELDS)[:BLOCKS_MOST]]


def block_of(who: Principal, item_id: int) -> tuple[ItemVersion, Block] | None:
    """A block that may be taken now, with its version; None where there is none."""
    item = Item.objects.visible_to(who).in_use().filter(kind=ItemKind.BLOCK.value, pk=item_id)
    version = _versions().filter(item__in=item).select_related("item").first()
    if version is None:
        return None
    tags = version.item
    row = (tags.pk, version.pk, tags.title, version.content, tags.industry, tags.scale, tags.shipped_as)
    return version, _block(*row, version.number)


def facts_of(who: Principal, deal: Opportunity, *, today: date) -> dict[str, str]:
    """What 〔places〕 in blocks are filled with; its persons are the customer's decider or first contact."""
    contacts = sorted(deal.customer.contacts.all()[:50], key=lambda c: (c.role != "decider", c.pk))
    return facts_for(who, deal, contact=contacts[0] if contacts else None, today=today)


def candidates(
    who: Principal, deal: Opportunity, claims: Sequence[Claim], *, query: str = "", today: date, limit: int = 20
) -> list[Candidate]:
    """Cases and evidence in use: real ones first, the examples that nobody may send last; among each those first whose
    figures reach the claims, then those of the customer's industry. What is outdated is left out. A constant number of queries."""
    industry = industry_of(deal.customer.industry)
    items = Item.objects.visible_to(who).in_use().filter(kind__in=_PROVING)
    if industry:
        items = items.filter(industry__in=["", industry])
    found = _versions().filter(item__in=items).select_related("item").defer("item__search_text")
    versions = [version for version in found[:PROOFS_MOST] if _says(version, query)]
    held = standing_of([version.pk for version in versions], today=today)
    weighed = [_candidate(version, claims, industry) for version in versions if held[version.pk] in PROVES]
    weighed.sort(key=lambda one: (one.item.is_example, -len(one.covers), not one.is_near, -one.item.pk))
    return weighed[:limit]


def _versions() -> QuerySet[ItemVersion]:
    return ItemVersion.objects.filter(number=F("item__current_number")).order_by("-item_id")


_FIELDS = ("item_id", "pk", "item__title", "content", "item__industry", "item__scale", "item__shipped_as", "number")


def _block(
    item_id: int,
    version_id: int,
    title: str,
    content: dict[str, object],
    industry: str,
    scale: str,
    shipped: str,
    number: int,
) -> Block:
    return Block(
        item_id=item_id,
        version_id=version_id,
        title=title,
        part=str(content.get("part") or "solution"),
        text=str(content.get("text") or ""),
        need_types=_texts(content.get("need_types")),
        need_words=_texts(content.get("need_words")),
        priority=str(content.get("priority") or ""),
        industry=industry,
        scale=scale,
        is_example=bool(shipped) and number == 1,
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _candidate(version: ItemVersion, claims: Sequence[Claim], industry: str) -> Candidate:
    figures = proof_quantities(version.parsed)
    reached = dict.fromkeys(claim.text for claim in claims if any(covers(f, claim.quantity) for f in figures))
    return Candidate(version, tuple(reached), bool(industry) and version.item.industry == industry)


def _says(version: ItemVersion, query: str) -> bool:
    """Whether every word that was asked for stands in its title or its text."""
    content = version.parsed
    if not isinstance(content, CaseContent | EvidenceContent):
        return False
    said = f"{version.item.title} {' '.join(str(value) for value in version.content.values())}".casefold()
    return all(word in said for word in query.casefold().split())


def _wanted(line: Line) -> Wanted:
    need = line.need
    text = " ".join((need.description, need.pain, need.impact, *(source.text for source in line.sources)))
    return wanted(need.pk, text, kind=need.kind, priority=need.priority)
