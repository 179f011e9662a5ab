"""One lead, from a file to a finished review, through the product's own addresses; on both databases."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.journeys.walking import BUYER, intentions, let_the_worker_work, sign_or_review, values_of
from tuoke.base.accounts.rules import system
from tuoke.base.records.queries import timeline_of
from tuoke.spine.customers.models import Lead
from tuoke.spine.deals import queries as deals
from tuoke.spine.deals.models import GatePass, Opportunity
from tuoke.steps.discovery.models import Need
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.proposals.models import Section
from tuoke.steps.targeting.actions import plant_default

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(login, playbook, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    plant_default(by=system("test"), now=timezone.now())
    return login("rep")


def test_from_a_file_to_a_finished_review(rep, company, tmp_path):
    leads = take_in(rep, company, tmp_path)
    assert len(leads) >= 2

    deal = convert(rep, ripen(rep, leads[0]))
    assert (deal.step, deal.owner, deal.customer.name) == ("outreach", company.rep, leads[0].company)

    for step in ("discovery", "proposals", "negotiation", "contracts", "reviews"):
        refused = rep.post(reverse("deals:advance", args=[deal.pk]), {"to": step})
        assert refused.status_code == 422, f"the gate before {step} was open from the start"
        fulfil(rep, deal)
        went = rep.post(reverse("deals:advance", args=[deal.pk]), {"to": step})
        assert went.status_code == 302, missing(deal)
        deal.refresh_from_db()
        assert deal.step == step

    assert rep.post(reverse("deals:finish", args=[deal.pk])).status_code == 422
    fulfil(rep, deal)
    assert rep.post(reverse("deals:finish", args=[deal.pk])).status_code == 302

    deal.refresh_from_db()
    assert (deal.outcome, deal.outcome_department, bool(deal.finished_at)) == ("won", company.rep.department, True)
    assert GatePass.objects.filter(opportunity=deal).count() == 6
    kinds = {event.kind for event in timeline_of(thread=deal, limit=200)}
    assert kinds >= {"deals.opened", "deals.advanced", "deals.won", "deals.finished", "followups.recorded"}
    assert rep.get(deal.get_absolute_url()).status_code == 200


def test_nobody_else_can_touch_it_on_the_way(rep, login, company, tmp_path):
    deal = convert(rep, ripen(rep, take_in(rep, company, tmp_path)[0]))
    stranger = login("other_team")
    for name in ("detail", "edit"):
        assert stranger.get(reverse(f"deals:{name}", args=[deal.pk])).status_code == 404
    assert stranger.post(reverse("deals:advance", args=[deal.pk]), {"to": "discovery"}).status_code == 404
    assert stranger.get(reverse("customers:detail", args=[deal.customer_id])).status_code == 404
    assert deal.name not in stranger.get(reverse("search"), {"q": deal.customer.name[:4]}).content.decode()


def take_in(rep, company, tmp_path) -> list[Lead]:
    file = intentions(tmp_path)
    sent = rep.post(reverse("imports:list"), {"file": SimpleUploadedFile(file.name, file.read_bytes())})
    assert sent.status_code == 302
    started = LeadImport.objects.get()
    form = rep.get(sent.url).context["form"]
    data = {**values_of(form), "owner": str(company.rep.pk)}
    title = next(row for row in form.column_rows() if row.header == "标题")
    data |= {title.field.html_name: "company", title.pattern.html_name: BUYER}
    checked = rep.post(sent.url, data)
    assert checked.status_code == 302, checked.context["form"].errors
    assert rep.get(checked.url).status_code == 200
    assert not Lead.objects.exists()
    rep.post(reverse("imports:start", args=[started.public_id]))
    let_the_worker_work()
    started.refresh_from_db()
    assert (started.status, started.counters["rejected"]) == ("done", 0)
    return list(Lead.objects.filter(owner=company.rep).order_by("pk"))


def ripen(rep, lead: Lead) -> Lead:
    """Ask the customer what is missing, until the lead is a high-potential one."""
    before = lead.score
    url = reverse("leads:edit", args=[lead.pk])
    data = values_of(rep.get(url).context["form"]) | {
        "contact": "王经理", "position": "CTO", "phone": "13800138000", "decision_maker": "yes", "industry": "信息技术",
        "staff": "100-500人", "revenue": "6000万-1亿", "budget": "20-50万",
        "purchase_on": (timezone.localdate() + timedelta(days=45)).strftime("%Y-%m"),
    }  # fmt: skip
    answer = rep.post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    lead.refresh_from_db()
    assert before is None or lead.score > before
    assert lead.score >= 7
    return lead


def convert(rep, lead: Lead) -> Opportunity:
    url = reverse("leads:convert", args=[lead.pk])
    form = rep.get(url).context["form"]
    due = timezone.localdate() + timedelta(days=60)
    data = values_of(form) | {"name": "数据整合一期", "amount": "50万", "expected_close_on": due.isoformat()}
    answer = rep.post(url, data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert rep.post(url, data).status_code in {404, 422}, "a lead was converted twice"
    return Opportunity.objects.get(lead=lead)


def missing(deal: Opportunity) -> list[str]:
    fresh = Opportunity.objects.get(pk=deal.pk)
    return [finding.criterion.kind for finding in deals.gate_judgement(fresh).findings if not finding.passed]


def fulfil(rep, deal: Opportunity) -> None:
    """Do what the page asks for, through the page's own addresses."""
    for _ in range(8):
        judgement = deals.gate_judgement(Opportunity.objects.get(pk=deal.pk))
        todo = [f.criterion for f in judgement.findings if not f.passed and f.criterion.required]
        if not todo:
            return
        make_true(rep, deal, todo[0])
    raise AssertionError(f"still missing: {missing(deal)}")


