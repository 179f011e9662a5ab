"""初期问题: found, given to somebody, solved, closed by the side that found it (S7.3)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between
from tuoke.services.calendar.queries import workdays
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries import hooks
from tuoke.steps.contracts.deliveries.actions.doors import (
    contact_of,
    fresh_issue,
    is_open,
    must,
    opened,
    stored,
    tell,
)
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Issue
from tuoke.steps.contracts.deliveries.queries import possible_owners, ready_to_edit_issue, stands_issue
from tuoke.steps.contracts.deliveries.rules import (
    LINE_LIMIT,
    MOST_ISSUES,
    NOTE_LIMIT,
    SOLVE_WITHIN,
    Answer,
    IssueDraft,
    IssueState,
    Severity,
    Side,
    by_somebody,
    may_close,
    may_reopen,
    may_solve,
)

_SAID = ("title", "note", "severity", "owner_id", "due_on", "item_id")


@transaction.atomic
def add_issue(*, deal: Opportunity, draft: IssueDraft, by: Principal, now: datetime) -> Issue:
    """Refused: the draft's faults, item_elsewhere, owner_elsewhere, too_many_issues, deal_closed."""
    deal = opened(deal, by=by)
    verdict = is_open(deal) & draft.faults() & _pointing(draft, deal)
    if Issue.objects.standing().filter(opportunity=deal).count() >= MOST_ISSUES:
        verdict &= no("too_many_issues", most=MOST_ISSUES)
    must(verdict)
    due_on = draft.due_on or _due(draft.severity, today=timezone.localdate(now))
    issue = Issue.objects.create(
        opportunity=deal, found_by=draft.found_by.value, found_name=by.name if draft.found_by is Side.OURS else "",
        created_at=now, created_by_id=by.user_id, **(_values(draft) | {"due_on": due_on}),
    )  # fmt: skip
    tell("issue_found", deal, issue, by=by, now=now, facts=said_of(issue))
    _given(issue, by=by, now=now)
    return issue


@transaction.atomic
def edit_issue(*, issue: Issue, version: int, draft: IssueDraft, by: Principal, now: datetime) -> Issue:
    """Who found it stays as it is. Raises Conflict; Refused: issue_closed, issue_withdrawn, the draft's faults …"""
    current = fresh_issue(issue, by=by, version=version)
    verdict = ready_to_edit_issue(current) & draft.faults()
    must(verdict & _pointing(draft, current.opportunity, keeps=current.owner_id))
    before = {name: getattr(current, name) for name in _SAID}
    stored(current, **_values(draft))
    changes = changes_between(before=before, after={name: getattr(current, name) for name in _SAID})
    if changes:
        current = fresh_issue(current, by=by)
        tell("issue_edited", current.opportunity, current, by=by, now=now, facts=said_of(current), changes=changes)
        if "owner_id" in changes:
            _given(current, by=by, now=now)
    return current


@transaction.atomic
def solve_issue(*, issue: Issue, solution: str, by: Principal, now: datetime) -> Issue:
    """It is solved, says ``by``, and how; the side that found it has the last word. Refused: solution_missing,
    issue_not_open, issue_withdrawn, deal_closed, too_long."""
    current = fresh_issue(issue, by=by)
    verdict = stands_issue(current) & may_solve(current.state)
    verdict &= YES if solution.strip() else no("solution_missing", field="solution")
    must(verdict & text_fault(solution, field="solution", limit=NOTE_LIMIT))
    stored(current, state=IssueState.SOLVED.value, solution=solution.strip(), solved_at=now)
    tell("issue_solved", current.opportunity, current, by=by, now=now, facts=said_of(current))
    for told in hooks.on_issue_solved:
        told(current, by, now)
    return current


@transaction.atomic
def close_issue(*, issue: Issue, by: Principal, now: datetime) -> Issue:
    """We found it, and it is gone. Refused: others_issue (the customer found it), issue_closed, deal_closed."""
    current = fresh_issue(issue, by=by)
    must(stands_issue(current))
    return settled(current, side=Side.OURS, is_gone=True, note="", name=by.name, by=by, now=now)


@transaction.atomic
def close_for_customer(*, issue: Issue, contact_id: int | None, on: date | None, by: Principal, now: datetime) -> Issue:
    """The customer told us that it is gone: who, on which day. Refused: contact_missing, contact_elsewhere, day_missing,
    day_in_future, issue_closed, issue_not_solved, deal_closed."""
    current = fresh_issue(issue, by=by)
    verdict = stands_issue(current)
    verdict &= by_somebody(contact_id, on, today=timezone.localdate(now))
    contact = contact_of(contact_id, current.opportunity)
    must(verdict & (no("contact_elsewhere", field="contact") if contact_id and contact is None else YES))
    assert contact is not None
    return settled(current, side=Side.THEIRS, is_gone=True, note="", name=contact.name, by=by, now=now)


@transaction.atomic
def reopen_issue(*, issue: Issue, note: str, by: Principal, now: datetime) -> Issue:
    """It isn't gone, or came back. Refused: issue_open, issue_withdrawn, note_missing, deal_closed."""
    current = fresh_issue(issue, by=by)
    must(stands_issue(current) & may_reopen(current.state) & _why(note))
    return _open_again(current, note=note, by=by, now=now)


