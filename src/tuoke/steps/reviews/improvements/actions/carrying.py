"""From an accepted improvement to the version that says it: of a library item, a profile, the process (S8.3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.models import key_of
from tuoke.spine.library.models import KIND_NAMES, ItemVersion
from tuoke.spine.library.rules import ItemKind
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.steps.reviews.improvements import hooks
from tuoke.steps.reviews.improvements.actions.doors import (
    ACCEPTED_AGAIN,
    answers_for,
    held,
    is_listed,
    must,
    save,
    tell,
    tell_review,
)
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.queries import ITEM, PROFILE
from tuoke.steps.reviews.improvements.rules import (
    LIBRARY,
    PROCESS,
    State,
    Target,
    may_be_done,
    may_be_drafted,
    may_be_unlinked,
)
from tuoke.steps.targeting.models import ProfileVersion

WISH_LIMIT = 1000
"""As long as a wish on the process's draft may be (``playbook.models.Wish``)."""


@transaction.atomic
def take_up(*, row: Improvement, by: Principal, now: datetime) -> Improvement:
    """写进下一版: ``by`` writes it. What he next publishes of the item or profile that it names (of a new item: of its
    kind) carries it out; one about the process hangs on the open draft. Refused: not_accepted, nothing_to_write,
    may_not_write_there, not_yours, withdrawn."""
    about_process = Target(row.target) in PROCESS and by.may(Permission.PLAYBOOK_WRITE)
    draft = playbook.start_draft(by=by, now=now) if about_process else None  # before the row, as whoever publishes does
    current = held(row, by=by)
    target = Target(current.target)
    verdict = may_be_drafted(current.standing, target) & is_listed(current) & answers_for(current, by)
    must(verdict & _may_write(target, by))
    drafted_in = current.target_key
    if target in PROCESS:
        draft = draft or playbook.start_draft(by=by, now=now)
        said = f"{current.title}：{current.proposal}"[:WISH_LIMIT]
        playbook.note_improvement(
            draft=draft, key=current.target_key, text=said, by=by, now=now, source=key_of(current)
        )
        drafted_in = key_of(draft)
    save(current, state=State.DRAFTING.value, drafting_by_id=by.user_id, drafted_in=drafted_in)
    tell("taken_up", current, by=by, now=now)
    return current


@transaction.atomic
def put_down(*, row: Improvement, by: Principal, now: datetime) -> Improvement:
    """Not now after all; it stays accepted. Refused: not_drafting, not_yours."""
    current = held(row, by=by)
    must((YES if current.standing is State.DRAFTING else no("not_drafting")) & answers_for(current, by))
    save(current, **ACCEPTED_AGAIN)
    playbook.drop_wishes(source=key_of(current), by=by, now=now)
    tell("put_down", current, by=by, now=now)
    return current


@transaction.atomic
def mark_done(*, row: Improvement, note: str, by: Principal, now: datetime) -> Improvement:
    """Carried out otherwise than by a version: ``note`` says how. Refused: not_accepted, note_missing, not_yours."""
    current = held(row, by=by)
    must(may_be_done(current.standing, note=note) & is_listed(current) & answers_for(current, by))
    save(
        current, state=State.DONE.value, carried_out_at=now, done_note=note.strip(), drafting_by_id=None, drafted_in=""
    )
    playbook.drop_wishes(source=key_of(current), by=by, now=now)
    tell("done", current, by=by, now=now, facts={"note": note.strip()})
    tell_review("improvement_done", current, by=by, now=now, facts={"what": note.strip()})
    _told(current, by, now)
    return current


@transaction.atomic
def undo_done(*, row: Improvement, by: Principal, now: datetime) -> Improvement:
    """It wasn't carried out by that after all: accepted, and to be done again. Refused: not_carried_out, not_yours."""
    current = held(row, by=by)
    must(may_be_unlinked(current.standing) & answers_for(current, by))
    before = current.carried_label or current.done_note
    save(current, carried_out_at=None, carried_out_as="", carried_label="", done_note="", **ACCEPTED_AGAIN)
    tell("undone", current, by=by, now=now, facts={"what": before})
    return current


