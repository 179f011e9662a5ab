"""Running deals go over to another version: asked for once, done chunk by chunk, each deal exactly once.

A chunk is one transaction: the deals, their visits and history, the refusals and the mark that says how far the run is.
It may be stopped or killed anywhere and goes on at the mark; two workers take turns, as the run itself is locked first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Refused, no
from tuoke.base.records.actions import event_of, record, record_many
from tuoke.base.records.models import Event
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.changeovers import rules
from tuoke.spine.deals.changeovers.models import Changeover, ChangeoverRefusal
from tuoke.spine.deals.changeovers.queries import movable, older_versions, outlook
from tuoke.spine.deals.models import Opportunity, StepVisit
from tuoke.spine.deals.queries import process_for
from tuoke.spine.deals.rules import Move
from tuoke.spine.playbook.models import Playbook, PlaybookVersion, Status
from tuoke.spine.playbook.rules import ResolvedPlaybook, StepKey, variant_for

CHUNK = 500
Progress = Callable[[int], None]


@transaction.atomic
def begin(
    *, version: PlaybookVersion, sources: Sequence[int], mapped: Mapping[str, str], by: Principal, now: datetime
) -> Changeover:
    """Order the running deals of the ``sources`` (ids of versions) over to ``version``. ``carry_on`` does it.

    Raises Refused: may_not_move, version_not_published, source_unknown, nothing_to_move, changeover_underway,
    step_unmapped (for every lost step in which deals stand: nothing is left to chance), mapped_nowhere.
    """
    if not by.may(Permission.PLAYBOOK_WRITE):
        raise Refused(no("may_not_move"))
    Playbook.objects.select_for_update().get(pk=version.playbook_id)
    version = PlaybookVersion.objects.defer("content").get(pk=version.pk)
    if version.status != Status.PUBLISHED:
        raise Refused(no("version_not_published"))
    if Changeover.objects.unfinished().filter(version__playbook_id=version.playbook_id).exists():
        raise Refused(no("changeover_underway"))
    known = {older.pk for older in older_versions(version)}
    verdict = YES if set(sources) <= known else no("source_unknown")
    kept = {step.key for step in version.document().steps}
    mapped = {step: to for step, to in mapped.items() if to}
    for step, to in mapped.items():
        if to not in kept:
            verdict &= no("mapped_nowhere", step=step, to=to)
    seen = outlook(version, sources=sources, mapped=mapped)
    for step in seen.lost:
        if step not in mapped:
            verdict &= no("step_unmapped", step=step.value)
    if not seen.count:
        verdict &= no("nothing_to_move")
    if not verdict:
        raise Refused(verdict)
    run = Changeover.objects.create(
        version=version,
        sources=sorted(sources),
        mapped=dict(mapped),
        total=seen.count,
        by_id=by.user_id,
        by_name=by.name,
        started_at=now,
        seen_at=now,
    )
    facts = {"number": version.number, "count": seen.count, "mapped": run.mapped}
    record(kind="deals.changeover_begun", subject=run, by=by, at=now, facts=facts)
    return run


def carry_on(
    *, run: Changeover, now: Callable[[], datetime], chunk: int = CHUNK, progress: Progress | None = None
) -> Changeover:
    """Bring a run to its end from where it stands. ``progress`` is told after each chunk how many were looked at."""
    while run.finished_at is None:
        run = _chunk(run, now=now(), size=chunk)
        if progress is not None and run.finished_at is None:
            progress(run.done)
    return run


@dataclass(frozen=True, slots=True)
class _Ordered:
    """Whoever ordered the run, as history names him."""

    user_id: int | None
    name: str
    kind: str = "user"


@transaction.atomic
def _chunk(run: Changeover, *, now: datetime, size: int) -> Changeover:
    run = Changeover.objects.select_for_update().get(pk=run.pk)
    if run.finished_at is not None:
        return run
    version = PlaybookVersion.objects.defer("content").get(pk=run.version_id)
    if version.status != Status.PUBLISHED:
        return _finish(run, now=now, superseded=True)
    waiting = movable(sources=run.sources).filter(pk__gt=run.at_id).order_by("pk")
    deals = list(waiting.select_for_update().select_related(None)[:size])
    if not deals:
        return _finish(run, now=now)
    refusals = _moved(run, version, deals, now=now)
    ChangeoverRefusal.objects.bulk_create(refusals)
    run.at_id, run.seen_at = deals[-1].pk, now
    run.moved += len(deals) - len(refusals)
    run.refused += len(refusals)
    run.save(update_fields=["at_id", "seen_at", "moved", "refused"])
    return run


def _finish(run: Changeover, *, now: datetime, superseded: bool = False) -> Changeover:
    run.finished_at, run.seen_at, run.superseded = now, now, superseded
    run.save(update_fields=["finished_at", "seen_at", "superseded"])
    facts = {"moved": run.moved, "refused": run.refused, "superseded": superseded}
    by = _Ordered(run.by_id, run.by_name)
    record(kind="deals.changeover_finished", subject=run, by=by, at=now, facts=facts)
    return run


def _moved(
    run: Changeover, version: PlaybookVersion, deals: Sequence[Opportunity], *, now: datetime
) -> list[ChangeoverRefusal]:
    """Write the new place of every deal that has one; the others are returned with their reasons."""
    by, types = _Ordered(run.by_id, run.by_name), _Types(version)
    numbers = dict(PlaybookVersion.objects.filter(pk__in=run.sources).values_list("pk", "number"))
    refusals: list[ChangeoverRefusal] = []
    events: list[Event] = []
    alike: dict[tuple[str, StepKey | None], list[int]] = {}
    for deal in deals:
        variant, process = types.of(deal)
        landed = rules.landing(deal.standing, process, run.mapped)
        if not landed.verdict:
            [reason, *_] = landed.verdict.reasons
            refusals.append(
                ChangeoverRefusal(
                    changeover=run, opportunity=deal, step=deal.step, code=reason.code, params=dict(reason.params)
                )
            )
            continue
        to = landed.step if landed.step != deal.step else None
        alike.setdefault((variant, to), []).append(deal.pk)
        events.append(_told(deal, to, before=numbers[deal.playbook_version_id], version=version, by=by, now=now))
    for (variant, to), keys in alike.items():
        _write(keys, version=version, variant=variant, to=to, now=now)
    record_many(events)
    return refusals


class _Types:
    """Variant and process of each customer type in the new version, worked out once a chunk."""

    def __init__(self, version: PlaybookVersion) -> None:
        self.version, self.doc = version, version.document()
        self.known: dict[tuple[Segment, bool], tuple[str, ResolvedPlaybook]] = {}

    def of(self, deal: Opportunity) -> tuple[str, ResolvedPlaybook]:
        key = (deal.segment, deal.is_complex)
        if key not in self.known:
            variant = variant_for(self.doc, deal.segment, is_complex=deal.is_complex).key
            self.known[key] = (variant, process_for(self.version, variant))
        return self.known[key]


def _write(keys: Sequence[int], *, version: PlaybookVersion, variant: str, to: StepKey | None, now: datetime) -> None:
    values: dict[str, Any] = {
        "playbook_version": version, "variant": variant, "version": F("version") + 1, "version_changed_at": now,
    }  # fmt: skip
    if to is not None:
        values |= {"step": to, "entered_step_at": now}
        StepVisit.objects.filter(opportunity__in=keys, left_at=None).update(left_at=now)
        StepVisit.objects.bulk_create(
            StepVisit(opportunity_id=pk, step=to, move=Move.CARRIED, entered_at=now) for pk in keys
        )
    Opportunity.objects.filter(pk__in=keys).update(**values)


def _told(
    deal: Opportunity, to: StepKey | None, *, before: int | None, version: PlaybookVersion, by: _Ordered, now: datetime
) -> Event:
    names = {step.key.value: step.name for step in version.document().steps}
    return event_of(
        kind="deals.version_changed",
        subject=deal,
        by=by,
        at=now,
        thread=deal,
        party=f"{Customer._meta.label_lower}:{deal.customer_id}",
        changes={"number": (before, version.number), **({"step": (deal.step, to.value)} if to else {})},
        facts={"to_name": names[to.value]} if to else None,
    )