@transaction.atomic
def withdraw_issue(*, issue: Issue, by: Principal, now: datetime) -> Issue:
    """Written down by mistake. What the customer found isn't ours to take away. Refused: others_issue, issue_withdrawn."""
    current = fresh_issue(issue, by=by)
    verdict = stands_issue(current)
    must(verdict & (YES if current.found_by == Side.OURS else no("others_issue")))
    stored(current, withdrawn_at=now)
    tell("issue_withdrawn", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


@transaction.atomic
def restore_issue(*, issue: Issue, by: Principal, now: datetime) -> Issue:
    """Refused: not_withdrawn, deal_closed."""
    current = fresh_issue(issue, by=by)
    must(is_open(current.opportunity) & (YES if current.withdrawn_at else no("not_withdrawn")))
    stored(current, withdrawn_at=None)
    tell("issue_restored", current.opportunity, current, by=by, now=now, facts=said_of(current))
    return current


def settled(issue: Issue, *, side: Side, is_gone: bool, note: str, name: str, by: Principal, now: datetime) -> Issue:
    """One side says whether it is gone. The deal is locked by the caller."""
    verdict = may_close(issue.state, found_by=issue.found_by, side=side)
    must(verdict & (YES if is_gone else _why(note)))
    if not is_gone:
        return _open_again(issue, note=note, by=by, now=now)
    stored(issue, state=IssueState.CLOSED.value, closed_at=now, closed_name=name)
    tell("issue_closed", issue.opportunity, issue, by=by, now=now, facts=said_of(issue) | {"name": name})
    return issue


def issue_of_answer(item: DeliveryItem, acceptance: Acceptance, *, by: Principal, now: datetime) -> Issue:
    """What the customer asks for, or why he didn't accept, is an issue of his."""
    is_rejected = acceptance.answer == Answer.REJECTED
    severity = Severity.HIGH if is_rejected else Severity.NORMAL
    issue = Issue.objects.create(
        opportunity=item.opportunity, item=item, title=acceptance.note.splitlines()[0][:LINE_LIMIT],
        note=acceptance.note, severity=severity.value, found_by=Side.THEIRS.value, found_name=acceptance.name,
        share=acceptance.share, from_acceptance=acceptance, due_on=_due(severity, today=timezone.localdate(now)),
        created_at=now, created_by_id=by.user_id,
    )  # fmt: skip
    tell("issue_found", item.opportunity, issue, by=by, now=now, facts=said_of(issue))
    return issue


def close_with_acceptance(item: DeliveryItem, acceptance: Acceptance, *, by: Principal, now: datetime) -> None:
    """What kept him from accepting before is gone now that he has: closed with his name."""
    before = item.issues.unclosed().filter(from_acceptance__answer=Answer.REJECTED).select_related("owner")
    for issue in before.exclude(from_acceptance=acceptance):
        issue.opportunity = item.opportunity
        solved_at = issue.solved_at or now
        stored(issue, state=IssueState.CLOSED.value, closed_at=now, closed_name=acceptance.name, solved_at=solved_at)
        tell("issue_closed", item.opportunity, issue, by=by, now=now, facts=said_of(issue) | {"name": acceptance.name})


def said_of(issue: Issue) -> dict[str, Any]:
    return {
        "issue": issue.title, "severity": issue.severity, "found_by": issue.found_by, "name": issue.found_name,
        "owner": str(issue.owner) if issue.owner else "", "due_on": issue.due_on, "solution": issue.solution[:LINE_LIMIT],
    }  # fmt: skip


def _open_again(issue: Issue, *, note: str, by: Principal, now: datetime) -> Issue:
    stored(issue, state=IssueState.OPEN.value, solved_at=None, closed_at=None, closed_name="")
    facts = said_of(issue) | {"note": note.strip()[:LINE_LIMIT]}
    tell("issue_reopened", issue.opportunity, issue, by=by, now=now, facts=facts)
    _given(issue, by=by, now=now)
    return issue


def _given(issue: Issue, *, by: Principal, now: datetime) -> None:
    if issue.owner_id is not None and issue.owner_id != by.user_id:
        for told in hooks.on_issue_given:
            told(issue, by, now)


def _values(draft: IssueDraft) -> dict[str, Any]:
    return {
        "title": draft.title.strip(), "note": draft.note.strip(), "severity": draft.severity.value,
        "item_id": draft.item_id, "owner_id": draft.owner_id, "due_on": draft.due_on,
    }  # fmt: skip


def _pointing(draft: IssueDraft, deal: Opportunity, *, keeps: int | None = None) -> Verdict:
    """Its item is of this deal, its owner somebody who works on it (whoever has it already may keep it)."""
    verdict = YES
    if draft.item_id and not DeliveryItem.objects.standing().filter(pk=draft.item_id, opportunity=deal).exists():
        verdict = no("item_elsewhere", field="item")
    people = {user.pk for user in possible_owners(deal)} | ({keeps} if keeps else set[int]())
    return verdict & (no("owner_elsewhere", field="owner") if draft.owner_id and draft.owner_id not in people else YES)


def _due(severity: Severity, *, today: date) -> date:
    return workdays().add(today, SOLVE_WITHIN[severity])


def _why(note: str) -> Verdict:
    if not note.strip():
        return no("note_missing", field="note")
    return text_fault(note, field="note", limit=NOTE_LIMIT)
