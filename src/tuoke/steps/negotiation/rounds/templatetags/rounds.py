"""How offers, moves and states are said: ``{% load rounds %}``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import gettext_lazy as _

from tuoke.services.approvals.models import Request
from tuoke.spine.customers.models import CHANNEL_NAMES
from tuoke.spine.customers.rules import Channel
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.models import BottomLine
from tuoke.steps.negotiation.queries import bottom_line_of
from tuoke.steps.negotiation.rounds.rules import Move, Shown, State
from tuoke.steps.negotiation.rounds.words import FIELD_NAMES, GIVEN, SHOWN, past_words, step_words, value_words
from tuoke.steps.negotiation.rules import Side, Terms

register = template.Library()

SIDE_WORDS = {Side.OURS: _("我方 "), Side.THEIRS: _("客户方 ")}


@register.filter
def shown_word(shown: Shown) -> str:
    return str(SHOWN[shown][0])


@register.filter
def shown_tone(shown: Shown) -> str:
    return SHOWN[shown][1]


@register.filter
def given_word(state: str) -> str:
    return str(GIVEN[State(state)][0])


@register.filter
def given_tone(state: str) -> str:
    return GIVEN[State(state)][1]


@register.filter
def step(move: Move) -> str:
    return step_words(move)


@register.filter
def moved(moves: Sequence[Move]) -> dict[str, Move]:
    """By field."""
    return {move.field: move for move in moves}


@register.filter
def field_name(name: str) -> str:
    return str(FIELD_NAMES.get(name, name))


@register.filter
def past(facts: Sequence[str]) -> str:
    return past_words(facts)


@register.simple_tag(takes_context=True)
def line_behind(context: Context, asked: Request) -> BottomLine | None:
    """The line that a request is about, for whoever the door is open to now; None for everybody else."""
    deal = Opportunity.objects.filter(pk=asked.facts.get("deal") or 0).first()
    return bottom_line_of(context["request"].principal, deal) if deal else None


@register.filter
def terms_words(terms: Terms | Mapping[str, Any]) -> list[tuple[str, str]]:
    """What an offer says, as (label, words); what it doesn't say is left out. Also as history keeps it."""
    said = terms if isinstance(terms, Mapping) else {name: getattr(terms, name) for name in Terms.__dataclass_fields__}
    found = []
    for name in Terms.__dataclass_fields__:
        value = said.get(name)
        text = "\n".join(map(str, value)) if isinstance(value, list | tuple) else value
        if text not in (None, ""):
            found.append((str(FIELD_NAMES[name]), value_words(name, text)))
    return found


@register.filter
def edit_words(changes: Mapping[str, Sequence[Any]]) -> list[tuple[str, str, str]]:
    """The changes of a round as (field, before, after), with whose offer it is."""
    return [(_label(name), _value(name, pair[0]), _value(name, pair[1])) for name, pair in changes.items()]


def _label(name: str) -> str:
    side, _dash, field = name.partition("_")
    if side in set(Side) and field in FIELD_NAMES:
        return f"{SIDE_WORDS[Side(side)]}{FIELD_NAMES[field]}"
    return str(FIELD_NAMES.get(name, name))


def _value(name: str, value: Any) -> str:
    side, _dash, field = name.partition("_")
    if side in set(Side):
        return value_words(field, value)
    if name == "channel" and value in set(Channel):
        return str(CHANNEL_NAMES[Channel(value)])
    return str(value)[:16].replace("T", " ") if name == "held_at" else value_words(name, value)
