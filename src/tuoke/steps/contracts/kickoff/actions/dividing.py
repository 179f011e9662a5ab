"""责任分工: who does what in a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from tuoke.base.accounts.rules import Principal
from tuoke.base.kernel.verdict import YES, no
from tuoke.steps.contracts.kickoff.actions.doors import held_line, must, tell
from tuoke.steps.contracts.kickoff.models import Milestone, Part
from tuoke.steps.contracts.kickoff.rules import ANSWERS, Party, Raci, may_take


@transaction.atomic
def set_part(*, milestone: Milestone, party: Party, part: Raci, by: Principal, now: datetime) -> Part:
    """One cell. Refused: accountable_taken (nobody shares the A), withdrawn, deal_closed."""
    current = held_line(milestone, by=by)
    given = _given(current)
    must(may_take(given, party, part))
    before = given.get(party, Raci.NONE)
    row, _ = Part.objects.update_or_create(milestone=current, party=party.value, defaults={"raci": part.value})
    if before is not part:
        tell(
            "divided",
            current.plan,
            current,
            by=by,
            now=now,
            changes={party.value: (before, part)},
            facts={"name": current.name},
        )
    return row


@transaction.atomic
def set_parts(*, milestone: Milestone, parts: Mapping[Party, Raci], by: Principal, now: datetime) -> Milestone:
    """The whole line at once; who isn't named has no part. It may still lack its R, never have two A. Refused: two_accountable."""
    current = held_line(milestone, by=by)
    must(no("two_accountable") if sum(part in ANSWERS for part in parts.values()) > 1 else YES)
    given = _given(current)
    wanted = {party: parts.get(party, Raci.NONE) for party in Party}
    changes = {
        party.value: (given.get(party, Raci.NONE), part)
        for party, part in wanted.items()
        if given.get(party, Raci.NONE) is not part
    }
    # the one who answers gives it up before another takes it: the table never holds two
    for party, part in sorted(wanted.items(), key=lambda pair: pair[1] in ANSWERS):
        if party.value in changes:
            Part.objects.update_or_create(milestone=current, party=party.value, defaults={"raci": part.value})
    if changes:
        tell("divided", current.plan, current, by=by, now=now, changes=changes, facts={"name": current.name})
    return current


def _given(row: Milestone) -> dict[Party, Raci]:
    return {Party(party): Raci(raci) for party, raci in row.parts.values_list("party", "raci")}
