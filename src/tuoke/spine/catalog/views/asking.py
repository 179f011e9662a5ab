"""What every screen of the catalogue reads from a request, and the way round between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.queries import history_of
from tuoke.base.ui.parts import Tab
from tuoke.spine.catalog import words


def version_in(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", "")[:10])
    except ValueError as error:
        raise Http404 from error


def may_write(request: StaffRequest) -> bool:
    return request.principal.may(Permission.CATALOG_WRITE)


def tabs(current: str) -> list[Tab]:
    places = (("products", _("产品")), ("competitors", _("竞品")), ("sources", _("线索来源")))
    return [Tab(label, reverse(f"catalog:{name}"), current=name == current) for name, label in places]


def two_sides(current: models.Model, mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What the conflict's notice takes: both sides where they differ, and who saved first."""
    rows = [
        (words.FIELDS[name], words.said(value), words.said(theirs[name]))
        for name, value in mine.items()
        if value != theirs[name]
    ]
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else ""}
