"""``{% load files %}{% files_of contract "contract" %}``: the files of a thing, with what one may do, on any page."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Model
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from tuoke.services.files.models import File
from tuoke.services.files.queries import shelf_of

register = template.Library()


@register.simple_tag(takes_context=True)
def files_of(context: Context, subject: Model | str, kind: str) -> SafeString:
    """The region ``files``; nothing where the person may not read them. One shelf a page: its id is the region's name."""
    request: Any = context["request"]
    try:
        shelf = shelf_of(subject, kind=kind, who=request.principal)
    except File.DoesNotExist:
        return SafeString("")
    return SafeString(render_to_string("files/files.html#files", {"shelf": shelf, "reasons": []}, request))
