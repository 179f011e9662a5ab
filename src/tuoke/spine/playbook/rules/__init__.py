"""What a playbook says and how a gate is judged. Plain Python: no database, no clock, no words for the screen."""

from tuoke.spine.playbook.rules.checking import MAX_REQUIRED
from tuoke.spine.playbook.rules.document import (
    DEAL_STEPS,
    ActionDoc,
    Circumstances,
    CriterionDoc,
    DeliverableDoc,
    NoteDoc,
    ParamValue,
    PlaybookDoc,
    Raci,
    ResponsibilityDoc,
    ScriptPart,
    StepDoc,
    StepKey,
    VariantDoc,
)
from tuoke.spine.playbook.rules.judging import Facts, FactValue, Finding, Judgement, fact_key, judge
from tuoke.spine.playbook.rules.kinds import KINDS, Comparison, Kind
from tuoke.spine.playbook.rules.parsing import parse
from tuoke.spine.playbook.rules.reading import PlaybookError, Problem
from tuoke.spine.playbook.rules.segments import (
    ResolvedPlaybook,
    UnknownVariant,
    resolve,
    variant_for,
    variant_named,
)

__all__ = [
    "DEAL_STEPS",
    "KINDS",
    "MAX_REQUIRED",
    "ActionDoc",
    "Circumstances",
    "Comparison",
    "CriterionDoc",
    "DeliverableDoc",
    "FactValue",
    "Facts",
    "Finding",
    "Judgement",
    "Kind",
    "NoteDoc",
    "ParamValue",
    "PlaybookDoc",
    "PlaybookError",
    "Problem",
    "Raci",
    "ResolvedPlaybook",
    "ResponsibilityDoc",
    "ScriptPart",
    "StepDoc",
    "StepKey",
    "UnknownVariant",
    "VariantDoc",
    "fact_key",
    "judge",
    "parse",
    "resolve",
    "variant_for",
    "variant_named",
]
