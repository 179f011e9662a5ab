"""Everything that is or may be objected in a deal, with the answers and what they rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tuoke.base.accounts.rules import Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.queries import Offer, standing_of
from tuoke.spine.library.rules import ObjectionContent, ObjectionKind, ProofStanding
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.queries.choices import offered_for
from tuoke.steps.proposals.objections.queries.facts import predicted
from tuoke.steps.proposals.objections.rules import MOST_IN_DEAL, OPEN, Prediction, Readiness, State

_HOLDING = (ProofStanding.CURRENT, ProofStanding.REPLACED)


@dataclass(frozen=True, slots=True)
class Proved:
    """A case or evidence an answer rests on, and what it is still worth. An example is made up: it proves nothing."""

    version: ItemVersion
    standing: ProofStanding

    @property
    def is_example(self) -> bool:
        return self.version.item.is_example

    @property
    def holds(self) -> bool:
        return self.standing in _HOLDING and not self.is_example


@dataclass(frozen=True, slots=True)
class Line:
    """One objection: worked on (``objection``), predicted (``prediction``), or both. ``suggested`` is the library's
    answer to one that is only predicted."""

    objection: DealObjection | None
    prediction: Prediction | None
    proofs: tuple[Proved, ...] = ()
    suggested: Offer | None = None

    @property
    def state(self) -> State:
        return self.objection.standing if self.objection else State.PREDICTED

    @property
    def kind(self) -> ObjectionKind:
        return ObjectionKind(self.objection.kind) if self.objection else self.prediction.kind  # type: ignore[union-attr]  # one of the two is there

    @property
    def rule(self) -> str:
        return self.objection.rule if self.objection else self.prediction.rule  # type: ignore[union-attr]  # as above

    @property
    def text(self) -> str:
        """What the customer says, or may say by the library; empty where neither tells."""
        if self.objection:
            return self.objection.text
        content = self.suggested.content if self.suggested else None
        return content.objection if isinstance(content, ObjectionContent) else ""

    @property
    def why(self) -> Mapping[str, object]:
        """The facts behind it, as they are; as they were where it is no longer predicted."""
        if self.prediction:
            return self.prediction.facts
        return self.objection.why if self.objection else {}

    @property
    def has_lapsed(self) -> bool:
        """Predicted once, but the facts are others now: the work that went into it stays."""
        return bool(self.objection and self.objection.rule and self.prediction is None)

    @property
    def has_moved(self) -> bool:
        """Still predicted, but from other facts than when it was worked on."""
        return bool(self.objection and self.prediction and self.objection.why != dict(self.prediction.facts))

    @property
    def readiness(self) -> Readiness:
        if self.objection is None:
            return Readiness(State.PREDICTED)
        held = sum(proof.holds for proof in self.proofs)
        return Readiness(self.state, self.objection.answer, self.objection.backing, held)


@dataclass(frozen=True, slots=True)
class Board:
    """``waiting``: without an answer; ``open``: the customer said it; the rest by name."""

    waiting: tuple[Line, ...]
    open: tuple[Line, ...]
    prepared: tuple[Line, ...]
    resolved: tuple[Line, ...]
    dismissed: tuple[Line, ...]
    withdrawn: tuple[DealObjection, ...]

    @property
    def listed(self) -> tuple[Line, ...]:
        return (*self.open, *self.waiting, *self.prepared, *self.resolved, *self.dismissed)

    @property
    def unbacked(self) -> int:
        """How many still lack an answer with something behind it."""
        return sum(not line.readiness.is_prepared for line in self.listed)


def board_of(who: Principal, deal: Opportunity, *, today: date) -> Board:
    """Of a deal that ``who`` may read. A constant number of queries."""
    rows = _rows(deal)
    predictions = predicted(deal, today=today)
    lines = _lines([row for row in rows if row.withdrawn_at is None], predictions, today=today)
    asked = [line.prediction for line in lines if line.prediction and not line.objection]
    suggested = offered_for(who, deal, asked)
    lines = [
        Line(None, line.prediction, suggested=suggested.get(line.rule)) if line.objection is None else line
        for line in lines
    ]
    return Board(
        waiting=_in(lines, State.PREDICTED),
        open=tuple(line for line in lines if line.state in OPEN),
        prepared=_in(lines, State.PREPARED),
        resolved=_in(lines, State.RESOLVED),
        dismissed=_in(lines, State.DISMISSED),
        withdrawn=tuple(row for row in rows if row.withdrawn_at is not None),
    )


def readiness_of(deal: Opportunity, *, today: date) -> list[Readiness]:
    """What the exit fact judges by: what is worked on, and what is only predicted."""
    rows = [row for row in _rows(deal) if row.withdrawn_at is None]
    return [line.readiness for line in _lines(rows, predicted(deal, today=today), today=today)]


def _rows(deal: Opportunity) -> list[DealObjection]:
    rows = DealObjection.objects.filter(opportunity=deal).select_related("contact", "followup", "source__item")
    return list(rows.prefetch_related("proof_links__item_version__item").order_by("id")[:MOST_IN_DEAL])


def _lines(rows: Sequence[DealObjection], predictions: Sequence[Prediction], *, today: date) -> list[Line]:
    by_rule = {prediction.rule: prediction for prediction in predictions}
    linked = {row.pk: [link.item_version for link in row.proof_links.all()] for row in rows}
    standings = standing_of((version.pk for versions in linked.values() for version in versions), today=today)
    done = [
        Line(row, by_rule.get(row.rule), tuple(Proved(version, standings[version.pk]) for version in linked[row.pk]))
        for row in rows
    ]
    worked_on = {row.rule for row in rows}
    return [*(Line(None, one) for one in predictions if one.rule not in worked_on), *done]


def _in(lines: Sequence[Line], state: State) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.state is state)
