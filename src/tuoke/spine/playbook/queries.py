from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import models

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.spine.playbook import hooks
from tuoke.spine.playbook.content import default_content
from tuoke.spine.playbook.hooks import OpenWish, Use
from tuoke.spine.playbook.models import PlaybookVersion, Status, Tick, Wish
from tuoke.spine.playbook.rules import PlaybookDoc, PlaybookError
from tuoke.spine.playbook.rules.drafts import canonical
from tuoke.spine.playbook.rules.editing import Node, Unreachable, keys_below, keys_in, part_at

DEFAULT_PLAYBOOK = "default"
MOST_DISCARDED = 10
_DIGITS = 9


class NoPlaybook(LookupError):
    """Nothing is published yet: ``tuoke migrate`` publishes the playbook that ships with Tuoke."""


def current_version(playbook: str = DEFAULT_PLAYBOOK) -> PlaybookVersion:
    """The version on which new cases start, its content deferred: ``document()`` mostly knows it. Raises NoPlaybook."""
    published = PlaybookVersion.objects.published().select_related("playbook").defer("content")
    version = published.filter(playbook__key=playbook).first()
    if version is None:
        raise NoPlaybook(playbook)
    return version


def document_for(version: PlaybookVersion) -> PlaybookDoc:
    """What the version says; parsed once a process."""
    return version.document()


def ticks_of(subject: models.Model | str) -> dict[str, Tick]:
    """The ticks of one subject by item key. The caller holds the subject through its own ``visible_to``."""
    return ticks_of_many([subject]).get(key_of(subject), {})


def ticks_of_many(subjects: Iterable[models.Model | str]) -> dict[str, dict[str, Tick]]:
    """The ticks of a page of subjects, in one query: subject key → item key → tick."""
    found: dict[str, dict[str, Tick]] = defaultdict(dict)
    for tick in Tick.objects.about(key_of(subject) for subject in subjects):
        found[tick.subject][tick.item] = tick
    return dict(found)


def open_draft(playbook: str = DEFAULT_PLAYBOOK) -> PlaybookVersion | None:
    """The draft of the next version, if somebody has begun one."""
    return PlaybookVersion.objects.drafts().filter(playbook__key=playbook).select_related("base", "playbook").first()


def version_named(name: str, *, who: Principal, playbook: str = DEFAULT_PLAYBOOK) -> PlaybookVersion | None:
    """A version by its number, or the open one as ``draft``; None where there is none that ``who`` may read."""
    versions = PlaybookVersion.objects.visible_to(who).filter(playbook__key=playbook)
    if name == "draft":
        return versions.drafts().first()
    if not (name.isascii() and name.isdigit()) or len(name) > _DIGITS:
        return None
    return versions.numbered().filter(number=int(name)).defer("content").first()


def versions_of(playbook: str = DEFAULT_PLAYBOOK) -> list[PlaybookVersion]:
    """Every version that is or was published, the newest first, without its content."""
    return list(PlaybookVersion.objects.numbered().filter(playbook__key=playbook).defer("content"))


def discarded_drafts(playbook: str = DEFAULT_PLAYBOOK) -> list[PlaybookVersion]:
    given_up = PlaybookVersion.objects.filter(playbook__key=playbook, status=Status.DISCARDED, revision__gt=0)
    return list(given_up.defer("content").order_by("-changed_at")[:MOST_DISCARDED])


def uses_of(versions: Sequence[PlaybookVersion], *, who: Principal) -> dict[int, Use]:
    """How many cases each version has, as far as ``who`` may see cases; empty for who sees none."""
    return {pk: use for source in hooks.uses for pk, use in source(who, [v.pk for v in versions]).items()}


def left_behind(version: PlaybookVersion) -> int:
    return sum(count(version) for count in hooks.left_behind)


def move_url(version: PlaybookVersion) -> str:
    return next((url(version) for url in hooks.move_url), "")


def wishes_for(draft: PlaybookVersion, content: Node, place: str, *, who: Principal) -> list[Wish]:
    """What was accepted for this draft about a part and what is below it; everything, for the empty place."""
    return [
        wish for wish in draft.wishes.order_by("done_at", "id") if not place or wish.key in keys_below(content, place)
    ]


def open_wishes(content: Node, place: str, *, who: Principal) -> list[OpenWish]:
    """Improvements that are still to be written for a part and what is below it, told by the packages above; for the
    empty place also those of the whole process."""
    keys = sorted(keys_below(content, place) if place else {"", *keys_in(content)})
    return [wish for source in hooks.wishes for wish in source(who, keys)]


def shipped_part(draft: PlaybookVersion, place: str) -> Node:
    """A part as the draft's base has it, else as the playbook that ships with Tuoke. Raises Unreachable."""
    for content in (draft.base.content if draft.base else {}, default_content()):
        try:
            return part_at(canonical(content), place)
        except (Unreachable, PlaybookError):
            continue
    raise Unreachable(place)


def title_of(item: str) -> str:
    """What an action or criterion is called in the published playbook; empty where it has none (any more)."""
    try:
        doc = current_version().document()
    except NoPlaybook:
        return ""
    actions = [a for step in doc.steps for a in step.actions] + [a for v in doc.variants for a in v.extra_actions]
    criteria = [c for step in doc.steps for c in step.criteria] + [c for v in doc.variants for c in v.extra_criteria]
    return {**{a.key: a.title for a in actions}, **{c.key: c.title for c in criteria}}.get(item, "")
