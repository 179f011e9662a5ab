"""What the proposal says at this moment, as a version would keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tuoke.spine.library.rules import CaseContent, EvidenceContent
from tuoke.steps.proposals import hooks
from tuoke.steps.proposals.models import Proposal
from tuoke.steps.proposals.queries.judging import Backing, Sheet, Standing, standing
from tuoke.steps.proposals.rules import Frozen, FrozenClaim, FrozenProof, FrozenSection, discretion


def frozen_now(proposal: Proposal, *, today: date) -> Frozen:
    """The proposal was seen already. A constant number of queries, and those of the other rooms.

    It is made for the customer: elastic and latent needs that nothing answers aren't in its table, and cases whose
    customer doesn't want to be named go by their industry.
    """
    return frozen_of(standing(proposal, today=today), today=today)


def frozen_of(standing: Standing, *, today: date) -> Frozen:
    deal = standing.proposal.opportunity
    handed = [(part.key, part.freeze(deal)) for part in hooks.parts]
    return Frozen(
        title=standing.proposal.title,
        customer=deal.customer.name,
        made_on=today.isoformat(),
        sections=tuple(_section(sheet) for sheet in standing.sheets),
        coverage=tuple(row for row in standing.table() if row.kind == "rigid" or row.solution or row.value),
        parts={key: said for key, said in handed if said is not None},
    )


def _section(sheet: Sheet) -> FrozenSection:
    section = sheet.section
    return FrozenSection(
        section_id=section.pk,
        part=section.part,
        title=section.title,
        text=section.text,
        needs=tuple(sorted(sheet.needs)),
        claims=tuple(FrozenClaim(c.text, c.start, c.end, ref) for c, ref in sheet.judged.claims),
        proofs=_proofs(sheet.backings),
    )


def _proofs(backings: Sequence[Backing]) -> tuple[FrozenProof, ...]:
    """What still holds; what is outdated or withdrawn doesn't go into a new version."""
    return tuple(_proof(backing) for backing in backings if not backing.is_stale)


def _proof(backing: Backing) -> FrozenProof:
    item, content = backing.version.item, backing.version.parsed
    said = discretion(content, item.industry)
    frozen = FrozenProof(
        version_id=backing.version.pk,
        item_id=item.pk,
        kind=item.kind,
        title=said(item.title),
        is_example=item.is_example,
        note=backing.proof.note,
    )
    if isinstance(content, CaseContent):
        told = "\n".join(part for part in (content.situation, content.action, content.result) if part)
        return replace(
            frozen,
            statement=said(told),
            figures=tuple(said(line) for line in (*content.measures, *content.figures)),
            source=said(content.source),
            dated_on=_iso(content.dated_on),
            named=content.may_name,
        )
    assert isinstance(content, EvidenceContent)
    return replace(
        frozen,
        statement=content.statement,
        figures=content.figures,
        source=content.source,
        url=content.url,
        dated_on=_iso(content.dated_on),
        valid_until=_iso(content.valid_until),
        named=content.may_name,
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""
