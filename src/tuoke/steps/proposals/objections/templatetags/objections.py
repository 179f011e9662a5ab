"""Small readings of objections in templates: ``{% load objections %}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django_stubs_ext import StrOrPromise

from tuoke.spine.library.words import STANDINGS
from tuoke.steps.proposals.objections import words
from tuoke.steps.proposals.objections.queries import Line, Proved
from tuoke.steps.proposals.objections.rules import may

register = template.Library()


@register.filter
def kind_name(kind: str) -> StrOrPromise:
    return words.kind_name(kind)


@register.filter
def state_name(state: str) -> StrOrPromise:
    return words.state_name(state)


@register.filter
def result_name(result: str) -> StrOrPromise:
    return words.result_name(result)


@register.filter
def why(line: Line) -> str:
    return words.why(line.rule, line.why)


@register.filter
def rule_name(line: Line) -> StrOrPromise:
    return words.rule_name(line.rule)


@register.filter
def why_then(line: Line) -> str:
    """The facts as they were when somebody worked on it."""
    return words.why(line.rule, line.objection.why) if line.objection else ""


@register.filter
def said(line: Line) -> StrOrPromise:
    """What the customer says, or may say."""
    return line.text or words.RULE_TEXTS.get(line.rule, "")


@register.filter
def standing_name(proof: Proved) -> StrOrPromise:
    return STANDINGS[proof.standing]


@register.filter
def can(line: Line, verb: str) -> bool:
    return may(verb, line.state)


@register.filter
def objection_changes(changes: Mapping[str, Sequence[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """(field, before, after) in words."""
    return [
        (label, _value(name, changes[name][0]), _value(name, changes[name][1]))
        for name, label in words.FIELD_NAMES.items()
        if name in changes
    ]


def _value(name: str, value: Any) -> str:
    return str(words.kind_name(value)) if name == "kind" and value else str(value or "")
