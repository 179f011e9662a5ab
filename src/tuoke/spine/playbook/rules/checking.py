"""What a document must keep across its parts, once every part can be read."""

from __future__ import annotations

from itertools import product

from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.playbook.rules.document import (
    DEAL_STEPS,
    ActionDoc,
    CriterionDoc,
    DeliverableDoc,
    PlaybookDoc,
    VariantDoc,
)
from tuoke.spine.playbook.rules.reading import Problem, one_of, short
from tuoke.spine.playbook.rules.segments import WHOLE, resolve, variant_for

MAX_REQUIRED = 3
"""Few hard criteria a step, many soft (spec, Gates)."""


def check_keys(doc: PlaybookDoc, problems: list[Problem]) -> None:
    """Keys are names for life: ticks, waivers and links are kept under them."""
    numbers = [step.number for step in doc.steps]
    if numbers != list(range(1, len(numbers) + 1)):
        problems.append(Problem("playbook.steps", "bad_numbers", short(numbers), "1, 2, 3 … in order"))
    _no_doubles("playbook.steps", [step.key.value for step in doc.steps], problems)
    _no_doubles("playbook.variants", [variant.key for variant in doc.variants], problems)
    own: list[_Item] = []
    for step in doc.steps:
        own += [*step.actions, *step.deliverables, *step.criteria]
    _no_doubles("playbook.steps", [item.key for item in own], problems)

    extras: dict[str, _Item] = {}
    for position, variant in enumerate(doc.variants):
        path = f"playbook.variants[{position}]"
        mine: list[_Item] = [*variant.extra_actions, *variant.extra_criteria]
        _no_doubles(path, [item.key for item in mine], problems)
        for item in mine:
            # Two variants may bring the same item (both need a legal review), then it must be the very same.
            if item.key in {known.key for known in own} or extras.setdefault(item.key, item) != item:
                problems.append(Problem(path, "duplicate_key", item.key, "a key of its own"))
    for item in (*own, *extras.values()):
        if not item.key.startswith(f"{item.step}-"):
            problems.append(Problem("playbook", "bad_prefix", item.key, f"a key beginning with {item.step}-"))


_Item = ActionDoc | DeliverableDoc | CriterionDoc


def _no_doubles(path: str, keys: list[str], problems: list[Problem]) -> None:
    for key in dict.fromkeys(key for key in keys if keys.count(key) > 1):
        problems.append(Problem(path, "duplicate_key", key, "each key once"))


def check_references(doc: PlaybookDoc, problems: list[Problem]) -> None:
    steps = {step.key for step in doc.steps}
    actions = {action.key for step in doc.steps for action in step.actions}
    criteria = {criterion.key for step in doc.steps for criterion in step.criteria}
    themes = set(doc.logic)
    for step in doc.steps:
        if step.theme not in themes:
            problems.append(Problem(f"playbook.steps.{step.key}.theme", "unknown_theme", step.theme, one_of(doc.logic)))
    for position, variant in enumerate(doc.variants):
        path = f"playbook.variants[{position}]"
        if not variant.when and variant.key != WHOLE:
            problems.append(Problem(f"{path}.when", "missing", expected="at least one case"))
        named_steps = {
            "starts_at": {variant.starts_at} if variant.starts_at else set(),
            "leave_out_steps": set(variant.leave_out_steps),
            "standard_days": set(variant.standard_days),
            "extra_actions": {action.step for action in variant.extra_actions},
            "extra_criteria": {criterion.step for criterion in variant.extra_criteria},
        }
        for name, named in named_steps.items():
            for key in sorted(str(step) for step in named - steps):
                problems.append(Problem(f"{path}.{name}", "unknown_step", key, one_of(sorted(steps))))
        named_items = {
            "leave_out_actions": (variant.leave_out_actions, actions, "unknown_action"),
            "leave_out_criteria": (variant.leave_out_criteria, criteria, "unknown_criterion"),
            "advised_criteria": (variant.advised_criteria, criteria, "unknown_criterion"),
        }
        for name, (keys, known, code) in named_items.items():
            for key in keys:
                if key not in known:
                    problems.append(Problem(f"{path}.{name}", code, key, "a key of this playbook"))


def check_gates(doc: PlaybookDoc, problems: list[Problem]) -> None:
    """However variants meet, a step keeps few hard criteria and the deal keeps a step to be in."""
    seen = {WHOLE: resolve(doc, VariantDoc(key=WHOLE, name=doc.name))}
    for market, scale, motion, is_complex in product(Market, Scale, Motion, (False, True)):
        variant = variant_for(doc, Segment(market, scale, motion), is_complex=is_complex)
        seen.setdefault(variant.key, resolve(doc, variant))
    for key, resolved in seen.items():
        if not any(step.key in DEAL_STEPS for step in resolved.steps):
            problems.append(Problem(f"playbook.variants.{key}", "no_steps", expected="at least one step of a deal"))
        for step in resolved.steps:
            if len(step.required) > MAX_REQUIRED:
                problems.append(
                    Problem(
                        f"playbook.variants.{key}.{step.key}",
                        "too_many_required",
                        ", ".join(criterion.key for criterion in step.required),
                        f"at most {MAX_REQUIRED} required criteria a step",
                    )
                )
