"""The builder as its templates take it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.queries import standing_of
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals import hooks, queries
from tuoke.steps.proposals.models import PART_NAMES, Proposal, ProposalVersion, Section
from tuoke.steps.proposals.queries import Sheet, Standing
from tuoke.steps.proposals.queries.judging import PROVES
from tuoke.steps.proposals.rules import Answer, Claim, Judged, Suggestion, best_for
from tuoke.steps.proposals.words import FACT_NAMES, LACKS, MENDS, why

EACH = 2
"""Blocks that are offered for one need."""
PLACE_OF = {"value": "value", "offer": "terms", "difference": "difference"}
"""Where the parts of other rooms stand, unless they say so themselves."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a section's text: plain, a covered or an uncovered claim, or an open 〔place〕."""

    text: str
    state: str = ""
    proof: str = ""


@dataclass(frozen=True, slots=True)
class SheetView:
    sheet: Sheet
    pieces: tuple[Piece, ...]
    needs: tuple[Need, ...]
    facts: tuple[tuple[str, str, str], ...]
    why: tuple[str, ...]
    is_general: bool

    @property
    def section(self) -> Section:
        return self.sheet.section

    @property
    def judged(self) -> Judged:
        return self.sheet.judged

    @property
    def tone(self) -> str:
        """What the outline's dot says at one glance."""
        if self.judged.uncovered or any(backing.is_stale for backing in self.sheet.backings):
            return "red"
        return "orange" if self.is_general or not self.judged.is_finished else "green"


@dataclass(frozen=True, slots=True)
class Handed:
    """A part that another room makes."""

    title: object
    url: str
    is_there: bool


@dataclass(frozen=True, slots=True)
class PartView:
    key: str
    name: object
    sheets: tuple[SheetView, ...]
    handed: tuple[Handed, ...]


@dataclass(frozen=True, slots=True)
class Offered:
    """A block that is suggested, with its reasons in words."""

    suggestion: Suggestion
    why: tuple[str, ...]
    part: object


@dataclass(frozen=True, slots=True)
class AnswerView:
    answer: Answer
    lack: object
    mend: object
    facts: tuple[tuple[str, str, str], ...]
    offered: tuple[Offered, ...]


@dataclass(frozen=True, slots=True)
class VersionView:
    version: ProposalVersion
    is_stale: bool


def builder_context(request: StaffRequest, deal: Opportunity, *, today: date) -> dict[str, Any]:
    """Everything the page shows. A constant number of queries."""
    who, proposal = request.principal, queries.current_proposal(deal)
    context: dict[str, Any] = {
        "deal": deal,
        "proposal": proposal,
        "today": today,
        "may_write": may_write(who, deal),
        "withdrawn": queries.withdrawn_proposals(deal),
    }
    if proposal is None:
        return context | _beginning(request, deal, today=today)
    proposal.opportunity = deal
    return context | _standing_context(who, deal, queries.standing(proposal, today=today), today=today)


def may_write(who: Principal, deal: Opportunity) -> bool:
    if not who.may(Permission.PROPOSAL_WRITE):
        return False
    return Opportunity.objects.visible_to(who, "write").filter(pk=deal.pk).exists()


def versions_shown(proposal: Proposal, *, today: date) -> list[VersionView]:
    """Each version, and whether it rests on evidence that no longer holds. Three queries."""
    versions = queries.versions_of(proposal)
    behind = queries.proofs_of_versions(versions)
    held = standing_of({pk for pks in behind.values() for pk in pks}, today=today)
    return [VersionView(one, any(held.get(pk) not in PROVES for pk in behind[one.pk])) for one in versions]


def sheet_view(sheet: Sheet, needs: dict[int, Need], general: set[int]) -> SheetView:
    section, judged = sheet.section, sheet.judged
    return SheetView(
        sheet=sheet,
        pieces=pieces_of(section.text, judged, _proof_titles(sheet)),
        needs=tuple(needs[pk] for pk in sheet.needs if pk in needs),
        facts=facts_said(judged.facts),
        why=said_why(section.why),
        is_general=section.pk in general,
    )


def pieces_of(text: str, judged: Judged, titles: dict[int, str]) -> tuple[Piece, ...]:
    """The text with its claims and open places marked."""
    marks = [(c.start, c.end, "covered" if ref else "bare", titles.get(ref, "")) for c, ref in judged.claims]
    marks += [(*span, "place", "") for span in places_at(text)]
    pieces, end = [], 0
    for start, stop, state, proof in sorted(marks):
        if start < end:
            continue
        pieces += [Piece(text[end:start])] if start > end else []
        pieces.append(Piece(text[start:stop], state, proof))
        end = stop
    return (*pieces, Piece(text[end:])) if end < len(text) else tuple(pieces)


