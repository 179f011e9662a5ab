"""A draft of the next version: one at a time, changed part by part, every change with its way back (P3).

Whoever edits a part says what stood there when he began (``seen``, a ``fingerprint``); where something else stands by now
it is a Conflict, and nothing is lost on either side. People who edit different parts don't meet.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from django.db import transaction

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Refused, no
from tuoke.base.records.actions import record
from tuoke.spine.playbook import hooks
from tuoke.spine.playbook.models import DraftChange, Playbook, PlaybookVersion, Status, Wish
from tuoke.spine.playbook.queries import current_version, shipped_part
from tuoke.spine.playbook.rules import drafts, editing
from tuoke.spine.playbook.rules.editing import Clash, Node, Op, Unreachable


@transaction.atomic
def start_draft(*, by: Principal, now: datetime, like: PlaybookVersion | None = None) -> PlaybookVersion:
    """The open draft; where there is none, a new one that says what the published version says.

    With ``like`` it says what that earlier version said: the way back to it. Raises Refused: may_not_draft, draft_open
    (with ``like``, as it would be overwritten); NoPlaybook.
    """
    _require_owner(by)
    playbook = Playbook.objects.select_for_update().get(pk=current_version().playbook_id)
    found = PlaybookVersion.objects.drafts().filter(playbook=playbook).first()
    if found is not None and like is None:
        return found
    if found is not None:
        raise Refused(no("draft_open", name=found.changed_by))
    base = current_version(playbook.key)
    draft = PlaybookVersion.objects.create(
        playbook=playbook,
        base=base,
        content=drafts.canonical((like or base).content),
        changed_at=now,
        changed_by=by.name,
    )
    facts = {"base": base.number, "like": like.number if like else None}
    record(kind="playbook.draft_started", subject=draft, by=by, at=now, facts=facts)
    return draft


@transaction.atomic
def change_draft(
    *, draft: PlaybookVersion, place: str, fields: Mapping[str, Any], seen: str, by: Principal, now: datetime
) -> DraftChange | None:
    """The part at ``place`` says these fields now; what is empty isn't written. None where it said so already.

    Raises Conflict (holding the draft as it stands) where the part isn't what ``seen`` was taken of, or is gone;
    Refused: may_not_draft, not_a_draft.
    """
    draft = _locked(draft, by)
    _require_seen(draft, place, tuple(fields), seen)
    return _store(draft, editing.with_fields(draft.content, place, dict(fields)), by=by, now=now)


@transaction.atomic
def add_part(*, draft: PlaybookVersion, where: str, part: Mapping[str, Any], by: Principal, now: datetime) -> str:
    """One more action, criterion, deliverable, variant or step. Returns its place.

    Its key is made here and never changes: ticks, waivers and links are kept under it. A step is put back as the draft's
    base or the shipped playbook has it. Raises Refused: may_not_draft, not_a_draft, part_unknown, step_there.
    """
    draft = _locked(draft, by)
    taken = editing.keys_in(draft.content)
    try:
        editing.list_at(draft.content, where)
        if where == "steps":
            if part["key"] in taken:
                raise Refused(no("step_there", step=part["key"]))
            made: Node = shipped_part(draft, f"steps/{part['key']}")
        else:
            made = {"key": _new_key(where, taken), **part}
    except Unreachable as error:
        raise Refused(no("part_unknown", place=where)) from error
    _store(draft, editing.with_part(draft.content, where, made), by=by, now=now)
    return f"{where}/{made['key']}"


@transaction.atomic
def remove_part(*, draft: PlaybookVersion, place: str, by: Principal, now: datetime) -> DraftChange | None:
    """Take a part out, and whatever names it. Taking out what is gone does nothing. Raises Refused: may_not_draft,
    not_a_draft, last_step, last_action (a step has at least one)."""
    draft = _locked(draft, by)
    where, _ = editing.split(place)
    try:
        needed = where.startswith("steps") and where.endswith(("steps", "/actions"))
        if needed and len(editing.list_at(draft.content, where)) == 1:
            raise Refused(no("last_step" if where == "steps" else "last_action"))
        return _store(draft, editing.without(draft.content, place), by=by, now=now)
    except Unreachable:
        return None


@transaction.atomic
def move_part(*, draft: PlaybookVersion, place: str, offset: int, by: Principal, now: datetime) -> DraftChange | None:
    """Further up (negative) or down its list. Raises Refused: may_not_draft, not_a_draft, part_unknown."""
    draft = _locked(draft, by)
    try:
        return _store(draft, editing.moved(draft.content, place, offset=offset), by=by, now=now)
    except Unreachable as error:
        raise Refused(no("part_unknown", place=place)) from error


@transaction.atomic
def undo_change(*, draft: PlaybookVersion, change: DraftChange, by: Principal, now: datetime) -> DraftChange | None:
    """Take one change back, whichever it was; taking that back in turn is the redo.

    Raises Refused: may_not_draft, not_a_draft, undone_already, changed_since (somebody has changed the same again).
    """
    draft = _locked(draft, by)
    if change.version_id != draft.pk:
        raise Refused(no("not_a_draft"))
    if DraftChange.objects.filter(undoes=change).exists():
        raise Refused(no("undone_already"))
    ops = editing.undone([Op.read(op) for op in change.ops])
    try:
        content = editing.applied(draft.content, ops)
    except Clash as clash:
        raise Refused(no("changed_since", places=clash.places)) from clash
    return _store(draft, content, by=by, now=now, undoes=change)


@transaction.atomic
def replace_draft(
    *, draft: PlaybookVersion, content: Mapping[str, Any], revision: int, by: Principal, now: datetime
) -> DraftChange | None:
    """The draft says what this document says (import). It can be undone like any change.

    Raises PlaybookError with every problem; Conflict where the draft was changed since ``revision``; Refused:
    may_not_draft, not_a_draft, other_playbook.
    """
    draft = _locked(draft, by)
    said = drafts.canonical(content)
    if said["key"] != draft.content.get("key"):
        raise Refused(no("other_playbook", key=said["key"], wanted=draft.content.get("key")))
    if draft.revision != revision:
        raise Conflict(draft)
    return _store(draft, said, by=by, now=now)


@transaction.atomic
def discard_draft(*, draft: PlaybookVersion, revision: int, by: Principal, now: datetime) -> None:
    """Give the draft up. It is kept and can be taken up again. Raises Conflict where somebody changed it meanwhile;
    Refused: may_not_draft, not_a_draft."""
    draft = _locked(draft, by)
    if draft.revision != revision:
        raise Conflict(draft)
    draft.status = Status.DISCARDED
    draft.save(update_fields=["status"])
    record(kind="playbook.draft_discarded", subject=draft, by=by, at=now, facts={"changes": draft.revision})
    for told in hooks.on_discarded:
        told(draft, by, now)


@transaction.atomic
def resume_draft(*, draft: PlaybookVersion, by: Principal, now: datetime) -> PlaybookVersion:
    """Take a discarded draft up again. Raises Refused: may_not_draft, not_discarded, draft_open."""
    _require_owner(by)
    Playbook.objects.select_for_update().get(pk=draft.playbook_id)
    found = PlaybookVersion.objects.select_for_update().get(pk=draft.pk)
    if found.status != Status.DISCARDED:
        raise Refused(no("not_discarded"))
    if (open_one := PlaybookVersion.objects.drafts().filter(playbook_id=found.playbook_id).first()) is not None:
        raise Refused(no("draft_open", name=open_one.changed_by))
    found.status = Status.DRAFT
    found.save(update_fields=["status"])
    record(kind="playbook.draft_resumed", subject=found, by=by, at=now)
    for told in hooks.on_resumed:
        told(found, by, now)
    return found


@transaction.atomic
def note_improvement(
    *, draft: PlaybookVersion, key: str, text: str, by: Principal, now: datetime, source: str = ""
) -> Wish:
    """Hang an accepted improvement on a draft: shown beside the part that ``key`` names until it is written in (S8.3).

    ``source`` names what asked for it (``key_of`` of the improvement): said again it is the same wish, with the newer
    text. The caller has made sure that ``by`` may accept it. Raises Refused: not_a_draft, note_missing, note_too_long,
    note_broken.
    """
    found = PlaybookVersion.objects.select_for_update().get(pk=draft.pk)
    verdict = drafts.may_note(text, limit=drafts.WISH_LIMIT)
    if found.status != Status.DRAFT:
        verdict &= no("not_a_draft")
    if not verdict:
        raise Refused(verdict)
    said = {"text": text.strip(), "by_name": by.name, "at": now}
    if source:
        wish, _ = Wish.objects.update_or_create(version=found, source=source, key=key[:60], defaults=said)
    else:
        wish = Wish.objects.create(version=found, key=key[:60], **said)
    facts = {"key": key, "text": wish.text, "source": source}
    record(kind="playbook.improvement_noted", subject=found, by=by, at=now, facts=facts)
    return wish


@transaction.atomic
def drop_wishes(*, source: str, by: Principal, now: datetime) -> None:
    """What ``source`` asked for isn't wanted of the open draft any more: it no longer waits there, its history stays."""
    for wish in Wish.objects.filter(source=source, version__status=Status.DRAFT).select_related("version"):
        wish.delete()
        facts = {"key": wish.key, "text": wish.text, "source": source}
        record(kind="playbook.improvement_dropped", subject=wish.version, by=by, at=now, facts=facts)


