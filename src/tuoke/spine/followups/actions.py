"""What is done with follow-ups and next actions. Refusals are codes; ``templates/followups/_reason.html`` has the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from time import perf_counter
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Conflict, Refused, Verdict, no
from tuoke.base.records.actions import changes_between, event_of, record, record_many
from tuoke.base.records.models import Event
from tuoke.services.exchange.reading import Row, Table
from tuoke.services.exchange.results import ImportResult, Rejected
from tuoke.spine.customers.actions import match_or_create, repointer, touched
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules import CustomerDraft, LeadStatus
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.deals.rules import Outcome
from tuoke.spine.followups import hooks
from tuoke.spine.followups.models import FollowUp, NextAction, Subject, column_of
from tuoke.spine.followups.queries import contacts_of, party_of, people_by_name, possible_owners
from tuoke.spine.followups.rules import (
    NEEDED,
    TABLE_COLUMNS,
    FieldReason,
    FollowUpOutcome,
    Plan,
    TableRow,
    columns_in,
    may_be_due,
    may_be_noted,
    may_be_planned,
    may_be_recorded,
    read_row,
    shown,
)
from tuoke.spine.followups.words import owner_unknown, sentence
from tuoke.spine.playbook.rules import StepKey

IMPORT_BATCH = 1000


@transaction.atomic
def record_followup(
    *,
    subject: Subject,
    at: datetime,
    channels: Sequence[str],
    outcome: FollowUpOutcome,
    summary: str,
    by: Principal,
    now: datetime,
    contact: Contact | None = None,
    plan: Plan | None = None,
    answers: NextAction | None = None,
    reached: bool = True,
) -> FollowUp:
    """记录跟进 (F1), with the next action that was agreed and the one that it answers, in one step.

    ``subject`` is a lead, customer or opportunity that ``by`` may see (else its DoesNotExist); ``at`` is aware.
    ``reached`` False: nobody answered. It is kept as an attempt and proves no contact.
    The very same again (two clicks, a browser that sends anew) is the one that is there.
    """
    subject = _seen(subject, by=by)
    verdict = may_be_recorded(summary=summary, at=at, now=now, channels=channels) & _is_open(subject)
    if plan:
        with_him = contact is not None and plan.contact_id == contact.pk  # who is looked up below anyway
        asked = replace(plan, contact_id=None) if with_him else plan
        verdict &= _plan_verdict(asked, subject=subject, by=by, now=now)
    if contact and contact.pk not in {known.pk for known in contacts_of(subject)}:
        verdict &= no("contact_elsewhere")
    if answers and getattr(answers, f"{column_of(subject)}_id") != subject.pk:
        verdict &= no("action_elsewhere")
    if not verdict:
        raise Refused(verdict)
    said = {"contact": contact, "at": at, "outcome": outcome.value, "summary": summary.strip(), "by_id": by.user_id}
    if sent_before := FollowUp.objects.about(subject).filter(**said, import_digest="").first():
        return sent_before
    followup = FollowUp.objects.create(
        **{column_of(subject): subject},
        **said,
        step=_step_of(subject),
        reached=reached,
        channels=list(dict.fromkeys(channels)),
        created_at=now,
    )
    planned = _plan(plan, subject=subject, followup=followup, by=by, now=now) if plan else None
    _touch(subject, contact=contact, at=at)
    _tell(by=by, at=now, kind="followups.recorded", row=followup, facts=_facts(followup, planned, answers))
    if answers:
        _finish(_answered(answers, subject=subject, by=by), note="", at=now)
    for told in hooks.on_recorded:
        told([followup], by, now)
    return followup


@transaction.atomic
def plan_action(*, subject: Subject, plan: Plan, by: Principal, now: datetime) -> NextAction:
    """安排下一步 without a follow-up."""
    subject = _seen(subject, by=by)
    verdict = _is_open(subject) & _plan_verdict(plan, subject=subject, by=by, now=now)
    if not verdict:
        raise Refused(verdict)
    action = _plan(plan, subject=subject, followup=None, by=by, now=now)
    _tell(by=by, at=now, kind="followups.planned", row=action, facts=_action_facts(action))
    return action


@transaction.atomic
def edit_action(*, action: NextAction, version: int, plan: Plan, by: Principal, now: datetime) -> NextAction:
    """Change what is to be done, by whom, or when. A deadline that has passed may stay as it is."""
    action = _waiting(action, by=by, version=version)
    today = timezone.localdate(now)
    kept = plan.due_on is not None and plan.due_on == action.due_on
    verdict = may_be_planned(plan, today=min(today, plan.due_on) if kept and plan.due_on else today)
    if plan.owner_id != action.owner_id:
        verdict &= _owner_verdict(plan, subject=action.subject, by=by)
    if plan.contact_id != action.contact_id:
        verdict &= _contact_verdict(plan, subject=action.subject)
    if not verdict:
        raise Refused(verdict)
    before = _shown(action)
    is_handed_on = plan.owner_id is not None and plan.owner_id != action.owner_id
    if is_handed_on:
        action.owner_id, action.owner_label = plan.owner_id, ""
    action.title, action.due_on, action.due_time = plan.title.strip(), plan.due_on, plan.due_time
    action.channel, action.minutes, action.place = plan.channel, plan.minutes, plan.place.strip()
    action.contact_id = plan.contact_id
    _save(action)
    if is_handed_on:
        _entrust(action, by=by, now=now)
    changes = changes_between(before=before, after=_shown(action))
    if changes:
        _tell(by=by, at=now, kind="followups.edited", row=action, changes=changes, facts=_action_facts(action))
    return action


@transaction.atomic
def reschedule_action(*, action: NextAction, version: int, due_on: date, by: Principal, now: datetime) -> NextAction:
    """改期."""
    action = _waiting(action, by=by, version=version)
    verdict = may_be_due(due_on, today=timezone.localdate(now))
    if not verdict:
        raise Refused(verdict)
    before, action.due_on = action.due_on, due_on
    _save(action)
    _tell(
        by=by,
        at=now,
        kind="followups.rescheduled",
        row=action,
        changes={"due_on": (before, due_on)},
        facts=_action_facts(action),
    )
    return action


@transaction.atomic
def complete_action(
    *, action: NextAction, version: int, note: str, by: Principal, now: datetime, plan: Plan | None = None
) -> NextAction:
    """完成 without a contact with the customer (a draft written, an approval asked for), with what comes next."""
    action = _waiting(action, by=by, version=version)
    verdict = may_be_noted(note)
    if plan:
        verdict &= _is_open(action.subject) & _plan_verdict(plan, subject=action.subject, by=by, now=now)
    if not verdict:
        raise Refused(verdict)
    _finish(action, note=note.strip(), at=now)
    planned = _plan(plan, subject=action.subject, followup=None, by=by, now=now) if plan else None
    facts = {**_action_facts(action), "note": action.done_note, **_next_facts(planned)}
    _tell(by=by, at=now, kind="followups.completed", row=action, facts=facts)
    return action


@transaction.atomic
def reopen_action(*, action: NextAction, by: Principal, now: datetime) -> NextAction:
    """Take a completion or a cancellation back. Refused where its case is closed by now."""
    action = _locked(action, by=by)
    if action.is_waiting:
        return action
    if not (verdict := _is_open(action.subject)):
        raise Refused(verdict)
    action.done_at, action.done_note, action.cancelled_at = None, "", None
    _save(action)
    _tell(by=by, at=now, kind="followups.reopened", row=action, facts=_action_facts(action))
    return action


@transaction.atomic
def cancel_action(*, action: NextAction, version: int, by: Principal, now: datetime) -> NextAction:
    action = _waiting(action, by=by, version=version)
    action.cancelled_at = now
    _save(action)
    _tell(by=by, at=now, kind="followups.cancelled", row=action, facts=_action_facts(action))
    return action


def import_table(*, table: Table, by: Principal, now: datetime) -> ImportResult:
    """Take a 《项目跟进记录表》 in. The very same row again adds nothing; a wrong row is rejected with every reason.

    Stored by the thousand, each batch whole or not at all, so an interrupted import goes on when it is run again.
    Refused(columns_missing) before anything is written where the table is another one.
    """
    places = columns_in(table.headers, TABLE_COLUMNS)
    if missing := [name for name in NEEDED if name not in places]:
        raise Refused(no("columns_missing", columns=missing, wanted=TABLE_COLUMNS))
    begun, today = perf_counter(), timezone.localdate(now)
    run = _Run(by=by, now=now, result=ImportResult())
    for batch in table.batches(size=IMPORT_BATCH):
        taken: list[tuple[Row, TableRow]] = []
        for row in batch:
            run.result.rows += 1
            read = read_row(row.cells, places, today=today)
            if isinstance(read, TableRow):
                taken.append((row, read))
            else:
                run.result.reject(_rejected(row, read))
        _import_batch(taken, run=run)
    run.result.warnings += [owner_unknown(name, rows) for name, rows in run.unknown_owners.items()]
    run.result.seconds = perf_counter() - begun
    return run.result


# Handed down by config.wiring, and called by the steps: inside the caller's transaction

repoint = repointer(
    (FollowUp, "lead"),
    (FollowUp, "customer"),
    (FollowUp, "contact"),
    (NextAction, "lead"),
    (NextAction, "customer"),
    (NextAction, "contact"),
)
"""What was said and what is to be done goes along when its lead, customer or contact is merged into another."""


def end_open_actions(opportunity: Opportunity, by: Principal, now: datetime) -> None:
    """A lost or void deal has nothing left to do (``deals.hooks.on_closed``). Won deals go on."""
    open_ones = list(NextAction.objects.waiting().about(opportunity).select_for_update())
    if opportunity.outcome == Outcome.WON or not open_ones:
        return
    for action in open_ones:
        action.cancelled_at, action.version = now, action.version + 1
    NextAction.objects.bulk_update(open_ones, ["cancelled_at", "version"])
    record_many(_event(by=by, at=now, kind="followups.cancelled", row=a, facts=_action_facts(a)) for a in open_ones)


def hand_open_actions_over(opportunity: Opportunity, by: Principal, now: datetime) -> None:
    """Open actions follow the deal to its new owner; those of colleagues who joined the deal stay theirs."""
    joined = Membership.objects.current(timezone.localdate(now)).filter(opportunity=opportunity).values("user_id")
    moving = NextAction.objects.waiting().about(opportunity).exclude(owner_id=opportunity.owner_id)
    found = list(moving.filter(Q(owner=None) | ~Q(owner_id__in=joined)).select_for_update(of=("self",)))
    before = {action.pk: action.owner_id for action in found}
    for action in found:
        action.owner_id, action.version = opportunity.owner_id, action.version + 1
    NextAction.objects.bulk_update(found, ["owner", "version"])
    record_many(
        _event(
            by=by,
            at=now,
            kind="followups.handed_over",
            row=action,
            changes={"owner_id": (before[action.pk], opportunity.owner_id)},
            facts=_action_facts(action),
        )
        for action in found
    )


def carry_over(*, lead: Lead, opportunity: Opportunity, by: Principal, now: datetime) -> int:
    """What was still to do for a lead is to be done for the deal that it became. Returns how many moved."""
    found = list(NextAction.objects.waiting().about(lead).select_for_update())
    for action in found:
        action.lead, action.opportunity, action.version = None, opportunity, action.version + 1
    NextAction.objects.bulk_update(found, ["lead", "opportunity", "version"])
    record_many(_event(by=by, at=now, kind="followups.carried_over", row=a, facts=_action_facts(a)) for a in found)
    return len(found)


# The import


@transaction.atomic
def _import_batch(batch: Sequence[tuple[Row, TableRow]], *, run: _Run) -> None:
    """Rows of one transaction: what is already there is skipped, the rest stored with its history."""
    held = [(row, read, party) for row, read in batch if (party := run.party_for(row, read))]
    _lock({party.pk for _, _, party in held})
    digests = {read.digest(customer_id=party.pk) for _, read, party in held}
    known = set(FollowUp.objects.filter(import_digest__in=digests).values_list("import_digest", flat=True))
    recorded = _recorded({party.pk for _, _, party in held}, [read.summary for _, read, _ in held])
    fresh: list[tuple[TableRow, FollowUp]] = []
    for _, read, party in held:
        digest = read.digest(customer_id=party.pk)
        if digest in known or (party.pk, read.at.replace(second=0, microsecond=0), read.summary) in recorded:
            run.result.skipped += 1
            continue
        known.add(digest)
        fresh.append((read, run.followup(read, party, digest)))
    stored = FollowUp.objects.bulk_create([followup for _, followup in fresh])
    actions = [run.action(read, followup) for (read, _), followup in zip(fresh, stored, strict=True)]
    planned = {a.follow_up_id: a for a in NextAction.objects.bulk_create([a for a in actions if a])}
    record_many(
        _event(
            by=run.by,
            at=run.now,
            kind="followups.recorded",
            row=followup,
            facts={**_facts(followup, planned.get(followup.pk)), "imported": True},
        )
        for followup in stored
    )
    subjects = {(column_of(f.subject), f.subject.pk): f.subject for f in stored}
    for subject in subjects.values():
        _settle(subject)
        _touch(subject, contact=None, at=max(f.at for f in stored if f.subject == subject))
    for told in hooks.on_recorded if stored else ():
        told(stored, run.by, run.now)
    run.result.created += len(stored)


def _recorded(customer_ids: set[int], summaries: Sequence[str]) -> set[tuple[int, datetime, str]]:
    """Customer, local minute and words of what is there: an exported table comes back without doubles."""
    about = Q(customer_id__in=customer_ids) | Q(opportunity__customer_id__in=customer_ids)
    found = FollowUp.objects.filter(about, summary__in=summaries)
    return {
        (customer or deal_customer, timezone.make_naive(at).replace(second=0, microsecond=0), summary)
        for customer, deal_customer, at, summary in found.values_list(
            "customer_id", "opportunity__customer_id", "at", "summary"
        )
    }


def _settle(subject: Subject) -> None:
    """An imported next action is answered by the contact that came after it; only the last one still waits."""
    times = list(FollowUp.objects.about(subject).order_by("at", "id").values_list("at", flat=True))
    waiting = NextAction.objects.waiting().about(subject).exclude(follow_up=None).exclude(follow_up__import_digest="")
    answered = []
    for action in waiting.select_related("follow_up"):
        said_at = action.follow_up.at if action.follow_up else action.created_at
        later = next((at for at in times if at > said_at), None)
        if later:
            action.done_at, action.version = later, action.version + 1
            answered.append(action)
    NextAction.objects.bulk_update(answered, ["done_at", "version"])


def _lock(customer_ids: set[int]) -> None:
    """Two imports about the same customer take turns, so that the second finds what the first has stored."""
    list(Customer.objects.select_for_update().filter(pk__in=customer_ids).order_by("pk").values_list("pk"))


class _Run:
    """One import: what it has found out so far about customers, deals and people."""

    def __init__(self, *, by: Principal, now: datetime, result: ImportResult) -> None:
        self.by, self.now, self.result = by, now, result
        self._people = people_by_name(by)
        self._parties: dict[str, Customer | Verdict] = {}
        self._subjects: dict[int, Customer | Opportunity] = {}
        self.unknown_owners: dict[str, list[int]] = {}

    def party_for(self, row: Row, read: TableRow) -> Customer | None:
        """The customer of a row, made for the importer where it is new; None where the row had to be rejected."""
        if read.customer not in self._parties:
            self._parties[read.customer] = self._matched(read.customer)
        party = self._parties[read.customer]
        if isinstance(party, Customer):
            self._note_owner(row, read)
            return party
        self.result.reject(_rejected(row, [FieldReason(TABLE_COLUMNS[0], reason) for reason in party.reasons]))
        return None

    def followup(self, read: TableRow, party: Customer, digest: str) -> FollowUp:
        subject = self._subject(party)
        owner = self._people.get(read.owner_label)
        return FollowUp(
            **{column_of(subject): subject},
            at=timezone.make_aware(read.at),
            step=read.step or "",
            stage_label=read.stage_label,
            channels=list(read.channels),
            channel_label=read.channel_label,
            summary=read.summary,
            customer_label=read.customer,
            owner_label=read.owner_label,
            by_id=owner.pk if owner else self.by.user_id,
            import_digest=digest,
            created_at=self.now,
        )

    def action(self, read: TableRow, followup: FollowUp) -> NextAction | None:
        """Somebody must see it: where the person named isn't known, the one who holds the case does."""
        if not read.next_action:
            return None
        subject, owner = followup.subject, self._people.get(read.owner_label)
        return NextAction(
            **{column_of(subject): subject},
            follow_up=followup,
            title=read.next_action,
            owner_id=owner.pk if owner else subject.owner_id or self.by.user_id,
            owner_label=read.owner_label,
            due_on=read.due_on,
            created_at=self.now,
        )

    def _matched(self, name: str) -> Customer | Verdict:
        try:
            with transaction.atomic():
                draft = CustomerDraft(name=name, owner_id=self.by.user_id)
                return match_or_create(draft=draft, by=self.by, now=self.now)[0]
        except Refused as refusal:
            return refusal.verdict

    def _subject(self, party: Customer) -> Customer | Opportunity:
        """The importer's only open deal with the customer, else the customer."""
        if party.pk not in self._subjects:
            deals = Opportunity.objects.visible_to(self.by).running().filter(customer=party)
            if self.by.user_id:
                deals = deals.filter(owner_id=self.by.user_id)
            found = list(deals.select_related("customer")[:2])
            self._subjects[party.pk] = found[0] if len(found) == 1 else party
        return self._subjects[party.pk]

    def _note_owner(self, row: Row, read: TableRow) -> None:
        if read.owner_label and read.owner_label not in self._people:
            self.unknown_owners.setdefault(read.owner_label, []).append(row.number)


