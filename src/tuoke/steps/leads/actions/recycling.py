"""What nobody has spoken to for too long goes back to the pool (S2.6); and every date follows the rules that hold now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import Conflict, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, event_of, record, record_many
from tuoke.services.calendar.queries import workdays
from tuoke.spine.customers.models import Customer, Holding, Lead
from tuoke.spine.customers.rules import Handling
from tuoke.steps.leads import hooks
from tuoke.steps.leads.models import PoolRules
from tuoke.steps.leads.queries.cadence import Clock, clock, pool_policy
from tuoke.steps.leads.queries.pool import Party, customers_held, leads_held, overdue, protected, recyclable
from tuoke.steps.leads.rules.cadence import Cadence
from tuoke.steps.leads.rules.pool import TIERS, PoolPolicy, policy_faults

CHUNK = 200
DATED = 2000
MODELS: tuple[type[Party], ...] = (Lead, Customer)
Progress = Callable[[int], None]


@transaction.atomic
def save_pool_rules(*, policy: PoolPolicy, version: int, by: Principal, now: datetime) -> PoolRules:
    """Set the rules of cadence and pool; all dates are worked out anew at once, by a job (``apply_pool_rules``).

    ``version`` is what was seen (0: nobody has set any yet). Raises Conflict; Refused: may_not_set_rules, faults.
    """
    if not by.may(Permission.LEAD_RULES):
        raise Refused(no("may_not_set_rules"))
    faults = policy_faults(policy)
    if faults:
        raise Refused(Verdict(faults))
    row = _row(now)
    if row.version != version and not (version == 0 and row.changed_at is None):
        raise Conflict(row)
    changes = changes_between(before=flat_policy(pool_policy()), after=flat_policy(policy))
    if not changes:
        return row
    row.content, row.version = policy.plain(), row.version + 1
    row.changed_at, row.changed_by_id = now, by.user_id
    row.save()
    record(kind="leads.pool_rules_changed", subject="leads.poolrules:1", by=by, at=now, changes=changes)
    for told in hooks.on_pool_rules_changed:
        told(now)
    return row


def apply_pool_rules(*, now: datetime, progress: Progress | None = None) -> int:
    """Bring every date in line with the rules and the calendar as they are now, chunk by chunk; only what differs is
    written. Says how many changed. Stopped and begun again it does no harm; two at once neither: whoever finds that
    the rules have changed since he began, begins anew."""
    with transaction.atomic():
        version = _row(now).version
    dates, changed, looked_at = clock(), 0, 0
    for model in MODELS:
        last = 0
        while True:
            with transaction.atomic():
                held = leads_held() if model is Lead else customers_held()
                rows = held.filter(pk__gt=last).order_by("pk").select_for_update(of=("self",))
                batch: list[Party] = list(rows.only(*_facts_of(model))[:DATED])
                if not _holds(dates):  # asked after locking: what changes from here on comes by these rows again
                    return changed + apply_pool_rules(now=now, progress=progress)
                changed += _redate(model, batch, dates)
            if not batch:
                break
            last, looked_at = batch[-1].pk, looked_at + len(batch)
            if progress is not None:
                progress(looked_at)
    with transaction.atomic():
        PoolRules.objects.filter(pk=1, version=version).update(applied=version)
    return changed


@transaction.atomic
def redate_all(now: datetime) -> None:
    """The calendar changed: the dates are behind until the job has been there. Wired into ``calendar.hooks``."""
    row = _row(now)
    row.applied = 0
    row.save(update_fields=["applied"])
    for told in hooks.on_pool_rules_changed:
        told(now)


def recycle(*, by: Principal, now: datetime, chunk: int = CHUNK, progress: Progress | None = None) -> int:
    """自动收回: everything whose day has come goes to the pool, each once, with a line in log and history.

    However many workers do it at once: rows are locked, and judged again by their facts. Says how many went.
    """
    today = timezone.localdate(now)
    policy = pool_policy()
    cadence = Cadence(policy, workdays())
    taken = 0
    for model in MODELS:
        last = 0
        while True:
            with transaction.atomic():
                rows = recyclable(model, policy=policy, today=today).filter(pk__gt=last)
                ids = list(rows.order_by("pk").values_list("pk", flat=True)[:chunk])
                batch = _lock_overdue(model, ids, cadence, today)
                _recycle(batch, cadence, by=by, now=now)
            if not ids:
                break
            last, taken = ids[-1], taken + len(batch)
            if progress is not None:
                progress(taken)
    return taken


def _lock_overdue(model: type[Party], ids: Sequence[int], cadence: Cadence, today: date) -> list[Party]:
    """Those of them that nobody else is working on and that by their facts are overdue indeed."""
    held = leads_held() if model is Lead else customers_held()
    found = held.filter(overdue(cadence, today), pk__in=ids).exclude(protected(cadence.policy, model, today))
    skip = connection.features.has_select_for_update_skip_locked
    return list(found.select_for_update(of=("self",), skip_locked=skip).select_related("owner").order_by("pk"))


def _recycle(batch: Sequence[Party], cadence: Cadence, *, by: Principal, now: datetime) -> None:
    if not batch:
        return
    model = type(batch[0])
    empty = {"owner": None, "department": None, "owned_since": None, "due_on": None, "recycle_on": None}
    model._default_manager.filter(pk__in=[party.pk for party in batch]).update(**empty, version=F("version") + 1)
    holdings, events = [], []
    for party in batch:
        days = cadence.policy.pace(party.tier).recycle_after
        holdings.append(
            Holding(
                lead=party if isinstance(party, Lead) else None,
                customer=party if isinstance(party, Customer) else None,
                how=Handling.RECYCLED.value,
                before_id=party.owner_id,
                reason=str(days),
                at=now,
            )
        )
        facts = {"days": days, "from": party.owner.name if party.owner else ""}
        events.append(
            event_of(kind="leads.recycled", subject=party, thread=party, party=party, by=by, at=now, facts=facts)
        )
    Holding.objects.bulk_create(holdings)
    record_many(events)


def _redate(model: type[Party], batch: Sequence[Party], dates: Clock) -> int:
    """Few dates are many parties': one update a pair of dates."""
    wrong: dict[tuple[date | None, date | None], list[int]] = defaultdict(list)
    for party in batch:
        new = dates.of(party)
        if (party.due_on, party.recycle_on) != (new["due_on"], new["recycle_on"]):
            wrong[new["due_on"], new["recycle_on"]].append(party.pk)
    for (due_on, recycle_on), ids in wrong.items():
        model._default_manager.filter(pk__in=ids).update(due_on=due_on, recycle_on=recycle_on)
    return sum(map(len, wrong.values()))


def _holds(dates: Clock) -> bool:
    return pool_policy() == dates.cadence.policy and workdays() is dates.cadence.workdays


def _facts_of(model: type[Party]) -> list[str]:
    common = ["tier", "owner", "owned_since", "last_touch_at", "created_at", "due_on", "recycle_on", "is_practice"]
    return [*common, "merged_into", *(["status"] if model is Lead else [])]


def _row(now: datetime) -> PoolRules:
    """The one row, locked. Made where nobody has set rules yet: then silence counts from that day on, so that no
    installation loses on its first day whatever was silent for long."""
    first = PoolRules(pk=1, content=PoolPolicy(counts_from=timezone.localdate(now)).plain())
    PoolRules.objects.bulk_create([first], ignore_conflicts=True)
    return PoolRules.objects.select_for_update(of=("self",)).get(pk=1)


def flat_policy(policy: PoolPolicy) -> dict[str, object]:
    """One name a number, as history tells it."""
    said = policy.plain()
    del said["paces"], said["weights"]
    for tier in TIERS:
        name, pace = tier or "untiered", policy.pace(tier)
        said |= {f"touch_{name}": pace.touch_every, f"recycle_{name}": pace.recycle_after}
        said[f"weight_{name}"] = policy.weight(tier)
    return said
