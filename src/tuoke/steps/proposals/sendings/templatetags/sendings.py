from __future__ import annotations

from django import template

from tuoke.steps.proposals.sendings import words
from tuoke.steps.proposals.sendings.models import Sending

register = template.Library()


@register.filter
def duration(seconds: int) -> str:
    """Seconds as people say them: 40 秒, 3 分钟."""
    return words.duration(seconds)


@register.filter
def why_failed(sending: Sending) -> str:
    return words.error_said(sending.error, sending.error_codes)
