"""Words for what history keeps of signs: ``{% load signals %}``."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from tuoke.spine.library.rules import SignalKind
from tuoke.steps.negotiation.signals.models import ANSWER_NAMES, KIND_NAMES
from tuoke.steps.negotiation.signals.rules import Answer

register = template.Library()


@register.filter
def kind_names(kinds: Iterable[str]) -> list[str]:
    return [str(KIND_NAMES[SignalKind(kind)]) for kind in kinds if kind in set(SignalKind)]


@register.filter
def answer_name(answer: str) -> str:
    return str(ANSWER_NAMES[Answer(answer)]) if answer in set(Answer) else ""
