"""What may happen to a deal (P2, P2a). Step and outcome are two things; every refusal is a code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tuoke.base.kernel.verdict import YES, Reason, Verdict, no
from tuoke.services.exchange import rules as exchange
from tuoke.spine.playbook.rules import Judgement, ResolvedPlaybook, StepKey


class Outcome(StrEnum):
    OPEN = "open"
    PAUSED = "paused"  # until a date
    WON = "won"  # stays active through steps 7-8
    LOST = "lost"
    VOID = "void"


RUNNING = frozenset({Outcome.OPEN, Outcome.PAUSED})
CLOSED = frozenset({Outcome.WON, Outcome.LOST, Outcome.VOID})
GIVEN_UP = frozenset({Outcome.LOST, Outcome.VOID})
REASON_LIMIT = 200
NAME_LIMIT = 120
DUTY_LIMIT = 80
MOST_SHARED = 99
"""Per cent of a deal's credit that co-owners may have together: the owner keeps at least one."""
NEVER_WAIVED = frozenset({"outcome_won"})
"""Kinds of criteria that are no question of proof: a deal without a signature is not won."""


class Move(StrEnum):
    """How a deal came into a step."""

    OPENED = "opened"
    ADVANCED = "advanced"
    MOVED_BACK = "moved_back"
    CLOSED = "closed"  # lost or void: straight to the review
    REOPENED = "reopened"
    CARRIED = "carried"  # the step it was in is gone in the version that it was moved to


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a deal stands: all that decides which verbs are open to it."""

    step: StepKey
    outcome: Outcome
    is_finished: bool = False

    @property
    def is_given_up(self) -> bool:
        return self.outcome in GIVEN_UP


def next_step(standing: Standing, process: ResolvedPlaybook) -> StepKey | None:
    """The step that the deal may advance to; None at the end of its process."""
    return process.next_step(standing.step)


def earlier_steps(standing: Standing, process: ResolvedPlaybook) -> tuple[StepKey, ...]:
    """The steps that the deal may go back to, the nearest first. A won deal never goes back before its signature."""
    keys = [step.key for step in process.steps[process.index(process.entry) : process.index(standing.step)]]
    if standing.outcome is Outcome.WON:
        keys = [key for key in keys if key is StepKey.CONTRACTS]
    return tuple(reversed(keys))


def may_advance(standing: Standing, process: ResolvedPlaybook, *, to: str) -> Verdict:
    """Whether ``to`` is the right place at the right time. The gate itself is judged apart."""
    if not (verdict := _is_moving(standing)):
        return verdict
    following = next_step(standing, process)
    if following is None:
        return no("last_step", step=standing.step)
    return YES if to == following else no("not_next", to=to, next=following)


def may_move_back(standing: Standing, process: ResolvedPlaybook, *, to: str, reason: str) -> Verdict:
    """Backward moves need a reason (P2)."""
    if not (verdict := _is_moving(standing)):
        return verdict & has_reason(reason)
    verdict = has_reason(reason)
    if to not in earlier_steps(standing, process):
        code = "signed" if standing.outcome is Outcome.WON and to in process else "not_before"
        verdict &= no(code, to=to, step=standing.step)
    return verdict


def may_pause(standing: Standing, *, until: date | None, today: date) -> Verdict:
    verdict = _is_open(standing)
    if until is None or until <= today:
        verdict &= no("date_not_future", date=until, today=today)
    return verdict


def may_resume(standing: Standing) -> Verdict:
    return YES if standing.outcome is Outcome.PAUSED else no("not_paused", outcome=standing.outcome)


def may_win(standing: Standing) -> Verdict:
    """Signing happens in step 7 (P2a)."""
    verdict = _is_open(standing)
    if standing.step is not StepKey.CONTRACTS:
        verdict &= no("not_at_contract", step=standing.step)
    return verdict


def may_give_up(standing: Standing, *, reason: str) -> Verdict:
    """Lost and void are possible from every step, with a reason (P2a). A won deal is reopened first."""
    verdict = has_reason(reason)
    if standing.outcome not in RUNNING:
        verdict &= no("deal_closed", outcome=standing.outcome)
    return verdict


def may_finish(standing: Standing) -> Verdict:
    """Whether the review may be called done; its gate is judged apart."""
    verdict = YES
    if standing.is_finished:
        verdict &= no("deal_finished")
    if standing.outcome not in CLOSED:
        verdict &= no("outcome_open", outcome=standing.outcome)
    if standing.step is not StepKey.REVIEWS:
        verdict &= no("not_at_review", step=standing.step)
    return verdict


def may_reopen(standing: Standing, *, reason: str) -> Verdict:
    verdict = has_reason(reason)
    if standing.outcome not in CLOSED:
        verdict &= no("not_closed", outcome=standing.outcome)
    return verdict


def may_edit(standing: Standing) -> Verdict:
    """What a deal says may change while it lives; afterwards figures are made of it."""
    if standing.is_finished:
        return no("deal_finished")
    return no("deal_closed", outcome=standing.outcome) if standing.is_given_up else YES


def sound(*, name: str, amount: Decimal | None) -> Verdict:
    verdict = YES
    if not name.strip():
        verdict &= no("name_missing")
    if len(name.strip()) > NAME_LIMIT:
        verdict &= no("name_too_long", length=len(name.strip()), limit=NAME_LIMIT)
    if amount is not None and amount < 0:
        verdict &= no("amount_negative")
    return verdict


def has_reason(reason: str) -> Verdict:
    if not reason.strip():
        return no("reason_missing", limit=REASON_LIMIT)
    if len(reason.strip()) > REASON_LIMIT:
        return no("reason_too_long", length=len(reason.strip()), limit=REASON_LIMIT)
    if not exchange.sound(reason):
        return no("reason_broken")
    return YES


def may_share(standing: Standing, *, share: int, others: int) -> Verdict:
    """Whether a co-owner may have this per cent of the credit, beside what the others have. Once the deal is signed or
    given up the shares of that day hold: figures are made of them."""
    verdict = YES
    if standing.outcome is Outcome.WON:
        verdict &= no("share_settled")
    elif standing.outcome in GIVEN_UP:
        verdict &= no("deal_closed", outcome=standing.outcome)
    if not 1 <= share <= MOST_SHARED:
        verdict &= no("share_out_of_range", limit=MOST_SHARED)
    elif share + others > MOST_SHARED:
        verdict &= no("shares_over", limit=max(0, MOST_SHARED - others))
    return verdict


def waivable(judgement: Judgement) -> tuple[str, ...]:
    """The unmet required criteria that a manager may let pass."""
    return tuple(
        finding.criterion.key
        for finding in judgement.findings
        if finding.criterion.required and not finding.passed and finding.criterion.kind not in NEVER_WAIVED
    )


def may_waive(waivers: Mapping[str, str], judgement: Judgement, *, is_manager: bool) -> Verdict:
    """Whether these criteria may be let pass, each with its reason (P2). What is met or waived already is no refusal."""
    if not waivers:
        return YES
    verdict = YES if is_manager else no("may_not_waive")
    asked = {finding.criterion.key: finding for finding in judgement.findings}
    for key, reason in waivers.items():
        finding = asked.get(key)
        if finding is None:
            verdict &= no("waiver_unknown", criterion=key)
        elif not finding.criterion.required or finding.criterion.kind in NEVER_WAIVED:
            verdict &= no("not_waivable", criterion=key, title=finding.criterion.title)
        for reason_wrong in has_reason(reason).reasons:
            verdict &= Verdict((Reason(f"waiver_{reason_wrong.code}", {**reason_wrong.params, "criterion": key}),))
    return verdict


def step_before(visits: Sequence[tuple[str, str]], *, outcome: Outcome) -> StepKey | None:
    """The step in which a deal was before it was closed; ``visits`` are (step, move), the oldest first.

    A won deal was signed in step 7. A lost or void one came to its review by a visit of its own, unless it was there.
    """
    if outcome is Outcome.WON:
        return StepKey.CONTRACTS
    closings = [place for place, (_, move) in enumerate(visits) if move == Move.CLOSED]
    if not closings or closings[-1] == 0:
        return StepKey(visits[-1][0]) if visits else None
    return StepKey(visits[closings[-1] - 1][0])


@dataclass(frozen=True, slots=True)
class Difference:
    """What another version of the process asks more and less, by title, from the deal's present step on."""

    added: tuple[str, ...]
    removed: tuple[str, ...]


def difference(before: ResolvedPlaybook, after: ResolvedPlaybook, *, since: StepKey) -> Difference:
    """The key actions and criteria that come and go where a deal changes its version (P3)."""
    old, new = _asked_from(before, since), _asked_from(after, since)
    return Difference(
        added=tuple(title for key, title in new.items() if key not in old),
        removed=tuple(title for key, title in old.items() if key not in new),
    )


def _asked_from(process: ResolvedPlaybook, since: StepKey) -> dict[str, str]:
    steps = process.steps[process.index(since) :] if since in process else process.steps
    return {item.key: item.title for step in steps for items in (step.actions, step.criteria) for item in items}


def _is_open(standing: Standing) -> Verdict:
    match standing.outcome:
        case Outcome.OPEN:
            return YES
        case Outcome.PAUSED:
            return no("deal_paused")
        case _:
            return no("deal_closed", outcome=standing.outcome)


def _is_moving(standing: Standing) -> Verdict:
    """Open, or won and still in delivery and review."""
    if standing.is_finished:
        return no("deal_finished")
    return YES if standing.outcome is Outcome.WON else _is_open(standing)
