"""The first draft of a proposal, as the needs and the library suggest it (S5.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.rules import ItemKind, industry_of
from tuoke.steps.discovery.queries.lists import Line
from tuoke.steps.proposals.queries.knowing import knowledge_of
from tuoke.steps.proposals.queries.suggesting import Candidate, candidates, facts_of, suggestions, wanted_of
from tuoke.steps.proposals.rules import Proposed, Said, Wanted, claims_in, outline
from tuoke.steps.proposals.words import PHRASES

PROOFS_EACH = 2
"""Evidence that a drafted section begins with at most."""


def proposed_outline(who: Principal, deal: Opportunity, *, today: date) -> list[Proposed]:
    """The sections that a draft would have, with their reasons. A constant number of queries."""
    knowledge = knowledge_of(deal)
    needs = wanted_of(knowledge.lines)
    fitting = suggestions(who, deal, needs)
    return outline(_said(knowledge.lines, needs), fitting, facts=facts_of(who, deal, today=today), phrases=PHRASES)


def title_for(deal: Opportunity) -> str:
    """《客户 · 商机 解决方案》, short enough to be kept."""
    return f"{deal.customer.name}{deal.name}解决方案"[:80]


def proofs_for(
    who: Principal, deal: Opportunity, proposed: Sequence[Proposed], *, today: date
) -> dict[str, tuple[int, ...]]:
    """By the section's key: library versions whose figures cover what it claims. Examples prove nothing."""
    known = knowledge_of(deal)
    claims = {one.key: claims_in(one.text, own=known.figures, part=one.part) for one in proposed}
    every = [claim for of_one in claims.values() for claim in of_one]
    found = [one for one in candidates(who, deal, every, today=today) if not one.item.is_example]
    behind = {key: _covering(found, [claim.text for claim in of_one]) for key, of_one in claims.items()}
    return behind | _shown_cases(proposed, found, industry_of(deal.customer.industry))


def _covering(found: Sequence[Candidate], texts: Sequence[str]) -> tuple[int, ...]:
    return tuple(one.version.pk for one in found if set(one.covers) & set(texts))[:PROOFS_EACH]


def _shown_cases(proposed: Sequence[Proposed], found: Sequence[Candidate], industry: str) -> dict[str, tuple[int, ...]]:
    """The part for cases shows those of the customer's industry."""
    near = tuple(one.version.pk for one in found if one.item.kind == ItemKind.CASE and one.is_near)[:PROOFS_EACH]
    return {one.key: near for one in proposed if one.part == "proof" and near and industry}


def _said(lines: Sequence[Line], needs: Sequence[Wanted]) -> list[Said]:
    return [_one(line, need) for line, need in zip(lines, needs, strict=True)]


def _one(line: Line, wanted: Wanted) -> Said:
    need = line.need
    quotes = [source.text for source in line.sources if source.by_customer]
    if need.said_by_customer:
        quotes = [need.description, *quotes]
    return Said(
        wanted, need.description, need.pain, need.impact, tuple(_short(quote) for quote in quotes if quote.strip())
    )


def _short(quote: str) -> str:
    said = " ".join(quote.split()).replace("“", "‘").replace("”", "’")
    return said if len(said) <= 160 else f"{said[:159]}…"