def places_at(text: str) -> list[tuple[int, int]]:
    found, at = [], text.find("〔")
    while at >= 0:
        stop = text.find("〕", at)
        if stop < 0:
            break
        found.append((at, stop + 1))
        at = text.find("〔", stop)
    return found


def facts_said(facts: Sequence[Any]) -> tuple[tuple[str, str, str], ...]:
    """(what kind, what, where from), each once."""
    return tuple(dict.fromkeys((str(FACT_NAMES[fact.kind]), fact.text, fact.where) for fact in facts))


def said_why(reasons: Sequence[Any]) -> tuple[str, ...]:
    """Reasons in words, as they are kept in a section or as they come from the rules."""
    said = (
        why(one["code"], one.get("params", {})) if isinstance(one, dict) else why(one.code, one.params)
        for one in reasons
    )
    return tuple(words for words in said if words)


def offered(suggestions: Sequence[Suggestion]) -> tuple[Offered, ...]:
    return tuple(Offered(one, said_why(one.why), PART_NAMES.get(one.block.part, "")) for one in suggestions)


def _beginning(request: StaffRequest, deal: Opportunity, *, today: date) -> dict[str, Any]:
    proposed = queries.proposed_outline(request.principal, deal, today=today)
    lines = [(one, said_why(one.why), PART_NAMES.get(one.part, "")) for one in proposed]
    return {"proposed": lines, "has_needs": any(one.needs for one in proposed), "title": queries.title_for(deal)}


def _standing_context(who: Principal, deal: Opportunity, found: Standing, *, today: date) -> dict[str, Any]:
    ready, needs = found.readiness, {need.pk: need for need in found.knowledge.needs}
    general = {one.section_id for one in ready.general}
    views = [sheet_view(sheet, needs, general) for sheet in found.sheets]
    fitting = queries.suggestions(who, deal, queries.wanted_of(found.knowledge.lines), taken=frozenset(found.taken))
    filled = {view.section.part for view in views}
    return {
        "standing": found,
        "ready": ready,
        "parts": _parts(who, deal, views),
        "rigid": [_answer_view(answer, fitting) for answer in found.rigid],
        "others": [_answer_view(answer, ()) for answer in found.answers if answer.need.kind != "rigid"],
        "more": offered(_for_empty_parts(fitting, filled)),
        "claims": _claims(views),
        "table": found.table(),
        "versions": versions_shown(found.proposal, today=today),
        "stale": [b for sheet in found.sheets for b in sheet.backings if b.is_stale],
        "dropped": _dropped(found.proposal),
    }


def _parts(who: Principal, deal: Opportunity, views: Sequence[SheetView]) -> list[PartView]:
    handed: dict[str, list[Handed]] = {}
    for part in hooks.parts:
        if not part.is_for(who):
            continue
        url = reverse(part.url_name, args=[deal.pk]) if part.url_name else ""
        place = part.place or PLACE_OF.get(part.key, "value")
        handed.setdefault(place, []).append(Handed(part.title, url, part.freeze(deal) is not None))
    return [
        PartView(key, name, tuple(v for v in views if v.section.part == key), tuple(handed.get(key, ())))
        for key, name in PART_NAMES.items()
    ]


def _answer_view(answer: Answer, fitting: Sequence[Suggestion]) -> AnswerView:
    lack = answer.lack
    return AnswerView(
        answer=answer,
        lack=LACKS[lack] if lack else "",
        mend=MENDS[lack] if lack else "",
        facts=facts_said(answer.facts),
        offered=offered(best_for(fitting, answer.need.need_id, limit=EACH)),
    )


def _for_empty_parts(fitting: Sequence[Suggestion], filled: set[str]) -> list[Suggestion]:
    """The best block for every part that has no section yet."""
    best: dict[str, Suggestion] = {}
    for one in fitting:
        if one.block.part not in filled:
            best.setdefault(one.block.part, one)
    return [best[key] for key in PART_NAMES if key in best]


def _claims(views: Sequence[SheetView]) -> list[tuple[SheetView, Claim]]:
    return [(view, claim) for view in views for claim in view.judged.uncovered]


def _dropped(proposal: Proposal) -> QuerySet[Section]:
    return Section.objects.filter(proposal=proposal).exclude(withdrawn_at=None).order_by("-withdrawn_at")[:20]


def _proof_titles(sheet: Sheet) -> dict[int, str]:
    return {backing.version.pk: backing.version.item.title for backing in sheet.backings}
