"""Who answers for an item, when it is looked at again, and whether it is still in use."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import holders_of
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.services.exchange.rules import sound
from tuoke.spine.library import hooks
from tuoke.spine.library.actions.permits import held, may_write, must
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import NOTE_LIMIT, PROVING

REVIEW_AT_MOST = timedelta(days=3 * 366)


@transaction.atomic
def entrust(
    *, item: Item, version: int, owner_id: int | None, review_by: date | None, by: Principal, now: datetime
) -> Item:
    """Say who answers for it and by when he looks at it again; nothing changed: nothing is saved.

    Raises Conflict (stale ``version``) or Refused: may_not_write, owner_unfit, review_in_past, review_too_far.
    """
    current = held(item, version=version)
    same = (current.owner_id, current.review_by)
    verdict = may_write(by)
    if owner_id is not None and owner_id != same[0]:
        verdict &= _may_answer(owner_id)
    if review_by is not None and review_by != same[1]:
        verdict &= _sound_date(review_by, now)
    must(verdict)
    before = _said(current)
    current.owner_id, current.review_by = owner_id, review_by
    changes = changes_between(before=before, after=_said(current))
    if changes:
        _saved(current, "owner", "review_by")
        record(kind="library.entrusted", subject=current, thread=current, by=by, at=now, changes=changes)
    return current


@transaction.atomic
def confirm_review(*, item: Item, review_by: date, by: Principal, now: datetime) -> Item:
    """It was looked at and is still good; the next review is due on ``review_by`` (S8.3).

    Raises Refused: may_not_write, item_retired, review_in_past, review_too_far.
    """
    current = held(item)
    must(may_write(by) & (no("item_retired") if current.retired_at else YES) & _sound_date(review_by, now))
    before, current.review_by, current.outdated_at = current.review_by, review_by, None
    _saved(current, "review_by", "outdated_at")
    record(
        kind="library.reviewed", subject=current, thread=current, by=by, at=now,
        changes={"review_by": (before, review_by)}, facts={"number": current.current_number},
    )  # fmt: skip
    return current


@transaction.atomic
def mark_outdated(*, item: Item, reason: str, by: Principal, now: datetime) -> Item:
    """Say that evidence or a case no longer holds: whatever rests on it is marked, and who sent it is told (S5.4).

    A new version, or a review, makes it hold again. Raises Refused: may_not_write, item_retired, proves_nothing (only
    cases and evidence are rested on), part_missing, too_long and text_broken (reason).
    """
    current = held(item)
    said = " ".join(reason.split())
    must(may_write(by) & _may_outdate(current) & _sound_reason(said))
    if current.outdated_at is None:
        current.outdated_at = now
        _saved(current, "outdated_at")
        record(kind="library.outdated", subject=current, thread=current, by=by, at=now, facts={"reason": said})
        _withdrawn(current, by=by, now=now)
    return current


def retire(*, item: Item, by: Principal, now: datetime) -> Item:
    """Offer it no longer; where it was used it stays to be read (O5). Raises Refused: may_not_write."""
    return _mark(item, retired_at=now, kind="library.retired", by=by, now=now)


def restore(*, item: Item, by: Principal, now: datetime) -> Item:
    """Offer it again. Raises Refused: may_not_write."""
    return _mark(item, retired_at=None, kind="library.restored", by=by, now=now)


@transaction.atomic
def _mark(item: Item, *, retired_at: datetime | None, kind: str, by: Principal, now: datetime) -> Item:
    must(may_write(by))
    current = held(item)
    if (current.retired_at is None) != (retired_at is None):
        current.retired_at = retired_at
        _saved(current, "retired_at")
        record(kind=kind, subject=current, thread=current, by=by, at=now, facts={"title": current.title})
        if retired_at:
            _withdrawn(current, by=by, now=now)
    return current


def _withdrawn(item: Item, *, by: Principal, now: datetime) -> None:
    for tell in hooks.on_withdrawn:
        tell(item, by, now)


def _may_outdate(item: Item) -> Verdict:
    verdict = no("item_retired") if item.retired_at else YES
    return verdict if item.kind in PROVING else verdict & no("proves_nothing")


def _sound_reason(said: str) -> Verdict:
    if not said:
        return no("part_missing", field="reason")
    verdict = YES
    if len(said) > NOTE_LIMIT:
        verdict &= no("too_long", field="reason", limit=NOTE_LIMIT, found=len(said))
    if not sound(said):
        verdict &= no("text_broken", field="reason")
    return verdict


def _saved(item: Item, *names: str) -> None:
    item.version += 1
    item.save(update_fields=[*names, "version"])


def _may_answer(owner_id: int) -> Verdict:
    found = holders_of(Permission.LIBRARY_WRITE, among=User.objects.filter(pk=owner_id, is_active=True))
    return YES if found else no("owner_unfit", field="owner")


def _sound_date(review_by: date, now: datetime) -> Verdict:
    today = timezone.localdate(now)
    if review_by <= today:
        return no("review_in_past", field="review_by")
    return no("review_too_far", field="review_by") if review_by - today > REVIEW_AT_MOST else YES


def _said(item: Item) -> dict[str, object]:
    owner = User.objects.filter(pk=item.owner_id).first() if item.owner_id else None
    return {"owner": owner.name if owner else "", "review_by": item.review_by}
