"""Reads of improvements. Each starts from ``visible_to``, or from a review that the caller holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.hooks import Wish
from tuoke.spine.library.models import Item
from tuoke.spine.playbook.hooks import OpenWish
from tuoke.spine.playbook.queries import current_version, document_for
from tuoke.steps.reviews.improvements.models import STATE_NAMES, TARGET_NAMES, Improvement, may_decide
from tuoke.steps.reviews.improvements.rules import CARRIED_OUT, LIBRARY, TO_BE_DONE, State, Target
from tuoke.steps.reviews.models import Review
from tuoke.steps.reviews.rules import Proposed
from tuoke.steps.targeting.models import CustomerProfile

MOST_TARGETS = 300
MOST_ON_TODAY = 50
MOST_DUE = 20
ITEM, PROFILE = Item._meta.label_lower, CustomerProfile._meta.label_lower


def proposed_in(review: Review) -> list[Proposed]:
    """``reviews.hooks.improvements_of``. One query."""
    rows = Improvement.objects.listed().filter(review=review).select_related("owner").order_by("id")
    return [
        Proposed(
            title=row.title,
            target=target_name(row),
            proposal=row.proposal,
            owner=row.owner.name,
            due_on=row.due_on,
            state=str(STATE_NAMES[row.standing]),
            url=row.get_absolute_url(),
        )
        for row in rows
    ]


def target_name(row: Improvement) -> str:
    kind = str(TARGET_NAMES[Target(row.target)])
    return f"{kind} · {row.target_label}" if row.target_label else kind


def targets_of(who: Principal, target: Target) -> list[tuple[str, str]]:
    """What of this kind could say something else: (key, name); those that ``who`` may read. One query."""
    if target in LIBRARY:
        items = Item.objects.visible_to(who).in_use().filter(kind=target.value).order_by("title", "id")
        return [(f"{ITEM}:{pk}", title) for pk, title in items.values_list("pk", "title")[:MOST_TARGETS]]
    if target is Target.PROFILE:
        profiles = CustomerProfile.objects.visible_to(who).order_by("name", "id")
        return [(f"{PROFILE}:{pk}", name) for pk, name in profiles.values_list("pk", "name")[:MOST_TARGETS]]
    if target is Target.STEP:
        return [(step.key.value, step.name) for step in document_for(current_version()).steps]
    if target is Target.CRITERION:
        steps = document_for(current_version()).steps
        return [(one.key, f"{step.name} · {one.title}") for step in steps for one in step.criteria]
    return []


def target_url(who: Principal, row: Improvement) -> str:
    """Where what is to change can be read; blank where ``who`` may not, or where it names nothing."""
    if row.standing in CARRIED_OUT and row.carried_out_as.startswith("playbook."):
        return reverse("playbook:index")
    kind, _, pk = row.target_key.partition(":")
    if kind == ITEM and who.may(Permission.LIBRARY_READ):
        return reverse("library:item", args=[int(pk)])
    if kind == PROFILE and who.may(Permission.PROFILE_READ):
        return reverse("targeting:profile", args=[int(pk)])
    if row.target == Target.STEP and row.target_key:
        return reverse("playbook:step", args=[row.target_key])
    if row.target == Target.CRITERION and row.target_key:
        return reverse("playbook:step", args=[row.target_key.partition("-")[0]])
    return ""


def named_deals(who: Principal, rows: Iterable[Improvement]) -> dict[int, Opportunity]:
    """Review id → the deal that it is of, for those that ``who`` may read. One query."""
    reviews = {row.review_id for row in rows if row.review_id is not None}
    if not reviews:
        return {}
    seen = Review.objects.visible_to(who).filter(pk__in=reviews).select_related("opportunity__customer")
    return {review.pk: review.opportunity for review in seen}


def owners_for(who: Principal) -> list[User]:
    """Active people who may read improvements and so be handed one; whoever asks comes first. Two queries."""
    people = list(User.objects.filter(is_active=True).select_related("department").order_by("name", "pk"))
    readers = {user.pk for user in holders_of(Permission.IMPROVEMENT_READ, among=people)} | {who.user_id}
    return sorted((user for user in people if user.pk in readers), key=lambda user: user.pk != who.user_id)


def open_for(who: Principal, today: date) -> list[Improvement]:
    """Improvements that ``who`` is to carry out, the most urgent first, for 今日. One query."""
    if who.user_id is None:
        return []
    mine = Improvement.objects.visible_to(who).listed().filter(state__in=sorted(TO_BE_DONE), owner_id=who.user_id)
    return list(mine.order_by("due_on", "id")[:MOST_ON_TODAY])


def waiting_for_decision(who: Principal) -> int:
    """How many wait for whoever decides; 0 for others. One query, counts no further than 100."""
    if not may_decide(who):
        return 0
    return Improvement.objects.listed().filter(state=State.PROPOSED.value)[:100].count()


@dataclass(frozen=True, slots=True)
class DueTool:
    """A tool whose review date has come: what the market may have changed (S8.3)."""

    target: Target
    key: str
    title: str
    review_by: date
    owner: str
    url: str
    open: int


def due_tools(who: Principal, today: date) -> list[DueTool]:
    """Profiles and items of the library to be looked at again by today, the longest due first, with how many
    improvements are open for each. Three queries."""
    kinds = [kind.value for kind in LIBRARY]
    items = Item.objects.visible_to(who).due(today).filter(kind__in=kinds).select_related("owner")
    profiles = CustomerProfile.objects.visible_to(who).filter(review_by__lte=today).select_related("owner")
    found = [
        DueTool(Target(one.kind), f"{ITEM}:{one.pk}", one.title, one.review_by, _name(one.owner), _url(one), 0)
        for one in items.defer("search_text").order_by("review_by", "id")[:MOST_DUE]
        if one.review_by is not None
    ]
    found += [
        DueTool(Target.PROFILE, f"{PROFILE}:{one.pk}", one.name, one.review_by, _name(one.owner), _url(one), 0)
        for one in profiles.order_by("review_by", "pk")[:MOST_DUE]
        if one.review_by is not None
    ]
    found = sorted(found, key=lambda tool: tool.review_by)[:MOST_DUE]
    return _with_open(found)


def wishes_for(who: Principal, keys: Sequence[str]) -> list[OpenWish]:
    """``playbook.hooks.wishes``: improvements proposed or accepted for these steps and items that nobody writes yet, those
    that only wait to be written first. One query."""
    rows = (
        Improvement.objects.visible_to(who)
        .listed()
        .filter(state__in=[State.ACCEPTED.value, State.PROPOSED.value])
        .filter(target__in=[Target.STEP.value, Target.CRITERION.value], target_key__in=list(keys))
    )
    return [
        OpenWish(row.target_key, row.title, row.get_absolute_url(), str(STATE_NAMES[row.standing]))
        for row in rows.order_by("state", "id")[:MOST_TARGETS]
    ]


def taken_up_for(who: Principal, kind: str, pk: int | None) -> list[Wish]:
    """``library.hooks.wishes``, ``targeting.hooks.wishes``: what ``who`` writes into this item or profile. One query."""
    key = "" if pk is None else f"{PROFILE if kind == Target.PROFILE else ITEM}:{pk}"
    rows = Improvement.objects.visible_to(who).listed().filter(target=kind, target_key=key)
    mine = rows.filter(state=State.DRAFTING.value, drafting_by_id=who.user_id or 0).order_by("id")
    return [Wish(row.title, row.proposal, row.why, row.get_absolute_url()) for row in mine[:MOST_DUE]]


def carried_out_in(deal: Opportunity) -> bool:
    """Whether at least one improvement of the deal's review has reached a tool of the process. One query."""
    rows = Improvement.objects.listed().filter(review__opportunity=deal, state=State.PUBLISHED.value)
    return rows.exists()


def deciders() -> list[User]:
    """Active people who decide on improvements. Two queries."""
    people = list(User.objects.filter(is_active=True).select_related("department"))
    writers = {user.pk for user in holders_of(Permission.IMPROVEMENT_WRITE, among=people)}
    return [user for user in holders_of(Permission.PROFILE_WRITE, among=people) if user.pk in writers]


def _with_open(found: Collection[DueTool]) -> list[DueTool]:
    rows = Improvement.objects.open().filter(target_key__in=[tool.key for tool in found]).values_list("target_key")
    counts = Counter(key for (key,) in rows)
    return [replace(tool, open=counts[tool.key]) for tool in found]


def _name(user: User | None) -> str:
    return user.name if user else ""


def _url(one: Item | CustomerProfile) -> str:
    return one.get_absolute_url()
