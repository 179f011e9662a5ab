"""How a proposal stands: section by section, need by need (S5.1, S5.4). For the builder, the gate and whoever sends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.queries import standing_of
from tuoke.spine.library.rules import BlockContent, ProofStanding, proof_quantities
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals import hooks
from tuoke.steps.proposals.models import Proof, Proposal, Section, SectionNeed
from tuoke.steps.proposals.queries.knowing import Knowledge, knowledge_of
from tuoke.steps.proposals.rules import (
    Answer,
    Asked,
    CoverageRow,
    Evidence,
    Judged,
    Readiness,
    Written,
    answer_to,
    coverage_table,
    discretion,
    judge_section,
    readiness_of,
)

PROVES = frozenset({ProofStanding.CURRENT, ProofStanding.REPLACED})
"""An older wording of evidence that still stands proves what it said; what is outdated or withdrawn proves nothing."""


@dataclass(frozen=True, slots=True)
class Backing:
    """Evidence behind a section, and what it is worth today."""

    proof: Proof
    standing: ProofStanding

    @property
    def version(self) -> ItemVersion:
        return self.proof.item_version

    @property
    def is_example(self) -> bool:
        return self.version.item.is_example

    @property
    def shown_title(self) -> str:
        """Without the name of a customer who doesn't want to be named."""
        return discretion(self.version.parsed, self.version.item.industry)(self.version.item.title)

    @property
    def is_stale(self) -> bool:
        return self.standing not in PROVES

    @property
    def proves(self) -> bool:
        return not self.is_stale and not self.is_example


@dataclass(frozen=True, slots=True)
class Sheet:
    """A section with all that the builder says of it."""

    section: Section
    judged: Judged
    backings: tuple[Backing, ...]
    needs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """The whole proposal as it stands today. ``sheets`` in reading order."""

    proposal: Proposal
    knowledge: Knowledge
    sheets: tuple[Sheet, ...]
    answers: tuple[Answer, ...]
    readiness: Readiness

    @property
    def rigid(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.need.kind == "rigid"]

    @property
    def answered(self) -> int:
        return sum(answer.lack is None for answer in self.rigid)

    @property
    def taken(self) -> set[int]:
        """The library's items that sections began with."""
        return {sheet.section.source.item_id for sheet in self.sheets if sheet.section.source}

    def table(self) -> tuple[CoverageRow, ...]:
        """Need → solution → value → evidence, with what other rooms reckon it is worth."""
        values = values_by_need(self.proposal.opportunity)
        names = {sheet.section.pk: _names(sheet.backings) for sheet in self.sheets}
        return coverage_table(self.answers, values=values, proofs=names)


def standing(proposal: Proposal, *, today: date) -> Standing:
    """The proposal was seen already, with its opportunity and customer. A constant number of queries."""
    knowledge = knowledge_of(proposal.opportunity)
    sections = sections_of(proposal)
    links, backings = _links(sections), _backings(sections, today=today)
    sheets = tuple(
        _sheet(section, knowledge, links.get(section.pk, ()), tuple(backings.get(section.pk, ())))
        for section in sections
    )
    judged = [sheet.judged for sheet in sheets]
    answers = tuple(answer_to(_asked(line.need), judged) for line in knowledge.lines)
    behind = [backing for sheet in sheets for backing in sheet.backings]
    ready = readiness_of(
        judged,
        answers,
        stale=_versions(backing for backing in behind if backing.is_stale),
        examples=_versions(backing for backing in behind if backing.is_example and not backing.is_stale),
    )
    return Standing(proposal, knowledge, sheets, answers, ready)


def readiness(proposal: Proposal, *, today: date) -> Readiness:
    """What stands between the proposal and the customer, for whoever sends it."""
    return standing(proposal, today=today).readiness


def sections_of(proposal: Proposal) -> list[Section]:
    """In reading order: part by part, in each as somebody put them."""
    found = Section.objects.standing().filter(proposal=proposal).select_related("source__item")
    return sorted(found, key=lambda section: section.place)


def values_by_need(deal: Opportunity) -> Mapping[int, Sequence[str]]:
    found: dict[int, list[str]] = {}
    for values_of in hooks.values_of:
        for need_id, lines in values_of(deal).items():
            found.setdefault(need_id, []).extend(lines)
    return found


def general_text(section: Section) -> str:
    """The library's text that the section began with; empty where it was written here."""
    content = section.source.parsed if section.source else None
    return content.text if isinstance(content, BlockContent) else ""


def _sheet(section: Section, knowledge: Knowledge, needs: Sequence[int], backings: tuple[Backing, ...]) -> Sheet:
    evidence = tuple(
        Evidence(one.version.pk, tuple(proof_quantities(one.version.parsed))) for one in backings if one.proves
    )
    written = Written(
        section.pk, section.part, section.title, section.text, tuple(needs), general_text(section), evidence
    )
    judged = judge_section(written, knowledge.known, own_figures=knowledge.figures)
    return Sheet(section, judged, backings, tuple(needs))


def _links(sections: Sequence[Section]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = SectionNeed.objects.filter(section__in=[section.pk for section in sections]).order_by("pk")
    for section_id, need_id in rows.values_list("section_id", "need_id"):
        found.setdefault(section_id, []).append(need_id)
    return found


def _backings(sections: Sequence[Section], *, today: date) -> dict[int, list[Backing]]:
    proofs = Proof.objects.standing().filter(section__in=[section.pk for section in sections])
    rows = list(proofs.select_related("item_version__item").defer("item_version__item__search_text"))
    held = standing_of([proof.item_version_id for proof in rows], today=today)
    found: dict[int, list[Backing]] = {}
    for proof in rows:
        found.setdefault(proof.section_id, []).append(Backing(proof, held[proof.item_version_id]))
    return found


def _asked(need: Need) -> Asked:
    return Asked(need.pk, need.kind, need.priority, need.description)


def _names(backings: Iterable[Backing]) -> tuple[str, ...]:
    """As they may be said to the customer."""
    return tuple(backing.shown_title for backing in backings if not backing.is_stale)


def _versions(backings: Iterable[Backing]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(backing.version.pk for backing in backings))
