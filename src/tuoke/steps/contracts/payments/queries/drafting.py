"""The schedule that a contract's payment clause says. The callers hold the deal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from tuoke.services.calendar.queries import workdays
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.kickoff.models import Milestone
from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.payments.queries.book import basis_of
from tuoke.steps.contracts.payments.rules import MOST_DAYS_AFTER, NOTE_LIMIT, Basis, InstalmentDraft, due_after, split
from tuoke.steps.contracts.rules import Part
from tuoke.steps.contracts.rules.stages import Event, Stage, event_of, is_whole, stages_of

MOST_MILESTONES = 300


@dataclass(frozen=True, slots=True)
class Drafted:
    """``text``: the words that it was read from; empty: there were none, the whole is one instalment."""

    basis: Basis
    drafts: tuple[InstalmentDraft, ...]
    text: str


def draft_of(deal: Opportunity) -> Drafted:
    """The instalments of the signed contract, or of the one being written, in the order of its clause. Their amounts make
    up the whole to the cent."""
    basis, contract = basis_of(deal)
    text = _payment_text(contract) if contract else ""
    stages = stages_of(text)
    if basis.amount is None:
        return Drafted(basis, (), text)
    amounts = _amounts(basis.amount, stages)
    if not amounts:
        only = InstalmentDraft(_("全款"), basis.amount, on=_signed_on(contract, deal), event=Event.SIGNED.value)
        return Drafted(basis, (only,), "")
    milestones = milestones_of(deal)
    drafts = tuple(
        _drafted(stage, amount, number, contract, milestones)
        for number, (stage, amount) in enumerate(zip(stages, amounts, strict=True), 1)
    )
    return Drafted(basis, drafts, text)


def milestones_of(deal: Opportunity) -> list[Milestone]:
    """What an instalment can wait for, in the plan's order. One query."""
    return list(Milestone.objects.standing().filter(plan__opportunity=deal)[:MOST_MILESTONES])


def matching(event: str, milestones: Sequence[Milestone]) -> Milestone | None:
    """The last line of the plan that is called after such an event; a milestone goes before a task."""
    found = [one for one in milestones if event and event_of(one.name).value == event]
    return max(found, key=lambda one: (one.is_milestone, one.ends_on, one.pk), default=None)


def _payment_text(contract: Contract) -> str:
    """What was signed says its version; what is being written its clauses, or else what was agreed."""
    version = contract.signed_version
    if version is not None:
        texts = [clause.text for clause in version.frozen.clauses if clause.part == Part.PAYMENT]
    else:
        rows = Clause.objects.standing().filter(contract=contract, part=Part.PAYMENT.value)
        texts = list(rows.values_list("text", flat=True))
    if stages_of("\n".join(texts)) or contract.agreed is None:
        return "\n".join(texts)
    return contract.agreed.payment


def _amounts(whole: Decimal, stages: Sequence[Stage]) -> list[Decimal]:
    """What the clause itself says to the cent; else its shares of the whole (an amendment has changed it). Nothing where
    they don't make up the whole: a wrong schedule is worse than none."""
    said = [stage.amount for stage in stages if stage.amount is not None]
    if said and len(said) == len(stages) and sum(said) == whole and all(amount > 0 for amount in said):
        return said
    if stages and all(stage.percent is not None for stage in stages) and is_whole(stages):
        amounts = split(whole, [stage.percent for stage in stages if stage.percent is not None])
    else:
        amounts = [worth for stage in stages if (worth := stage.worth(whole)) is not None]
    fits = len(amounts) == len(stages) and sum(amounts) == whole and all(amount > 0 for amount in amounts)
    return amounts if fits else []


def _drafted(
    stage: Stage, amount: Decimal, number: int, contract: Contract | None, milestones: Sequence[Milestone]
) -> InstalmentDraft:
    days = min(stage.days or 0, MOST_DAYS_AFTER)
    name, note = _name(stage.event, number), stage.text[:NOTE_LIMIT]
    waits = InstalmentDraft(
        name, amount, days_after=days, in_workdays=stage.is_workdays, event=stage.event.value, note=note
    )
    if stage.on:
        return InstalmentDraft(name, amount, on=date.fromisoformat(stage.on), note=note)
    signed_on = contract.signed_on if contract else None
    if stage.event is Event.SIGNED and signed_on is not None:
        on = workdays().add(signed_on, days) if stage.is_workdays and days else due_after(signed_on, days)
        return InstalmentDraft(name, amount, on=on, event=stage.event.value, note=note)
    found = matching(stage.event.value, milestones)
    return waits if found is None else replace(waits, milestone=found.pk)


def _name(event: Event, number: int) -> str:
    names = {
        Event.SIGNED: _("首付款"),
        Event.STARTED: _("启动款"),
        Event.DELIVERED: _("交付款"),
        Event.LIVE: _("上线款"),
        Event.ACCEPTED: _("验收款"),
        Event.WARRANTY: _("质保金"),
    }
    return names.get(event) or _("第 %(number)s 期") % {"number": number}


def _signed_on(contract: Contract | None, deal: Opportunity) -> date | None:
    return contract.signed_on if contract else deal.outcome_on
