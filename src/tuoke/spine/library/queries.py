from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable

from tuoke.base.accounts.rules import Principal, Role
from tuoke.services.search.queries import narrowed
from tuoke.spine.library import hooks
from tuoke.spine.library.models import Item, ItemVersion
from tuoke.spine.library.rules import (
    PROVING,
    TAGS,
    TAGS_OF,
    UNSURE,
    UNTOLD,
    WEIGHTS,
    ClauseContent,
    ClausePart,
    Content,
    Effect,
    EvidenceContent,
    Fit,
    Held,
    ItemKind,
    ObjectionContent,
    ProofStanding,
    standing,
)

SEARCH_KIND = "library"


CLAUSES_SEEN = 200
"""So many clauses are looked at for one contract: the best."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An item that fits, with what it says now. ``reasons`` are the tags that match, the most telling first."""

    item: Item
    version: ItemVersion
    content: Content
    reasons: tuple[str, ...] = ()


def offered(
    who: Principal, *, kind: ItemKind | str, fit: Fit, topics: Iterable[str] = (), limit: int = 20
) -> list[Offer]:
    """What is in use and fits, best first: the specific before what is for all, newer before older. Two queries.

    ``topics`` narrow to a block's parts, an objection's kinds, a closing's signals or evidence's kinds; a closing for
    any signal is ``""``.

    What is tagged for another industry, role … is left out; where the fact isn't known, it comes last. How well
    something worked changes nothing here: that is shown beside it (``effects_of``). Cases and evidence that are still
    the shipped examples (``item.is_example``) come last, and before them what no longer holds (``outdated_at``).
    """
    kind, wanted = ItemKind(kind), fit.wanted()
    items = Item.objects.visible_to(who).in_use().filter(kind=kind.value)
    if narrow := tuple(topics):
        items = items.filter(topic__in=narrow)
    points: Combinable = _EXAMPLES_LAST + _OUTDATED_LATE
    for tag in TAGS_OF[kind]:
        right = wanted[tag]
        if right:
            items = items.filter(Q(**{f"{tag}__in": ["", *right]}))
        points = points + _points(tag, right)
    found = list(items.defer("search_text").annotate(points=points).order_by("-points", "-id")[:limit])
    return [
        Offer(item, version, version.parsed, _matching(item, wanted))
        for item, version in with_current(found)
    ]  # fmt: skip


def fitting_clauses(who: Principal, *, fit: Fit, parts: Iterable[str] = (), is_draft: bool = False) -> list[Offer]:
    """The clauses for a contract (S7.1), one of each heading: the one that fits best. In the order in which a contract is
    read: part by part (``ClausePart``), in a part as their headings came into the library. ``is_draft``: only what comes into a
    draft by itself and is surely meant for this customer. Two queries; every ``content`` is a ClauseContent.
    """
    best: dict[tuple[str, str], Offer] = {}
    place: dict[tuple[str, str], int] = {}
    for offer in offered(who, kind=ItemKind.CLAUSE, fit=fit, topics=parts, limit=CLAUSES_SEEN):
        said = offer.content
        assert isinstance(said, ClauseContent), "of its kind"
        if not is_draft or (said.is_drafted and _is_sure(offer)):
            key = (said.part, said.heading)
            best.setdefault(key, offer)
            place[key] = min(place.get(key, offer.item.pk), offer.item.pk)
    order = [part.value for part in ClausePart]
    return [best[key] for key in sorted(best, key=lambda key: (order.index(key[0]), place[key]))]


def _is_sure(offer: Offer) -> bool:
    """Whatever it is meant for is known of the customer: nobody drafts a contract by guess."""
    return all(not getattr(offer.item, tag) or tag in offer.reasons for tag in TAGS_OF[ItemKind.CLAUSE])


def with_current(items: Iterable[Item]) -> list[tuple[Item, ItemVersion]]:
    """Each item with its current version, in the order given. One query."""
    known = {item.pk: item for item in items}
    versions = {version.item_id: version for version in ItemVersion.objects.filter(item__in=known).current()}
    for version in versions.values():
        version.item = known[version.item_id]
    return [(item, versions[item.pk]) for item in known.values()]


def current_of(item: Item) -> ItemVersion:
    return ItemVersion.objects.select_related("item__owner").get(item=item, number=item.current_number)


def current_items(who: Principal, kind: ItemKind, *, limit: int = 500) -> list[ItemVersion]:
    """What is in use of a kind as it stands, drawer by drawer, by title. Two queries."""
    items = Item.objects.visible_to(who).in_use().filter(kind=kind.value).select_related("owner")
    return [version for _item, version in with_current(items.order_by("topic", "title", "id")[:limit])]


