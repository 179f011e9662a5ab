"""Step 7 of the demo's story: the contract from what was agreed to both signatures, its plan, its money."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal
from tuoke.doors.cli.demo import negotiating
from tuoke.doors.cli.demo.listing import THERE
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.queries import latest
from tuoke.services.links.actions import note_visit
from tuoke.services.links.models import Link
from tuoke.services.links.queries import holder_of
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts.clearances import actions as clearances
from tuoke.steps.contracts.clearances.models import Clearance
from tuoke.steps.contracts.clearances.queries import deciders_of, wants_of
from tuoke.steps.contracts.clearances.rules import Kind
from tuoke.steps.contracts.confirmations import actions as confirmations
from tuoke.steps.contracts.confirmations.models import Invitation
from tuoke.steps.contracts.confirmations.rules import InviteDraft
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff.models import KickoffPlan, Milestone
from tuoke.steps.contracts.kickoff.rules import suggested
from tuoke.steps.contracts.models import Clause, Contract
from tuoke.steps.contracts.payments import actions as payments
from tuoke.steps.contracts.payments.models import Instalment
from tuoke.steps.contracts.payments.rules import Method, ReceiptDraft
from tuoke.steps.contracts.queries import current_contract, standing
from tuoke.steps.contracts.rules import ClauseDraft, HeadDraft, SignDraft
from tuoke.steps.negotiation.rounds.queries import agreed_terms

PLACES = {"服务清单": "双方确认的方案所列全部模块", "税费说明": "含税"}
CLEARED = {
    Kind.LEGAL: "条款用的都是范本，违约金和管辖没有改，可以签。",
    Kind.CONTRACT: "价格在底线之上，首付三成可以接受。",
}


def sign_whole(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """Drafted, confirmed by both sides, cleared by whoever must, signed: the deal is won with it."""
    present = current_contract(deal)
    if present is not None and present.is_signed:
        return
    begun = at - timedelta(minutes=50)
    contract = draft(deal, by=by, at=begun)
    agree(invite(contract, by=by, at=begun + timedelta(minutes=5)), at=begun + timedelta(minutes=20))
    clear(contract, by=by, at=begun + timedelta(minutes=25))
    sign(contract, by=by, at=begun + timedelta(minutes=40))


def draft(deal: Opportunity, *, by: Principal, at: datetime, years: int = 1) -> Contract:
    """One press from what was agreed; who signs for the customer and for how long is written in."""
    if agreed_terms(deal) is None:
        negotiating.agree(deal, by=by, at=at)
    contract = contracts.begin(deal=deal, by=by, now=at)
    person, starts_on = negotiating.decider(deal), timezone.localdate(at) + timedelta(days=7)
    head = replace(
        head_of(contract), their_signer_id=person.pk if person else None, starts_on=starts_on,
        ends_on=starts_on + timedelta(days=365 * years - 1),
    )  # fmt: skip
    contract = contracts.edit_head(contract=contract, version=contract.version, draft=head, by=by, now=at)
    _fill(contract, by=by, at=at)
    contract.refresh_from_db()
    return contract


def _fill(contract: Contract, *, by: Principal, at: datetime) -> None:
    """Without an offer the draft leaves open what is sold and whether tax is in it."""
    for clause in Clause.objects.standing().filter(contract=contract, text__contains="〔"):
        text = clause.text
        for name, words in PLACES.items():
            text = text.replace(f"〔{name}〕", words)
        said = ClauseDraft(clause.part, clause.title, text)
        contracts.edit_clause(clause=clause, version=clause.version, draft=said, by=by, now=at)


def head_of(contract: Contract) -> HeadDraft:
    return HeadDraft(**{name: getattr(contract, name) for name in HeadDraft.__dataclass_fields__})


def invite(contract: Contract, *, by: Principal, at: datetime) -> Invitation:
    """Our side agrees; who decides there is asked by his private link."""
    person = negotiating.decider(contract.opportunity)
    asked = InviteDraft(
        person.pk if person else None, timezone.localdate(at) + timedelta(days=14),
        "合同按上次谈定的条件写好了，请逐条看一遍；哪一条要改，直接在那一条下面写。",
    )  # fmt: skip
    sent = confirmations.invite(contract=contract, draft=asked, by=by, now=at)
    confirmations.confirm(contract=contract, version_id=sent.version_id, clause_ids=None, by=by, now=at)
    return sent


def agree(sent: Invitation, *, at: datetime) -> None:
    """He reads it on his telephone and agrees to all that is left."""
    link = opened(sent.link, at=at)
    confirmations.customer_agrees(
        link=link, version_id=sent.version_id, clause_ids=None, name=sent.recipient, by=holder_of(link), now=at,
        where=THERE["where"],
    )  # fmt: skip


def opened(link: Link | None, *, at: datetime) -> Link:
    """A customer looks at what his link shows."""
    assert link is not None
    note_visit(link=link, ip=THERE["where"], agent=THERE["agent"], now=at)
    return link


def ask_clearances(contract: Contract, *, by: Principal, at: datetime) -> list[Clearance]:
    """Whoever must have a word on it is asked for it."""
    asked = []
    for want in wants_of(standing(contract)):
        decider = deciders_of(contract, want.kind, level=want.level, without=by.user_id)[0]
        note = "客户希望月底前签，请先看付款和违约两条。"
        asked.append(
            clearances.ask(contract=contract, kind=want.kind, decider_ids=[decider.pk], note=note, by=by, now=at)
        )
    return asked


def clear(contract: Contract, *, by: Principal, at: datetime) -> None:
    """Those who were asked agree."""
    for clearance in ask_clearances(contract, by=by, at=at):
        request = latest(clearance.kind, clearance)
        assert request is not None
        decider = User.objects.get(pk=request.approvers.values_list("user_id", flat=True)[0])
        approvals.approve(
            request=request, version=request.version, reason=CLEARED[Kind(clearance.kind)], by=principal_of(decider),
            now=at + timedelta(minutes=10),
        )  # fmt: skip


def sign(contract: Contract, *, by: Principal, at: datetime) -> Contract:
    contract.refresh_from_db()
    version = contracts.freeze(contract=contract, by=by, now=at)
    signed = SignDraft(version.pk, timezone.localdate(at))
    return contracts.sign(contract=contract, draft=signed, by=by, now=at)


def plan(deal: Opportunity, *, by: Principal, at: datetime, template: str = "") -> KickoffPlan:
    """The kick-off plan, once, from ``template`` or from that of this kind of customer; what waited for a line gets its day."""
    found = KickoffPlan.objects.filter(opportunity=deal).first()
    if found is not None:
        return found
    template = template or suggested(deal.segment)[0].key
    starts_on = timezone.localdate(at) + timedelta(days=1)
    made = kickoff.make_plan(deal=deal, template=template, starts_on=starts_on, by=by, now=at)
    if Instalment.objects.open().filter(opportunity=deal, due_on=None).exists():
        payments.link_to_plan(deal=deal, by=by, now=at)
    return made


def complete(deal: Opportunity, *, until: date, by: Principal, now: datetime) -> None:
    """What should be done by then is done, each line on its own day."""
    last = min(until, timezone.localdate(now))
    for line in Milestone.objects.standing().filter(plan__opportunity=deal, done_on=None, ends_on__lte=last):
        kickoff.complete_milestone(milestone=line, done_on=line.ends_on, by=by, now=now)


def receive(deal: Opportunity, instalment: Instalment, *, percent: int, on: date, by: Principal, now: datetime) -> None:
    amount = (instalment.amount * percent / 100).quantize(instalment.amount)
    paid = ReceiptDraft(amount, on, Method.BANK, f"{on:%m%d}{instalment.pk:06d}", payer=deal.customer.name)
    payments.receive(deal=deal, draft=paid, instalment=instalment, by=by, now=now)


def pay_all(deal: Opportunity, *, by: Principal, at: datetime) -> None:
    """All instalments have come in, each when it was due or, at the latest, now."""
    for row in Instalment.objects.open().filter(opportunity=deal):
        on = min(row.due_on or timezone.localdate(at), timezone.localdate(at))
        receive(deal, row, percent=100, on=on, by=by, now=at)
