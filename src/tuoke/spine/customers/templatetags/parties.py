"""Tags about parties: phones, ranges, tiers, roles, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django_stubs_ext import StrOrPromise

from tuoke.base.ui.templatetags.ui import NONE, badge
from tuoke.spine.customers import hooks, queries, words
from tuoke.spine.customers.models import (
    CHANNEL_NAMES,
    DECISION_ROLE_NAMES,
    FACT_NAMES,
    SOURCE_NAMES,
    TIER_NAMES,
    Contact,
)
from tuoke.spine.customers.queries import Hit
from tuoke.spine.customers.rules import Channel, DecisionRole, Tier, said_month, said_phone
from tuoke.spine.customers.rules.verification import FactKey

register = template.Library()


@register.filter
def phone(value: str) -> str:
    """138 0013 8000."""
    return said_phone(value) if value else ""


@register.filter
def channel_names(codes: Iterable[str]) -> str:
    """电话、微信: the ways of contact as history keeps them."""
    return "、".join(str(CHANNEL_NAMES[Channel(code)]) for code in codes or ())


@register.simple_tag
def letter_url(subject: Model, contact: Contact | None = None) -> str:
    """Where one writes to this person; "" where mails aren't written here, or he asked to be left alone."""
    if contact is not None and contact.do_not_contact:
        return ""
    return next((asked(subject, contact) for asked in hooks.letter_url), "")


@register.simple_tag
def amounts(low: Decimal | None, high: Decimal | None) -> SafeString:
    """A range of yuan; nothing known is a dash."""
    said = words.said_amounts(low, high)
    return format_html("{}", said) if said else NONE


@register.simple_tag
def counts(low: int | None, high: int | None) -> SafeString:
    said = words.said_counts(low, high)
    return format_html("{}", said) if said else NONE


@register.simple_tag
def month(value: date | None) -> SafeString:
    if value is None:
        return NONE
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), said_month(value))


@register.simple_tag
def tier_badge(tier: str) -> SafeString | str:
    return badge(TIER_NAMES[Tier(tier)], tone=words.TIER_TONES[tier]) if tier else ""


@register.simple_tag
def role_badge(role: str) -> SafeString | str:
    return badge(DECISION_ROLE_NAMES[DecisionRole(role)], tone=words.ROLE_TONES.get(role, "gray")) if role else ""


@register.simple_tag
def said_fact(facts: Mapping[str, Any]) -> str:
    """员工人数 420 人（年报，2026-03-01）, as history keeps it."""
    key, source = FACT_NAMES.get(facts.get("key", ""), ""), SOURCE_NAMES.get(facts.get("source", ""), "")
    return f"{key} {words.said_fact_value(facts)}（{source}，{facts.get('observed_on', '')}）"


@register.simple_tag
def fact_value(key: str, value: Any) -> str:
    """What a record or a source says about a fact; unknown is a dash."""
    return words.said_fact_value({"key": key, "low": value.low, "high": value.high, "text": value.text})


@register.simple_tag
def fact_badge(state: str) -> SafeString:
    return badge(words.FACT_STATES[state], tone=words.FACT_TONES[state])


@register.filter
def fact_name(key: str) -> StrOrPromise:
    return FACT_NAMES[FactKey(key)]


@register.filter
def match_words(matched: Iterable[str]) -> str:
    """Why a hit was found: 名称相同、电话相同."""
    return "、".join(str(words.MATCHES[name]) for name in matched)


@register.filter
def how_words(parts: Iterable[Sequence[Any]]) -> str:
    """What makes two records alike, with what each of it counts: 名称读音相同 84、电话相同 70、地区不同."""
    said = [(words.MATCHES[code], points) for code, points in parts if code in words.MATCHES]
    return "、".join(f"{word} {points}" if points else str(word) for word, points in said)


@register.filter
def told(hits: Iterable[Hit]) -> list[Hit]:
    """What a screen tells of look-alikes: see ``queries.told``."""
    return queries.told(hits)


@register.simple_tag
def likeness_badge(score: int) -> SafeString | str:
    """相似 84."""
    said = gettext("相似 %(score)s") % {"score": score}
    return badge(said, tone="red" if score >= 95 else "orange" if score >= 80 else "yellow")


@register.filter
def field_label(field: str) -> str:
    return str(words.field_name(field))


@register.filter
def field_labels(fields: Iterable[str]) -> str:
    """电话、邮箱: columns as the screens call them."""
    return words.listed(fields)


@register.filter
def change_lines(changes: Mapping[str, Any]) -> list[tuple[StrOrPromise, str, str]]:
    """What an event changed: (label, from, to)."""
    return [
        (words.field_name(field), words.said_value(field, before), words.said_value(field, after))
        for field, (before, after) in changes.items()
    ]
