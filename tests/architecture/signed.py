"""What was signed with a customer, delivered to him and learned from him, for the access test's world: steps 7 and 8, on two
deals of their own; what the process owner writes; the duties of departments."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from tuoke.services.approvals.models import Request
from tuoke.services.files.models import File
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals.actions import join, open_deal
from tuoke.spine.deals.changeovers.models import Changeover
from tuoke.spine.deals.duties import actions as duties
from tuoke.spine.deals.duties.rules import DutyDraft
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.actions import add_item
from tuoke.spine.library.rules import ClauseContent, ItemDraft, ItemKind
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.models import DraftChange, PlaybookVersion
from tuoke.steps.contracts import actions as contracts
from tuoke.steps.contracts.clearances import actions as clearances
from tuoke.steps.contracts.clearances.rules import Kind as ClearanceKind
from tuoke.steps.contracts.confirmations import actions as confirmations
from tuoke.steps.contracts.confirmations.rules import InviteDraft
from tuoke.steps.contracts.deliveries import actions as deliveries
from tuoke.steps.contracts.deliveries.models import DeliveryItem
from tuoke.steps.contracts.deliveries.rules import Answer, IssueDraft, PaperDraft
from tuoke.steps.contracts.deliveries.rules import ItemDraft as DeliveryDraft
from tuoke.steps.contracts.deliveries.rules import ItemKind as Delivered
from tuoke.steps.contracts.deliveries.rules import SendDraft as DeliverySend
from tuoke.steps.contracts.kickoff.models import KickoffPlan, Milestone, Shift
from tuoke.steps.contracts.models import AcceptedDifference, Clause, Contract
from tuoke.steps.contracts.payments.models import Instalment, Receipt
from tuoke.steps.contracts.teams import actions as teams
from tuoke.steps.contracts.teams.rules import (
    BookingDraft,
    ContactDraft,
    Every,
    IntroductionDraft,
    RhythmDraft,
    Side,
    Way,
)
from tuoke.steps.contracts.teams.rules import ShareDraft as PlanShareDraft
from tuoke.steps.reviews import actions as reviews
from tuoke.steps.reviews.improvements import actions as improvements
from tuoke.steps.reviews.improvements.rules import ImprovementDraft, Target
from tuoke.steps.reviews.revisits import actions as revisits
from tuoke.steps.reviews.revisits.models import Revisit, RevisitPlan
from tuoke.steps.reviews.revisits.rules import SurveyDraft
from tuoke.steps.reviews.rules import ProblemDraft


def _named(space: str, names: str, pk: Any) -> dict[str, Any]:
    return {f"{space}:{name}.pk": pk for name in names.split()}


def what_was_signed(company: Any, now: datetime, *, contact: Contact) -> dict[str, Any]:
    """A deal of ``rep``'s whose contract is being written, and one that is won and delivered. The collaborator is in both."""
    signing = _deal(company, now, contact, name="三期产线")
    Opportunity.objects.filter(pk=signing.pk).update(step="contracts")
    won = _deal(company, now, contact, name="一期产线")
    today = timezone.localdate(now)
    Opportunity.objects.filter(pk=won.pk).update(
        step="reviews", outcome="won", outcome_on=today, outcome_department=company.rep.department
    )
    for deal in (signing, won):
        deal.refresh_from_db()
    return {
        **_contract(company, now, deal=signing, contact=contact),
        **_payments(company, now, deal=won),
        **_project(company, now, deal=won, contact=contact),
        **_review(company, now, deal=won),
        **_revisits(company, now, deal=won, contact=contact),
        **_duty(company, now, deal=signing),
    }


def _deal(company: Any, now: datetime, contact: Contact, *, name: str) -> Opportunity:
    by = company.by("rep")
    deal = open_deal(
        customer=contact.customer, lead=None, name=name, owner=company.rep, amount=Decimal(600_000),
        expected_close_on=None, product=None, segment=Segment(), is_complex=False, by=by, now=now,
    )  # fmt: skip
    join(deal=deal, user=company.collaborator, duty="实施", by=by, now=now)
    return deal


