"""Where one calls or writes to somebody, as the packages above say."""

from __future__ import annotations

from django import template

from tuoke.spine.followups import hooks
from tuoke.spine.followups.models import NextAction, Subject

register = template.Library()


@register.simple_tag
def call_url(action: NextAction) -> str:
    return next((url for asked in hooks.call_url if (url := asked(action))), "")


@register.simple_tag
def letter_for(action: NextAction) -> str:
    return next((url for asked in hooks.letter_url if (url := asked(action))), "")


@register.simple_tag
def desk_url(subject: Subject) -> str:
    return next((url for asked in hooks.desk_url if (url := asked(subject))), "")
