"""The measured effect: how often it claims something where nothing changed, how often it finds what is there, and what
it costs over 100,000 deals (S8.3).

Simulated pages ask thirteen questions at once, of four customer types whose mix differs before and after. Goals: of 1,000
pages without an effect at most 5 % say 提升 or 下降 of anything; the measurement over 100,000 deals takes at most 10 ×
the two bare statements that count deals and stays by version and type (ratio of one run). ``--deals N``, ``--pages N``.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuoke.config.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.clock import milliseconds  # noqa: E402
from tests.steps.reviews.effects.simulated import NONE, QUESTIONS, Effect, tallies  # noqa: E402
from tuoke.base.accounts.models import User  # noqa: E402
from tuoke.base.accounts.rules import system  # noqa: E402
from tuoke.spine.customers.models import Customer  # noqa: E402
from tuoke.spine.deals.models import GatePass, Opportunity, StepVisit  # noqa: E402
from tuoke.spine.playbook.actions import load_default, publish  # noqa: E402
from tuoke.spine.playbook.models import PlaybookVersion  # noqa: E402
from tuoke.steps.reviews.effects import queries  # noqa: E402
from tuoke.steps.reviews.effects.rules import FALSE_ALARMS, Finding, Measure, Question, Tally, Verdict, findings  # noqa: E402

BY = system("bench")

GOAL = 10
BATCH = 5_000
STEPS = ("outreach", "discovery", "proposals", "negotiation", "contracts")
TRIED = {
    "win rate +10 points": (Effect(won=0.10), Measure.WIN_RATE),
    "conversion +8 points": (Effect(goes_on=0.08), Measure.CONVERSION),
    "days -20 %": (Effect(days=0.8), Measure.STEP_DAYS),
    "cycle -20 %": (Effect(days=0.8), Measure.CYCLE),
    "amount +25 %": (Effect(amount=1.25), Measure.AMOUNT),
}
BARE = (
    "SELECT playbook_version_id, market, scale, motion, is_complex, count(*), sum(amount),"
    " sum(CASE WHEN outcome = 'won' THEN 1 ELSE 0 END)"
    " FROM deals_opportunity WHERE NOT is_practice GROUP BY 1, 2, 3, 4, 5",
    "SELECT playbook_version_id, market, scale, motion, is_complex, v.step, count(*)"
    " FROM deals_stepvisit v JOIN deals_opportunity o ON o.id = v.opportunity_id"
    " WHERE NOT is_practice GROUP BY 1, 2, 3, 4, 5, 6",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=20_000)
    parser.add_argument("--pages", type=int, default=1_000)
    asked = parser.parse_args()
    alarmed = max(false_alarms(asked.pages, n=n) for n in (60, 250, 1_000))
    power(max(1, asked.pages // 10))
    promised(asked.pages)
    ratio = cost(asked.deals)
    return int(alarmed > FALSE_ALARMS or ratio > GOAL)


def false_alarms(pages: int, *, n: int) -> float:
    """The share of pages that claim anything where nothing changed, and whether single answers stay below 5 % too."""
    claims = [claimed(seed, n=n) for seed in range(pages)]
    wrong = sum(bool(page) for page in claims) / pages
    each = sum(len(page) for page in claims) / pages / len(QUESTIONS)
    print(f"no effect, {n:>5} deals a side: {wrong:6.1%} of {pages} pages claim anything ({each:.2%} of all answers)")
    return wrong


def claimed(seed: int, *, n: int, effect: Effect = NONE) -> list[tuple[Measure, Verdict]]:
    found = findings(tallies(seed, n=n, effect=effect))
    return [(f.question.measure, f.verdict) for f in found if f.verdict in (Verdict.BETTER, Verdict.WORSE)]


def power(pages: int) -> None:
    asked = Counter(question.measure for question in QUESTIONS)
    for name, (effect, measure) in TRIED.items():
        found = {n: [claimed(seed, n=n, effect=effect) for seed in range(pages)] for n in (250, 1_000, 4_000)}
        said = ", ".join(
            f"{sum(page.count((measure, Verdict.BETTER)) for page in all_) / pages / asked[measure]:.0%} at {n:,}"
            for n, all_ in found.items()
        )
        wrong = sum((measure, Verdict.WORSE) in page for all_ in found.values() for page in all_)
        print(f"{name:<22} found: {said}; called worse on {wrong} of {3 * pages} pages")


def promised(pages: int) -> None:
    """How often a difference is told once there are as many cases as a page says it takes (meant: 80 %). The page that
    says so has 120 deals after and has seen just what is real: a win rate of 25 % before and 33 % after."""
    chance, question = random.Random(5), Question(Measure.WIN_RATE)

    def told(before: Tally, after: Tally) -> Finding:
        asked = {q: [(before, after)] if q == question else [] for q in QUESTIONS}
        return next(found for found in findings(asked) if found.question == question)

    def won(n: int, rate: float) -> Tally:
        wins = sum(chance.random() < rate for _ in range(n))
        return Tally(n, wins, wins)

    wanted = told(Tally(2_000, 500, 500), Tally(120, 40, 40)).wanted
    assert wanted is not None
    found = sum(told(won(2_000, 0.25), won(wanted, 1 / 3)).verdict is Verdict.BETTER for _ in range(pages))
    print(f"a page asks for {wanted} deals after: with as many, {found / pages:.0%} of {pages} pages tell it")


def cost(deals: int) -> float:
    call_command("migrate", verbosity=0)
    before, after = versions()
    grow(deals, before, after)
    with connection.cursor() as cursor:
        bare = milliseconds(lambda: [cursor.execute(sql) or cursor.fetchall() for sql in BARE], rounds=5)
    given = {"before": before, "after": after, "now": timezone.now()}
    whole = milliseconds(lambda: queries.measured(BY, **given), rounds=5)
    told = queries.measured(BY, **given)
    print(f"{deals:,} deals: bare {bare:.0f} ms, measured {whole:.0f} ms: × {whole / bare:.2f}")
    print(f"compared {told.counted[0].compared:,} before, {told.counted[1].compared:,} after")
    return whole / bare


def versions() -> tuple[PlaybookVersion, PlaybookVersion]:
    now = timezone.now()
    before = PlaybookVersion.objects.filter(pk=load_default(by=BY, now=now).pk).get()
    PlaybookVersion.objects.filter(pk=before.pk).update(published_at=now - timedelta(days=700))
    after = publish(content={**before.content, "name": "改过的流程"}, by=BY, now=now - timedelta(days=350))
    return PlaybookVersion.objects.get(pk=before.pk), after


def grow(count: int, before: PlaybookVersion, after: PlaybookVersion) -> None:
    """Half on each version, up to six stays each and every tenth moved back once, a third of them won."""
    chance, now = random.Random(1), timezone.now()
    rep = User.objects.create_user("rep", name="王芳")
    customer = Customer.objects.create(name="华瑞精密", name_key="华瑞精密", owner=rep, created_at=now)
    for start in range(0, count, BATCH):
        made = [
            _deal(chance, number, rep=rep, customer=customer, version=after if number % 2 else before, now=now)
            for number in range(start, min(count, start + BATCH))
        ]
        Opportunity.objects.bulk_create(made)
        visits, passes = [], []
        for deal in made:
            at = deal.created_at
            for step in _way(chance):
                left = at + timedelta(days=chance.expovariate(1 / 8))
                visits.append(StepVisit(opportunity=deal, step=step, move="advanced", entered_at=at, left_at=left))
                passes.append(GatePass(opportunity=deal, step=step, to="reviews", at=left))
                at = left
            visits.append(StepVisit(opportunity=deal, step="reviews", move="closed", entered_at=at))
        StepVisit.objects.bulk_create(visits)
        GatePass.objects.bulk_create(passes)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _way(chance: random.Random) -> list[str]:
    way = list(STEPS[: chance.randint(1, len(STEPS))])
    return way + way[-2:] if chance.random() < 0.1 else way


def _deal(chance, number, *, rep, customer, version, now):  # type: ignore[no-untyped-def]
    opened = now - timedelta(days=chance.uniform(*((360, 690) if number % 2 == 0 else (1, 349))))
    outcome = chance.choices(("won", "lost", "open"), (30, 50, 20))[0]
    ended = None if outcome == "open" else (opened + timedelta(days=chance.uniform(5, 150))).date()
    return Opportunity(
        name=f"项目 {number}", customer=customer, owner=rep, playbook_version=version, variant="small", step="reviews",
        market="tob", scale=chance.choice(["large", "small"]), motion=chance.choice(["new", "existing"]),
        entered_step_at=opened, created_at=opened, amount=chance.randint(10_000, 3_000_000),
        outcome=outcome, outcome_on=ended,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