def item_published(version: ItemVersion, by: Principal, now: datetime) -> None:
    """``library.hooks.on_published``: what whoever saved it had taken up for this item is carried out; a first version
    carries out what he had taken up for a new item of its kind."""
    item = version.item
    if item.kind not in {target.value for target in LIBRARY}:
        return
    named = models.Q(target_key=f"{ITEM}:{item.pk}")
    if version.number == 1:
        named |= models.Q(target=item.kind, target_key="")
    label = _("%(kind)s“%(title)s”第 %(number)s 版") % {
        "kind": KIND_NAMES[ItemKind(item.kind)], "title": item.title, "number": version.number,
    }  # fmt: skip
    _carried_out(_taken_up(by).filter(named), version, label, by=by, now=now)


def profile_published(version: ProfileVersion, by: Principal, now: datetime) -> None:
    """``targeting.hooks.on_published``: as ``item_published``, of profiles."""
    profile = version.profile
    named = models.Q(target_key=f"{PROFILE}:{profile.pk}")
    if version.number == 1:
        named |= models.Q(target=Target.PROFILE.value, target_key="")
    said = {"name": profile.name, "number": version.number}
    label = _("目标客户画像“%(name)s”第 %(number)s 版") % said
    _carried_out(_taken_up(by).filter(named), version, label, by=by, now=now)


def process_published(version: PlaybookVersion, by: Principal, now: datetime) -> None:
    """``playbook.hooks.on_published``: what was written into the draft is carried out; what wasn't waits again."""
    written = set(version.wishes.exclude(done_at=None).values_list("source", flat=True))
    rows = _hung_on(version)
    label = _("流程手册第 %(number)s 版") % {"number": version.number}
    _carried_out([row for row in rows if key_of(row) in written], version, label, by=by, now=now)
    for row in rows:
        if key_of(row) not in written:
            save(row, **ACCEPTED_AGAIN)
            tell("left_out", row, by=by, now=now, facts={"what": label})


def process_discarded(draft: PlaybookVersion, by: Principal, now: datetime) -> None:
    """``playbook.hooks.on_discarded``: what was to be written into the draft waits for the next one, accepted as before."""
    for row in _hung_on(draft):
        save(row, **ACCEPTED_AGAIN)
        tell("put_down", row, by=by, now=now, facts={"what": _("流程草稿放弃了。")})


def process_resumed(draft: PlaybookVersion, by: Principal, now: datetime) -> None:
    """``playbook.hooks.on_resumed``: what the draft asked for is written there again, unless somebody has gone another
    way with it meanwhile; then it no longer waits there."""
    ours = f"{Improvement._meta.label_lower}:"
    sources = list(draft.wishes.filter(source__startswith=ours).values_list("source", flat=True))
    waiting = Improvement.objects.filter(pk__in=[int(source.removeprefix(ours)) for source in sources])
    rows = {key_of(row): row for row in waiting.select_for_update()}
    for source in sources:
        row = rows.get(source)
        if row is not None and row.standing is State.ACCEPTED and row.withdrawn_at is None:
            save(row, state=State.DRAFTING.value, drafting_by_id=by.user_id, drafted_in=key_of(draft))
            tell("taken_up", row, by=by, now=now)
        else:
            playbook.drop_wishes(source=source, by=by, now=now)


def _hung_on(version: PlaybookVersion) -> list[Improvement]:
    """Locked, after the playbook: whoever takes one up locks in the same order."""
    hung = Improvement.objects.listed().filter(state=State.DRAFTING.value, drafted_in=key_of(version))
    return list(hung.order_by("id").select_for_update())


def _taken_up(by: Principal) -> models.QuerySet[Improvement]:
    rows = Improvement.objects.listed().filter(state=State.DRAFTING.value, drafting_by_id=by.user_id)
    return rows.select_for_update() if by.user_id is not None else rows.none()


def _carried_out(
    rows: Iterable[Improvement], version: models.Model, label: str, *, by: Principal, now: datetime
) -> None:
    for row in rows:
        save(
            row, state=State.PUBLISHED.value, carried_out_at=now, carried_out_as=key_of(version),
            carried_label=label[:200],
        )  # fmt: skip
        tell("carried_out", row, by=by, now=now, facts={"what": label})
        tell_review("improvement_done", row, by=by, now=now, facts={"what": label})
        _told(row, by, now)


def _told(row: Improvement, by: Principal, now: datetime) -> None:
    for told in hooks.on_carried_out:
        told(row, by, now)


def _may_write(target: Target, by: Principal) -> Verdict:
    if target in PROCESS:
        needed = Permission.PLAYBOOK_WRITE
    else:
        needed = Permission.PROFILE_WRITE if target is Target.PROFILE else Permission.LIBRARY_WRITE
    return YES if by.may(needed) else no("may_not_write_there")
