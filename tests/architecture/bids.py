"""What was offered to a customer and negotiated with him, for the access test's world: steps 5 and 6, on a deal of their own.

Made by the verbs of the house where a row doesn't stand alone: a version with its seal, what waits for approval, private links.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tuoke.services.approvals.models import Request
from tuoke.services.links.actions import make_link
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.actions import join, open_deal
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.actions import add_item
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import current_of
from tuoke.spine.library.rules import BlockContent, EvidenceContent, ItemDraft, ItemKind
from tuoke.steps.discovery.decisions.models import PurchaseCriterion
from tuoke.steps.discovery.models import Need
from tuoke.steps.negotiation.models import BottomLine, BottomLineVersion, Concession, Insider, Plan, Seat
from tuoke.steps.negotiation.returns import actions as returns
from tuoke.steps.negotiation.returns.models import Share, Walk
from tuoke.steps.negotiation.returns.rules import Figures, Saving
from tuoke.steps.negotiation.returns.rules import SendDraft as ShareDraft
from tuoke.steps.negotiation.rounds.models import AgreedTerms, ConcessionMade, Position, Round
from tuoke.steps.negotiation.signals.models import ClosingProposal, Signal
from tuoke.steps.proposals.actions import begin, freeze
from tuoke.steps.proposals.actions.proposals import NewSection
from tuoke.steps.proposals.demos.models import Demo, Trial
from tuoke.steps.proposals.models import Proof, ProposalVersion, Section
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.offers.actions import add_line, ask_discount, draft_offer
from tuoke.steps.proposals.offers.rules import LineDraft
from tuoke.steps.proposals.rivals.models import Rival
from tuoke.steps.proposals.rules import SectionDraft
from tuoke.steps.proposals.sendings.models import Presentation, Remark, Sending
from tuoke.steps.proposals.signoffs import actions as signoffs
from tuoke.steps.proposals.values.actions import add_item as add_value
from tuoke.steps.proposals.values.rules import Band, Basis, Direction, Measure
from tuoke.steps.proposals.values.rules import ItemDraft as ValueDraft


def a_bid(company: Any, now: datetime, *, contact: Contact) -> dict[str, Any]:
    """A second deal of ``rep``'s, which the collaborator has joined, too."""
    by = company.by("rep")
    deal = open_deal(
        customer=contact.customer, lead=None, name="二期扩容", owner=company.rep, amount=Decimal(800_000),
        expected_close_on=None, product=None, segment=Segment(), is_complex=False, by=by, now=now,
    )  # fmt: skip
    Opportunity.objects.filter(pk=deal.pk).update(step="negotiation")
    deal.refresh_from_db()
    join(deal=deal, user=company.collaborator, duty="方案可行性", by=by, now=now)
    return {
        **_proposal(company, now, deal=deal, contact=contact),
        **_prices(company, now, deal=deal, contact=contact),
        **_plan(company, now, deal=deal, contact=contact),
        **_table(company, now, deal=deal, contact=contact),
        "library:outdated.pk": Item.objects.get(kind=ItemKind.EVIDENCE).pk,
        "library:export_kind.kind": "objection",
        "library:export_kind.ending": "xlsx",
        "approvals.pk": Request.objects.get(kind="discount").pk,
        "approvals.feasibility": Request.objects.get(kind="feasibility").pk,
    }


ASKED = {
    "values:item_move": "?to=0",
    "offers:line_move": "?to=0",
    "objections:take_back": "?version=1",
    "negotiation:concession_move": "?to=0",
    "negotiation:line_restore": "?version=1",
}
"""Without which there is no such page for anybody."""


def _named(space: str, names: str, pk: int) -> dict[str, Any]:
    return {f"{space}:{name}.pk": pk for name in names.split()}


# Step 5


