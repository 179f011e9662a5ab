"""The playbook as values. Every text is the process owner's own, in the language he wrote it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from tuoke.base.accounts.rules import Function
from tuoke.spine.catalog.rules import Market, Motion, Scale

ParamValue = Decimal


class StepKey(StrEnum):
    """The eight steps of the process (source, part 2). Which of them run, and in which order, a playbook says."""

    TARGETING = "targeting"
    LEADS = "leads"
    OUTREACH = "outreach"
    DISCOVERY = "discovery"
    PROPOSALS = "proposals"
    NEGOTIATION = "negotiation"
    CONTRACTS = "contracts"
    REVIEWS = "reviews"


DEAL_STEPS = frozenset(StepKey) - {StepKey.TARGETING, StepKey.LEADS}
"""Steps 3 to 8, which an opportunity walks. Step 1 is about a campaign, step 2 about a lead."""


class Raci(StrEnum):
    """A department's part in a step of a complex project (P4)."""

    ACCOUNTABLE = "accountable"
    RESPONSIBLE = "responsible"
    CONSULTED = "consulted"
    INFORMED = "informed"


@dataclass(frozen=True, slots=True)
class NoteDoc:
    """A rule for the whole process (source, part 4)."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionDoc:
    """One key action. ``how`` is a list of sentences, ``tools`` names templates such as 《客户需求清单》."""

    key: str
    step: StepKey
    title: str
    how: tuple[str, ...]
    tools: tuple[str, ...] = ()
    example: str = ""
    output: str = ""


@dataclass(frozen=True, slots=True)
class ScriptPart:
    part: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeliverableDoc:
    key: str
    step: StepKey
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class CriterionDoc:
    """What must (``required``) or should be true before leaving ``step``. ``kind`` is one of ``KINDS``."""

    key: str
    step: StepKey
    title: str
    kind: str
    params: Mapping[str, ParamValue] = field(default_factory=dict)
    required: bool = True
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ResponsibilityDoc:
    """P4: what the departments of a function owe in this step of a complex project, and to which standard."""

    function: Function
    part: Raci
    what: str
    standard: str


@dataclass(frozen=True, slots=True)
class StepDoc:
    key: StepKey
    number: int
    name: str
    subtitle: str
    theme: str
    goal: str
    why: str
    standard_days: int
    actions: tuple[ActionDoc, ...]
    script: tuple[ScriptPart, ...]
    good_example: str
    common_mistakes: tuple[str, ...]
    deliverables: tuple[DeliverableDoc, ...]
    criteria: tuple[CriterionDoc, ...]
    pacing: tuple[str, ...] = ()
    verification: tuple[str, ...] = ()
    responsibilities: tuple[ResponsibilityDoc, ...] = ()

    @property
    def required(self) -> tuple[CriterionDoc, ...]:
        return tuple(criterion for criterion in self.criteria if criterion.required)

    @property
    def advised(self) -> tuple[CriterionDoc, ...]:
        return tuple(criterion for criterion in self.criteria if not criterion.required)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """One alternative under which a variant applies. What is None does not matter."""

    market: Market | None = None
    scale: Scale | None = None
    motion: Motion | None = None
    complex: bool | None = None


@dataclass(frozen=True, slots=True)
class VariantDoc:
    """How a customer type differs from the whole process.

    Applies when any of ``when`` fits. Several may fit one segment (a large customer in another region): they are laid
    over each other in the order of the document. ``starts_at`` leaves out every step before it. ``advised_criteria``
    are asked for but no longer required. ``responsibilities`` None leaves the question to the other variants.
    """

    key: str
    name: str
    summary: str = ""
    when: tuple[Circumstances, ...] = ()
    starts_at: StepKey | None = None
    leave_out_steps: tuple[StepKey, ...] = ()
    leave_out_actions: tuple[str, ...] = ()
    leave_out_criteria: tuple[str, ...] = ()
    advised_criteria: tuple[str, ...] = ()
    extra_actions: tuple[ActionDoc, ...] = ()
    extra_criteria: tuple[CriterionDoc, ...] = ()
    standard_days: Mapping[StepKey, int] = field(default_factory=dict)
    responsibilities: bool | None = None


@dataclass(frozen=True, slots=True)
class PlaybookDoc:
    """A whole playbook, parsed and found sound. ``logic`` is the line of themes (目标聚焦 → … → 持续深耕)."""

    key: str
    name: str
    logic: tuple[str, ...]
    notes: tuple[NoteDoc, ...]
    steps: tuple[StepDoc, ...]
    variants: tuple[VariantDoc, ...]

    def step(self, key: str) -> StepDoc:
        """KeyError if this playbook doesn't have the step."""
        for step in self.steps:
            if step.key == key:
                return step
        raise KeyError(key)
