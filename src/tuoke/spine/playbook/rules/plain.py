"""Back from a PlaybookDoc to the plain mapping that ``parse`` reads: one canonical way to write the same playbook.

``parse(plain(doc)) == doc``. What is empty isn't written; texts stand unfolded, so that two spellings of one document
in YAML are the same content, with the same digest.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tuoke.spine.playbook.rules.document import (
    ActionDoc,
    Circumstances,
    CriterionDoc,
    DeliverableDoc,
    PlaybookDoc,
    ResponsibilityDoc,
    StepDoc,
    StepKey,
    VariantDoc,
)

Plain = dict[str, Any]


def plain(doc: PlaybookDoc) -> Plain:
    return {
        "key": doc.key,
        "name": doc.name,
        "logic": list(doc.logic),
        **_kept({"notes": [{"title": note.title, "text": note.text} for note in doc.notes]}),
        "steps": [plain_step(step) for step in doc.steps],
        **_kept({"variants": [_variant(variant) for variant in doc.variants]}),
    }


def plain_step(step: StepDoc) -> Plain:
    return {
        "key": step.key.value,
        "number": step.number,
        "name": step.name,
        **_kept({"subtitle": step.subtitle}),
        "theme": step.theme,
        "goal": step.goal,
        "why": step.why,
        "standard_days": step.standard_days,
        "actions": [_action(action) for action in step.actions],
        **_kept(
            {
                "script": [{"part": part.part, "lines": list(part.lines)} for part in step.script],
                "good_example": step.good_example,
                "common_mistakes": list(step.common_mistakes),
                "deliverables": [_deliverable(deliverable) for deliverable in step.deliverables],
                "criteria": [_criterion(criterion) for criterion in step.criteria],
                "pacing": list(step.pacing),
                "verification": list(step.verification),
                "responsibilities": [_responsibility(row) for row in step.responsibilities],
            }
        ),
    }


def figure(value: Decimal) -> int | float:
    """As JSON and YAML write it: 5, 7.5."""
    return int(value) if value == value.to_integral_value() else float(value)


def _kept(fields: Plain) -> Plain:
    return {name: value for name, value in fields.items() if value not in ("", [], {}, None)}


def _action(action: ActionDoc) -> Plain:
    more = {"tools": list(action.tools), "example": action.example, "output": action.output}
    return {"key": action.key, "title": action.title, "how": list(action.how), **_kept(more)}


def _deliverable(deliverable: DeliverableDoc) -> Plain:
    return {"key": deliverable.key, "name": deliverable.name, **_kept({"description": deliverable.description})}


def _criterion(criterion: CriterionDoc) -> Plain:
    params = {name: figure(value) for name, value in criterion.params.items()}
    more = {"params": params, "required": None if criterion.required else False, "hint": criterion.hint}
    return {"key": criterion.key, "title": criterion.title, "kind": criterion.kind, **_kept(more)}


def _responsibility(row: ResponsibilityDoc) -> Plain:
    return {"function": row.function.value, "part": row.part.value, "what": row.what, "standard": row.standard}


def _variant(variant: VariantDoc) -> Plain:
    return {
        "key": variant.key,
        "name": variant.name,
        **_kept(
            {
                "summary": variant.summary,
                "when": [_circumstances(case) for case in variant.when],
                "starts_at": variant.starts_at.value if variant.starts_at else "",
                "leave_out_steps": [step.value for step in variant.leave_out_steps],
                "leave_out_actions": list(variant.leave_out_actions),
                "leave_out_criteria": list(variant.leave_out_criteria),
                "advised_criteria": list(variant.advised_criteria),
                "extra_actions": _by_step(variant.extra_actions, _action),
                "extra_criteria": _by_step(variant.extra_criteria, _criterion),
                "standard_days": {step.value: days for step, days in variant.standard_days.items()},
                "responsibilities": variant.responsibilities,
            }
        ),
    }


def _circumstances(case: Circumstances) -> Plain:
    words = {"market": case.market, "scale": case.scale, "motion": case.motion}
    said: Plain = {name: word.value for name, word in words.items() if word is not None}
    return said if case.complex is None else {**said, "complex": case.complex}


def _by_step(items: Iterable[Any], write: Any) -> Plain:
    found: Plain = {}
    for item in items:
        found.setdefault(StepKey(item.step).value, []).append(write(item))
    return found