def _rejected(row: Row, wrong: Sequence[FieldReason]) -> Rejected:
    reasons = tuple((w.reason.code, w.column, sentence(w.reason)) for w in wrong)
    return Rejected(number=row.number, cells=tuple(shown(cell) for cell in row.cells), reasons=reasons)


# Checks


def _seen(subject: Subject, *, by: Principal) -> Subject:
    """The subject as it is now, locked; whoever may read it and write follow-ups may record (collaborators too)."""
    rows = type(subject)._default_manager.all().visible_to(by).select_for_update()
    found = rows.get(pk=subject.pk)
    merged_into = None if isinstance(found, Opportunity) else found.merged_into_id
    return rows.get(pk=merged_into) if merged_into else found  # what was merged meanwhile: said about the kept one


def _is_open(subject: Subject) -> Verdict:
    if isinstance(subject, Lead):
        return _lead_is_open(subject)
    if isinstance(subject, Opportunity) and subject.outcome in (Outcome.LOST, Outcome.VOID):
        return no("deal_closed")
    return YES


def _lead_is_open(lead: Lead) -> Verdict:
    if lead.status == LeadStatus.CONVERTED:
        return no("lead_converted")
    if lead.status == LeadStatus.DISCARDED:
        return no("lead_discarded")
    return YES if lead.owner_id else no("lead_in_pool")


