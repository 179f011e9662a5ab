"""回款计划: drafted from the contract, written by hand, changed, withdrawn and brought back."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Refused, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.spine.deals.doors import is_open, must
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.payments.actions.doors import dated, held, locked_instalment, recount, tell
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.payments.queries.book import basis_of
from tuoke.steps.contracts.payments.queries.drafting import draft_of, matching, milestones_of
from tuoke.steps.contracts.payments.rules import InstalmentDraft, Source, may_plan


@transaction.atomic
def draft_schedule(*, deal: Opportunity, by: Principal, now: datetime) -> list[Instalment]:
    """From the contract's payment clause, where nothing is planned yet. Refused: already_planned, no_contract, no_amount,
    deal_closed."""
    deal = held(deal, by=by)
    verdict = is_open(deal)
    if Instalment.objects.standing().filter(opportunity=deal).exists():
        verdict &= no("already_planned")
    basis, _contract = basis_of(deal)
    if basis.amount is None:
        verdict &= no("no_contract" if basis.source is Source.NONE else "no_amount")
    must(verdict)
    return drafted(deal, by=by, now=now)


def drafted(deal: Opportunity, *, by: Principal, now: datetime) -> list[Instalment]:
    """For a deal that is locked and for which nothing is planned yet."""
    found = draft_of(deal)
    milestones = {one.pk: one for one in milestones_of(deal)}
    rows = [_written(Instalment(opportunity=deal), draft, milestones, by=by, now=now) for draft in found.drafts]
    if rows:
        tell("drafted", deal, by=by, now=now, facts={"count": len(rows), "amount": found.basis.amount})
    return rows


@transaction.atomic
def add_instalment(*, deal: Opportunity, draft: InstalmentDraft, by: Principal, now: datetime) -> Instalment:
    """Refused: whatever ``rules.may_plan`` finds, milestone_elsewhere, deal_closed."""
    deal = held(deal, by=by)
    milestones = _milestone(deal, draft)
    must(_verdict(deal, draft, milestones, row=None, now=now))
    row = _written(Instalment(opportunity=deal), draft, milestones, by=by, now=now)
    tell("planned", row, by=by, now=now, facts=said(row))
    return row


@transaction.atomic
def edit_instalment(
    *, instalment: Instalment, version: int, draft: InstalmentDraft, by: Principal, now: datetime
) -> Instalment:
    """As ``add_instalment``; also Refused: is_withdrawn, below_received. Conflict where somebody saved first."""
    row = locked_instalment(instalment, by=by, version=version)
    milestones = _milestone(row.opportunity, draft)
    verdict = _verdict(row.opportunity, draft, milestones, row=row, now=now)
    must(verdict & (YES if row.withdrawn_at is None else no("is_withdrawn", name=row.name)))
    before = _shown(row)
    row = _written(row, draft, milestones, by=by, now=now)
    recount([row])
    if changes := changes_between(before=before, after=_shown(row)):
        tell("changed", row, by=by, now=now, changes=changes, facts=said(row))
    return row


@transaction.atomic
def withdraw_instalment(*, instalment: Instalment, by: Principal, now: datetime) -> Instalment:
    """Refused: is_withdrawn, has_receipts (money was set against it), deal_closed."""
    row = locked_instalment(instalment, by=by)
    verdict = is_open(row.opportunity)
    if row.withdrawn_at is not None:
        verdict &= no("is_withdrawn", name=row.name)
    if row.received:
        verdict &= no("has_receipts", received=row.received)
    must(verdict)
    row.withdrawn_at = now
    row.version += 1
    row.save(update_fields=["withdrawn_at", "version"])
    tell("withdrawn", row, by=by, now=now, facts=said(row))
    return row


@transaction.atomic
def restore_instalment(*, instalment: Instalment, by: Principal, now: datetime) -> Instalment:
    """Refused: not_withdrawn, and whatever speaks against planning it now."""
    row = locked_instalment(instalment, by=by)
    if row.withdrawn_at is None:
        raise Refused(no("not_withdrawn", name=row.name))
    draft = InstalmentDraft(
        row.name, row.amount, on=None if row.milestone_id else row.due_on, milestone=row.milestone_id,
        days_after=row.days_after, in_workdays=row.in_workdays, remind_days=row.remind_days, event=row.event,
    )  # fmt: skip
    must(_verdict(row.opportunity, draft, _milestone(row.opportunity, draft), row=row, now=now))
    row.withdrawn_at, row.withdrawn_reason = None, ""
    row.version += 1
    dated(row).save()
    tell("restored", row, by=by, now=now, facts=said(row))
    return row


@transaction.atomic
def link_to_plan(*, deal: Opportunity, by: Principal, now: datetime) -> list[Instalment]:
    """What waits for something gets the day of the line of the kick-off plan that is called so. Refused: nothing_to_link
    (no plan, or no such line), deal_closed."""
    deal = held(deal, by=by)
    must(is_open(deal))
    milestones = milestones_of(deal)
    linked = []
    for row in Instalment.objects.open().filter(opportunity=deal, milestone=None, due_on=None).exclude(event=""):
        found = matching(row.event, milestones)
        if found is None:
            continue
        row.opportunity, row.milestone = deal, found
        row.version += 1
        dated(row).save()
        tell("changed", row, by=by, now=now, changes={"due_on": (None, row.due_on)}, facts=said(row))
        linked.append(row)
    must(YES if linked else no("nothing_to_link"))
    return linked


def said(row: Instalment) -> dict[str, object]:
    """For the history: it stands there when the row is gone."""
    due = row.due_on.isoformat() if row.due_on else ""
    return {"name": row.name, "amount": str(row.amount), "due_on": due}


def _verdict(
    deal: Opportunity,
    draft: InstalmentDraft,
    milestones: dict[int, Milestone],
    *,
    row: Instalment | None,
    now: datetime,
) -> Verdict:
    basis, _contract = basis_of(deal)
    others = Instalment.objects.standing().filter(opportunity=deal).exclude(pk=row.pk if row and row.pk else 0)
    planned = others.aggregate(whole=Sum("amount"))["whole"] or Decimal(0)
    verdict = is_open(deal) & may_plan(
        draft, basis=basis, others=planned, received=row.received if row else Decimal(0), count=others.count(),
        today=timezone.localdate(now),
    )  # fmt: skip
    if draft.milestone is not None and draft.milestone not in milestones:
        verdict &= no("milestone_elsewhere", field="milestone")
    return verdict


def _milestone(deal: Opportunity, draft: InstalmentDraft) -> dict[int, Milestone]:
    if draft.milestone is None:
        return {}
    rows = Milestone.objects.standing().filter(pk=draft.milestone, plan__opportunity=deal)
    return {one.pk: one for one in rows}


def _written(
    row: Instalment, draft: InstalmentDraft, milestones: dict[int, Milestone], *, by: Principal, now: datetime
) -> Instalment:
    assert draft.amount is not None, "may_plan has seen to it"
    if row.pk is None:
        row.created_at, row.created_by_id = now, by.user_id
    else:
        row.version += 1
    row.name, row.amount, row.note = draft.name.strip(), draft.amount, draft.note.strip()
    row.milestone = milestones[draft.milestone] if draft.milestone is not None else None
    row.due_on, row.days_after, row.in_workdays = draft.on, draft.days_after, draft.in_workdays
    row.remind_days, row.method, row.event = draft.remind_days, draft.method.value, draft.event
    if row.received != row.amount:
        row.settled_on = None
    dated(row).save()
    return row


def _shown(row: Instalment) -> dict[str, str | int | Decimal | date | None]:
    names = ("name", "amount", "due_on", "days_after", "in_workdays", "remind_days", "method", "note")
    return {name: getattr(row, name) for name in names} | {"milestone": row.milestone.name if row.milestone else ""}
