"""What every verb here asks first, and how an item is kept and found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.services.search.rules import search_text
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import (
    PROVING,
    TAGS,
    Content,
    ItemDraft,
    ItemKind,
    ObjectionContent,
    Tags,
    need_types_in,
    stored,
    texts_of,
    topic_of,
)


def may_write(by: Principal) -> Verdict:
    return YES if by.may(Permission.LIBRARY_WRITE) else no("may_not_write")


def must(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def held(item: Item, *, version: int | None = None) -> Item:
    """Locked until the verb is done. Raises Conflict where somebody saved since ``version`` was seen."""
    current = Item.objects.select_for_update(of=("self",)).select_related("owner").get(pk=item.pk)
    if version is not None and current.version != version:
        raise Conflict(current)
    return current


def text_of(title: str, content: Content) -> str:
    return search_text(*texts_of(content), names=[title])


def drawn_up(kind: ItemKind, draft: ItemDraft, *, now: datetime) -> Item:
    """A new item that is not yet stored."""
    item = Item(kind=kind.value, title=draft.titled, created_at=now, updated_at=now)
    tagged(item, draft.tags)
    sorted_in(item, draft.content)
    return item


def sorted_in(item: Item, content: Content) -> None:
    """What an item is found by, taken from what it says. Its title must be set."""
    item.search_text = text_of(item.title, content)
    item.topic = topic_of(ItemKind(item.kind), content)
    item.need_types = "".join(f"|{name}" for name in need_types_in(content)) + "|" if need_types_in(content) else ""


def first_version(item: Item, content: Content, *, by: Principal, now: datetime, note: str = "") -> ItemVersion:
    return ItemVersion(
        item=item, number=item.current_number, content=stored(content), note=note, by_id=by.user_id, by_name=by.name,
        at=now,
    )  # fmt: skip


def tagged(item: Item, tags: Tags) -> None:
    for name in TAGS:
        setattr(item, name, getattr(tags, name))


def said_tags(tags: Tags) -> dict[str, Any]:
    return {name: getattr(tags, name) for name in TAGS}


def sound_proofs(content: Content) -> Verdict:
    """What an answer rests on must be there: proof_unknown."""
    if not isinstance(content, ObjectionContent) or not content.proofs:
        return YES
    asked = {int(key) for key in content.proofs if key.isascii() and key.isdigit() and len(key) < 19}
    found = Item.objects.filter(pk__in=asked, kind__in=PROVING).count()
    return YES if found == len(set(content.proofs)) else no("proof_unknown", field="proofs")
