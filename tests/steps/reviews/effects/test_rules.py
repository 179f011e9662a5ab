"""Before and after: what is found, what isn't claimed (S8.3)."""

from __future__ import annotations

import math
import random

import pytest

from tests.steps.reviews.effects.simulated import QUESTIONS, Effect, tallies
from tuoke.steps.reviews.effects import words
from tuoke.steps.reviews.effects.rules import Measure, Question, Tally, Verdict, _quantile, _wanted, findings

WIN = Question(Measure.WIN_RATE)
STAY = Question(Measure.STEP_DAYS, "discovery")


def share(n, x):
    return Tally(n, x, x)


def one(question, *pairs):
    return findings({question: list(pairs)})[0]


def test_a_real_gain_is_found_with_its_interval():
    found = one(WIN, (share(400, 80), share(400, 140)))
    assert found.verdict is Verdict.BETTER
    assert (found.n_before, found.n_after) == (400, 400)
    assert (found.before, found.after) == (0.2, 0.35)
    assert 0.08 < found.low < found.difference < found.high < 0.22


def test_fewer_days_are_better_and_more_are_worse():
    short, long = Tally(100, 500, 3000), Tally(100, 900, 9000)
    assert one(STAY, (long, short)).verdict is Verdict.BETTER
    assert one(STAY, (short, long)).verdict is Verdict.WORSE


def test_an_amount_is_a_ratio_of_what_is_typical():
    before = Tally(100, 100 * math.log(100_000), 100 * math.log(100_000) ** 2 + 20)
    after = Tally(100, 100 * math.log(150_000), 100 * math.log(150_000) ** 2 + 20)
    found = one(Question(Measure.AMOUNT), (before, after))
    assert found.verdict is Verdict.BETTER
    assert (round(found.before), round(found.after), round(found.difference, 3)) == (100_000, 150_000, 0.5)


@pytest.mark.parametrize(("before", "after"), [(19, 400), (400, 19), (0, 0), (0, 400)])
def test_too_few_say_nothing(before, after):
    found = one(WIN, (share(before, before), share(after, 0)))
    assert found.verdict is Verdict.TOO_FEW
    assert found.difference is None


def days(n, mean, variance=4.0):
    return Tally(n, n * mean, n * mean * mean + (n - 1) * variance)


@pytest.mark.parametrize(("before", "wanted"), [(50, 85), (40, 146), (31, None), (63, 63), (100_000, 32)])
def test_how_many_cases_it_takes_is_what_the_tables_say(before, wanted):
    """Half a standard deviation at 5 % and a power of 80 %: 62.79 cases a side (2 (1.95996 + 0.84162)² / 0.5²); where
    those before are fixed n_F n / (2 n_F - n), by hand: 50 x 62.79 / 37.21 = 84.38; twice as many as that never do."""
    asked = _wanted([(days(before, 10.0), days(20, 9.0))], -1.0, quantile=1.95996, is_share=False)
    assert asked == wanted


def test_of_several_types_it_takes_as_many_as_of_one_alike():
    one_type = [(days(90, 10.0), days(30, 9.0))]
    three = [(days(30, mean), days(10, mean - 1)) for mean in (5.0, 10.0, 40.0)]
    asked = [_wanted(pairs, -1.0, quantile=1.95996, is_share=False) for pairs in (one_type, three)]
    assert asked[0] == 49  # 90 x 62.79 / 117.21 = 48.2
    assert asked[1] == asked[0]


def test_who_waits_for_as_many_as_it_says_finds_it_four_times_of_five():
    found = one(WIN, (share(2_000, 500), share(120, 40)))
    assert found.verdict is Verdict.UNTOLD
    assert found.low < 0 < found.high
    chance = random.Random(7)

    def won(n, rate):
        return share(n, sum(chance.random() < rate for _ in range(n)))

    again = [one(WIN, (won(2_000, 0.25), won(found.wanted, 1 / 3))).verdict for _ in range(300)]
    assert 0.72 < again.count(Verdict.BETTER) / 300 < 0.88


def test_where_too_few_ran_before_no_number_of_deals_after_is_promised():
    found = one(WIN, (share(60, 15), share(60, 20)))
    assert found.verdict is Verdict.UNTOLD
    assert found.wanted is None
    assert "改后再多也难看出来" in words.sentence(found, {})


def test_nothing_seen_wants_nothing():
    assert one(WIN, (share(60, 15), share(60, 15))).wanted is None


def test_another_mix_of_customers_is_no_effect():
    """Within each type nothing changed; the plain averages fall from 40 % to 20 %."""
    small, large = (share(300, 150), share(100, 50)), (share(100, 10), share(300, 30))
    assert one(WIN, small, large).verdict is Verdict.UNTOLD
    assert abs(one(WIN, small, large).difference) < 0.01
    assert one(WIN, (share(400, 160), share(400, 80))).verdict is Verdict.WORSE, "which plain averages would claim"


def test_a_type_that_only_one_side_has_is_left_out_and_counted():
    found = one(WIN, (share(100, 30), share(100, 32)), (share(0, 0), share(50, 50)), (share(4, 4), share(50, 0)))
    assert (found.n_before, found.n_after, found.left_out) == (100, 100, 104)


def test_the_more_is_asked_at_once_the_more_it_takes():
    pair = (share(200, 60), share(200, 84))
    alone = one(WIN, pair)
    among = findings({Question(Measure.CONVERSION, str(k)): [pair] for k in range(13)})[0]
    assert alone.verdict is Verdict.BETTER
    assert among.verdict is Verdict.UNTOLD
    assert among.high - among.low > alone.high - alone.low


def test_values_that_are_all_alike_break_nothing():
    alike = Tally(30, 150.0, 750.0)
    assert one(STAY, (alike, alike)).verdict is Verdict.UNTOLD


@pytest.mark.parametrize(
    ("probability", "freedom", "wanted"),
    [(0.975, 8, 2.306), (0.975, 30, 2.042), (0.998, 8, 3.991), (0.998, 38, 3.064), (0.975, math.inf, 1.960)],
)
def test_the_quantile_is_students(probability, freedom, wanted):
    """Against the integral of its density."""
    assert _quantile(probability, freedom=freedom) == pytest.approx(wanted, rel=0.006)


def test_where_nothing_changed_hardly_anything_is_claimed():
    """Thirteen questions a page, another mix of customers after: at most one page in twenty may claim something. The
    bench states the rate at 1,000 pages; here 150, and no more than chance allows (binomial, 1 in 10,000)."""
    pages = [findings(tallies(seed, n=250)) for seed in range(150)]
    assert all(len(page) == len(QUESTIONS) for page in pages)
    alarmed = [page for page in pages if any(f.verdict in (Verdict.BETTER, Verdict.WORSE) for f in page)]
    assert len(alarmed) <= 19


def test_a_real_effect_is_found_and_by_its_right_name():
    effect = Effect(won=0.15, goes_on=0.12, days=0.7, amount=1.5)
    pages = [findings(tallies(seed, n=600, effect=effect)) for seed in range(20)]
    told = {
        measure: [f.verdict for page in pages for f in page if f.question.measure is measure] for measure in Measure
    }
    for measure in (Measure.WIN_RATE, Measure.STEP_DAYS):
        assert told[measure].count(Verdict.BETTER) / len(told[measure]) > 0.8, measure
    assert not any(Verdict.WORSE in verdicts for verdicts in told.values())
