"""Many leads at once: chosen and frozen, looked at, then done in one transaction or not at all; the last can be undone.

What may not be touched is left alone and named with its reason; everything else happens, or nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks import task

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import record, record_many
from tuoke.base.records.bulk import insert
from tuoke.base.records.bulk_changes import change
from tuoke.base.records.models import Event
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.actions import tell_given
from tuoke.spine.customers.models import Holding, Lead, ScoreEntry
from tuoke.spine.customers.rules import Handling, LeadStatus, Tier
from tuoke.steps.leads.actions.scores import entry_of, keep_entries, put_score, weigh_anew
from tuoke.steps.leads.actions.shared import DATES, REASON_LIMIT, RESULTS, lead_event
from tuoke.steps.leads.models import BulkRun
from tuoke.steps.leads.queries import Profiles, clock
from tuoke.steps.leads.queries.bulk import Sifted, may_bulk, receiver, sifted
from tuoke.steps.leads.rules.bulk import IN_BACKGROUND, LARGEST, NEEDS_REASON, BulkVerb, RunStatus

UNDO_WITHIN = timedelta(minutes=30)
HELD = ("owner_id", "department_id", "owned_since", *DATES)
CHANGED: Mapping[BulkVerb, tuple[str, ...]] = {
    BulkVerb.ASSIGN: HELD,
    BulkVerb.CLAIM: HELD,
    BulkVerb.RETURN: HELD,
    BulkVerb.DISCARD: ("status", "status_reason", *DATES),
    BulkVerb.TIER: (*RESULTS, "tier_by_hand", "tier_reason", *DATES),
    BulkVerb.CAMPAIGN: ("campaign_id", *RESULTS, *DATES),
}
"""The columns that each verb writes."""
RESTORED: Mapping[BulkVerb, tuple[str, ...]] = {
    BulkVerb.ASSIGN: ("owner_id", "department_id", "owned_since"),
    BulkVerb.RETURN: ("owner_id", "department_id", "owned_since"),
    BulkVerb.DISCARD: ("status", "status_reason"),
    BulkVerb.TIER: ("tier", "tier_by_hand", "tier_reason"),
}
"""The columns that undoing puts back; what follows from them is worked out anew."""


@transaction.atomic
def choose(*, verb: BulkVerb, chosen: Sequence[tuple[int, int]], query: str, by: Principal, now: datetime) -> BulkRun:
    """Freeze a selection: ids with the versions that were seen. Nothing is done yet.

    Raises Refused: may_not_bulk, nothing_chosen, too_many_chosen.
    """
    verdict = YES if by.user_id is not None and may_bulk(verb, by) else no("may_not_bulk")
    if not chosen:
        verdict &= no("nothing_chosen")
    if len(chosen) > LARGEST:
        verdict &= no("too_many_chosen", limit=LARGEST)
    if not verdict:
        raise Refused(verdict)
    frozen = [[pk, version] for pk, version in dict(chosen).items()]
    return BulkRun.objects.create(
        by_id=by.user_id or 0, verb=verb.value, query=query[:2000], chosen=frozen, created_at=now
    )


@transaction.atomic
def settle(*, run: BulkRun, terms: Mapping[str, Any], by: Principal) -> BulkRun:
    """Say what shall be done: ``to``, ``tier``, ``campaign``, ``reason``, as the verb needs. Still nothing is done.

    Raises Refused: reason_missing, reason_too_long, owner_not_allowed, tier_unknown, campaign_unknown, run_over.
    """
    run = _own(run, by=by)
    if run.status != RunStatus.DRAFT:
        raise Refused(no("run_over"))
    verdict = _sound(BulkVerb(run.verb), terms, by=by)
    if not verdict:
        raise Refused(verdict)
    run.terms = dict(terms)
    run.save(update_fields=["terms"])
    return run


@transaction.atomic
def start(*, run: BulkRun, by: Principal, now: datetime) -> BulkRun:
    """Do it: at once, or by a worker where there are many. Pressed twice it happens once.

    Raises Refused as ``settle``, and nothing_left where no lead may be touched.
    """
    run = _own(run, by=by)
    if run.status != RunStatus.DRAFT:
        return run
    verdict = _sound(BulkVerb(run.verb), run.terms, by=by)
    if not verdict:
        raise Refused(verdict)
    if len(run.chosen) <= IN_BACKGROUND:
        return _done(run, by=by, now=now)
    run.status = RunStatus.QUEUED.value
    run.save(update_fields=["status"])
    carry_out.enqueue(run.pk)
    return run


@task()
def carry_out(pk: int) -> None:
    """A worker does what was pressed, with the rights of him who pressed it as they are now."""
    run = BulkRun.objects.select_related("by").get(pk=pk)
    by = principal_of(run.by)
    try:
        with transaction.atomic():
            run = _own(run, by=by)
            if run.status == RunStatus.QUEUED:
                _done(run, by=by, now=timezone.now())
    except Refused as refusal:
        failed = {"refused": [[reason.code, dict(reason.params)] for reason in refusal.verdict.reasons]}
        BulkRun.objects.filter(pk=pk, status=RunStatus.QUEUED).update(
            status=RunStatus.FAILED, result=failed, finished_at=timezone.now()
        )


@transaction.atomic
def undo_run(*, run: BulkRun, by: Principal, now: datetime) -> BulkRun:
    """Take the last run back, within half an hour: every lead that nobody has changed since is as it was.

    Raises Refused: not_undoable, undo_too_late, not_the_last.
    """
    run = _own(run, by=by)
    verdict = YES if run.is_undoable else no("not_undoable")
    if run.finished_at is not None and now - run.finished_at > UNDO_WITHIN:
        verdict &= no("undo_too_late")
    if BulkRun.objects.filter(by_id=run.by_id, pk__gt=run.pk, status=RunStatus.DONE).exists():
        verdict &= no("not_the_last")
    if not verdict:
        raise Refused(verdict)
    restored = _restore(run, by=by, now=now)
    run.status, run.result = RunStatus.UNDONE.value, {**run.result, "restored": restored}
    run.save(update_fields=["status", "result"])
    record(
        kind="leads.bulk_undone", subject=run, by=by, at=now, facts={"verb": run.verb, "count": restored}
    )  # fmt: skip
    return run


def _own(run: BulkRun, *, by: Principal) -> BulkRun:
    return BulkRun.objects.select_for_update(of=("self",)).select_related("by").get(pk=run.pk, by_id=by.user_id)


def _sound(verb: BulkVerb, terms: Mapping[str, Any], *, by: Principal) -> Verdict:
    verdict = YES if may_bulk(verb, by) else no("may_not_bulk")
    reason = str(terms.get("reason", "")).strip()
    if verb in NEEDS_REASON and not reason:
        verdict &= no("reason_missing", field="reason")
    if len(reason) > REASON_LIMIT:
        verdict &= no("reason_too_long", field="reason", limit=REASON_LIMIT)
    if verb is BulkVerb.ASSIGN and receiver(terms.get("to"), by=by) is None:
        verdict &= no("owner_not_allowed", field="to")
    if verb is BulkVerb.TIER and terms.get("tier") not in set(Tier):
        verdict &= no("tier_unknown", field="tier")
    if verb is BulkVerb.CAMPAIGN and not Campaign.objects.filter(pk=terms.get("campaign") or 0).exists():
        verdict &= no("campaign_unknown", field="campaign")
    return verdict


def _done(run: BulkRun, *, by: Principal, now: datetime) -> BulkRun:
    verb = BulkVerb(run.verb)
    if verb in (BulkVerb.ASSIGN, BulkVerb.CLAIM):  # one at a time looks at how much he holds
        holder = run.terms.get("to") if verb is BulkVerb.ASSIGN else by.user_id
        list(User.objects.select_for_update(no_key=True).filter(pk=holder or 0))
    found = sifted(run.chosen, verb=verb, terms=run.terms, by=by, now=now, lock=True)
    if not found.leads:
        raise Refused(no("nothing_left"))
    kept = RESTORED.get(verb, ())
    before = {str(lead.pk): [_plain(getattr(lead, name)) for name in kept] for lead in found.leads} if kept else {}
    events = VERBS[verb](found.leads, run.terms, by, now)
    _store(found.leads, CHANGED[verb])
    record_many(events)
    run.result = _said(found)
    run.before = before
    run.status, run.finished_at = RunStatus.DONE.value, now
    run.save()
    record(
        kind="leads.bulk_done", subject=run, by=by, at=now,
        facts={"verb": run.verb, "count": len(found.leads), "left": found.left_count},
    )  # fmt: skip
    return run


def _store(leads: Sequence[Lead], columns: Sequence[str]) -> None:
    """Write the columns of leads that are locked, with a new version each."""
    rows = [(lead.pk, lead.version, *(getattr(lead, name) for name in columns), lead.version + 1) for lead in leads]
    change(Lead, rows, expected=("version",), columns=(*columns, "version"))
    for lead in leads:
        lead.version += 1


def _assign(leads: Sequence[Lead], terms: Mapping[str, Any], by: Principal, now: datetime) -> list[Event]:
    to = User.objects.get(pk=terms["to"])
    names = _names(leads)
    said = [
        lead_event(
            "leads.assigned", lead, by=by, now=now, changes={"owner": (names.get(lead.owner_id or 0, ""), to.name)}
        )
        for lead in leads
    ]
    _hold(leads, to=to, how=Handling.ASSIGNED, now=now)
    tell_given("lead", {to.pk: [lead.pk for lead in leads]}, by=by, now=now)
    return said


def _claim(leads: Sequence[Lead], terms: Mapping[str, Any], by: Principal, now: datetime) -> list[Event]:
    owner = User.objects.get(pk=by.user_id or 0)
    _hold(leads, to=owner, how=Handling.CLAIMED, now=now)
    return [lead_event("leads.claimed", lead, by=by, now=now, facts={"owner": owner.name}) for lead in leads]


def _give_back(leads: Sequence[Lead], terms: Mapping[str, Any], by: Principal, now: datetime) -> list[Event]:
    names, reason = _names(leads), str(terms["reason"]).strip()
    said = [
        lead_event(
            "leads.returned", lead, by=by, now=now, facts={"reason": reason, "from": names.get(lead.owner_id or 0, "")}
        )
        for lead in leads
    ]
    _hold(leads, to=None, how=Handling.RETURNED, now=now, reason=reason)
    return said


def _discard(leads: Sequence[Lead], terms: Mapping[str, Any], by: Principal, now: datetime) -> list[Event]:
    reason = str(terms["reason"]).strip()
    for lead in leads:
        lead.status, lead.status_reason = LeadStatus.DISCARDED.value, reason
        lead.due_on = lead.recycle_on = None
    return [lead_event("leads.discarded", lead, by=by, now=now, facts={"reason": reason}) for lead in leads]


def _set_tier(leads: Sequence[Lead], terms: Mapping[str, Any], by: Principal, now: datetime) -> list[Event]:
    """``tiering.set_tier`` for many: with score and dates by the facts of now."""
    profiles, ticking, tier, reason = Profiles(timezone.localdate(now)), clock(), str(terms["tier"]), terms["reason"]
    said: list[Event] = []
    entries: list[ScoreEntry | None] = []
    for lead in leads:
        before = lead.tier
        facts = {"reason": reason.strip(), "before": before, "tier": tier}
        said.append(lead_event("leads.tier_set", lead, by=by, now=now, changes={"tier": (before, tier)}, facts=facts))
        lead.tier, lead.tier_by_hand, lead.tier_reason = tier, True, reason.strip()
        weighed = profiles.weigh(lead)
        entries.append(
            put_score(lead, weighed, now=now) or (entry_of(lead, weighed, now=now) if before != tier else None)
        )
        ticking.put(lead)
    keep_entries(entries)
    return said


def _to_campaign(leads: Sequence[Lead], terms: Mapping[str, Any], by: Principal, now: datetime) -> list[Event]:
    """Another campaign may mean another profile: the leads are weighed anew."""
    campaign = Campaign.objects.get(pk=terms["campaign"])
    names = dict(Campaign.objects.values_list("pk", "name"))
    profiles, ticking = Profiles(timezone.localdate(now)), clock()
    said: list[Event] = []
    entries: list[ScoreEntry | None] = []
    for lead in leads:
        pair = (names.get(lead.campaign_id or 0, ""), campaign.name)
        said.append(lead_event("leads.edited", lead, by=by, now=now, changes={"campaign": pair}))
        lead.campaign_id = campaign.pk
        entries.append(weigh_anew(lead, profiles, now=now))
        ticking.put(lead)
    keep_entries(entries)
    return said


VERBS: Mapping[BulkVerb, Callable[[Sequence[Lead], Mapping[str, Any], Principal, datetime], list[Event]]] = {
    BulkVerb.ASSIGN: _assign,
    BulkVerb.CLAIM: _claim,
    BulkVerb.RETURN: _give_back,
    BulkVerb.DISCARD: _discard,
    BulkVerb.TIER: _set_tier,
    BulkVerb.CAMPAIGN: _to_campaign,
}


def _hold(leads: Sequence[Lead], *, to: User | None, how: Handling, now: datetime, reason: str = "") -> None:
    """``customers.actions.hand_over`` for many: the log, the department of the day, the dates (unsaved)."""
    ticking, log = clock(), []
    for lead in leads:
        passed_on = how is Handling.ASSIGNED and lead.owner_id is not None
        log.append(
            Holding(
                lead_id=lead.pk, how=(Handling.TRANSFERRED if passed_on else how).value, at=now, reason=reason,
                user_id=to.pk if to else None, before_id=lead.owner_id,
            )
        )  # fmt: skip
        lead.owner_id, lead.department_id = (to.pk, to.department_id) if to else (None, None)
        lead.owned_since = now if to else None
        ticking.put(lead)
    insert(log)


def _restore(run: BulkRun, *, by: Principal, now: datetime) -> int:
    """Put back what stood before, in leads that are as the run left them; how many."""
    verb = BulkVerb(run.verb)
    versions = {pk: version + 1 for pk, version in run.chosen if str(pk) in run.before}
    rows = Lead.objects.filter(pk__in=versions).order_by("pk").select_for_update().defer("search_text", "note")
    leads = [lead for lead in rows if lead.version == versions[lead.pk]]
    log, said = [], []
    ticking = clock()
    for lead in leads:
        held = lead.owner_id
        for name, value in zip(RESTORED[verb], run.before[str(lead.pk)], strict=True):
            setattr(lead, name, _read(name, value))
        ticking.put(lead)
        if lead.owner_id != held:
            how = Handling.RETURNED if lead.owner_id is None else Handling.TRANSFERRED
            log.append(Holding(lead_id=lead.pk, how=how.value, user_id=lead.owner_id, before_id=held, at=now))
        said.append(lead_event("leads.bulk_restored", lead, by=by, now=now, facts={"verb": run.verb}))
    _store(leads, (*RESTORED[verb], *DATES))
    insert(log)
    record_many(said)
    return len(leads)


def _said(found: Sifted) -> dict[str, Any]:
    """What came of it, as JSON keeps it: leads by id, the page looks them up again."""
    left = {
        code: {"count": one.count, "params": dict(one.reason.params), "leads": [lead.pk for lead in one.leads]}
        for code, one in found.left.items()
    }
    return {"done": len(found.leads), "left": left}


def _names(leads: Sequence[Lead]) -> dict[int, str]:
    owners = {lead.owner_id for lead in leads if lead.owner_id is not None}
    return dict(User.objects.filter(pk__in=owners).values_list("pk", "name"))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read(name: str, value: Any) -> Any:
    """Back from JSON; the dates are worked out anew anyway."""
    return datetime.fromisoformat(value) if name == "owned_since" and value else value
