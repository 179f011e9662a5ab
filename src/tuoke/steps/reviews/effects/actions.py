"""Measuring two versions against each other: at once where it is quick, else in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Permission, Principal, system
from tuoke.base.kernel.verdict import Refused, no
from tuoke.spine.playbook.models import PlaybookVersion, Status
from tuoke.steps.reviews.effects import queries
from tuoke.steps.reviews.effects.models import Measurement, State, reads_all


def ask(*, before: PlaybookVersion, after: PlaybookVersion, by: Principal, now: datetime) -> Measurement:
    """The measurement of today; made here and now where the deals are few, by a worker where they are many.

    Raises Refused: may_not_measure, version_draft, versions_order (``before`` must be an earlier one of the playbook).
    """
    if not by.may(Permission.EFFECT_READ):
        raise Refused(no("may_not_measure"))
    if Status.DRAFT in (before.status, after.status):
        raise Refused(no("version_draft"))
    if not queries.is_earlier(before, than=after):
        raise Refused(no("versions_order"))
    found, is_due = _begun(before=before, after=after, by=by, now=now)
    if not is_due:
        return found
    if queries.how_many(by, before=before, after=after) <= queries.SMALL:
        return _measure(found, who=by, now=now)
    transaction.on_commit(lambda: measure.enqueue(found.pk))
    return found


def every_night(now: datetime) -> None:
    """The latest version against the one before, of all deals: whoever opens the page finds today's answer."""
    after = queries.versions_of().filter(status=Status.PUBLISHED).first()
    before = queries.versions_of(after).first() if after else None
    if after is not None and before is not None:
        ask(before=before, after=after, by=system("effects"), now=now)


@task()
def measure(pk: int) -> None:
    """Done twice it says the same twice."""
    found = Measurement.objects.select_related("before", "after", "reader").filter(pk=pk, state=State.RUNNING).first()
    if found is not None:
        who = principal_of(found.reader) if found.reader else system("effects")
        _measure(found, who=who, now=timezone.now())


@transaction.atomic
def _begun(
    *, before: PlaybookVersion, after: PlaybookVersion, by: Principal, now: datetime
) -> tuple[Measurement, bool]:
    """The row, and whether it is this request that has to fill it: of several at once, one."""
    reader = None if reads_all(by) else by.user_id
    found, is_new = Measurement.objects.select_for_update().get_or_create(
        before=before, after=after, reader_id=reader, defaults={"asked_at": now}
    )
    if is_new:
        return found, True
    if found.is_running(now) or found.is_fresh(now):
        return found, False
    found.state, found.asked_at = State.RUNNING, now
    found.save(update_fields=["state", "asked_at"])
    return found, True


def _measure(found: Measurement, *, who: Principal, now: datetime) -> Measurement:
    try:
        told = queries.measured(who, before=found.before, after=found.after, now=now)
    except Exception:
        Measurement.objects.filter(pk=found.pk).update(state=State.FAILED)
        raise
    found.content, found.state, found.made_at = queries.stored(told), State.DONE, now
    found.save(update_fields=["content", "state", "made_at"])
    return found
