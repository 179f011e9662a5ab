from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.queries import timeline_of
from tuoke.base.ui.http import screen
from tuoke.spine.library import hooks, words
from tuoke.spine.library.actions.writing import REVIEW_AFTER
from tuoke.spine.library.forms import CompareForm, OutdatedForm, ReviewForm
from tuoke.spine.library.models import KIND_NAMES, Item, ItemVersion
from tuoke.spine.library.queries import current_of, effects_of, family_of, proofs_of
from tuoke.spine.library.rules import PROVING, Effect, ItemKind, Telling, differences, telling
from tuoke.spine.library.views.showing import found_item, found_version, may_write

USES_SHOWN = 10
VERSIONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Variant:
    """One of a family; ``letter`` is A for the oldest."""

    letter: str
    item: Item
    effect: Effect | None
    is_this: bool


@require_safe
@needs(Permission.LIBRARY_READ)
def item(request: StaffRequest, pk: int) -> HttpResponse:
    """What it says now, for whom, who answers for it, what came of it, and where it was used."""
    return page(request, found_item(request, pk))


def page(
    request: StaffRequest,
    found: Item,
    *,
    review: ReviewForm | None = None,
    outdated: OutdatedForm | None = None,
    status: int = 200,
) -> HttpResponse:
    version = current_of(found)
    context = {
        "item": found,
        "kind_name": KIND_NAMES[ItemKind(found.kind)],
        "version": version,
        "content": version.parsed,
        "plain": words.plain_text(found.kind, version.parsed),
        "review": review or ReviewForm(initial={"review_by": _next_review(timezone.localdate())}),
        "outdated": outdated or (OutdatedForm() if found.kind in PROVING else None),
        "proofs": proofs_of(version.parsed),
        "is_due": found.review_by is not None and found.review_by <= timezone.localdate(),
        "uses": _uses(request, found),
        "events": timeline_of(thread=found),
        "may_write": may_write(request),
        "gained_name": words.gained_name(found.kind),
        **_tried(found),
    }
    return screen(request, "library/item.html", context, status=status)


@require_safe
@needs(Permission.LIBRARY_READ)
def versions(request: StaffRequest, pk: int) -> HttpResponse:
    """Every version with who, when and why; what differs between any two (``?a=1&b=3``)."""
    found = found_item(request, pk)
    listed = list(ItemVersion.objects.visible_to(request.principal).filter(item=found)[:VERSIONS_SHOWN])
    numbers = [version.number for version in listed]
    newest = {"a": numbers[min(1, len(numbers) - 1)], "b": numbers[0]}
    form = CompareForm(request.GET or None, numbers=numbers, initial=newest)
    is_sound = not form.is_bound or form.is_valid()
    context = {
        "item": found,
        "versions": listed,
        "form": form,
        "may_write": may_write(request) and not found.retired_at,
        **(_compared(found, listed, form.cleaned_data if form.is_bound else newest) if is_sound else {}),
    }
    return screen(request, "library/versions.html", context, status=200 if is_sound else 422)


@require_safe
@needs(Permission.LIBRARY_READ)
def version(request: StaffRequest, pk: int, number: int) -> HttpResponse:
    """What it said as this version: what a call or mail of that time used."""
    found = found_version(request, pk, number)
    context = {
        "item": found.item,
        "version": found,
        "content": found.parsed,
        "plain": words.plain_text(found.item.kind, found.parsed),
        "proofs": proofs_of(found.parsed),
        "may_write": may_write(request) and not found.item.retired_at,
    }
    return screen(request, "library/version.html", context)


def _compared(found: Item, listed: list[ItemVersion], pair: Mapping[str, Any]) -> dict[str, Any]:
    by_number = {version.number: version for version in listed}
    old, new = by_number[pair["a"]], by_number[pair["b"]]
    old.item = new.item = found
    return {"old": old, "new": new, "differences": differences(old.parsed, new.parsed)}


def _tried(found: Item) -> dict[str, Any]:
    """The variants beside each other, and what the data say of them; nothing of it where nobody measures."""
    family = [one for one in family_of(found) if one.retired_at is None or one.pk == found.pk]
    effects = effects_of(found.kind, [one.pk for one in family])
    variants = [
        Variant(_letter(at), one, effects.get(one.pk), one.pk == found.pk) for at, one in enumerate(family)
    ]  # fmt: skip
    if found.kind not in hooks.effects:
        return {"variants": variants if len(variants) > 1 else [], "is_measured": False}
    tells = telling(variant.effect for variant in variants if variant.effect)
    best = max(variants, key=lambda variant: variant.effect.share if variant.effect else 0.0)
    told = words.told(tells, variants=len(variants), best=best.letter, kind=found.kind)
    return {"variants": variants, "is_measured": True, "told": told, "is_clear": tells is Telling.CLEAR}


def _letter(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else str(at + 1)


def _uses(request: StaffRequest, found: Item) -> list[hooks.Use]:
    uses = [use for source in hooks.uses for use in source(request.principal, found.pk)]
    return sorted(uses, key=lambda use: use.at, reverse=True)[:USES_SHOWN]


def _next_review(today: date) -> date:
    return today + REVIEW_AFTER
