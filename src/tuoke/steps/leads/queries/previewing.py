"""What a profile's new content would do to the leads that it covers, before it applies (S2.4)."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date

from django.db.models import Max, Min, QuerySet

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Lead
from tuoke.spine.customers.queries import name_of
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.queries.weighing import Standing, covered_by, standings
from tuoke.steps.leads.rules import Scorer, tier_of
from tuoke.steps.targeting.hooks import Example, Preview, TierMove
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import content_of
from tuoke.steps.targeting.rules import ProfileContent

SAMPLE = 20_000
"""So many leads are weighed within two seconds; of more, a random sample of so many."""
MOST_EXAMPLES = 50


def preview(profile: CustomerProfile, content: ProfileContent, *, who: Principal, today: date) -> Preview:
    """Wired into ``targeting.hooks.previews``. Leads are held against the score that they have now.

    A dozen queries whatever the number of leads. Practice is left out; so is what has no score yet.
    """
    covered = Lead.objects.real().filter(covered_by(profile.pk), status=LeadStatus.OPEN)
    leads = covered.count()
    sample = list(_all(covered) if leads <= SAMPLE else _some(covered))
    old, new = content_of(profile), Scorer(content, today)
    moves: Counter[tuple[str, str]] = Counter()
    up: list[int] = []
    down: list[int] = []
    changed: list[tuple[Standing, Example]] = []
    for row in sample:
        if row.score is None:
            continue
        after = new.score(row.facts)
        tier = row.tier if row.tier_by_hand else (tier_of(after, row.facts, content, today) or "")
        was, is_now = row.score >= old.threshold, after.total >= content.threshold
        if tier != row.tier:
            moves[row.tier, str(tier)] += 1
        if was is not is_now:
            (up if is_now else down).append(row.pk)
        if was is not is_now or tier != row.tier:
            changed.append((row, Example("", "", row.score, after.total, row.tier, str(tier))))
    return Preview(
        leads=leads,
        looked_at=len(sample),
        up=len(up),
        down=len(down),
        tiers=tuple(TierMove(*move, count) for move, count in moves.most_common()),
        examples=_examples(changed, {*up, *down}, who),
    )


def _all(covered: QuerySet[Lead]) -> list[Standing]:
    return standings(covered.order_by("pk"))


def _some(covered: QuerySet[Lead]) -> Iterator[Standing]:
    """A random sample by key. Keys leave gaps, so it draws more of them than it needs."""
    ends = covered.aggregate(first=Min("pk"), last=Max("pk"))
    span = range(ends["first"], ends["last"] + 1)
    density = covered.count() / len(span)
    wanted = random.Random(ends["last"]).sample(span, min(len(span), int(SAMPLE / density)))  # noqa: S311  # no secret
    for start in range(0, len(wanted), SAMPLE):
        yield from standings(covered.filter(pk__in=wanted[start : start + SAMPLE]))


def _examples(changed: list[tuple[Standing, Example]], crossing: set[int], who: Principal) -> tuple[Example, ...]:
    """Those that cross the threshold first, furthest first; named only where ``who`` may open them. One query."""
    changed.sort(key=lambda pair: (pair[0].pk not in crossing, -abs(pair[1].after - (pair[1].before or 0))))
    first = changed[: MOST_EXAMPLES * 4]
    seen = Lead.objects.visible_to(who).in_bulk([row.pk for row, _ in first])
    return tuple(
        Example(
            label=name_of(seen[row.pk], who=who),
            url=seen[row.pk].get_absolute_url(),
            before=said.before,
            after=said.after,
            tier_before=said.tier_before,
            tier_after=said.tier_after,
        )
        for row, said in first
        if row.pk in seen
    )[:MOST_EXAMPLES]
