"""The customer's needs as markup. A card is one template, drawn once for each language; what differs from need to need is
filled in here: a template for every need of a long list would take most of the page's time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tuoke.doors.portal.words import PRIORITY_WORDS
from tuoke.steps.discovery.queries import SharedComment
from tuoke.steps.discovery.rules import Priority

_SLOT = re.compile("\0([a-z_]+)\0")
_SLOTS = (
    "id", "number", "kind", "kind_name", "text", "is_wrong", "wrong", "first", "last", "unfolded", "typed", "invalid",
    "error", "said", *(priority.value for priority in Priority),
)  # fmt: skip


def card(
    *,
    need_id: int,
    number: int,
    of: int,
    kind: str,
    kind_name: str,
    text: str,
    priority: Priority,
    is_wrong: bool,
    typed: str,
    error: str,
    said: SafeString,
) -> SafeString:
    """One need that can still be moved, weighed and commented on. Everything that somebody wrote is escaped here."""
    about = format_html(' aria-invalid="true" aria-describedby="comment-{}-error"', need_id) if error else ""
    told = format_html('<p class="error" id="comment-{}-error">{}</p>', need_id, error) if error else ""
    filled: Mapping[str, str] = {
        "id": str(need_id),
        "number": str(number),
        "kind": escape(kind),
        "kind_name": escape(kind_name),
        "text": lines(text),
        "is_wrong": " is-wrong" if is_wrong else "",
        "wrong": " checked" if is_wrong else "",
        "first": " disabled" if number == 1 else "",
        "last": " disabled" if number == of else "",
        "unfolded": " open" if typed or error or is_wrong else "",
        "typed": escape(typed),
        "invalid": about,
        "error": told,
        "said": said,
        **{one.value: " checked" if one is priority else "" for one in Priority},
    }
    # every odd part is the name of a slot
    parts = _parts(get_language() or "")
    return mark_safe("".join(filled[part] if at % 2 else part for at, part in enumerate(parts)))  # noqa: S308  # all escaped


def said_list(comments: Iterable[SharedComment], *, may_be_taken_back: bool) -> SafeString:
    """What the customer said before, with our answers; empty where he said nothing."""
    items = mark_safe("".join(_said(one, may_be_taken_back) for one in comments if one.text))  # noqa: S308  # each escaped
    return format_html('<ul class="said-list">{}</ul>', items) if items else items


def lines(text: str) -> SafeString:
    """A text with its line breaks, escaped."""
    return mark_safe(escape(text).replace("\n", "<br>"))  # noqa: S308  # escaped


def _said(one: SharedComment, may_be_taken_back: bool) -> SafeString:
    after = SafeString("")
    if one.answer:
        after = format_html(
            '<span class="said-answer" dir="auto">{}{}{}</span>', one.answered_by, _("："), lines(one.answer)
        )
    elif may_be_taken_back:
        after = format_html(
            ' <button class="link-button" type="submit" name="do" value="back-{}" formnovalidate>{}</button>',
            one.id, _("撤回"),
        )  # fmt: skip
    return format_html('<li class="said"><span dir="auto">{}</span>{}</li>', lines(one.text), after)


@lru_cache(maxsize=8)
def _parts(language: str) -> tuple[str, ...]:
    """The card in pieces: what stands there, the name of a slot, what stands there …"""
    slots = {name: SafeString(f"\0{name}\0") for name in _SLOTS}
    priorities = [(slots[one.value], one.value, name) for one, name in PRIORITY_WORDS.items()]
    return tuple(_SLOT.split(render_to_string("portal/_need.html", {"slot": slots, "priorities": priorities})))