def _plan_verdict(plan: Plan, *, subject: Subject, by: Principal, now: datetime) -> Verdict:
    verdict = may_be_planned(plan, today=timezone.localdate(now)) & _owner_verdict(plan, subject=subject, by=by)
    return verdict & _contact_verdict(plan, subject=subject)


def _contact_verdict(plan: Plan, *, subject: Subject) -> Verdict:
    if plan.contact_id is None or plan.contact_id in {known.pk for known in contacts_of(subject)}:
        return YES
    return no("contact_elsewhere")


def _owner_verdict(plan: Plan, *, subject: Subject, by: Principal) -> Verdict:
    if plan.owner_id in (None, by.user_id):
        return YES
    return YES if plan.owner_id in {user.pk for user in possible_owners(by, subject)} else no("owner_not_allowed")


def _locked(action: NextAction, *, by: Principal) -> NextAction:
    return NextAction.objects.visible_to(by, "write").select_for_update().get(pk=action.pk)


def _waiting(action: NextAction, *, by: Principal, version: int | None = None) -> NextAction:
    current = _locked(action, by=by)
    if version is not None and current.version != version:
        raise Conflict(current)
    return _still_waiting(current)


def _answered(action: NextAction, *, subject: Subject, by: Principal) -> NextAction:
    """One of a subject that ``by`` was just found to see: what is to be done with it is seen with it, so nothing more is asked."""
    rows = NextAction.objects.about(subject) if by.may(Permission.FOLLOWUP_WRITE) else NextAction.objects.none()
    return _still_waiting(rows.select_for_update().get(pk=action.pk))


