"""Can a deal walk this playbook? Whatever its customer type, it must be able to begin, to move on, to go back and to end
(P2, P2a): a process that strands its deals is not published.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from tuoke.spine.catalog.rules import Market, Motion, Scale, Segment
from tuoke.spine.playbook.rules.document import DEAL_STEPS, CriterionDoc, PlaybookDoc, StepKey, VariantDoc
from tuoke.spine.playbook.rules.kinds import KINDS, TICK
from tuoke.spine.playbook.rules.reading import Problem
from tuoke.spine.playbook.rules.segments import WHOLE, ResolvedPlaybook, resolve, variant_for

VARIANT_KEY_LIMIT = 40
"""A deal keeps the keys of its variants together in so many characters."""

_OF_CAMPAIGN = frozenset(
    {"profile_dimensions", "review_dates_set", "market_analysed", "goals_broken_down", "resources_allocated"}
)
_OF_LEAD = frozenset(
    {"lead_score", "lead_company_known", "lead_source_known", "lead_duplicates_clear", "facts_verified"}
)
_OF_BOTH = frozenset(
    {"contact_reachable", "decision_maker_known", "decision_maker_contacted", "budget_known", "amount_known"}
)
"""What is known of a lead as well as of a deal."""
_SIGNED = frozenset(
    {
        "outcome_won", "contract_matches", "legal_cleared", "payments_scheduled", "kickoff_shared", "raci_complete",
        "team_introduced", "first_delivery_accepted", "delivery_feedback",
    }
)  # fmt: skip
_REVIEWED = frozenset({"review_held", "review_reported", "improvements_carried_out"})
_MOST = {
    "profile_dimensions": 5,
    "dimensions_covered": 5,
    "lead_score": 10,
    "facts_verified": 4,
    "goals_broken_down": 7,
}
"""Figures that nothing can be above."""


def check_ways(doc: PlaybookDoc) -> tuple[Problem, ...]:
    """Every way in which a deal would be stuck. ``doc`` has been parsed, so every part of it is sound by itself."""
    problems = [*_order(doc), *_questions(doc)]
    for key, process in processes(doc).items():
        problems += _walk(key, process)
    return tuple(dict.fromkeys(problems))


def processes(doc: PlaybookDoc) -> dict[str, ResolvedPlaybook]:
    """The process of every customer type there can be, by its variant's key."""
    found = {WHOLE: resolve(doc, VariantDoc(key=WHOLE, name=doc.name))}
    for market, scale, motion, is_complex in product(Market, Scale, Motion, (False, True)):
        variant = variant_for(doc, Segment(market, scale, motion), is_complex=is_complex)
        found[variant.key] = resolve(doc, variant)
    return found


def _order(doc: PlaybookDoc) -> Iterator[Problem]:
    keys = [step.key for step in doc.steps]
    before = [key for key in keys if key not in DEAL_STEPS]
    if keys[: len(before)] != before:
        yield Problem(
            "playbook.steps", "preparation_late", ", ".join(keys), "targeting and leads before a deal's steps"
        )
    for key in (StepKey.CONTRACTS, StepKey.REVIEWS):
        if key not in keys:
            yield Problem("playbook.steps", "step_needed", key, "a deal is signed in contracts and ends in reviews")
    if StepKey.CONTRACTS in keys and StepKey.REVIEWS in keys and keys[-2:] != [StepKey.CONTRACTS, StepKey.REVIEWS]:
        yield Problem(
            "playbook.steps", "end_elsewhere", ", ".join(keys), "contracts and then reviews as the last steps"
        )


def _walk(key: str, process: ResolvedPlaybook) -> Iterator[Problem]:
    path = f"playbook.variants.{key}"
    if len(key) > VARIANT_KEY_LIMIT:
        yield Problem(path, "variant_key_too_long", key, f"at most {VARIANT_KEY_LIMIT} characters together")
    if {StepKey.CONTRACTS, StepKey.REVIEWS} <= {step.key for step in process.doc.steps}:
        for needed in (StepKey.CONTRACTS, StepKey.REVIEWS):
            if needed not in process:
                yield Problem(path, "step_unreachable", needed, "a way to the signature and to the review")
    if process.entry in (StepKey.CONTRACTS, StepKey.REVIEWS):
        yield Problem(path, "no_way_in", process.entry, "a step before the contract in which a deal begins")


def _questions(doc: PlaybookDoc) -> Iterator[Problem]:
    """Criteria that nothing can ever meet where they are asked."""
    asked = [(f"playbook.steps.{c.step}.{c.key}", c) for step in doc.steps for c in step.criteria]
    asked += [(f"playbook.variants.{v.key}.{c.key}", c) for v in doc.variants for c in v.extra_criteria]
    for path, criterion in asked:
        if not _is_answerable(criterion):
            yield Problem(path, "never_answered", criterion.kind, f"a kind that can be true in {criterion.step}")
        most, wanted = _MOST.get(criterion.kind), criterion.params.get("at_least")
        if most is not None and wanted is not None and wanted > most:
            yield Problem(path, "never_reached", str(wanted), f"at most {most}")


def _is_answerable(criterion: CriterionDoc) -> bool:
    kind, step = criterion.kind, criterion.step
    if kind == TICK:
        return True
    if step == StepKey.TARGETING or kind in _OF_CAMPAIGN:
        return step == StepKey.TARGETING and kind in _OF_CAMPAIGN
    if step == StepKey.LEADS or kind in _OF_LEAD:
        return step == StepKey.LEADS and kind in _OF_LEAD | _OF_BOTH
    if kind in _SIGNED:
        return step in (StepKey.CONTRACTS, StepKey.REVIEWS)
    return step == StepKey.REVIEWS if kind in _REVIEWED else True


def kinds_for(step: str) -> tuple[str, ...]:
    """The kinds of criteria that can be met in a step, in the order in which the code lists them."""
    return tuple(
        kind for kind in KINDS if _is_answerable(CriterionDoc(key="-", step=StepKey(step), title="-", kind=kind))
    )