@transaction.atomic
def settle_wish(*, draft: PlaybookVersion, wish: Wish, is_done: bool, by: Principal, now: datetime) -> Wish:
    """Say that an improvement is written into the draft, or take that back. Raises Refused: may_not_draft, not_a_draft."""
    draft = _locked(draft, by)
    found = Wish.objects.select_for_update().get(pk=wish.pk, version=draft)
    if (found.done_at is not None) != is_done:
        found.done_at, found.done_by = (now, by.name) if is_done else (None, "")
        found.save(update_fields=["done_at", "done_by"])
        facts = {"key": found.key, "text": found.text, "source": found.source}
        kind = "playbook.improvement_written" if is_done else "playbook.improvement_reopened"
        record(kind=kind, subject=draft, by=by, at=now, facts=facts)
    return found


# Below: what the verbs are made of


def locked_draft(draft: PlaybookVersion, by: Principal) -> PlaybookVersion:
    """The draft as it stands, locked behind its playbook (whoever publishes locks in the same order)."""
    _require_owner(by)
    Playbook.objects.select_for_update().get(pk=draft.playbook_id)
    found = PlaybookVersion.objects.select_for_update().get(pk=draft.pk)
    if found.status != Status.DRAFT:
        raise Refused(no("not_a_draft"))
    return found


