"""Is the gate open? Weighs every criterion, so the seller sees all that is missing at once and not one thing a try."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tuoke.base.kernel.verdict import Reason, Verdict
from tuoke.spine.playbook.rules.document import CriterionDoc
from tuoke.spine.playbook.rules.kinds import FIGURED, KINDS, Comparison

FactValue = bool | int | Decimal | None
Facts = Mapping[str, FactValue]
"""What is true now, by ``fact_key``. A fact that nobody supplied is unknown, and unknown is unmet."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One criterion weighed. ``actual`` None means unknown; ``waived`` counts as passed but is not met."""

    criterion: CriterionDoc
    actual: FactValue
    wanted: FactValue
    met: bool
    waived: bool

    @property
    def passed(self) -> bool:
        return self.met or self.waived

    @property
    def reason(self) -> Reason:
        """Code: the criterion's kind. Params: criterion, step, title, kind, wanted, actual, required, hint."""
        criterion = self.criterion
        return Reason(
            criterion.kind,
            {
                "criterion": criterion.key,
                "step": criterion.step.value,
                "title": criterion.title,
                "kind": criterion.kind,
                "wanted": self.wanted,
                "actual": self.actual,
                "required": criterion.required,
                "hint": criterion.hint,
            },
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """The whole gate: truthy when it is open. ``findings`` holds every criterion asked, in the playbook's order."""

    findings: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.verdict)

    @property
    def verdict(self) -> Verdict:
        """Every unmet required criterion; a question that several gates ask alike is named once."""
        return Verdict(_reasons(finding for finding in self.findings if finding.criterion.required))

    @property
    def advice(self) -> tuple[Reason, ...]:
        """Every unmet advised criterion. Never closes the gate."""
        return _reasons(finding for finding in self.findings if not finding.criterion.required)


def judge(
    criteria: Iterable[CriterionDoc],
    facts: Facts,
    *,
    ticked: Collection[str] = frozenset(),
    waived: Collection[str] = frozenset(),
) -> Judgement:
    """Weigh ``criteria`` (a gate, or several: ResolvedPlaybook.gate, gates_through) against what is known.

    ``ticked`` and ``waived`` hold criterion keys. Facts are looked up by ``fact_key``.
    """
    return Judgement(tuple(_find(criterion, facts, ticked, waived) for criterion in criteria))


def fact_key(criterion: CriterionDoc) -> str:
    """The key of the fact that answers a criterion: its kind, or ``kind@step`` for what is counted within a step."""
    return f"{criterion.kind}@{criterion.step}" if KINDS[criterion.kind].per_step else criterion.kind


def _find(criterion: CriterionDoc, facts: Facts, ticked: Collection[str], waived: Collection[str]) -> Finding:
    how = KINDS[criterion.kind].comparison
    actual = criterion.key in ticked if how is Comparison.TICKED else facts.get(fact_key(criterion))
    wanted = criterion.params[how.value] if how in FIGURED else True
    met = actual is not None and (actual <= wanted if how is Comparison.AT_MOST else actual >= wanted)
    return Finding(criterion, actual, wanted, met, waived=not met and criterion.key in waived)


def _reasons(findings: Iterable[Finding]) -> tuple[Reason, ...]:
    """A tick is a question of its own; a fact asked twice with the same figure is one thing to do."""
    unmet: dict[tuple[object, ...], Reason] = {}
    for finding in findings:
        if finding.passed:
            continue
        criterion = finding.criterion
        is_tick = KINDS[criterion.kind].comparison is Comparison.TICKED
        question = (criterion.key,) if is_tick else (fact_key(criterion), finding.wanted)
        unmet.setdefault(question, finding.reason)
    return tuple(unmet.values())
