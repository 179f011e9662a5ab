"""Lists as people keep them: saved views, and how each is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from unicodedata import category

from django.db import transaction
from django.db.models import QuerySet

from tuoke.base.accounts.models import ListLayout, SavedView, User
from tuoke.base.accounts.queries import audiences_of
from tuoke.base.accounts.rules import LISTS, VIEW_NAME_LIMIT, VIEW_QUERY_LIMIT, VIEWS_MOST, Audience, Density, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, record


@dataclass(frozen=True, slots=True)
class ViewDraft:
    """What a saved view shall be; ``query`` is the list's address without its page."""

    name: str
    query: str = ""
    columns: tuple[str, ...] = ()
    audience: Audience = Audience.OWN


@transaction.atomic
def save_view(*, place: str, draft: ViewDraft, by: Principal, now: datetime) -> SavedView:
    """Keep a list as it is seen now. Refused: may_not_use, name_missing, name_too_long, name_broken, name_taken,
    query_too_long, may_not_share, too_many_views."""
    verdict = _sound_view(place, draft, by=by, apart_from=None)
    if SavedView.objects.filter(owner_id=by.user_id, place=place, removed_at=None).count() >= VIEWS_MOST:
        verdict &= no("too_many_views", limit=VIEWS_MOST)
    if not verdict:
        raise Refused(verdict)
    view = SavedView.objects.create(
        place=place, owner_id=by.user_id or 0, created_at=now, **_view_columns(draft, by=by)
    )  # fmt: skip
    record(kind="accounts.view_saved", subject=view, by=by, at=now, facts={"name": view.name, "place": place})
    return view


@transaction.atomic
def change_view(*, view: SavedView, draft: ViewDraft, by: Principal, now: datetime) -> SavedView:
    """Give one's own view another name, content or audience. Raises SavedView.DoesNotExist for somebody else's;
    Refused as ``save_view``."""
    view = _own_view(view, by=by)
    verdict = _sound_view(view.place, draft, by=by, apart_from=view)
    if not verdict:
        raise Refused(verdict)
    values = _view_columns(draft, by=by)
    changes = changes_between(before={name: getattr(view, name) for name in values}, after=values)
    if not changes:
        return view
    for name, value in values.items():
        setattr(view, name, value)
    view.version += 1
    view.save()
    record(kind="accounts.view_changed", subject=view, by=by, at=now, changes=changes, facts={"name": view.name})
    return view


@transaction.atomic
def remove_view(*, view: SavedView, by: Principal, now: datetime) -> None:
    """Take one's own view away, for whoever it was shared with too; ``restore_view`` brings it back."""
    view = _own_view(view, by=by)
    view.removed_at = now
    view.save(update_fields=["removed_at"])
    record(kind="accounts.view_removed", subject=view, by=by, at=now, facts={"name": view.name})


@transaction.atomic
def restore_view(*, view: SavedView, by: Principal, now: datetime) -> SavedView:
    """Refused: name_taken where another one has got its name meanwhile."""
    view = SavedView.objects.select_for_update().get(pk=view.pk, owner_id=by.user_id)
    if view.removed_at is None:
        return view
    if _view_twins(view.place, view.name, by=by).exists():
        raise Refused(no("name_taken", field="name"))
    view.removed_at = None
    view.save(update_fields=["removed_at"])
    record(kind="accounts.view_restored", subject=view, by=by, at=now, facts={"name": view.name})
    return view


@transaction.atomic
def lay_out(
    *, place: str, view: str, columns: Sequence[str], density: Density, is_first: bool, by: Principal
) -> ListLayout:
    """How ``by`` wants a view of a list drawn, and whether the list opens with it. A taste, not an event: no history."""
    if by.user_id is None or not by.may(LISTS[place].use):
        raise Refused(no("may_not_use"))
    list(User.objects.select_for_update().filter(pk=by.user_id))  # one at a time: there is one first view
    if is_first:
        ListLayout.objects.filter(user_id=by.user_id, place=place).exclude(view=view).update(is_first=False)
    layout, _ = ListLayout.objects.update_or_create(
        user_id=by.user_id, place=place, view=view,
        defaults={"columns": list(columns), "density": density.value, "is_first": is_first},
    )  # fmt: skip
    return layout


def _own_view(view: SavedView, *, by: Principal) -> SavedView:
    return SavedView.objects.select_for_update().get(pk=view.pk, owner_id=by.user_id, removed_at=None)


def _view_columns(draft: ViewDraft, *, by: Principal) -> dict[str, Any]:
    return {
        "name": draft.name.strip(),
        "query": draft.query,
        "columns": list(draft.columns),
        "audience": draft.audience.value,
        "department_id": by.department_id if draft.audience is Audience.DEPARTMENT else None,
    }


def _sound_view(place: str, draft: ViewDraft, *, by: Principal, apart_from: SavedView | None) -> Verdict:
    if by.user_id is None or not by.may(LISTS[place].use):
        return no("may_not_use")
    name = draft.name.strip()
    verdict = YES if name else no("name_missing", field="name")
    if len(name) > VIEW_NAME_LIMIT:
        verdict &= no("name_too_long", field="name", limit=VIEW_NAME_LIMIT)
    if any(category(char) in ("Cc", "Cs", "Co") for char in name):
        return verdict & no("name_broken", field="name")  # it can't even be looked for
    if len(draft.query) > VIEW_QUERY_LIMIT:
        verdict &= no("query_too_long")
    if draft.audience not in audiences_of(by, place):
        verdict &= no("may_not_share", field="audience")
    twins = _view_twins(place, name, by=by)
    if (twins.exclude(pk=apart_from.pk) if apart_from else twins).exists():
        verdict &= no("name_taken", field="name")
    return verdict


def _view_twins(place: str, name: str, *, by: Principal) -> QuerySet[SavedView]:
    return SavedView.objects.filter(owner_id=by.user_id, place=place, name=name, removed_at=None)
