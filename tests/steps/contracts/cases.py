"""Contracts of a deal that has come to its seventh step: drafted, put right, signed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.conftest import NOW
from tests.spine.followups.cases import a_customer, a_deal
from tuoke.steps.contracts import actions
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.rules import ClauseDraft, HeadDraft, SignDraft
from tuoke.steps.negotiation.rounds.models import AgreedTerms
from tuoke.steps.negotiation.rules import Terms

TERMS = Terms(
    Decimal(480_000), 90, "首付 40%，上线 40%，验收 20%", "3 次管理员培训", ("违约金：每日由 0.05% 改为 0.03%",)
)
TEXTS = {
    "scope": "乙方提供数据整合平台一套。乙方另行提供 3 次管理员培训，不另收费。",
    "standard": "乙方自合同生效之日起 90 日内完成交付。",
    "payment": "1. 合同总金额为 480,000.00 元（大写：肆拾捌万元整），含税。\n"
    "2. 付款安排：首付 40%，即 192,000.00 元；上线 40%，即 192,000.00 元；验收 20%，即 96,000.00 元。",
    "breach": "任何一方逾期的，每逾期一日按未履行部分金额的 0.03% 支付违约金。",
}
"""One clause a part that keeps to ``TERMS``."""


def a_signing_deal(company, playbook, **more):
    given = {"customer": a_customer(company.rep), "step": "contracts", "amount": Decimal(500_000)} | more
    return a_deal(company.rep, playbook, **given)


def agreed(deal, terms=TERMS, *, by, number=1, on=date(2026, 11, 20)):
    row = AgreedTerms(opportunity=deal, number=number, agreed_on=on, state="stands", made_by_id=by.user_id, made_at=NOW)
    row.terms = terms
    row.save()
    return row


def a_contract(deal, *, by, texts=TEXTS, now=NOW):
    """Drafted from what is agreed (``TERMS``, unless somebody agreed before), its clauses put into ``texts``."""
    if not deal.agreed_terms.filter(state="stands").exists():
        agreed(deal, by=by)
    contract = actions.begin(deal=deal, by=by, now=now)
    for clause in contract.clauses.all():
        actions.withdraw_clause(clause=clause, version=clause.version, by=by, now=now)
    for part, text in texts.items():
        actions.add_clause(contract=contract, draft=ClauseDraft(part, f"条款 {part}", text), by=by, now=now)
    return Contract.objects.select_related("opportunity__customer", "parent").get(pk=contract.pk)


def a_signed_contract(deal, *, by, now=NOW, on=None, **more):
    """Drafted, frozen and signed; the deal is won. Whatever other rooms have against signing has to be put right first."""
    contract = a_contract(deal, by=by, now=now, **more)
    version = actions.freeze(contract=contract, note="", by=by, now=now)
    draft = SignDraft(version.pk, on or NOW.date())
    signed = actions.sign(contract=contract, draft=draft, by=by, now=now)
    deal.refresh_from_db()
    return signed


def head_of(contract, **changes):
    return HeadDraft(**{name: getattr(contract, name) for name in HeadDraft.__dataclass_fields__} | changes)
