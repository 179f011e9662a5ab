from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import models, transaction
from django.db.models import Max

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.base.records.models import key_of
from tuoke.services.exchange.rules import sound
from tuoke.spine.playbook.models import Playbook, PlaybookVersion, Status, Tick, digest_of
from tuoke.spine.playbook.queries import title_of
from tuoke.spine.playbook.rules import PlaybookError, Problem, StepKey, parse

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C reads a playbook in a tenth of the time; where the package was built without it, the other."""
DEFAULT_CONTENT = Path(__file__).parent / "content" / "default.yaml"
NOTE_LIMIT = 500


def load_default(*, by: Principal, now: datetime) -> PlaybookVersion:
    """Publish the playbook that ships with Tuoke. Does nothing when it is the published one already."""
    return publish(content=read_content(DEFAULT_CONTENT), by=by, now=now)


def read_content(path: Path) -> dict[str, Any]:
    """The plain document in a YAML file. Raises PlaybookError if it can't be read as one."""
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=LOADER)  # noqa: S506  # a safe one
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PlaybookError((Problem(path.name, "not_yaml", str(error), "a YAML document in UTF-8"),)) from error
    if not isinstance(content, dict):
        raise PlaybookError((Problem(path.name, "not_a_mapping", expected="fields with values"),))
    return content


@transaction.atomic
def publish(*, content: Mapping[str, Any], by: Principal, now: datetime) -> PlaybookVersion:
    """Publish ``content`` as the next version of its playbook and retire the one before (P3).

    The same content as the published version gives that version back, unchanged. Deals stay on the version they run
    on. Raises Refused (may_not_publish) or PlaybookError with every problem.
    """
    if not by.may(Permission.PLAYBOOK_WRITE):
        raise Refused(no("may_not_publish"))
    doc = parse(content)
    Playbook.objects.get_or_create(key=doc.key, defaults={"name": doc.name})
    playbook = Playbook.objects.select_for_update().get(key=doc.key)
    versions = PlaybookVersion.objects.filter(playbook=playbook)
    before = versions.published().first()
    if before is not None and before.digest == digest_of(content):
        return before

    if before is not None:
        before.status = Status.RETIRED
        before.save(update_fields=["status"])
    if playbook.name != doc.name:
        playbook.name = doc.name
        playbook.save(update_fields=["name"])
    version = PlaybookVersion.objects.create(
        playbook=playbook,
        number=(versions.aggregate(last=Max("number"))["last"] or 0) + 1,
        status=Status.PUBLISHED,
        content=content,
        published_at=now,
        published_by=by.name,
    )
    record(
        kind="playbook.published",
        subject=version,
        by=by,
        at=now,
        changes={"number": (before.number if before else None, version.number)},
        facts={"playbook": doc.key, "digest": version.digest},
    )
    return version


@transaction.atomic
def tick(
    *,
    subject: models.Model | str,
    item: str,
    step: StepKey,
    note: str,
    by: Principal,
    now: datetime,
    thread: models.Model | str = "",
    party: models.Model | str = "",
) -> Tick:
    """Give one's word that a key action is done or a criterion met.

    The caller has made sure that ``by`` may write the subject and that its playbook has the item; ``thread`` and
    ``party`` put the event into the timeline of the case and its customer. Ticking again changes nothing, unless the
    note is another. Raises Refused: unknown_item, note_too_long, note_broken.
    """
    note = note.strip()
    if not (verdict := _may_tick(item=item, step=step, note=note)):
        raise Refused(verdict)
    about = key_of(subject)
    made = {"step": step, "by_id": by.user_id, "by_name": by.name, "at": now, "note": note}
    found, is_new = Tick.objects.select_for_update().get_or_create(subject=about, item=item, defaults=made)
    if not is_new and found.note == note:
        return found
    note_before = None if is_new else found.note
    if not is_new:
        found.by_id, found.by_name, found.at, found.note = by.user_id, by.name, now, note
        found.save()
    record(
        kind="playbook.ticked",
        subject=about,
        by=by,
        at=now,
        thread=thread,
        party=party,
        changes={"note": (note_before, note)},
        facts={"item": item, "step": step, "title": title_of(item)},
    )
    return found


@transaction.atomic
def untick(
    *,
    subject: models.Model | str,
    item: str,
    by: Principal,
    now: datetime,
    thread: models.Model | str = "",
    party: models.Model | str = "",
) -> None:
    """Take one's word back; who had given it stays in the history. Nothing happens where nothing was ticked."""
    about = key_of(subject)
    found = Tick.objects.select_for_update().filter(subject=about, item=item).first()
    if found is None:
        return
    found.delete()
    record(
        kind="playbook.unticked",
        subject=about,
        by=by,
        at=now,
        thread=thread,
        party=party,
        changes={"note": (found.note, None)},
        facts={
            "item": item,
            "step": found.step,
            "title": title_of(item),
            "ticked_by": found.by_name,
            "ticked_at": found.at,
        },
    )


def _may_tick(*, item: str, step: StepKey, note: str) -> Verdict:
    verdict = YES
    if not item.startswith(f"{step}-"):
        verdict &= no("unknown_item", item=item, step=step.value)
    if len(note) > NOTE_LIMIT:
        verdict &= no("note_too_long", length=len(note), limit=NOTE_LIMIT)
    if not sound(note):
        verdict &= no("note_broken")
    return verdict