def store_change(
    draft: PlaybookVersion, content: Node, *, by: Principal, now: datetime, undoes: DraftChange | None = None
) -> DraftChange | None:
    """The draft says ``content`` now; None where it did already."""
    ops = editing.changes(draft.content, content)
    if not ops:
        return None
    draft.content, draft.revision = content, draft.revision + 1
    draft.changed_at, draft.changed_by = now, by.name
    draft.save(update_fields=["content", "digest", "revision", "changed_at", "changed_by"])
    return DraftChange.objects.create(
        version=draft,
        revision=draft.revision,
        ops=[op.stored() for op in ops],
        undoes=undoes,
        by_id=by.user_id,
        by_name=by.name,
        at=now,
    )


_locked, _store = locked_draft, store_change


def _require_owner(by: Principal) -> None:
    if not by.may(Permission.PLAYBOOK_WRITE):
        raise Refused(no("may_not_draft"))


def _require_seen(draft: PlaybookVersion, place: str, names: tuple[str, ...], seen: str) -> None:
    try:
        part = editing.fields_of(draft.content, place)
    except Unreachable as error:
        raise Conflict(draft) from error
    if drafts.fingerprint({name: part.get(name) for name in names}) != seen:
        raise Conflict(draft)


def _new_key(where: str, taken: frozenset[str]) -> str:
    """``discovery-3fa9c2``: begins with its step, as every item's key does; a variant's stays short, as keys are joined."""
    words = where.split("/")
    start = "v" if words == ["variants"] else f"{words[1] if words[0] == 'steps' else words[-1]}-"
    size = 2 if words == ["variants"] else 3
    while True:
        key = start + token_hex(size)
        if key not in taken:
            return key
