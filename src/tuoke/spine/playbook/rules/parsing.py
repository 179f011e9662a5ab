"""From a plain mapping (YAML, JSON) to a PlaybookDoc, or a PlaybookError that names everything wrong with it."""

from __future__ import annotations

import math
from decimal import Decimal

from tuoke.base.accounts.rules import Function
from tuoke.spine.catalog.rules import Market, Motion, Scale
from tuoke.spine.playbook.rules.checking import check_gates, check_keys, check_references
from tuoke.spine.playbook.rules.document import (
    ActionDoc,
    Circumstances,
    CriterionDoc,
    DeliverableDoc,
    NoteDoc,
    PlaybookDoc,
    Raci,
    ResponsibilityDoc,
    ScriptPart,
    StepDoc,
    StepKey,
    VariantDoc,
)
from tuoke.spine.playbook.rules.kinds import KINDS
from tuoke.spine.playbook.rules.reading import PlaybookError, Problem, Reader, one_of


def parse(raw: object) -> PlaybookDoc:
    """Read a whole playbook. Raises PlaybookError with every problem, never with only the first."""
    problems: list[Problem] = []
    doc = _playbook(Reader(raw, "playbook", problems))
    if not problems:
        check_keys(doc, problems)
        check_references(doc, problems)
    if not problems:
        check_gates(doc, problems)
    if problems:
        raise PlaybookError(tuple(problems))
    return doc


def _playbook(reader: Reader) -> PlaybookDoc:
    return reader.all_of(
        lambda r: PlaybookDoc(
            key=r.key("key"),
            name=r.text("name"),
            logic=r.texts("logic"),
            notes=r.optional_items("notes", lambda n: NoteDoc(n.text("title"), n.text("text"))),
            steps=tuple(step for step in r.items("steps", _step) if step is not None),
            variants=r.optional_items("variants", _variant),
        )
    )


def _step(r: Reader) -> StepDoc | None:
    known = r.choice("key", StepKey, "unknown_step")
    step = known or StepKey.TARGETING
    doc = StepDoc(
        key=step,
        number=r.days("number"),
        name=r.text("name"),
        subtitle=r.optional_text("subtitle"),
        theme=r.text("theme"),
        goal=r.text("goal"),
        why=r.text("why"),
        standard_days=r.days("standard_days"),
        actions=r.items("actions", lambda a: _action(a, step)),
        script=r.optional_items("script", lambda s: ScriptPart(s.text("part"), s.texts("lines"))),
        good_example=r.optional_text("good_example"),
        common_mistakes=r.optional_texts("common_mistakes"),
        deliverables=r.optional_items("deliverables", lambda d: _deliverable(d, step)),
        criteria=r.optional_items("criteria", lambda c: _criterion(c, step)),
        pacing=r.optional_texts("pacing"),
        verification=r.optional_texts("verification"),
        responsibilities=r.optional_items("responsibilities", _responsibility),
    )
    return doc if known else None


def _action(r: Reader, step: StepKey) -> ActionDoc:
    return ActionDoc(
        key=r.key("key"),
        step=step,
        title=r.text("title"),
        how=r.texts("how"),
        tools=r.optional_texts("tools"),
        example=r.optional_text("example"),
        output=r.optional_text("output"),
    )


def _deliverable(r: Reader, step: StepKey) -> DeliverableDoc:
    return DeliverableDoc(r.key("key"), step, r.text("name"), r.optional_text("description"))


def _criterion(r: Reader, step: StepKey) -> CriterionDoc:
    if (kind := r.text("kind")) and kind not in KINDS:
        r.problem("kind", "unknown_kind", kind, one_of(KINDS))
    return CriterionDoc(
        key=r.key("key"),
        step=step,
        title=r.text("title"),
        kind=kind,
        params=_params(r, kind),
        required=r.flag("required") is not False,
        hint=r.optional_text("hint"),
    )


def _params(r: Reader, kind: str) -> dict[str, Decimal]:
    """The figures of a criterion. A missing, unknown or unusable one is a problem."""
    raw = r.take("params")
    if kind not in KINDS:
        return {}
    inner = Reader({} if raw is None else raw, f"{r.path}.params", r.problems)
    wanted = KINDS[kind].params
    for name in inner.fields:
        if name not in wanted:
            inner.problem(str(name), "unknown_param", name, one_of(wanted) if wanted else "no parameter")
    found = {}
    for name in wanted if not inner.is_broken else ():
        value = inner.take(name)
        if value is None:
            inner.problem(name, "missing_param", expected="a number")
        elif isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or value < 0:
            inner.problem(name, "not_a_number", value, "a number, 0 or more")
        else:
            found[name] = Decimal(str(value))
    return found


def _responsibility(r: Reader) -> ResponsibilityDoc:
    return ResponsibilityDoc(
        function=r.choice("function", Function) or Function.SALES,
        part=r.choice("part", Raci) or Raci.INFORMED,
        what=r.text("what"),
        standard=r.text("standard"),
    )


def _variant(r: Reader) -> VariantDoc:
    return VariantDoc(
        key=r.key("key"),
        name=r.text("name"),
        summary=r.optional_text("summary"),
        when=r.optional_items("when", _circumstances),
        starts_at=r.optional_step("starts_at"),
        leave_out_steps=r.steps("leave_out_steps"),
        leave_out_actions=r.optional_texts("leave_out_actions"),
        leave_out_criteria=r.optional_texts("leave_out_criteria"),
        advised_criteria=r.optional_texts("advised_criteria"),
        extra_actions=r.by_step("extra_actions", _action),
        extra_criteria=r.by_step("extra_criteria", _criterion),
        standard_days=r.days_by_step("standard_days"),
        responsibilities=r.flag("responsibilities"),
    )


def _circumstances(r: Reader) -> Circumstances:
    if not r.fields:
        r.problem("", "empty_case", expected="market, scale, motion or complex")
    return Circumstances(
        market=r.optional_choice("market", Market),
        scale=r.optional_choice("scale", Scale),
        motion=r.optional_choice("motion", Motion),
        complex=r.flag("complex"),
    )
