"""What an item says, and for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.services.exchange.rules import sound
from tuoke.services.search.actions import index
from tuoke.spine.library import hooks
from tuoke.spine.library.actions.permits import (
    drawn_up,
    first_version,
    held,
    may_write,
    must,
    said_tags,
    sorted_in,
    sound_proofs,
    tagged,
)
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.queries import SEARCH_KIND, current_of
from tuoke.spine.library.rules import NOTE_LIMIT, ItemDraft, ItemKind, parts_of, sound_draft, stored

REVIEW_AFTER = timedelta(days=180)
"""What is new is looked at again after half a year unless somebody says otherwise."""


@transaction.atomic
def add_item(*, kind: ItemKind, draft: ItemDraft, by: Principal, now: datetime) -> Item:
    """Put something into the library; who does answers for it. Raises Refused: may_not_write, what ``sound_draft`` finds."""
    must(sound_draft(kind, draft) & may_write(by) & sound_proofs(draft.content))
    return _added(kind, draft, family="", by=by, now=now)


@transaction.atomic
def make_variant(*, item: Item, draft: ItemDraft, by: Principal, now: datetime) -> Item:
    """Say the same in another way, to be tried against ``item`` (S3.2). The first variant makes the family.

    Raises Refused: may_not_write, item_retired, same_content (as any variant), what ``sound_draft`` finds.
    """
    current = held(item)
    kind = ItemKind(current.kind)
    must(
        sound_draft(kind, draft) & may_write(by) & _in_use(current) & _says_another(current, draft)
        & sound_proofs(draft.content)
    )  # fmt: skip
    if not current.family:
        current.family, current.version = f"{kind.value}-{current.pk}", current.version + 1
        current.save(update_fields=["family", "version"])
    return _added(kind, draft, family=current.family, by=by, now=now)


@transaction.atomic
def revise(*, item: Item, version: int, draft: ItemDraft, by: Principal, now: datetime, note: str = "") -> Item:
    """Change what it says, its title or tags; another content is a new version and ``note`` says why.

    Nothing changed: nothing is saved. Raises Conflict (stale ``version``), or Refused: may_not_write, item_retired,
    too_long and text_broken (note), what ``sound_draft`` finds.
    """
    current = held(item, version=version)
    must(
        sound_draft(ItemKind(current.kind), draft) & _sound_note(note) & may_write(by) & _in_use(current)
        & sound_proofs(draft.content)
    )  # fmt: skip
    before = current_of(current).parsed
    words = changes_between(before=parts_of(before), after=parts_of(draft.content))
    labels = changes_between(
        before={"title": current.title, **said_tags(current.tags)},
        after={"title": draft.titled, **said_tags(draft.tags)},
    )
    is_new = stored(before) != stored(draft.content)
    if not is_new and not labels:
        return current
    current.title = draft.titled
    tagged(current, draft.tags)
    sorted_in(current, draft.content)
    current.current_number += is_new
    current.outdated_at = None if is_new else current.outdated_at
    current.version += 1
    current.updated_at = now
    current.save()
    index(SEARCH_KIND, {current.pk: current.search_text})
    if is_new:
        said = first_version(current, draft.content, by=by, now=now, note=note.strip())
        said.save()
    record(
        kind="library.revised" if is_new else "library.retagged", subject=current, thread=current, by=by, at=now,
        changes={**words, **labels}, facts=_facts(current, note=note.strip()),
    )  # fmt: skip
    if is_new:
        _published(said, by=by, now=now)
    return current


def restore_version(*, item: Item, version: int, number: int, by: Principal, now: datetime, note: str = "") -> Item:
    """Let it say again what it said as version ``number``: as a new version. Raises as ``revise``, or DoesNotExist."""
    said = ItemVersion.objects.select_related("item").get(item=item, number=number)
    draft = ItemDraft(said.parsed, title=item.title, tags=item.tags)
    return revise(item=item, version=version, draft=draft, by=by, now=now, note=note)


def _added(kind: ItemKind, draft: ItemDraft, *, family: str, by: Principal, now: datetime) -> Item:
    item = drawn_up(kind, draft, now=now)
    item.family, item.owner_id = family, by.user_id
    item.review_by = timezone.localdate(now) + REVIEW_AFTER
    item.save()
    said = first_version(item, draft.content, by=by, now=now)
    said.save()
    index(SEARCH_KIND, {item.pk: item.search_text})
    record(
        kind="library.added", subject=item, thread=item, by=by, at=now,
        changes={name: (None, text) for name, text in parts_of(draft.content).items() if text}, facts=_facts(item),
    )  # fmt: skip
    _published(said, by=by, now=now)
    return item


def _published(version: ItemVersion, *, by: Principal, now: datetime) -> None:
    for tell in hooks.on_published:
        tell(version, by, now)


def _facts(item: Item, *, note: str = "") -> dict[str, object]:
    return {"kind": item.kind, "title": item.title, "number": item.current_number, "family": item.family, "note": note}


def _in_use(item: Item) -> Verdict:
    return no("item_retired") if item.retired_at else YES


def _says_another(item: Item, draft: ItemDraft) -> Verdict:
    family = Item.objects.filter(family=item.family, kind=item.kind) if item.family else Item.objects.filter(pk=item.pk)
    said = ItemVersion.objects.filter(item__in=family).current().values_list("content", flat=True)
    return no("same_content") if stored(draft.content) in said else YES


def _sound_note(note: str) -> Verdict:
    verdict = YES
    if len(note.strip()) > NOTE_LIMIT:
        verdict &= no("too_long", field="note", limit=NOTE_LIMIT, found=len(note.strip()))
    if not sound(note):
        verdict &= no("text_broken", field="note")
    return verdict