# Step 7


def _contract(company: Any, now: datetime, *, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    by, ends = company.by("rep"), timezone.localdate(now) + timedelta(days=9)
    contract = Contract.objects.create(
        opportunity=deal, number="HT-2026-0900", title="产线系统服务合同", amount=Decimal(613_131), our_party="我方",
        their_party=deal.customer.name, created_at=now,
    )  # fmt: skip
    clause = Clause.objects.create(
        contract=contract, part="scope", title="服务范围", text="乙方提供系统一套。", created_at=now
    )
    accepted = AcceptedDifference.objects.create(
        contract=contract, key="payment", seal="0" * 64, what="付款", reason="老客户", by=company.team_lead, at=now
    )
    version = contracts.freeze(contract=contract, note="", by=by, now=now)
    invitation = confirmations.invite(contract=contract, draft=InviteDraft(contact.pk, ends), by=by, now=now)
    answer = confirmations.want_change(
        contract=contract, version_id=version.pk, clause_id=clause.pk, comment="写清楚", by=by, now=now
    )
    clearance = clearances.ask(
        contract=contract, kind=ClearanceKind.CONTRACT, decider_ids=[company.team_lead.pk], note="", by=by, now=now
    )
    template = ItemDraft(ClauseContent(part="own", heading="保密", text="双方保密三年。"), title="保密")
    item = add_item(kind=ItemKind.CLAUSE, draft=template, by=company.by("process_owner"), now=now)
    scan = File(
        kind="contract", subject=f"contracts.contract:{contract.pk}", name="扫描件.pdf", size=9, digest="0" * 64,
        content_type="application/pdf", uploaded_by=company.rep, uploaded_name=company.rep.name, uploaded_at=now,
    )  # fmt: skip
    scan.file.save("scan", ContentFile(b"%PDF-1.4\n"), save=False)
    scan.save()
    return {
        "contracts.pk": contract.pk,
        **_named("contracts", "page begin record", deal.pk),
        **_named("contracts", "clause_edit clause_move clause_withdraw clause_restore", clause.pk),
        "contracts:acceptance_withdraw.pk": accepted.pk,
        **_named("contracts", "version export", version.pk),
        "contracts.kind": "docx",
        "contracts.item": item.pk,
        "confirmations.pk": contract.pk,
        "confirmations.clause": clause.pk,
        "confirmations:page.pk": deal.pk,
        "confirmations:forward.pk": invitation.pk,
        "confirmations:withdraw.pk": answer.pk,
        "clearances.pk": clearance.pk,
        "clearances:page.pk": deal.pk,
        "clearances:ask.pk": contract.pk,
        "clearances.kind": "contract",
        "approvals.clearance": Request.objects.filter(kind="contract").latest("pk").pk,
        "links.contract": invitation.link.public_id,
        "files.kind": "contract",
        "files.subject": scan.subject,
        "files.public_id": scan.public_id,
    }


def _payments(company: Any, now: datetime, *, deal: Opportunity) -> dict[str, Any]:
    today = timezone.localdate(now)
    instalment = Instalment.objects.create(
        opportunity=deal, name="首付款", amount=Decimal(247_247), due_on=today + timedelta(days=9), created_at=now
    )
    receipt = Receipt.objects.create(
        opportunity=deal, amount=Decimal(10_111), received_on=today, owner=company.rep, department=company.rep.department,
        entered_at=now,
    )  # fmt: skip
    return {
        "payments.pk": deal.pk,
        "payments.kind": "xlsx",
        "payments:customer.pk": deal.customer_id,
        **_named("payments", "edit withdraw restore", instalment.pk),
        **_named("payments", "withdraw_receipt restore_receipt assign", receipt.pk),
    }


def _project(company: Any, now: datetime, *, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    today = timezone.localdate(now)
    plan = KickoffPlan.objects.create(opportunity=deal, starts_on=today, created_at=now)
    line = Milestone.objects.create(
        plan=plan, name="排产口径对齐", starts_on=today, ends_on=today + timedelta(days=1), days=2, created_at=now
    )
    shift = Shift.objects.create(plan=plan, moves=[], at=now, by=company.rep)
    return {
        "kickoff.pk": line.pk,
        **_named("kickoff", "page make shift note add export", deal.pk),
        "kickoff:undo.pk": shift.pk,
        "kickoff.kind": "xlsx",
        **_team(company, now, deal=deal, contact=contact, today=today),
        **_delivery(company, now, deal=deal, contact=contact, today=today),
    }


def _team(company: Any, now: datetime, *, deal: Opportunity, contact: Contact, today: date) -> dict[str, Any]:
    doing: dict[str, Any] = {"deal": deal, "by": company.by("rep"), "now": now}
    ours = teams.add_contact(draft=ContactDraft(Side.OURS, company.collaborator.pk, "实施二组组长"), **doing)
    theirs = teams.add_contact(draft=ContactDraft(Side.THEIRS, contact.pk, "信息化主管"), **doing)
    booking = teams.book(draft=BookingDraft(company.collaborator.pk, today, today + timedelta(days=20), 50), **doing)
    letter = IntroductionDraft((contact.pk,), "认识一下团队", "这是实施团队。", Way.HAND, today, "visit")
    introduced = teams.introduce(draft=letter, **doing)
    share = teams.share_plan(draft=PlanShareDraft(contact.pk, expires_on=today + timedelta(days=20)), **doing)
    until = today + timedelta(days=60)
    weekly = RhythmDraft("周会", Every.WEEK, today, time(10), 30, company.rep.pk, until, contact_ids=(ours.pk,))
    rhythm = teams.start_rhythm(draft=weekly, **doing)
    return {
        "teams.pk": deal.pk,
        "teams.side": "ours",
        **_named("teams", "agree decline release", booking.pk),
        **_named("teams", "edit withdraw restore", theirs.pk),
        "teams:unintroduce.pk": introduced.pk,
        "teams:unshare.pk": share.pk,
        **_named("teams", "edit_rhythm end_rhythm resume", rhythm.pk),
        "links.plan": share.link.public_id if share.link else None,
    }


def _delivery(company: Any, now: datetime, *, deal: Opportunity, contact: Contact, today: date) -> dict[str, Any]:
    by = company.by("rep")
    doing: dict[str, Any] = {"deal": deal, "by": by, "now": now}
    handed: list[DeliveryItem] = []
    for title in ("一号线上线", "二号线上线"):
        item = deliveries.add_item(draft=DeliveryDraft(Delivered.GOLIVE, title, ("30 个账号可登录",)), **doing)
        handed.append(deliveries.deliver(item=item, on=today, note="", by=by, now=now))
    said = PaperDraft(Answer.ACCEPTED, contact.pk, today)
    acceptance = deliveries.accept_on_paper(item=handed[1], draft=said, by=by, now=now)
    score = deliveries.score_on_paper(score=8, comment="顺利", contact_id=contact.pk, on=today, **doing)
    issue = deliveries.add_issue(draft=IssueDraft("夜班登录慢"), **doing)
    share = deliveries.send(draft=DeliverySend(contact.pk, today + timedelta(days=20)), **doing)
    return {
        "deliveries.pk": handed[0].pk,
        **_named("deliveries", "page add send score add_issue", deal.pk),
        **_named("deliveries", "edit_issue solve settle close reopen withdraw_issue restore_issue", issue.pk),
        "deliveries:take_back.pk": acceptance.pk,
        "deliveries:unscore.pk": score.pk,
        "links.delivery": share.link.public_id if share.link else None,
    }


# Step 8


def _review(company: Any, now: datetime, *, deal: Opportunity) -> dict[str, Any]:
    by, due = company.by("rep"), timezone.localdate(now) + timedelta(days=5)
    review = reviews.open_review(deal=deal, by=by, now=now)
    asked = reviews.ask(review=review, user_ids=[company.rep.pk], due_on=due, by=by, now=now)
    part = asked[0] if asked else review.contributions.get(user=company.rep)
    problem = reviews.add_problem(review=review, draft=ProblemDraft("验收标准没写清"), by=by, now=now)
    wish = ImprovementDraft(
        "写清验收", Target.OTHER, "每项交付写三条标准", owner_id=company.rep.pk, due_on=due, problem_id=problem.pk
    )
    row = improvements.propose(draft=wish, review=review, by=by, now=now)
    return {
        "reviews.pk": review.pk,
        "reviews.kind": "docx",
        **_named("reviews", "page open export", deal.pk),
        **_named("reviews", "write unask", part.pk),
        **_named("reviews", "edit_problem withdraw_problem restore_problem", problem.pk),
        "improvements.pk": row.pk,
        "improvements:deal.pk": deal.pk,
        "improvements:propose.pk": review.pk,
    }


def _revisits(company: Any, now: datetime, *, deal: Opportunity, contact: Contact) -> dict[str, Any]:
    today = timezone.localdate(now)
    RevisitPlan.objects.create(opportunity=deal, occasion="won", first_on=today, every_months=1)
    visit = Revisit.objects.create(opportunity=deal, due_on=today, state="due", created_at=now)
    draft = SurveyDraft(contact.pk, today + timedelta(days=20))
    survey = revisits.send_survey(deal=deal, draft=draft, by=company.by("rep"), now=now)
    return {
        "revisits.pk": visit.pk,
        "revisits:customer.pk": deal.customer_id,
        **_named("revisits", "deal plan end resume extra survey second", deal.pk),
        "links.survey": survey.link.public_id if survey.link else None,
    }


# What departments owe, and what the process owner writes


def _duty(company: Any, now: datetime, *, deal: Opportunity) -> dict[str, Any]:
    draft = DutyDraft("contracts", "tech", "responsible", "上线", person_id=company.collaborator.pk)
    duty = duties.add(deal=deal, draft=draft, by=company.by("rep"), now=now)
    return {
        **_named("deals", "duties duties_lay_out duty_add", deal.pk),
        **_named("deals", "duty_edit duty_deliver duty_accept duty_send_back duty_withdraw duty_restore", duty.pk),
    }


def the_next_process(company: Any, now: datetime) -> dict[str, Any]:
    """A draft of the process beside one that was given up, and a moving of deals to a version."""
    by = company.by("process_owner")
    given_up = playbook.start_draft(by=by, now=now)
    playbook.discard_draft(draft=given_up, revision=given_up.revision, by=by, now=now)
    draft = playbook.start_draft(by=by, now=now)
    step, variant = draft.content["steps"][0], draft.content["variants"][0]
    place = f"steps/{step['key']}/actions/{step['actions'][0]['key']}"
    playbook.move_part(draft=draft, place=place, offset=1, by=by, now=now)
    wish = playbook.note_improvement(draft=draft, key=step["key"], text="写清验收", by=by, now=now)
    published = PlaybookVersion.objects.published().get()
    run = Changeover.objects.create(
        version=published, sources=[], total=0, by_name=company.process_owner.name, started_at=now, seen_at=now,
        finished_at=now,
    )  # fmt: skip
    return {
        "playbook.number": published.number,
        "playbook.place": place,
        "playbook.where": f"steps/{step['key']}/actions",
        "playbook.kind": "variants",
        "playbook.key": variant["key"],
        "playbook:draft_undo.pk": DraftChange.objects.get(version=draft).pk,
        "playbook:draft_resume.pk": given_up.pk,
        "playbook:draft_wish.pk": wish.pk,
        "deals:changeover.pk": run.pk,
    }
