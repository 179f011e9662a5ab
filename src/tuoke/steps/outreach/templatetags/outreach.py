"""Tags of the background sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django_stubs_ext import StrOrPromise

from tuoke.base.ui.templatetags.ui import badge
from tuoke.steps.outreach import words
from tuoke.steps.outreach.rules import Unknown
from tuoke.steps.targeting.markets.rules import web_address

register = template.Library()


@register.simple_tag
def event_badge(kind: str) -> SafeString:
    return badge(words.kind_name(kind), tone=words.EVENT_TONES.get(kind, "gray"))


@register.filter
def kind_name(kind: str) -> str:
    return words.kind_name(kind)


@register.filter
def unknown_name(what: Unknown) -> StrOrPromise:
    return words.UNKNOWN[what][0]


@register.filter
def unknown_remedy(what: Unknown) -> StrOrPromise:
    return words.UNKNOWN[what][1]


@register.filter
def why(reasons: Sequence[str]) -> str:
    """Why an opening was chosen, in words."""
    return words.why(tuple(reasons))


@register.filter
def web(link: str) -> str:
    """The link where it can be pressed safely: http and https alone."""
    return web_address(link)


@register.filter
def site(link: str) -> str:
    """The host that a link leads to: what a reader wants to know before he presses it."""
    return link.partition("://")[2].partition("/")[0].removeprefix("www.")


@register.filter
def note_changes(changes: Mapping[str, Iterable[Any]]) -> list[tuple[StrOrPromise, str, str]]:
    """What changed in a note: name, before, after."""
    return [
        (words.FIELDS.get(name, name), *(words.said_value(name, value) for value in pair))  # type: ignore[misc]  # pairs
        for name, pair in changes.items()
    ]
