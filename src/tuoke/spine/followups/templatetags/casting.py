"""The verbs of many next actions at the price of one: drawn once a page, then cast for each."""

from __future__ import annotations

from django import template
from django.template.context import RequestContext
from django.utils.safestring import SafeString

from tuoke.spine.followups.models import NextAction

register = template.Library()

STAND_IN = NextAction(pk=8_810_000_000_000_000_001, version=8_820_000_000_000_000_002)
"""Numbers that no record has and no text holds."""


@register.simple_tag(takes_context=True)
def verb_mould(context: RequestContext, *, region: str) -> SafeString:
    """What ``_changes.html`` draws for any action of this page, for ``cast``."""
    assert context.template is not None, "a tag is drawn by a template"
    drawn = context.template.engine.get_template("followups/_changes.html")
    with context.push(action=STAND_IN, region=region):
        return SafeString(drawn.render(context))


@register.simple_tag
def cast(mould: SafeString, action: NextAction) -> SafeString:
    said = mould.replace(str(STAND_IN.pk), str(action.pk))
    return SafeString(said.replace(str(STAND_IN.version), str(action.version)))
