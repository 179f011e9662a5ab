"""Setting a bottom line, and letting somebody through its door by name (S6.1). Nothing of it goes into the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import Conflict, no
from tuoke.services.exchange.rules import text_fault
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import hooks
from tuoke.steps.negotiation.actions.doors import held_inside, is_open, must, tell, tell_inside
from tuoke.steps.negotiation.models import BottomLine, BottomLineVersion, Insider
from tuoke.steps.negotiation.queries import ceiling_of, may_see_line
from tuoke.steps.negotiation.rules import MOST_INSIDERS, LineDraft, may_be_named


@transaction.atomic
def set_line(*, deal: Opportunity, version: int, draft: LineDraft, by: Principal, now: datetime) -> BottomLine:
    """Set or change it; ``version`` 0 where there was none. Raises Conflict.

    Refused: deal_closed, line_empty, price_out_of_range, price_too_fine, line_above_offer(ceiling), days_out_of_range …
    """
    deal = held_inside(deal, by=by)
    found = BottomLine.objects.filter(opportunity=deal).first()
    if version != (found.version if found else 0):
        raise Conflict(found)
    draft = _tidied(draft)
    must(is_open(deal) & draft.faults(ceiling=ceiling_of(deal)))
    if found and draft == _draft_of(found):
        return found
    line = found or BottomLine(opportunity=deal, version=0)
    line.lowest_price, line.longest_days = draft.lowest_price, draft.longest_days
    line.fixed_clauses, line.note = list(draft.fixed_clauses), draft.note
    line.version += 1
    line.set_by_id, line.set_at = by.user_id, now
    line.save()
    _keep(line)
    if found:
        tell_inside("bottom_line_changed", deal, line, by=by, now=now)
    else:
        tell("bottom_line_set", deal, line, by=by, now=now)
    return line


@transaction.atomic
def restore_line(*, deal: Opportunity, version: int, number: int, by: Principal, now: datetime) -> BottomLine:
    """Let the line stand again as it stood in version ``number``. Raises Conflict, BottomLineVersion.DoesNotExist."""
    earlier = BottomLineVersion.objects.visible_to(by, "write").get(opportunity=deal, number=number)
    draft = LineDraft(earlier.lowest_price, earlier.longest_days, tuple(earlier.fixed_clauses), earlier.note)
    return set_line(deal=deal, version=version, draft=draft, by=by, now=now)


@transaction.atomic
def name_insider(*, deal: Opportunity, user: User, reason: str, by: Principal, now: datetime) -> Insider:
    """Let somebody read the bottom line of this deal.

    Refused: already_inside, person_inactive, never_named (an auditor or administrator), reads_not_deal,
    too_many_insiders, too_long, deal_closed.
    """
    deal = held_inside(deal, by=by)
    who = principal_of(user)
    verdict = is_open(deal) & text_fault(reason, field="reason", limit=200)
    if may_see_line(who, deal):
        verdict &= no("already_inside", field="user", name=user.name)
    else:
        reads = Opportunity.objects.visible_to(who).filter(pk=deal.pk).exists()
        verdict &= may_be_named(roles=who.roles, is_active=user.is_active, reads_deal=reads)
    if Insider.objects.current().filter(opportunity=deal).count() >= MOST_INSIDERS:
        verdict &= no("too_many_insiders", field="user", most=MOST_INSIDERS)
    must(verdict)
    insider = Insider.objects.create(
        opportunity=deal, user=user, reason=reason.strip(), added_by_id=by.user_id, added_at=now
    )
    tell_inside("insider_named", deal, insider, by=by, now=now)
    for told in hooks.on_named:
        told(deal, user, by, now)
    return insider


@transaction.atomic
def remove_insider(*, insider: Insider, by: Principal, now: datetime) -> Insider:
    """Close the door to him again; that he once was inside stays on record."""
    deal = held_inside(insider.opportunity, by=by)
    current = Insider.objects.get(pk=insider.pk)
    if current.removed_at is None:
        current.removed_at, current.removed_by_id = now, by.user_id
        current.save(update_fields=["removed_at", "removed_by"])
        tell_inside("insider_removed", deal, current, by=by, now=now)
    return current


def _tidied(draft: LineDraft) -> LineDraft:
    clauses = tuple(dict.fromkeys(clause.strip() for clause in draft.fixed_clauses if clause.strip()))
    return replace(draft, fixed_clauses=clauses, note=draft.note.strip())


def _draft_of(line: BottomLine) -> LineDraft:
    return LineDraft(line.lowest_price, line.longest_days, tuple(line.fixed_clauses), line.note)


def _keep(line: BottomLine) -> None:
    BottomLineVersion.objects.create(
        opportunity_id=line.opportunity_id,
        number=line.version,
        lowest_price=line.lowest_price,
        longest_days=line.longest_days,
        fixed_clauses=line.fixed_clauses,
        note=line.note,
        by_id=line.set_by_id,
        at=line.set_at,
    )
