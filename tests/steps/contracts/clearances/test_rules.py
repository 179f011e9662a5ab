"""Which clearances a contract needs, and what their answers are worth (S7.1, P4)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tuoke.steps.contracts.clearances.queries import _named
from tuoke.steps.contracts.clearances.rules import (
    Case,
    ClearState,
    Given,
    Kind,
    Level,
    Want,
    against,
    is_altered,
    wanted,
)
from tuoke.steps.contracts.rules import Finding, Part, Sort, What


def kinds(case):
    return {want.kind: want.level for want in wanted(case)}


@pytest.mark.parametrize(
    ("amount", "level"),
    [
        (None, None),
        ("499999.99", None),
        ("500000", Level.MANAGER),
        ("1999999.99", Level.MANAGER),
        ("2000000", Level.DIRECTOR),
        ("-600000", Level.MANAGER),  # an amendment that makes the contract smaller by as much
    ],
)
def test_management_is_asked_by_amount(amount, level):
    found = kinds(Case(amount=Decimal(amount) if amount else None))
    assert found == ({Kind.CONTRACT: level} if level else {})


@pytest.mark.parametrize(
    ("case", "kind", "code"),
    [
        (Case(is_large=True), Kind.LEGAL, "large"),
        (Case(is_complex=True), Kind.LEGAL, "complex"),
        (Case(gate_asks=True), Kind.LEGAL, "gate_asks"),
        (Case(removed=["保密"]), Kind.LEGAL, "removed"),
        (Case(altered=["违约责任"]), Kind.LEGAL, "altered"),
        (Case(accepted=["附加服务"]), Kind.CONTRACT, "accepted"),
        (Case(paid_later=["第 1 期付款"]), Kind.CONTRACT, "paid_later"),
    ],
)
def test_every_reason_is_said(case, kind, code):
    (want,) = wanted(case)
    assert (want.kind, [why.code for why in want.why]) == (kind, [code])


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "contract_not_asked"),
        (Given(ClearState.WITHDRAWN), "contract_not_asked"),
        (Given(ClearState.ASKED, who="李娜"), "contract_waits"),
        (Given(ClearState.REFUSED), "contract_refused"),
        (Given(ClearState.CLEARED, Level.MANAGER), "contract_level_short"),
        (Given(ClearState.CLEARED, Level.DIRECTOR), None),
    ],
)
def test_what_an_answer_is_worth(given, code):
    wants = [Want(Kind.CONTRACT, (), Level.DIRECTOR)]
    verdict = against(wants, {Kind.CONTRACT: given} if given else {})
    assert verdict.codes == ((code,) if code else ())


TEMPLATE = "1. 总金额为〔合同金额〕元。\n2. 付款安排：〔付款安排〕。\n违约金不超过 10%。"


@pytest.mark.parametrize(
    ("text", "altered"),
    [
        ("1. 总金额为480,000.00元。\n2. 付款安排：\n(1) 首付 30%；\n(2) 验收后 70%。\n违约金不超过 10%。", False),
        (TEMPLATE, False),
        ("1.总金额为 480,000.00 元。2.付款安排：月结。违约金不超过10%。", False),
        ("1. 总金额为480,000.00元。\n2. 付款安排：月结。\n违约金不超过 20%。", True),
        ("1. 总金额为480,000.00元。\n2. 付款安排：月结。", True),
        ("", True),
    ],
)
def test_what_stands_in_the_places_alters_nothing(text, altered):
    assert is_altered(text, TEMPLATE) is altered


def test_pieces_are_sought_from_left_to_right():
    assert not is_altered("甲乙甲乙丙", "甲〔一〕乙〔二〕丙")
    assert is_altered("甲丙", "甲〔一〕丙〔二〕丙")
    assert is_altered("不保密。", "保密。")
    assert is_altered("，" * 5000, "，〔一〕" * 12 + "。")  # nothing to try again: it ends at once


def test_an_instalment_that_departs_twice_is_named_once():
    both = [
        Finding(f"stage:1:{n}", Part.PAYMENT, sort, What.STAGE, name="1")
        for n, sort in enumerate((Sort.DIFFERS, Sort.CONTRADICTS))
    ]
    assert _named(both) == ["第 1 期付款"]
