"""Step 6 of the demo's story: where we stop, what we give for what, what both sides offered, what was agreed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import proposing
from tuoke.spine.customers.models import Contact
from tuoke.spine.customers.rules import Channel, DecisionRole
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation import actions as negotiation
from tuoke.steps.negotiation.models import Concession
from tuoke.steps.negotiation.queries import is_set
from tuoke.steps.negotiation.returns import actions as returns
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.returns.queries import base_of
from tuoke.steps.negotiation.rounds import actions as rounds
from tuoke.steps.negotiation.rounds.models import Round
from tuoke.steps.negotiation.rounds.rules import AgreementDraft, RoundDraft
from tuoke.steps.negotiation.rules import Authority, ConcessionDraft, ConcessionKind, LineDraft, Terms
from tuoke.steps.proposals.offers.queries import current_offer, totals_of

PAYMENT = "签约付 40%，上线付 40%，验收后付 20%"
LADDER = (
    ("加赠一次夜班管理员培训", "月底前签约", ConcessionKind.SERVICE, 6000, Authority.REP),
    ("首付由四成降到三成", "服务期从一年改为两年", ConcessionKind.PAYMENT, 9000, Authority.LEAD),
    ("总价再让 2%", "同意作为同行业参考案例，接受两次来访", ConcessionKind.PRICE, 12000, Authority.DIRECTOR),
)


def asked(deal: Opportunity) -> Decimal:
    """What the customer would pay as things were offered."""
    offer = current_offer(deal)
    return totals_of(offer).gross if offer else deal.amount or Decimal(300_000)


def share(amount: Decimal, percent: int) -> Decimal:
    """Of an amount, to the hundred, as one says it."""
    return (amount * percent / 10_000).quantize(Decimal(1)) * 100


def draw_line(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    if is_set(deal):
        return
    clauses = ("知识产权：平台归我方，客户数据归客户", "违约责任上限：不超过合同总额")
    note = "按实施人天、授权成本和一年回访算过，低于这个数不如不做。"
    line = LineDraft(share(asked(deal), 86), 75, clauses, note)
    negotiation.set_line(deal=deal, version=0, draft=line, by=by, now=at)


def build_ladder(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    if Concession.objects.filter(plan__opportunity=deal).exists():
        return
    for give, get, kind, value, authority in LADDER:
        step = ConcessionDraft(give, get, kind, Decimal(value), authority)
        negotiation.add_concession(deal=deal, draft=step, by=by, now=at)


def meet(
    deal: Opportunity, ours: Terms, theirs: Terms, *, note: str, by: Principal, at: datetime, reason: str = "",
    taken: tuple[int, ...] = (), returned: frozenset[int] = frozenset(),
) -> Round:  # fmt: skip
    """One round with whoever decides."""
    person = decider(deal)
    last = Round.objects.filter(opportunity=deal).order_by("-number").first()
    said = RoundDraft(
        at, Channel.OFFLINE_MEETING.value, ours, theirs, person.pk if person else None, note,
        seen=last.number if last else 0, taken=taken, returned=returned,
    )  # fmt: skip
    return rounds.record_round(deal=deal, draft=said, by=by, now=at, reason=reason)


def first_round(deal: Opportunity, *, by: Principal, at: datetime) -> Round:
    price = asked(deal)
    ours = Terms(price, 60, PAYMENT, "上线培训一次")
    theirs = Terms(share(price, 90), 45, "验收后一次付清", "培训三次")
    note = "他先说“比我们想的贵一成”。问和什么比，是和去年的预算比，不是和别家比；把停工和返工的账一起过了一遍。"
    return meet(deal, ours, theirs, note=note, by=by, at=at)


def agree(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """A price between both, above our line: what the contract will say."""
    if not Round.objects.filter(opportunity=deal).exists():
        first_round(deal, by=by, at=at)
    person = decider(deal)
    terms = Terms(share(asked(deal), 96), 60, "签约付 30%，上线付 40%，验收后付 30%", "上线培训两次，其中一次给夜班")
    note = "首付降到三成，换来服务期由一年改为两年。"
    draft = AgreementDraft(terms, timezone.localdate(at), person.pk if person else None, note)
    rounds.agree(deal=deal, draft=draft, by=by, now=at)


def work_out(deal: Opportunity, *, by: Principal, at: datetime) -> Calculation:
    """What it costs and what it brings, gone through together."""
    proposing.reckon(deal, by=by, at=at)
    made = returns.keep(deal=deal, figures=base_of(deal), title="与客户财务一起算的一版", by=by, now=at)
    person = decider(deal)
    if person is not None:
        note = "他把工时单价改低了一点，结论没变；请我们把表发给财务总监。"
        day = timezone.localdate(at)
        returns.walk(calculation=made, contact_id=person.pk, walked_on=day, note=note, by=by, now=at)
    return made


def decider(deal: Opportunity) -> Contact | None:
    people = Contact.objects.filter(customer=deal.customer_id, do_not_contact=False).order_by("pk")
    return people.filter(role=DecisionRole.DECIDER).first() or people.first()