def _still_waiting(action: NextAction) -> NextAction:
    if not action.is_waiting:
        raise Refused(no("action_done" if action.done_at else "action_cancelled"))
    return action


# Changes


def _plan(plan: Plan, *, subject: Subject, followup: FollowUp | None, by: Principal, now: datetime) -> NextAction:
    action = NextAction.objects.create(
        **{column_of(subject): subject},
        follow_up=followup,
        title=plan.title.strip(),
        channel=plan.channel,
        owner_id=plan.owner_id or by.user_id or subject.owner_id,
        due_on=plan.due_on,
        due_time=plan.due_time,
        minutes=plan.minutes,
        place=plan.place.strip(),
        contact_id=plan.contact_id,
        created_at=now,
    )
    _entrust(action, by=by, now=now)
    return action


def _entrust(action: NextAction, *, by: Principal, now: datetime) -> None:
    """Whoever has something to do now that somebody else gave him is told (``hooks.on_entrusted``)."""
    if action.owner_id is not None and action.owner_id != by.user_id:
        for tell in hooks.on_entrusted:
            tell(action, by, now)


def _finish(action: NextAction, *, note: str, at: datetime) -> None:
    action.done_at, action.done_note = at, note
    _save(action)


def _save(action: NextAction) -> None:
    action.version += 1
    action.save()


