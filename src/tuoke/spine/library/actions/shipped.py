"""The starter library that comes with Tuoke: plain files in ``content``, one a kind or an industry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Refused, Verdict
from tuoke.base.records.actions import event_of, record_many
from tuoke.services.search.actions import index
from tuoke.spine.library.actions.permits import drawn_up, first_version, may_write, must
from tuoke.spine.library.actions.writing import REVIEW_AFTER
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.queries import SEARCH_KIND
from tuoke.spine.library.rules import TAGS, Content, ItemDraft, ItemKind, ObjectionContent, Tags, parse, sound_draft

CONTENT = Path(__file__).parents[1] / "content"


@dataclass(frozen=True, slots=True)
class Shipped:
    """One item of the starter library. ``key`` is its name for ever: by it it is added once. ``proofs`` are the keys of
    those on which an answer rests: their ids aren't known before they are added."""

    key: str
    kind: ItemKind
    draft: ItemDraft
    family: str = ""
    proofs: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return sound_draft(self.kind, self.draft)


@transaction.atomic
def load_starter(*, by: Principal, now: datetime) -> int:
    """Add what of the starter library isn't there yet; says how many. What is there is left as people made it.

    A constant number of statements. Raises Refused: may_not_write.
    """
    must(may_write(by))
    known = dict(Item.objects.exclude(shipped_as="").values_list("shipped_as", "pk"))
    new = [shipped for shipped in read_starter() if shipped.key not in known]
    for shipped in new:
        if not shipped.verdict:
            raise Refused(shipped.verdict)
    if not new:
        return 0
    items = Item.objects.bulk_create(_item(shipped, now) for shipped in new)
    known |= {item.shipped_as: item.pk for item in items}
    ItemVersion.objects.bulk_create(
        first_version(item, _resting(shipped, known), by=by, now=now) for item, shipped in zip(items, new, strict=True)
    )
    index(SEARCH_KIND, {item.pk: item.search_text for item in items})
    record_many(
        event_of(
            kind="library.added", subject=item, thread=item, by=by, at=now,
            facts={"kind": item.kind, "title": item.title, "number": 1, "family": item.family, "shipped": True},
        )
        for item in items
    )  # fmt: skip
    return len(items)


def read_starter(folder: Path = CONTENT) -> list[Shipped]:
    """Everything that ships, file by file. Raises ValueError where a file isn't in its form."""
    return [shipped for path in sorted(folder.glob("*.yaml")) for shipped in _in_file(path)]


def _resting(shipped: Shipped, known: Mapping[str, int]) -> Content:
    """Its content with the ids of what it rests on."""
    content = shipped.draft.content
    if not isinstance(content, ObjectionContent):
        return content
    return replace(content, proofs=tuple(str(known[key]) for key in shipped.proofs))


def _item(shipped: Shipped, now: datetime) -> Item:
    item = drawn_up(shipped.kind, shipped.draft, now=now)
    item.shipped_as, item.family = shipped.key, shipped.family
    item.review_by = timezone.localdate(now) + REVIEW_AFTER
    return item


def _in_file(path: Path) -> Iterator[Shipped]:
    said = yaml.load(path.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, in C where there is one
    common = said.get("tags", {})
    for row in said["items"]:
        kind = ItemKind(said["kind"])
        proofs = tuple(row.get("proofs", ()))
        yield Shipped(f"{path.stem}/{row['key']}", kind, _draft(kind, row, common), row.get("family", ""), proofs)


def _draft(kind: ItemKind, row: Mapping[str, Any], common: Mapping[str, str]) -> ItemDraft:
    named = {name: row.get(name, common.get(name, "")) for name in TAGS}
    content = {name: value for name, value in row.items() if name not in {*TAGS, "key", "title", "family", "proofs"}}
    return ItemDraft(parse(kind, content), title=row.get("title", ""), tags=Tags(**named))


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
