from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from enum import IntEnum

from django.db import transaction
from django.utils import timezone

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.kernel.verdict import YES, Verdict, no
from tuoke.base.records.actions import changes_between, record
from tuoke.spine.catalog import actions as catalog
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.catalog.queries import competitor_named
from tuoke.spine.catalog.rules import CompetitorDraft
from tuoke.steps.targeting.markets.actions.permits import columns, held, held_statement, may_write, must, said
from tuoke.steps.targeting.markets.models import MarketAnalysis, Statement
from tuoke.steps.targeting.markets.queries import draft_of, last_place
from tuoke.steps.targeting.markets.rules import STATEMENTS_LIMIT, StatementDraft, StatementKind, sound_statement


class Way(IntEnum):
    UP = -1
    DOWN = 1


@transaction.atomic
def add_statement(
    *, analysis: MarketAnalysis, draft: StatementDraft, by: Principal, now: datetime, rival: str = ""
) -> Statement:
    """Say one more thing of the market, with its source.

    ``rival`` names the competitor instead of ``draft.competitor_id``; a new one is entered into the catalogue with what is
    said of it. Of a known one, a statement without words of its own takes over the catalogue's.
    Raises Refused: may_not_write, may_not_list, too_many_statements, what ``sound_statement`` finds.
    """
    current = held(analysis)
    verdict = may_write(by)
    if Statement.objects.filter(analysis=current).listed().count() >= STATEMENTS_LIMIT:
        verdict &= no("too_many_statements", limit=STATEMENTS_LIMIT)
    draft, verdict = _with_rival(draft, rival, verdict, by=by, now=now)
    must(sound_statement(draft, today=timezone.localdate(now)) & verdict)
    statement = Statement.objects.create(
        analysis=current,
        kind=draft.kind.value,
        place=last_place(current, draft.kind) + 1,
        created_at=now,
        **columns(draft),
    )
    changes = {name: (None, value) for name, value in said(draft).items() if value}
    record(
        kind="markets.statement_added", subject=statement, thread=current, by=by, at=now,
        changes=changes, facts={"kind": draft.kind.value},
    )  # fmt: skip
    return statement


@transaction.atomic
def change_statement(
    *, statement: Statement, version: int, draft: StatementDraft, by: Principal, now: datetime, rival: str = ""
) -> Statement:
    """Correct it; a statement keeps its kind; nothing changed: nothing is saved.

    Raises Conflict (stale ``version``), or Refused as ``add_statement``, statement_voided.
    """
    current = held_statement(statement, version=version)
    verdict = may_write(by) & (no("statement_voided") if current.voided_at else YES)
    draft, verdict = _with_rival(replace(draft, kind=StatementKind(current.kind)), rival, verdict, by=by, now=now)
    must(sound_statement(draft, today=timezone.localdate(now)) & verdict)
    changes = changes_between(before=said(draft_of(current)), after=said(draft))
    if not changes and draft.unit == current.unit:
        return current
    for name, value in columns(draft).items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    record(
        kind="markets.statement_changed", subject=current, thread=current.analysis, by=by, at=now,
        changes=changes, facts={"kind": current.kind, "name": _name(current)},
    )  # fmt: skip
    return current


def void_statement(*, statement: Statement, by: Principal, now: datetime) -> Statement:
    """Take it out of the analysis; ``restore_statement`` brings it back (O5). Raises Refused: may_not_write."""
    return _mark(statement, voided_at=now, kind="markets.statement_voided", by=by, now=now)


def restore_statement(*, statement: Statement, by: Principal, now: datetime) -> Statement:
    """Raises Refused: may_not_write."""
    return _mark(statement, voided_at=None, kind="markets.statement_restored", by=by, now=now)


@transaction.atomic
def move_statement(*, statement: Statement, way: Way, by: Principal, now: datetime) -> Statement:
    """Let it stand one place earlier or later among its kind; at the end it stays. Raises Refused: may_not_write."""
    must(may_write(by))
    current = held_statement(statement)
    peers = list(Statement.objects.filter(analysis=current.analysis, kind=current.kind).listed())
    here = next((i for i, peer in enumerate(peers) if peer.pk == current.pk), None)
    there = here + way if here is not None else -1
    if here is None or not 0 <= there < len(peers):
        return current
    peers[here], peers[there] = peers[there], peers[here]
    for place, peer in enumerate(peers, start=1):
        peer.place = place
    Statement.objects.bulk_update(peers, ["place"])
    record(
        kind="markets.statement_moved", subject=current, thread=current.analysis, by=by, at=now,
        changes={"place": (here + 1, there + 1)}, facts={"kind": current.kind, "name": _name(current)},
    )  # fmt: skip
    return current


@transaction.atomic
def _mark(statement: Statement, *, voided_at: datetime | None, kind: str, by: Principal, now: datetime) -> Statement:
    must(may_write(by))
    current = held_statement(statement)
    if (current.voided_at is None) != (voided_at is None):
        current.voided_at, current.version = voided_at, current.version + 1
        current.save(update_fields=["voided_at", "version"])
        facts = {"kind": current.kind, "name": _name(current)}
        record(kind=kind, subject=current, thread=current.analysis, by=by, at=now, facts=facts)
    return current


def _with_rival(
    draft: StatementDraft, rival: str, verdict: Verdict, *, by: Principal, now: datetime
) -> tuple[StatementDraft, Verdict]:
    """The draft with its competitor found or, once all else is right, entered; and what stands against it."""
    if draft.kind is not StatementKind.COMPETITOR or not rival.strip():
        return draft, verdict
    known = competitor_named(rival)
    if known is not None:
        return _completed(draft, known), verdict
    if not by.may(Permission.CATALOG_WRITE):
        return replace(draft, competitor_id=0), verdict & no("may_not_list", field="competitor")
    must(sound_statement(replace(draft, competitor_id=0), today=timezone.localdate(now)) & verdict)
    entered = CompetitorDraft(
        name=rival, price=draft.price, strengths=draft.strengths, weaknesses=draft.weaknesses, counters=draft.counters
    )
    return replace(draft, competitor_id=catalog.list_competitor(draft=entered, by=by, now=now).pk), verdict


def _completed(draft: StatementDraft, known: Competitor) -> StatementDraft:
    """A statement that says nothing of a known competitor says what the catalogue says."""
    draft = replace(draft, competitor_id=known.pk)
    if draft.strengths or draft.weaknesses or draft.counters:
        return draft
    asks_price = draft.price.low is None and draft.price.high is None
    return replace(
        draft,
        strengths=tuple(known.strengths),
        weaknesses=tuple(known.weaknesses),
        counters=tuple(known.counters),
        price=known.price if asks_price else draft.price,
    )


def _name(statement: Statement) -> str:
    """What a person calls it in the history."""
    if statement.competitor is not None:
        return statement.competitor.name
    return (statement.title or statement.text)[:60]
