"""What a customer type makes of the process: variants laid over the whole playbook (P1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from tuoke.spine.catalog.rules import Segment
from tuoke.spine.playbook.rules.document import (
    DEAL_STEPS,
    ActionDoc,
    Circumstances,
    CriterionDoc,
    PlaybookDoc,
    StepDoc,
    StepKey,
    VariantDoc,
)

WHOLE = "default"
"""Key of the variant that changes nothing: the whole process, for whoever is not classified yet."""

JOINT = "+"
"""Joins the keys of variants that apply together: ``tob_large+cross_region``."""


class UnknownVariant(LookupError):
    """A variant's key that the playbook doesn't know."""


@dataclass(frozen=True, slots=True)
class ResolvedPlaybook:
    """The process as one customer type runs it: only its own steps, actions and criteria, in order."""

    doc: PlaybookDoc
    variant: VariantDoc
    steps: tuple[StepDoc, ...]

    @property
    def entry(self) -> StepKey:
        """The step in which an opportunity of this type begins."""
        return next(step.key for step in self.steps if step.key in DEAL_STEPS)

    def index(self, key: str) -> int:
        """Position among this type's steps; KeyError if it leaves the step out."""
        for position, step in enumerate(self.steps):
            if step.key == key:
                return position
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return any(step.key == key for step in self.steps)

    def step(self, key: str) -> StepDoc:
        return self.steps[self.index(key)]

    def next_step(self, key: str) -> StepKey | None:
        """The step after ``key``; None after the last."""
        following = self.steps[self.index(key) + 1 :]
        return following[0].key if following else None

    def gate(self, key: str) -> tuple[CriterionDoc, ...]:
        """What is asked of whoever leaves the step."""
        return self.step(key).criteria

    def gates_through(self, key: str) -> tuple[CriterionDoc, ...]:
        """The gate of ``key`` and of every earlier step of the deal, so that a skip can't hide debt."""
        passed = self.steps[: self.index(key) + 1]
        return tuple(criterion for step in passed if step.key in DEAL_STEPS for criterion in step.criteria)


def variant_for(doc: PlaybookDoc, segment: Segment, *, is_complex: bool = False) -> VariantDoc:
    """Every variant that applies to the customer type, laid over each other. Keep its ``key`` to find it again."""
    return _merge(doc, [variant for variant in doc.variants if _applies(variant, segment, is_complex)])


def variant_named(doc: PlaybookDoc, key: str) -> VariantDoc:
    """The variant with this key, also a joint one; an empty key is the whole process. Raises UnknownVariant."""
    known = {variant.key: variant for variant in doc.variants}
    wanted = [part for part in key.split(JOINT) if part != WHOLE] if key else []
    if any(part not in known for part in wanted):
        raise UnknownVariant(key)
    return _merge(doc, [known[part] for part in dict.fromkeys(wanted)])


def resolve(doc: PlaybookDoc, variant: VariantDoc) -> ResolvedPlaybook:
    """The playbook as the variant runs it."""
    left_out = set(variant.leave_out_steps)
    if variant.starts_at is not None:
        keys = [step.key for step in doc.steps]
        left_out |= set(keys[: keys.index(variant.starts_at)])
    steps = tuple(_step(step, variant) for step in doc.steps if step.key not in left_out)
    return ResolvedPlaybook(doc, variant, steps)


def _applies(variant: VariantDoc, segment: Segment, is_complex: bool) -> bool:
    return any(_fits(case, segment, is_complex) for case in variant.when)


def _fits(case: Circumstances, segment: Segment, is_complex: bool) -> bool:
    pairs = (
        (case.market, segment.market),
        (case.scale, segment.scale),
        (case.motion, segment.motion),
        (case.complex, is_complex),
    )
    return all(wanted is None or wanted == actual for wanted, actual in pairs)


def _merge(doc: PlaybookDoc, variants: list[VariantDoc]) -> VariantDoc:
    if not variants:
        return next((v for v in doc.variants if v.key == WHOLE), VariantDoc(key=WHOLE, name=doc.name))
    if len(variants) == 1:
        return variants[0]
    order = [step.key for step in doc.steps]
    starts = [v.starts_at for v in variants if v.starts_at is not None]
    said = [v.responsibilities for v in variants if v.responsibilities is not None]
    return VariantDoc(
        key=JOINT.join(v.key for v in variants),
        name=" · ".join(v.name for v in variants),
        summary=" ".join(v.summary for v in variants if v.summary),
        starts_at=max(starts, key=order.index, default=None),
        leave_out_steps=_union(v.leave_out_steps for v in variants),
        leave_out_actions=_union(v.leave_out_actions for v in variants),
        leave_out_criteria=_union(v.leave_out_criteria for v in variants),
        advised_criteria=_union(v.advised_criteria for v in variants),
        extra_actions=tuple({a.key: a for v in variants for a in v.extra_actions}.values()),
        extra_criteria=tuple({c.key: c for v in variants for c in v.extra_criteria}.values()),
        standard_days={step: days for v in variants for step, days in v.standard_days.items()},
        responsibilities=said[-1] if said else None,
    )


def _step(step: StepDoc, variant: VariantDoc) -> StepDoc:
    criteria = (*step.criteria, *_of_step(variant.extra_criteria, step.key))
    return replace(
        step,
        standard_days=variant.standard_days.get(step.key, step.standard_days),
        actions=_without((*step.actions, *_of_step(variant.extra_actions, step.key)), variant.leave_out_actions),
        criteria=tuple(
            replace(criterion, required=False) if criterion.key in variant.advised_criteria else criterion
            for criterion in _without(criteria, variant.leave_out_criteria)
        ),
        responsibilities=() if variant.responsibilities is False else step.responsibilities,
    )


Item = TypeVar("Item", ActionDoc, CriterionDoc)


def _of_step(items: Iterable[Item], step: StepKey) -> tuple[Item, ...]:
    return tuple(item for item in items if item.step == step)


def _without(items: Iterable[Item], keys: Iterable[str]) -> tuple[Item, ...]:
    gone = set(keys)
    return tuple(item for item in items if item.key not in gone)


Element = TypeVar("Element")


def _union(groups: Iterable[Iterable[Element]]) -> tuple[Element, ...]:
    return tuple(dict.fromkeys(element for group in groups for element in group))