def make_true(rep, deal: Opportunity, criterion) -> None:
    if criterion.kind == "tick":
        answer = rep.post(reverse("deals:tick", args=[deal.pk]), {"item": criterion.key, "note": "已核对"})
    elif criterion.kind in {"needs_listed", "rigid_needs"}:
        need = {
            "kind": "rigid", "description": "打通现有系统的数据", "priority": "high",
            "impact": "三个文员每月花 120 人时重复录入",
        }  # fmt: skip
        answer = rep.post(reverse("discovery:add", args=[deal.pk]), need)
    elif criterion.kind == "needs_confirmed":
        need = Need.objects.filter(opportunity=deal, confirmed_on=None).first()
        data = {"version": need.version, "on": timezone.localdate().isoformat()}
        answer = rep.post(reverse("discovery:confirm", args=[need.pk]), data)
    elif criterion.kind in PROVED_IN_THEIR_ROOMS:
        answer = PROVED_IN_THEIR_ROOMS[criterion.kind](rep, deal)
    elif sign_or_review(deal, criterion.kind):
        return
    else:
        contact = deal.customer.contacts.first()
        data = {
            "outcome": "progress", "channels": ["phone", "email"], "summary": "谈了现状和下一步安排 😀",
            "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"), "contact": contact.pk, "next_title": "发送资料",
            "next_pick": "other", "next_due_on": date.fromordinal(timezone.localdate().toordinal() + 3).isoformat(),
            "next_owner": deal.owner_id,
        }  # fmt: skip
        answer = rep.post(f"{reverse('followups:new')}?deal={deal.pk}", data)
    assert answer.status_code in {200, 302}, (criterion.kind, answer.status_code, answer.content.decode()[-1500:])


def propose(rep, deal: Opportunity):
    """Draft from the needs; with a text that fits everybody the gate stays closed, with what is his own it opens."""
    page = rep.get(reverse("proposals:builder", args=[deal.pk])).content.decode()
    picks = re.findall(r'name="pick" value="([^"]+)"', page)
    begun = {"title": "数据整合解决方案", "pick": picks}
    assert rep.post(reverse("proposals:begin", args=[deal.pk]), begun).status_code == 302
    answering = (
        Section.objects.standing().filter(proposal__opportunity=deal, part="solution", needs__kind="rigid").distinct()
    )
    assert answering.exists(), "nothing was drafted for the rigid need"
    for section in answering:
        rewrite(rep, section, "我们提供成熟的平台和完善的服务。")
    assert "rigid_answered" in missing(deal), "a section that fits everybody passed"
    return rewrite(rep, answering[0], "现在三个文员每月花 120 人时重复录入；接通后只录一次。")


def rewrite(rep, section: Section, text: str):
    url = reverse("proposals:section_edit", args=[section.pk])
    form = rep.get(url).context["form"]
    answer = rep.post(url, values_of(form) | {form["text"].html_name: text})
    assert answer.status_code == 302, answer.context["form"].errors
    return answer


def draw_the_line(rep, deal: Opportunity):
    line = {"lowest_price": "45万", "longest_days": "70", "fixed_clauses": "知识产权：归我方所有", "version": "0"}
    return rep.post(reverse("negotiation:line_edit", args=[deal.pk]), line)


def agree(rep, deal: Opportunity):
    """One round in which both sides said what they want, then the terms that both said yes to."""
    at, contact = timezone.localtime().strftime("%Y-%m-%dT%H:%M"), deal.customer.contacts.first().pk
    spoken = {
        "held_at": at, "channel": "offline_meeting", "contact": contact, "note": "对方希望 46 万，含两次培训", "seen": "0",
        "ours_price": "48万", "ours_delivery_days": "60", "theirs_price": "46万", "theirs_delivery_days": "60",
    }  # fmt: skip
    assert rep.post(reverse("rounds:new", args=[deal.pk]), spoken).status_code == 302
    terms = {
        "price": "48万", "delivery_days": "60", "payment": "首付 40%，验收 60%", "contact": contact,
        "agreed_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    return rep.post(reverse("rounds:agree", args=[deal.pk]), terms)


PROVED_IN_THEIR_ROOMS = {"rigid_answered": propose, "bottom_line_set": draw_the_line, "terms_agreed": agree}
