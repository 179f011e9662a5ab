from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen
from tuoke.spine.library import hooks, words
from tuoke.spine.library.filters import ItemFilter
from tuoke.spine.library.models import KIND_NAMES, Item
from tuoke.spine.library.queries import effects_of, with_current
from tuoke.spine.library.rules import Content, Effect, ItemKind, texts_of
from tuoke.spine.library.views.showing import kind_named, may_write, tabs

PAGE = 30
SAID_LIMIT = 90
TONES = {"industry": "blue", "dimension": "teal", "trigger": "purple"}


@dataclass(frozen=True, slots=True)
class Row:
    """An item in the list, ready to be printed: there are many of them on a page."""

    item: Item
    url: str
    said: str
    topic: str
    tags: Sequence[tuple[str, str]]
    owner: str
    effect: Effect | None
    is_due: bool


@require_safe
@needs(Permission.LIBRARY_READ)
def index(request: StaffRequest) -> HttpResponse:
    """The library opens at its scripts."""
    return _listed(request, ItemKind.SCRIPT)


@require_safe
@needs(Permission.LIBRARY_READ)
def kind(request: StaffRequest, kind: str) -> HttpResponse:
    return _listed(request, kind_named(kind))


def _listed(request: StaffRequest, kind: ItemKind) -> HttpResponse:
    """A page of one kind, newest first (region ``list``)."""
    today = timezone.localdate()
    items = Item.objects.visible_to(request.principal).filter(kind=kind.value).select_related("owner")
    found = ItemFilter(request.GET, queryset=items, kind=kind, today=today)
    is_sound = found.form.is_valid()
    cursor = request.GET.get("cursor", "")
    rows = found.qs if is_sound else items.none()
    if cursor.isascii() and cursor.isdigit() and len(cursor) < 19:
        rows = rows.filter(pk__lt=int(cursor))
    page = list(rows.defer("search_text").order_by("-id")[: PAGE + 1])
    shown = with_current(page[:PAGE])
    effects = effects_of(kind, (item.pk for item, _version in shown))
    context = {
        "kind": kind.value,
        "kind_name": KIND_NAMES[kind],
        "tabs": tabs(kind),
        "here": reverse("library:kind", args=[kind.value]),
        "filter": found,
        "is_narrowed": any(request.GET.get(name) for name in found.filters),
        "rows": [_row(item, version.parsed, effects, today) for item, version in shown],
        "next": str(page[PAGE - 1].pk) if len(page) > PAGE else None,
        "gained_name": words.gained_name(kind),
        "is_measured": kind.value in hooks.effects,
        "may_write": may_write(request),
    }
    return screen(request, "library/list.html", context, region="list", status=200 if is_sound else 422)


def _row(item: Item, content: Content, effects: Mapping[int, Effect], today: date) -> Row:
    texts = [text for text in texts_of(content) if text != item.title]
    return Row(
        item=item,
        url=item.get_absolute_url(),
        said=Truncator(" ".join((texts[0] if texts else "").split())).chars(SAID_LIMIT),
        topic=str(words.topic_name(item.kind, item.topic)),
        tags=[(TONES.get(name, "gray"), value) for name, _label, value in words.said_tags(item.tags)],
        owner=item.owner.name if item.owner else "—",
        effect=effects.get(item.pk),
        is_due=item.review_by is not None and item.retired_at is None and item.review_by <= today,
    )
