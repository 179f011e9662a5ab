"""What every screen of the library reads from a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from tuoke.base.accounts.access import StaffRequest
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.queries import history_of
from tuoke.base.ui.parts import Tab
from tuoke.spine.library import words
from tuoke.spine.library.models import KIND_NAMES, Item, ItemVersion
from tuoke.spine.library.rules import ItemKind


def kind_named(name: str) -> ItemKind:
    try:
        return ItemKind(name)
    except ValueError as error:
        raise Http404 from error


def found_item(request: StaffRequest, pk: int, action: str = "read") -> Item:
    return get_object_or_404(Item.objects.visible_to(request.principal, action).select_related("owner"), pk=pk)


def found_version(request: StaffRequest, pk: int, number: int) -> ItemVersion:
    versions = ItemVersion.objects.visible_to(request.principal).select_related("item__owner")
    return get_object_or_404(versions, item__pk=pk, number=number)  # a number that no key can be is nobody's


def may_write(request: StaffRequest) -> bool:
    return request.principal.may(Permission.LIBRARY_WRITE)


def version_in(request: StaffRequest) -> int:
    try:
        return int(request.POST.get("version", "")[:10])
    except ValueError as error:
        raise Http404 from error


def tabs(current: ItemKind) -> list[Tab]:
    return [
        Tab(str(name), reverse("library:kind", args=[kind.value]), current=kind is current)
        for kind, name in KIND_NAMES.items()
    ]


def two_sides(current: Item, mine: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, Any]:
    """What the conflict's notice takes: both sides where they differ, and who saved first."""
    rows = [
        (words.FIELDS.get(name, name), mine[name], theirs[name])
        for name in theirs
        if name in mine and mine[name] != theirs[name]
    ]
    last = history_of(current).first()
    return {"rows": rows, "who": last.actor_name if last else "", "url": current.get_absolute_url()}
