"""Contracts as the tests of their rooms need them, written without the contract's own screens."""

from __future__ import annotations

from decimal import Decimal

from tests.conftest import NOW
from tuoke.steps.contracts.models import Clause, Contract

CLAUSES = (
    ("scope", "服务范围", "乙方提供订单系统一套，含 3 个账号。"),
    ("standard", "验收", "甲方在 10 个工作日内验收。"),
    ("payment", "付款", "合同生效后 5 日内付 60%，验收后付 40%。"),
    ("breach", "违约责任", "每逾期一日按应付金额的 0.05% 支付违约金。"),
)


def a_contract(deal, *, clauses=CLAUSES, number="HT-2026-0001", amount="480000.00", **more):
    """A contract being written, its clauses in their order."""
    contract = Contract.objects.create(
        opportunity=deal,
        number=number,
        title="订单系统服务合同",
        amount=Decimal(amount),
        our_party="拓客演示公司",
        their_party=deal.customer.name,
        created_at=NOW,
        **more,
    )
    for position, (part, title, text) in enumerate(clauses):
        a_clause(contract, part=part, title=title, text=text, position=position)
    return contract


def a_clause(contract, *, part="own", title="保密", text="双方保密 3 年。", position=90, **more):
    return Clause.objects.create(
        contract=contract, part=part, title=title, text=text, position=position, created_at=NOW, **more
    )


def reworded(contract, title, text):
    """The clause of that title says something else from now on."""
    Clause.objects.filter(contract=contract, title=title).update(text=text)