def current_scripts(who: Principal, *, limit: int = 200) -> list[ItemVersion]:
    """Every script in use as it stands, by title."""
    return current_items(who, ItemKind.SCRIPT, limit=limit)


CITABLE_SHOWN = 200


def citable(*, keeping: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Cases and evidence that an answer may rest on, as (id, title), newest first, the made-up examples last; and what
    it rests on already, though it is no longer in use. One query."""
    kept = [int(key) for key in keeping if key.isascii() and key.isdigit()]
    proving = Item.objects.filter(Q(retired_at=None) | Q(pk__in=kept), kind__in=PROVING)
    found = proving.defer("search_text").annotate(real=_EXAMPLES_LAST).order_by("-real", "-id")[:CITABLE_SHOWN]
    return [(str(item.pk), item.title) for item in found]


def effects_of(kind: ItemKind | str, items: Iterable[int]) -> Mapping[int, Effect]:
    """What came of using these items; empty for kinds whose use nobody measures."""
    asked, source = list(items), hooks.effects.get(ItemKind(kind).value)
    return {**dict.fromkeys(asked, Effect()), **source(asked)} if source and asked else {}


def standing_of(version_ids: Iterable[int], *, today: date) -> Mapping[int, ProofStanding]:
    """What versions that something rests on are still worth (S5.4); those that don't exist are left out. One query.

    Judged when it is asked: nothing needs to be rewritten when evidence goes out of date.
    """
    versions = ItemVersion.objects.filter(pk__in=set(version_ids)).select_related("item")
    versions = versions.defer("item__search_text", "note", "by_name")
    return {version.pk: standing(_held(version), today=today) for version in versions}


def _held(version: ItemVersion) -> Held:
    item, said = version.item, version.parsed
    return Held(
        number=version.number,
        current_number=item.current_number,
        is_retired=item.retired_at is not None,
        is_outdated=item.outdated_at is not None,
        review_by=item.review_by,
        valid_until=said.valid_until if isinstance(said, EvidenceContent) else None,
    )


def due_for_review(who: Principal, today: date, *, limit: int = 20) -> list[Item]:
    """Items in use whose review is due and that this person answers for, the longest overdue first: for 今日.

    What has no owner, as the starter library at first, is the process owners'. One query.
    """
    mine = Q(owner=who.user_id or 0)
    if Role.PROCESS_OWNER in who.roles:
        mine |= Q(owner=None)
    due = Item.objects.visible_to(who, "write").due(today).filter(mine)
    return list(due.defer("search_text").order_by("review_by", "id")[:limit])


def found(who: Principal, query: str, limit: int = 10) -> list[Item]:
    """Items in use that hold every term, newest first: for the search over everything."""
    if not query.strip():
        return []
    return list(narrowed(Item.objects.visible_to(who).in_use(), SEARCH_KIND, query).order_by("-id")[:limit])


def family_of(item: Item) -> QuerySet[Item]:
    """The variants, itself included, oldest first (A, B, C …); only itself where it has none."""
    alike = Q(family=item.family, kind=item.kind) if item.family else Q(pk=item.pk)
    return Item.objects.filter(alike).order_by("id")


def proofs_of(content: Content) -> list[Item]:
    """The cases and evidence on which an objection's answer rests, in its order. One query, none for other contents."""
    if not isinstance(content, ObjectionContent) or not content.proofs:
        return []
    found = Item.objects.filter(kind__in=PROVING).defer("search_text").in_bulk(list(map(int, content.proofs)))
    return [found[int(key)] for key in content.proofs if int(key) in found]


_EXAMPLES_LAST = Case(
    When(Q(kind__in=PROVING, current_number=1) & ~Q(shipped_as=""), then=Value(-100)),
    default=Value(0),
    output_field=IntegerField(),
)


_OUTDATED_LATE = Case(When(outdated_at=None, then=Value(0)), default=Value(-50), output_field=IntegerField())


def _points(tag: str, right: tuple[str, ...]) -> Case:
    if right:
        return Case(When(**{tag: ""}, then=0), default=WEIGHTS[tag], output_field=IntegerField())
    unknown = UNTOLD if tag == "trigger" else UNSURE
    return Case(When(**{tag: ""}, then=0), default=unknown, output_field=IntegerField())


def _matching(item: Item, wanted: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    hits = [tag for tag in TAGS if getattr(item, tag) and getattr(item, tag) in wanted[tag]]
    return tuple(sorted(hits, key=lambda tag: -WEIGHTS[tag]))
