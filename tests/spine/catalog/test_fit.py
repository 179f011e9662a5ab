"""Whom a product fits, and why: plain Python."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog.rules import Fitting, PainHelp, ProductFits, fit_of, said_amounts, said_counts, said_yuan

WAN, YI = Decimal(10_000), Decimal(10) ** 8
FITS = ProductFits(
    industries=("制造业", "信息技术"),
    staff=Span(100, 500),
    revenue=Span(50 * 100 * WAN, 2 * YI),
    pains=(PainHelp("数据分散，部门之间对不上账", "统一口径"), PainHelp("换线停机时间长")),
)


def states(fit):
    return {aspect.name: aspect.state.value for aspect in fit.aspects}


def test_a_product_that_says_nothing_asks_nothing():
    fit = fit_of(ProductFits(), industries=["制造业"], staff=Span(1, 2))
    assert (fit.aspects, fit.state, fit.score) == ((), Fitting.UNKNOWN, (0, 0))


def test_what_is_not_known_is_unknown_and_never_a_no():
    fit = fit_of(FITS)
    assert set(states(fit).values()) == {"unknown"}
    assert fit.state is Fitting.UNKNOWN


def test_everything_fits():
    fit = fit_of(
        FITS, industries=["汽车制造行业"], staff=Span(200, 300), revenue=Span(YI, YI), pains=["换线停机时间太长"]
    )
    assert set(states(fit).values()) == {"fits"}
    assert fit.state is Fitting.FITS
    assert fit.score == (8, 8)
    assert [pain.pain for pain in fit.helps] == ["换线停机时间长"]


def test_one_thing_that_differs_is_named_and_outweighs():
    fit = fit_of(FITS, industries=["餐饮"], staff=Span(200, 300))
    assert states(fit) == {"industry": "differs", "staff": "fits", "revenue": "unknown", "pains": "unknown"}
    assert fit.state is Fitting.DIFFERS
    assert fit.score == (2, 4)
    industry = fit.aspects[0]
    assert (industry.wanted, industry.found, industry.matched) == ("制造业、信息技术", "餐饮", ())


@pytest.mark.parametrize(
    ("staff", "state"),
    [
        (Span(100, 500), "fits"),
        (Span(400, 800), "partly"),
        (Span(400, None), "partly"),
        (Span(None, 200), "partly"),
        (Span(501, None), "differs"),
        (Span(None, 99), "differs"),
        (Span(None, None), "unknown"),
    ],
)
def test_ranges(staff, state):
    assert states(fit_of(FITS, staff=staff))["staff"] == state


def test_an_open_end_of_the_product_takes_all_above():
    assert states(fit_of(ProductFits(staff=Span(100, None)), staff=Span(200, None))) == {"staff": "fits"}


def test_some_of_several_industries_fit_partly():
    fit = fit_of(FITS, industries=["制造业", "餐饮"])
    assert fit.aspects[0].state is Fitting.PARTLY
    assert fit.aspects[0].matched == ("制造业",)


@pytest.mark.parametrize("said", ["", " ", "😀", "业", "招聘难"])
def test_what_is_alike_in_nothing_does_not_help(said):
    assert fit_of(FITS, pains=[said]).helps == ()


@pytest.mark.parametrize(
    ("value", "text"),
    [("500000", "50万"), ("123456789", "123456789"), ("120000000", "1.2亿"), ("8600.50", "8600.5"), ("0", "0")],
)
def test_amounts_are_said_without_rounding(value, text):
    assert said_yuan(Decimal(value)) == text


def test_ranges_are_said_as_they_are_typed():
    assert said_amounts(Span(20 * WAN, 50 * WAN)) == "20万-50万"
    assert said_amounts(Span(None, 2 * YI)) == "≤2亿"
    assert said_counts(Span(50, None), "人") == "≥50人"
    assert said_counts(Span(None, None), "人") == ""