def _proposal(company: Any, now: datetime, *, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    by = company.by("rep")
    need = Need.objects.create(
        customer=deal.customer, opportunity=deal, kind="rigid", description="一个交期", priority="high", created_at=now
    )
    block = _in_library(company, ItemKind.BLOCK, BlockContent(text="共用一个交期。", part="solution"), now=now)
    content = EvidenceContent(statement="沟通时间减少", source="行业协会", dated_on=timezone.localdate(now))
    evidence = _in_library(company, ItemKind.EVIDENCE, content, now=now)
    own = SectionDraft("solution", "一个交期", "销售、计划、车间共用一个交期。", (need.pk,))
    proposal = begin(deal=deal, title="二期扩容方案", sections=[NewSection(own)], by=by, now=now)
    section = Section.objects.get(proposal=proposal)
    proof = Proof.objects.create(section=section, item_version=current_of(evidence), created_at=now)
    version = freeze(proposal=proposal, by=by, now=now)
    signoff = signoffs.ask(deal=deal, signer=company.collaborator, note="请看能否当天同步", by=by, now=now)
    return {
        "proposals.pk": deal.pk,
        "proposals.item": block.pk,
        "proposals:restore.pk": proposal.pk,
        **_named("proposals", "section_edit section_move section_withdraw section_restore proofs", section.pk),
        **_named("proposals", "proof_withdraw proof_restore proof_renew", proof.pk),
        "proposals:version.pk": version.pk,
        "signoffs.pk": deal.pk,
        "signoffs:withdraw.pk": signoff.pk,
        **_sending(company, now, deal=deal, contact=contact, version=version),
    }


def _in_library(company: Any, kind: ItemKind, content: Any, *, now: datetime) -> Item:
    draft = ItemDraft(content, title=f"一条 {kind.value}")
    return add_item(kind=kind, draft=draft, by=company.by("process_owner"), now=now)


def _sending(
    company: Any, now: datetime, *, deal: Opportunity, contact: Contact, version: ProposalVersion
) -> dict[str, Any]:
    """As it stands once the background has written its papers."""
    ends = now + timedelta(days=7)
    sending = Sending.objects.create(
        opportunity=deal, version=version, contact=contact, recipient=contact.name, expires_on=ends.date(),
        worked_at=now, created_by=company.rep, created_at=now,
    )  # fmt: skip
    link = make_link(
        kind="proposal", subject=sending, recipient=contact.name, recipient_id=contact.pk, expires_at=ends, thread=deal,
        by=company.by("rep"), now=now,
    )  # fmt: skip
    Sending.objects.filter(pk=sending.pk).update(state="sent", sent_at=now, link=link)
    remark = Remark.objects.create(sending=sending, text="能当天同步吗？", by_name=contact.name, at=now)
    shown = Presentation.objects.create(
        opportunity=deal, version=version, held_on=now.date(), created_by=company.rep, created_at=now
    )
    return {
        "sendings.pk": deal.pk,
        "sendings.kind": "docx",
        **_named("sendings", "one retry cancel", sending.pk),
        "sendings:answer.pk": remark.pk,
        **_named("sendings", "withdraw restore", shown.pk),
        "sendings:paper.pk": version.pk,
        "links.proposal": link.public_id,
    }


def _prices(company: Any, now: datetime, *, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    by, today = company.by("rep"), timezone.localdate(now)
    offer = draft_offer(deal=deal, by=by, now=now)
    price = LineDraft("平台年费", Decimal(1), Decimal(500_000), discount_percent=Decimal(12))
    line = add_line(offer=offer, draft=price, by=by, now=now)
    ask_discount(offer=offer, reason="客户一次买三年", by=by, now=now)
    figures = Measure(
        Direction.LESS, Decimal(42), Band(Decimal(32), Decimal(29), Decimal(25)), Decimal(60), Decimal(2750)
    )
    value = add_value(
        deal=deal, draft=ValueDraft("换模准备", Basis.ESTIMATE, figures, "分钟", "现场估计"), by=by, now=now
    )
    rival = Rival.objects.create(opportunity=deal, competitor=Competitor.objects.get(), created_at=now)
    criterion = PurchaseCriterion.objects.create(opportunity=deal, text="上线快", created_at=now)
    demo = Demo.objects.create(opportunity=deal, planned_on=today, contact=contact, created_at=now)
    trial = Trial.objects.create(
        opportunity=deal, account="试用一号", starts_on=today, expires_on=today + timedelta(days=14), created_at=now
    )
    objection = DealObjection.objects.create(
        opportunity=deal, kind="price", text="太贵了", answer="三个月收回", state="prepared", created_at=now
    )
    return {
        "offers.pk": offer.pk,
        **_named("offers", "deal new amount_undo", deal.pk),
        **_named("offers", "line_edit line_move line_remove line_restore", line.pk),
        "offers.kind": "docx",
        "values.pk": deal.pk,
        **_named("values", "item_edit item_move item_withdraw item_restore", value.pk),
        "values.kind": "docx",
        "rivals.pk": rival.pk,
        **_named("rivals", "page add export", deal.pk),
        "rivals.kind": "docx",
        "rivals.criterion": criterion.pk,
        "demos.pk": demo.pk,
        **_named("demos", "page plan trial", deal.pk),
        **_named("demos", "extend usage end reopen", trial.pk),
        "objections.pk": objection.pk,
        **_named("objections", "deal panel export add prepare dismiss_predicted", deal.pk),
        "objections.kind": "docx",
        "objections.rule": "budget_unknown",
    }


# Step 6


def _plan(company: Any, now: datetime, *, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    """With a bottom line of which the lead knows by name, too: it is hidden from everybody but managers anyway."""
    plan = Plan.objects.create(opportunity=deal, created_at=now)
    seat = Seat.objects.create(plan=plan, side="theirs", contact=contact, created_at=now)
    step = Concession.objects.create(plan=plan, give="多培训两天", get="月内签约", created_at=now)
    line = {"opportunity": deal, "lowest_price": Decimal(610_000), "longest_days": 60}
    BottomLine.objects.create(set_by=company.rep, set_at=now, **line)
    BottomLineVersion.objects.create(number=1, by=company.rep, at=now, **line)
    insider = Insider.objects.create(opportunity=deal, user=company.team_lead, added_by=company.rep, added_at=now)
    return {
        "negotiation.pk": deal.pk,
        "negotiation.kind": "docx",
        "negotiation.side": "ours",
        "negotiation.key": "payment-terms",
        "negotiation.number": 1,
        **_named("negotiation", "seat_edit seat_withdraw seat_restore", seat.pk),
        **_named("negotiation", "concession_edit concession_move concession_withdraw concession_restore", step.pk),
        "negotiation:insider_remove.pk": insider.pk,
    }


def _table(company: Any, now: datetime, *, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    """A round with an offer that waits for the owner, something given in it, terms noted by a colleague, a sign, the
    proposal to sign on it, a calculation that was sent and walked through."""
    by, today = company.by("rep"), timezone.localdate(now)
    held = Round.objects.create(
        opportunity=deal,
        number=1,
        held_at=now,
        channel="visit",
        contact=contact,
        recorded_by=company.rep,
        created_at=now,
    )
    offer = Position.objects.create(round=held, side="ours", price=Decimal(700_000), state="owner", from_inside=False)
    made = ConcessionMade.objects.create(
        opportunity=deal, round=held, give="一年质保", made_by=company.rep, made_at=now
    )
    agreed = AgreedTerms.objects.create(
        opportunity=deal, number=1, round=held, price=Decimal(690_000), agreed_on=today, state="owner",
        from_inside=False, made_by=company.rep, made_at=now,
    )  # fmt: skip
    sign = Signal.objects.create(opportunity=deal, kind="contract", state="found", said_at=now, created_at=now)
    closing = ClosingProposal.objects.create(
        opportunity=deal, signal=sign, text="本周签约", offered_on=today, created_at=now
    )
    figures = Figures(investment=Decimal(700_000), savings=(Saving("少加班", amount=Decimal(300_000)),))
    kept = returns.keep(deal=deal, figures=figures, by=by, now=now)
    share = returns.send(calculation=kept, draft=ShareDraft(contact.pk, today + timedelta(days=7)), by=by, now=now)
    walk = Walk.objects.create(calculation=kept, contact=contact, walked_on=today, at=now)
    return {
        "rounds.pk": deal.pk,
        "rounds.kind": "docx",
        **_named("rounds", "edit withdraw restore concede", held.pk),
        **_named("rounds", "concession_withdraw concession_restore", made.pk),
        **_named("rounds", "offer_confirm offer_decline offer_withdraw offer_again", offer.pk),
        **_named("rounds", "agreement_confirm agreement_decline agreement_withdraw agreement_reopen", agreed.pk),
        "signals.pk": sign.pk,
        **_named("signals", "deal panel tick propose", deal.pk),
        **_named("signals", "answer withdraw restore", closing.pk),
        "returns.pk": kept.pk,
        **_named("returns", "page calculate keep", deal.pk),
        "returns.kind": "docx",
        **_named("returns", "unwalk rewalk", walk.pk),
        "links.returns": Share.objects.values_list("link__public_id", flat=True).get(pk=share.pk),
    }
