"""Both sides of an edit that came too late, for ``ui/conflict.html``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

Side = tuple[StrOrPromise, str, str]
"""What a row of the notice takes: label, mine, theirs."""


def two_sides(
    form: forms.BaseForm, theirs: Mapping[str, Any], *, names: Mapping[str, StrOrPromise] | None = None
) -> list[Side]:
    """Where what was typed differs from what stands, as the form says both. Compared are the fields that ``theirs`` names;
    ``names`` are labels other than the form's own."""
    rows: list[Side] = []
    for name, field in form.fields.items():
        if name not in theirs or name == "version":
            continue
        mine, stands = _plain(form[name].value()), _plain(field.prepare_value(theirs[name]))
        if mine != stands:
            choices = {str(value): str(text) for value, text in getattr(field, "choices", ())}
            if isinstance(field, forms.BooleanField):
                choices = {"True": _("是"), "": _("否")}
            label = (names or {}).get(name) or field.label or name
            rows.append((label, choices.get(mine, mine), choices.get(stands, stands)))
    return rows


def _plain(value: Any) -> str:
    """As a browser sends it, whatever its ends of lines."""
    return "" if value in (None, False) else str(value).replace("\r\n", "\n").strip()
