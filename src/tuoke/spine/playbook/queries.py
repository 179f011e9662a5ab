from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import models

from tuoke.base.records.models import key_of
from tuoke.spine.playbook.content import DEFAULT_CONTENT, read_content
from tuoke.spine.playbook.models import PlaybookVersion, Tick
from tuoke.spine.playbook.rules import PlaybookDoc, PlaybookError
from tuoke.spine.playbook.rules.drafts import canonical
from tuoke.spine.playbook.rules.editing import Node, Unreachable, part_at

DEFAULT_PLAYBOOK = "default"


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


def shipped_part(draft: PlaybookVersion, place: str) -> Node:
    """A part as the draft's base has it, else as the playbook that ships with Tuoke. Raises Unreachable."""
    for content in (draft.base.content if draft.base else {}, read_content(DEFAULT_CONTENT)):
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
