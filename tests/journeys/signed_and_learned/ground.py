"""Who is there, and what was agreed before the walk begins."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from tests.steps.proposals.cases import a_need
from tuoke.base.accounts.models import Department, RoleHeld, User
from tuoke.spine.deals import actions as deals_actions
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.discovery import actions as discovery
from tuoke.steps.negotiation import actions as negotiation
from tuoke.steps.negotiation.rounds import actions as rounds
from tuoke.steps.negotiation.rounds.rules import AgreementDraft
from tuoke.steps.negotiation.rules import LineDraft, Terms
from tuoke.steps.proposals import actions as proposals
from tuoke.steps.proposals.actions import NewSection
from tuoke.steps.proposals.rules import SectionDraft

NEED = "销售、计划、车间“三张表各写各的”，每月 240 单里有两成交期对不上"
PRICE, DAYS = Decimal(480_000), 50
TERMS = Terms(PRICE, DAYS, "首付 40%，上线 40%，验收 20%", "2 次管理员培训")


def hire(company):
    """A collaborator in each of three departments more."""
    for code, department, name in (
        ("legal", "法务部", "何律"),
        ("finance", "财务部", "钱会"),
        ("service", "售后部", "孙服"),
    ):
        place = Department.objects.create(code=code, name=department, parent=company.departments["hq"], function=code)
        user = User.objects.create_user(f"{code}.one", name=name, department=place)
        RoleHeld.objects.create(user=user, role="collaborator")
        setattr(company, code, user)


def agree(company, deal, boss, *, now):
    by, today = company.by("rep"), timezone.localdate()
    found = {"by": by, "now": now}
    need = a_need(deal, by, NEED)
    discovery.confirm_need(need=need, version=need.version, on=today, **found)
    solution = NewSection(SectionDraft("solution", "一个交期", f"“{NEED}”：三处接通，交期只有一个。", (need.pk,)))
    proposals.begin(deal=deal, title="一个交期", sections=[solution], **found)
    negotiation.set_line(deal=deal, version=0, draft=LineDraft(Decimal(430_000), 57), **found)
    followups.record_followup(
        subject=deal, at=now, channels=["visit"], outcome=FollowUpOutcome.PROGRESS, summary="何总拍板", contact=boss,
        plan=Plan("送合同初稿", today), **found,
    )  # fmt: skip
    rounds.agree(deal=deal, draft=AgreementDraft(TERMS, today, boss.pk), **found)
    waived = {
        "proposals": {"discovery-decision-map": "何总一人拍板"},
        "negotiation": {"proposals-feasibility": "技术部口头确认"},
    }
    for step in ("discovery", "proposals", "negotiation", "contracts"):
        fresh, lead = Opportunity.objects.get(pk=deal.pk), company.by("team_lead")
        deals_actions.advance(deal=fresh, to=step, waivers=waived.get(step, {}), by=lead, now=now)
    deal.refresh_from_db()
