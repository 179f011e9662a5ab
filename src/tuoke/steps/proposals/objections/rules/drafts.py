"""An objection and its answer as they are entered, and when an answer counts as prepared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.services.exchange.rules import sound
from tuoke.spine.library.rules import ObjectionKind
from tuoke.steps.proposals.objections.rules.vocabulary import MOST_PROOFS, TEXT_LIMITS, State


@dataclass(frozen=True, slots=True)
class ObjectionDraft:
    """``alternative`` is what we offer where we can't do it; ``backing`` what else the answer rests on, beside
    ``proofs`` (ids of library items: cases, evidence). ``source``: the id of the library's version it began with."""

    kind: ObjectionKind
    text: str
    answer: str = ""
    alternative: str = ""
    backing: str = ""
    proofs: tuple[int, ...] = ()
    source: int | None = None

    def faults(self) -> Verdict:
        """Codes, each with its ``field``: text_missing, too_long, text_broken, too_many_proofs."""
        verdict = YES if self.text.strip() else no("text_missing", field="text")
        for name in ("text", "answer", "alternative", "backing"):
            verdict &= text_fault(getattr(self, name), field=name)
        if len(self.proofs) > MOST_PROOFS:
            verdict &= no("too_many_proofs", field="proofs", limit=MOST_PROOFS, found=len(self.proofs))
        return verdict


def text_fault(text: str, *, field: str) -> Verdict:
    limit = TEXT_LIMITS[field]
    if len(text.strip()) > limit:
        return no("too_long", field=field, limit=limit, found=len(text.strip()))
    return YES if sound(text) else no("text_broken", field=field)


@dataclass(frozen=True, slots=True)
class Readiness:
    """One objection as the exit fact sees it; ``proofs`` counts those that still stand."""

    state: State
    answer: str = ""
    backing: str = ""
    proofs: int = 0

    @property
    def is_backed(self) -> bool:
        return self.proofs > 0 or bool(self.backing.strip())

    @property
    def is_prepared(self) -> bool:
        """有证据的回答: an answer and something it rests on; or it was settled, or doesn't apply."""
        if self.state in (State.DISMISSED, State.RESOLVED):
            return True
        return bool(self.answer.strip()) and self.is_backed


def all_prepared(listed: Iterable[Readiness]) -> bool:
    """可能的异议已备好有证据的回答: at least one is on the list, and none is without."""
    known = tuple(listed)
    return bool(known) and all(one.is_prepared for one in known)
