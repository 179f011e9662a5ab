"""A person's word that an action is done or a criterion met (P2)."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record
from tuoke.base.records.models import key_of
from tuoke.services.exchange.rules import sound
from tuoke.spine.playbook.models import Tick
from tuoke.spine.playbook.queries import title_of
from tuoke.spine.playbook.rules import StepKey

NOTE_LIMIT = 500


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
