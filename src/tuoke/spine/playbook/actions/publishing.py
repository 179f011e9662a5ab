"""Publishing: the next number, the one before retired, whoever listens told. Running cases stay where they are (P3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Refused, no
from tuoke.base.records.actions import record
from tuoke.spine.playbook import hooks
from tuoke.spine.playbook.actions.drafting import locked_draft, store_change
from tuoke.spine.playbook.content import default_content
from tuoke.spine.playbook.models import Origin, Playbook, PlaybookVersion, Status, digest_of
from tuoke.spine.playbook.rules import PlaybookDoc, PlaybookError, drafts, editing, parse
from tuoke.spine.playbook.rules.reaching import check_ways


class Overtaken(Conflict):
    """Another version was published since the draft began: ``current`` is that one. ``catch_up`` takes it in."""


def load_default(*, by: Principal, now: datetime) -> PlaybookVersion:
    """Publish the playbook that ships with Tuoke, where none is published or an earlier shipped one is.

    What a company published itself is never replaced by an update: it stays, and is given back.
    """
    content = default_content()
    standing = PlaybookVersion.objects.published().filter(playbook__key=content.get("key")).first()
    if standing is not None and standing.origin == Origin.OWN:
        return standing
    return publish(content=content, by=by, now=now, origin=Origin.SHIPPED)


@transaction.atomic
def publish(
    *, content: Mapping[str, Any], by: Principal, now: datetime, note: str = "", origin: Origin = Origin.OWN
) -> PlaybookVersion:
    """Publish ``content`` as the next version of its playbook and retire the one before (P3).

    The same content as the published version gives that version back, unchanged. Deals stay on the version they run
    on. Raises Refused (may_not_publish) or PlaybookError with every problem, also where deals would be stranded.
    """
    if not by.may(Permission.PLAYBOOK_WRITE):
        raise Refused(no("may_not_publish"))
    doc = _sound(content)
    Playbook.objects.get_or_create(key=doc.key, defaults={"name": doc.name})
    playbook = Playbook.objects.select_for_update().get(key=doc.key)
    before = PlaybookVersion.objects.filter(playbook=playbook).published().first()
    if before is not None and before.digest == digest_of(content):
        return before
    version = PlaybookVersion(playbook=playbook, base=before, content=content, note=note, origin=origin)
    return _published(version, doc, before=before, by=by, now=now)


@transaction.atomic
def publish_draft(*, draft: PlaybookVersion, revision: int, note: str, by: Principal, now: datetime) -> PlaybookVersion:
    """Publish the draft, with a word why. Who publishes has seen exactly ``revision``.

    Raises Conflict where the draft was changed since, Overtaken where another version was published; PlaybookError with
    every problem; Refused: may_not_publish, not_a_draft, nothing_changed, note_missing, note_too_long, note_broken.
    """
    if not by.may(Permission.PLAYBOOK_WRITE):
        raise Refused(no("may_not_publish"))
    draft = locked_draft(draft, by)
    before = PlaybookVersion.objects.published().filter(playbook_id=draft.playbook_id).first()
    if before is not None and before.pk != draft.base_id:
        raise Overtaken(before)
    if draft.revision != revision:
        raise Conflict(draft)
    doc = _sound(draft.content)
    verdict = drafts.may_note(note)
    if before is not None and before.document() == doc:
        verdict = verdict & no("nothing_changed") if verdict else no("nothing_changed")
    if not verdict:
        raise Refused(verdict)
    draft.content, draft.note = drafts.canonical(draft.content), note.strip()
    return _published(draft, doc, before=before, by=by, now=now)


@transaction.atomic
def catch_up(*, draft: PlaybookVersion, by: Principal, now: datetime) -> tuple[editing.Op, ...]:
    """Take what was published since into the draft: its own changes are made again on top of the newer version.

    Returns the changes that no longer fit, because the same was changed there: the newer version stands, and they are
    the owner's to make again. Nothing happens where nothing was published. Raises Refused: may_not_draft, not_a_draft.
    """
    draft = locked_draft(draft, by)
    newer = PlaybookVersion.objects.published().filter(playbook_id=draft.playbook_id).first()
    if newer is None or draft.base is None or newer.pk == draft.base_id:
        return ()
    own = editing.changes(drafts.canonical(draft.base.content), draft.content)
    content, left = editing.merged(drafts.canonical(newer.content), own)
    store_change(draft, content, by=by, now=now)
    draft.base = newer
    draft.save(update_fields=["base"])
    facts = {"number": newer.number, "left": [op.place for op in left]}
    record(kind="playbook.draft_caught_up", subject=draft, by=by, at=now, facts=facts)
    return left


def _sound(content: Mapping[str, Any]) -> PlaybookDoc:
    doc = parse(content)
    if stranded := check_ways(doc):
        raise PlaybookError(stranded)
    return doc


def _published(
    version: PlaybookVersion, doc: PlaybookDoc, *, before: PlaybookVersion | None, by: Principal, now: datetime
) -> PlaybookVersion:
    playbook = version.playbook
    if before is not None:
        before.status = Status.RETIRED
        before.save(update_fields=["status"])
    if playbook.name != doc.name:
        playbook.name = doc.name
        playbook.save(update_fields=["name"])
    last = PlaybookVersion.objects.filter(playbook=playbook).aggregate(last=Max("number"))["last"]
    version.number = (last or 0) + 1
    version.status, version.published_at, version.published_by = Status.PUBLISHED, now, by.name
    version.save()
    record(
        kind="playbook.published",
        subject=version,
        by=by,
        at=now,
        changes={"number": (before.number if before else None, version.number)},
        facts={"playbook": doc.key, "digest": version.digest, "note": version.note},
    )
    for told in hooks.on_published:
        told(version, by, now)
    return version
