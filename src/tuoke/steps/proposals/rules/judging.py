"""What a proposal still lacks: needs without an answer, general sections, claims without evidence (S5.1, S5.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tuoke.spine.library.rules import Quantity, places_in
from tuoke.steps.proposals.rules.claims import Claim, Evidence, claims_in, covering
from tuoke.steps.proposals.rules.content import CoverageRow
from tuoke.steps.proposals.rules.own_facts import Known, OwnFact
from tuoke.steps.proposals.rules.suggesting import ANSWERING


class Lack(StrEnum):
    """Why a need isn't answered yet, the nearest to the answer last."""

    NO_SECTION = "no_section"  # no section is linked to it
    ELSEWHERE = "elsewhere"  # linked only where it is described, not answered
    UNFINISHED = "unfinished"  # the section has open 〔places〕 or says nothing
    GENERAL = "general"  # nothing of this customer's own in it


@dataclass(frozen=True, slots=True)
class Written:
    """A section as it stands. ``general`` is the text of the block that it began with, ``proofs`` what may prove."""

    section_id: int
    part: str
    title: str
    text: str
    needs: tuple[int, ...] = ()
    general: str = ""
    proofs: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """``claims`` with the proof that covers each (0: none); ``open_places`` are the 〔names〕 still to be filled."""

    written: Written
    facts: tuple[OwnFact, ...]
    claims: tuple[tuple[Claim, int], ...]
    open_places: tuple[str, ...]

    @property
    def section_id(self) -> int:
        return self.written.section_id

    @property
    def is_own(self) -> bool:
        return bool(self.facts)

    @property
    def is_finished(self) -> bool:
        return bool(self.written.text.strip()) and not self.open_places

    @property
    def uncovered(self) -> tuple[Claim, ...]:
        return tuple(claim for claim, ref in self.claims if not ref)

    @property
    def may_answer(self) -> bool:
        return self.written.part in ANSWERING and self.is_finished and self.is_own


@dataclass(frozen=True, slots=True)
class Asked:
    """A need as the list has it."""

    need_id: int
    kind: str
    priority: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the proposal says to a need. ``lack`` None: answered."""

    need: Asked
    sections: tuple[Judged, ...]
    lack: Lack | None

    @property
    def facts(self) -> tuple[OwnFact, ...]:
        """The customer's own facts in the sections that count, those about this very need first, each once."""
        found = dict.fromkeys(fact for one in self.sections if one.may_answer for fact in one.facts)
        return tuple(sorted(found, key=lambda fact: fact.need_id != self.need.need_id))

    @property
    def told_in(self) -> tuple[Judged, ...]:
        """The sections that try to answer it; those that only mention it while there are none."""
        return tuple(one for one in self.sections if one.written.part in ANSWERING) or self.sections

    @property
    def nearest(self) -> Judged | None:
        """The section to mend first."""
        return max(self.sections, key=_nearness, default=None)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands between the proposal and the customer. Everything empty: it may go (and there is something to send)."""

    uncovered: tuple[tuple[Judged, Claim], ...] = ()
    unanswered: tuple[Answer, ...] = ()
    general: tuple[Judged, ...] = ()
    unfinished: tuple[Judged, ...] = ()
    stale: tuple[int, ...] = ()
    examples: tuple[int, ...] = ()
    is_empty: bool = True

    @property
    def is_ready(self) -> bool:
        lacks = (self.uncovered, self.unanswered, self.unfinished, self.stale, self.examples)
        return not self.is_empty and not any(lacks)


def judge_section(written: Written, known: Known, *, own_figures: Sequence[Quantity]) -> Judged:
    claims = claims_in(written.text, own=own_figures, part=written.part)
    return Judged(
        written=written,
        facts=known.found_in(written.text, general=written.general),
        claims=tuple((claim, covering(claim, written.proofs)) for claim in claims),
        open_places=places_in(written.text),
    )


def answer_to(need: Asked, sections: Sequence[Judged]) -> Answer:
    linked = tuple(one for one in sections if need.need_id in one.written.needs)
    return Answer(need, linked, _lack(linked))


def readiness_of(
    sections: Sequence[Judged], answers: Sequence[Answer], *, stale: Sequence[int] = (), examples: Sequence[int] = ()
) -> Readiness:
    """``stale`` and ``examples`` are the library versions among the proofs that no longer, or never, prove anything.

    General is a section that answers or describes and carries nothing of the customer's; what we are and what others
    say (service, proof, terms) may be the same for everybody.
    """
    return Readiness(
        uncovered=tuple((one, claim) for one in sections for claim in one.uncovered),
        unanswered=tuple(answer for answer in answers if answer.lack and answer.need.kind == "rigid"),
        general=tuple(one for one in sections if not one.is_own and one.written.part in MUST_BE_OWN),
        unfinished=tuple(one for one in sections if not one.is_finished),
        stale=tuple(stale),
        examples=tuple(examples),
        is_empty=not sections,
    )


def coverage_table(
    answers: Sequence[Answer], *, values: Mapping[int, Sequence[str]], proofs: Mapping[int, Sequence[str]]
) -> tuple[CoverageRow, ...]:
    """Need → solution → value → evidence. ``values`` by need; ``proofs`` by section: the names of its evidence."""
    return tuple(_row(answer, values.get(answer.need.need_id, ()), proofs) for answer in answers)


MUST_BE_OWN = frozenset({"situation", "needs", "solution", "value"})


def _row(answer: Answer, worth: Sequence[str], proofs: Mapping[int, Sequence[str]]) -> CoverageRow:
    need, linked = answer.need, answer.sections
    figures = [one.written.title for one in linked if one.written.part == "value"]
    evidence = dict.fromkeys(name for one in linked for name in proofs.get(one.section_id, ()))
    return CoverageRow(
        need_id=need.need_id,
        kind=need.kind,
        priority=need.priority,
        need=need.text,
        solution=tuple(
            one.written.title for one in linked if one.written.part in ANSWERING and one.written.part != "value"
        ),
        value=(*worth, *figures),
        evidence=tuple(evidence),
        is_answered=answer.lack is None,
    )


def _lack(linked: Sequence[Judged]) -> Lack | None:
    if not linked:
        return Lack.NO_SECTION
    answering = [one for one in linked if one.written.part in ANSWERING]
    if not answering:
        return Lack.ELSEWHERE
    if any(one.may_answer for one in answering):
        return None
    return Lack.GENERAL if any(one.is_finished for one in answering) else Lack.UNFINISHED


def _nearness(one: Judged) -> tuple[bool, bool, bool]:
    return one.written.part in ANSWERING, one.is_finished, one.is_own
