"""``{% timeline_event event %}``: each package says its own kinds in ``templates/timeline/<kind>.html``."""

from __future__ import annotations

from django import template
from django.template.loader import select_template
from django.utils.safestring import SafeString

from tuoke.base.records.models import Event

register = template.Library()


@register.simple_tag
def timeline_event(event: Event) -> SafeString:
    """The event in words. The template gets ``event``, its ``facts`` and ``changes``."""
    chosen = select_template([f"timeline/{event.kind}.html", "timeline/default.html"])
    return SafeString(chosen.render({"event": event, "facts": event.facts, "changes": event.changes}))