def _touch(subject: Subject, *, contact: Contact | None, at: datetime) -> None:
    """The last contact of the party and the deal, the first one of the person."""
    if isinstance(subject, Opportunity):
        newer = Q(last_touch_at=None) | Q(last_touch_at__lt=at)
        Opportunity.objects.filter(newer, pk=subject.pk).update(last_touch_at=at)
        touched(customer=subject.customer, at=at)
    elif isinstance(subject, Customer):
        touched(customer=subject, at=at)
    else:
        touched(lead=subject, at=at)
    if contact:
        day = timezone.localdate(at)
        later = Q(contacted_on=None) | Q(contacted_on__gt=day)
        Contact.objects.filter(later, pk=contact.pk).update(contacted_on=day)


def _step_of(subject: Subject) -> str:
    """The step in which it happened; a lead is being screened, a customer alone is in none."""
    if isinstance(subject, Opportunity):
        return subject.step
    return StepKey.LEADS.value if isinstance(subject, Lead) else ""


# History


def _tell(*, row: FollowUp | NextAction, kind: str, by: Principal, at: datetime, **more: Any) -> None:
    subject = row.subject
    record(kind=kind, subject=row, thread=subject, party=party_of(subject), by=by, at=at, **more)


def _event(*, row: FollowUp | NextAction, kind: str, by: Principal, at: datetime, **more: Any) -> Event:
    subject = row.subject
    return event_of(kind=kind, subject=row, thread=subject, party=party_of(subject), by=by, at=at, **more)


def _facts(followup: FollowUp, planned: NextAction | None, answers: NextAction | None = None) -> dict[str, Any]:
    return {
        "summary": followup.summary,
        "on": timezone.localdate(followup.at),
        "channels": followup.channels,
        "outcome": followup.outcome,
        "contact": followup.contact.name if followup.contact else "",
        "answers": answers.title if answers else "",
        **_next_facts(planned),
    }


def _next_facts(planned: NextAction | None) -> dict[str, Any]:
    if planned is None:
        return {}
    return {"next": planned.title, "next_due_on": planned.due_on, "next_owner": _owner_name(planned)}


def _action_facts(action: NextAction) -> dict[str, Any]:
    return {"title": action.title, "due_on": action.due_on, "owner": _owner_name(action)}


def _owner_name(action: NextAction) -> str:
    return action.owner_label or (action.owner.name if action.owner else "")


def _shown(action: NextAction) -> Mapping[str, Any]:
    return {
        "title": action.title,
        "owner": _owner_name(action),
        "due_on": action.due_on,
        "due_time": action.due_time,
        "channel": action.channel,
        "minutes": action.minutes,
        "place": action.place,
    }
