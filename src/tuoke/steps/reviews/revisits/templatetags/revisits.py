from __future__ import annotations

from collections.abc import Mapping

from django import template

from tuoke.steps.reviews.revisits.words import answers

register = template.Library()


@register.filter
def survey_answers(choices: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a customer has chosen: (使用, 天天用)."""
    return answers(choices)
