"""The whole morning at the screen: a campaign is prepared and started, a real file becomes a clean, scored, assigned list.

Each station is a person's part of the work; what it did is looked up in the database. Pictures stay in ``artefacts/``.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.journeys.conftest import PHONE
from tests.journeys.walking import BUYER, REAL, fill_in, let_the_worker_work, plant_sources, press
from tuoke.base.accounts.rules import system
from tuoke.services.exchange.reading import open_table
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Holding, Lead, Merge, Pair
from tuoke.spine.customers.rules import FactKind, LeadStatus
from tuoke.spine.followups.models import NextAction
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.models import PoolRules, Rescoring
from tuoke.steps.leads.rules import LeadDraft
from tuoke.steps.targeting.actions import plant_default
from tuoke.steps.targeting.goals.models import Goal
from tuoke.steps.targeting.goals.rules import Period
from tuoke.steps.targeting.markets.models import Statement
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.resources.rules import Status

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_whole_morning(visit, company, settings, tmp_path, shared_data):
    settings.MEDIA_ROOT = tmp_path / "files"
    plant_sources()
    load_default(by=system("test"), now=timezone.now())
    plant_default(by=system("test"), now=timezone.now())
    director, lead, rep = visit(company.director), visit(company.team_lead), visit(company.rep)

    campaign = plan(director)
    closed_at_first(director, campaign)
    analyse(director, campaign)
    split_goals(director, company)
    grant(director, rep, company)
    look_again(director)
    start(director, campaign)

    take_in(lead, campaign)
    one_and_the_same(lead, company)
    think_again(director)
    claim_within_limits(director, visit(company.rep, viewport=PHONE))
    share_out(director, lead, company)

    triage(rep, company)
    verify(rep, company)
    carry_away(rep, company, tmp_path)


def plan(director) -> Campaign:
    page, today = director.page, timezone.localdate()
    director.go("/targeting/campaigns/new/")
    fill_in(
        page, name="数据整合拓展", company_goal="在成长期企业中建立三个标杆客户", owner="label=周总",
        profile="label=ToB 企业服务", starts_on=today, ends_on=today + timedelta(days=80),
    )  # fmt: skip
    press(page, page.get_by_role("button", name="保存"))
    return Campaign.objects.get()


def closed_at_first(director, campaign):
    director.go(f"/targeting/campaigns/{campaign.pk}/")
    director.page.locator("#gate").get_by_text("还差").wait_for()
    director.page.get_by_role("button", name="启动拓展计划").click()
    director.page.get_by_text("还不能这样做").wait_for()
    campaign.refresh_from_db()
    assert campaign.started_at is None
    director.shot("morning-01-closed")


def analyse(director, campaign):
    """Nothing stands there without its source; what is complete says so."""
    page, year = director.page, timezone.localdate().year
    market = f"/targeting/campaigns/{campaign.pk}/market/"
    director.go(market)
    press(page, page.locator(f"form[action$='{campaign.pk}/market/begin/'] button").first)
    said = {
        "size": {"title": "华东，企业数据整合软件", "year": year - 1, "amount": "46", "unit": "亿元"},
        "growth": {"title": "华东", "points": f"{year - 3}：31\n{year - 2}：38\n{year - 1}：46"},
        "competitor": {"competitor": "云启数据", "strengths": "上线快", "counters": "演示私有部署"},
        "unmet": {"text": "排产变更后要人工改五张表"},
    }
    for kind, facts in said.items():
        director.go(f"{market}add/{kind}/")
        fill_in(page, **facts)
        press(page, page.locator("main form button.btn-primary").last, refused=True)
        assert page.locator("main .is-invalid, main .errorlist").count(), f"{kind} was saved without a source"
        fill_in(page, source_kind="report", reference="市场年度报告第 12 页", sourced_on=timezone.localdate())
        press(page, page.locator("main form button.btn-primary").last)
    director.go(market)
    director.shot("morning-02-market")
    assert set(Statement.objects.values_list("kind", "reference")) == {(kind, "市场年度报告第 12 页") for kind in said}


def split_goals(director, company):
    page, quarter = director.page, str(Period.quarter_of(timezone.localdate()))
    goal = f"/goals/signed_amount/{quarter}/"
    director.go(f"{goal}company/edit/")
    fill_in(page, amount="320万")
    press(page, page.get_by_role("button", name="保存"))
    east, south = (company.departments[code].pk for code in ("east", "south"))
    for holder in ("company", f"d{east}", f"d{south}"):
        director.go(f"{goal}{holder}/split/people/")
        press(page, page.get_by_role("button", name="保存拆解"))
    director.go(f"{goal}company/")
    director.shot("morning-03-goal")
    amounts = {goal.holder: goal.amount for goal in Goal.objects.standing()}
    assert amounts["company"] == 3_200_000 == amounts[f"d{east}"] + amounts[f"d{south}"]
    assert amounts[f"d{east}u{company.rep.pk}"] > 0


def grant(director, rep, company):
    page, today = director.page, timezone.localdate()
    director.go("/resources/new/")
    fill_in(
        page, name="技术专家时间", kind="expert", quantity="20", unit="人天", starts_on=today,
        ends_on=today + timedelta(days=80), owner="label=周总",
    )  # fmt: skip
    press(page, page.get_by_role("button", name="保存"))
    asked = Resource.objects.get()
    rep.go(reverse("resources:ask", args=[asked.pk]))
    fill_in(rep.page, quantity="2", starts_on=today, ends_on=today + timedelta(days=5), purpose="重点客户演示")
    press(rep.page, rep.page.locator("main form button.btn-primary").last)
    assert Allocation.objects.get().status == Status.REQUESTED
    director.go("/resources/waiting/")
    director.shot("morning-04-waiting")
    press(page, page.get_by_role("button", name="批准"))
    assert (Allocation.objects.get().status, Allocation.objects.get().user) == (Status.APPROVED, company.rep)


def look_again(director):
    """A profile without a day on which it is looked at again keeps the gate closed."""
    profile = CustomerProfile.objects.get()
    director.go(f"/targeting/profiles/{profile.pk}/edit/")
    fill_in(director.page, review_by=timezone.localdate() + timedelta(days=60))
    press(director.page, director.page.locator(".targeting-save button[type=submit]").last)
    profile.refresh_from_db()
    assert profile.review_by is not None


def start(director, campaign):
    director.go(f"/targeting/campaigns/{campaign.pk}/")
    director.page.get_by_text("可以启动").wait_for()
    director.shot("morning-05-open")
    press(director.page, director.page.get_by_role("button", name="启动拓展计划"))
    campaign.refresh_from_db()
    assert campaign.started_at is not None


def take_in(lead, campaign):
    """The file as it came: the buyer's name stands inside a title, amounts in 万元, nobody's phone."""
    page = lead.page
    lead.go("/leads/import/")
    page.locator("input[type=file]").set_input_files(REAL)
    page.locator("main form[enctype] button[type=submit]").first.click()
    page.wait_for_url("**/columns/")
    row = page.locator("tr", has=page.get_by_text("标题", exact=True))
    row.locator("select").first.select_option("company")
    row.locator("summary").click()
    row.locator("input[type=text]").fill(BUYER)
    page.get_by_label("负责人").select_option(index=0)
    page.get_by_label("拓展计划").select_option(label=campaign.name)
    lead.shot("morning-06-columns")
    page.get_by_role("button", name="检查会发生什么").click()
    page.wait_for_url("**/check/")
    lead.shot("morning-07-check")
    assert not Lead.objects.exists(), "looking ahead wrote something"
    go = page.locator("form[action$='/start/'] button")
    foreseen = int("".join(filter(str.isdigit, go.inner_text())))
    go.click()
    page.wait_for_url("**/run/")
    let_the_worker_work()
    page.get_by_text("导入完成").first.wait_for()
    lead.shot("morning-08-report")
    made = LeadImport.objects.get().counters["created"]
    assert made == foreseen > 10
    assert Lead.objects.filter(owner=None, campaign=campaign, score__isnull=False).count() == made


def one_and_the_same(lead, company):
    """Two that two colleagues hold are found, looked at side by side, made one, and parted again."""
    twin = {"contact": "王敏", "phone": "+8613805740011", "industry": "制造业", "want": "设备数据采集"}
    leads.create_many(
        drafts=[
            LeadDraft(company="宁波海拓精密机械有限公司", owner_id=company.rep.pk, **twin),
            LeadDraft(company="海拓精密机械（宁波）有限公司", owner_id=company.teammate.pk, **twin),
        ],
        by=system("test"),
        now=timezone.now(),
    )
    page = lead.page
    lead.go("/customers/review/")
    press(page, page.get_by_role("button", name="查找").first)
    let_the_worker_work()
    pair = Pair.objects.get(state="open", lead__company__contains="海拓")
    lead.go("/customers/review/")
    lead.shot("morning-09-review")
    page.get_by_role("link", name="海拓").first.click()
    page.wait_for_url("**/compare/**")
    lead.shot("morning-10-compare")
    press(page, page.get_by_role("button", name="合并", exact=True))
    merge = Merge.objects.get()
    assert set(Lead.objects.filter(company__contains="海拓").values_list("status", flat=True)) == {"open", "merged"}
    lead.go(reverse("customers:merge", args=[merge.pk]))
    lead.shot("morning-11-merged")
    press(page, page.get_by_role("button", name="撤销合并"))
    merge.refresh_from_db()
    pair.refresh_from_db()
    assert merge.undone_at is not None
    assert pair.state == "open"
    assert set(Lead.objects.filter(company__contains="海拓").values_list("status", flat=True)) == {"open"}


def think_again(director):
    """The profile asks less: who would cross the line is said before it is saved, and is what happens."""
    page, profile = director.page, CustomerProfile.objects.get()
    before = Lead.objects.exclude(tier="").count()
    director.go(f"/targeting/profiles/{profile.pk}/edit/")
    fill_in(page, threshold="2")
    press(page, page.locator(".targeting-save button[type=submit]").last)
    page.get_by_role("heading", name="保存前看一看").wait_for()
    director.shot("morning-12-preview")
    profile.refresh_from_db()
    assert profile.number == 1, "looking ahead saved"
    press(page, page.locator("button[name=stage][value=confirm]"))
    profile.refresh_from_db()
    assert profile.number == 2
    let_the_worker_work()
    assert not Rescoring.objects.unfinished().exists()
    assert set(Lead.objects.filter(status="open").values_list("scored_number", flat=True)) == {2}
    assert Lead.objects.exclude(tier="").count() > before


def claim_within_limits(director, rep):
    """On the phone: one a day may be claimed; the second is refused with the figures."""
    page = director.page
    director.go("/leads/rules/")
    fill_in(page, claims_per_day="1")
    page.get_by_role("button", name="预览影响").click()
    page.locator("#preview").wait_for()
    director.shot("morning-13-rules")
    press(page, page.get_by_role("button", name="保存并应用"))
    assert PoolRules.objects.get().content["claims_per_day"] == 1
    first, second = Lead.objects.filter(owner=None, status=LeadStatus.OPEN).order_by("-score", "pk")[:2]
    rep.go(first.get_absolute_url())
    press(rep.page, rep.page.get_by_role("button", name="领取"))
    first.refresh_from_db()
    assert first.owner.username == "rep"
    rep.go(second.get_absolute_url())
    press(rep.page, rep.page.get_by_role("button", name="领取"), refused=True)
    rep.page.get_by_text("1/1").or_(rep.page.get_by_text("1 条")).first.wait_for()
    rep.shot("morning-14-refused")
    second.refresh_from_db()
    assert second.owner is None


def share_out(director, lead, company):
    """What the preview says is what everybody gets."""
    page = director.page
    director.go("/leads/assignment/new/")
    fill_in(page, name="轮流分给华东")
    page.locator("main [name=kind][value=turn]").check()
    page.get_by_label("华东大区").check()
    press(page, page.locator("main form button.btn-primary").last)
    waiting = Lead.objects.filter(owner=None, status=LeadStatus.OPEN).count()
    lead.go("/leads/assignment/assign/?tab=pool")
    lead.shot("morning-15-plan")
    press(lead.page, lead.page.get_by_role("button", name=f"分配这 {waiting} 条"))
    assert not Lead.objects.filter(owner=None, status=LeadStatus.OPEN).exists()
    assert Holding.objects.filter(how="assigned").count() == waiting
    assert Lead.objects.filter(owner=company.rep).count() > 3


def triage(rep, company):
    """Without the mouse: down the list, into a lead, on to the next, back to where one was."""
    page = rep.page
    rep.go("/leads/?tab=mine&sort=-score")
    wanted = list(Lead.objects.filter(owner=company.rep, status="open").order_by("-score", "-pk")[:3])
    rep.shot("morning-16-list")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/*/**")
    first = page.url.split("?")[0]
    page.wait_for_load_state("networkidle")
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url.split("?")[0] != first)
    assert len({first, page.url.split("?")[0]} & {rep.base + one.get_absolute_url() for one in wanted}) == 2
    page.wait_for_load_state("networkidle")
    page.keyboard.press("u")
    page.wait_for_url("**/leads/?*")


def verify(rep, company):
    """Two independent kinds of source: the budget counts in full, and the lead has a next step."""
    page = rep.page
    mine = Lead.objects.filter(owner=company.rep, status="open", budget_low__range=(200_000, 500_000))
    lead = mine.order_by("-score")[0]
    before, amount = lead.score, f"{lead.budget_low.normalize():f}元"
    for source, reference in (("customer", "首次通话"), ("third_party", "采购意向公告")):
        rep.go(reverse("customers:facts_lead", args=[lead.pk]))
        page.get_by_text("记一个出处").click()
        fill_in(page, key="budget", value=amount, source=source, reference=reference, observed_on=timezone.localdate())
        press(page, page.get_by_role("button", name="记下"))
    lead.refresh_from_db()
    assert lead.verified & FactKind.BUDGET
    assert lead.score > before
    rep.go(lead.get_absolute_url())
    rep.shot("morning-17-verified")
    rep.go(f"{reverse('followups:plan')}?lead={lead.pk}")
    page.locator("main [name$=next_title]").fill("约信息科看同行案例")
    page.get_by_text("3 天后").click()
    press(page, page.locator("main form button.btn-primary").last)
    assert NextAction.objects.waiting().get(lead=lead).title == "约信息科看同行案例"


def carry_away(rep, company, folder):
    """Exactly the list that is seen, as a sheet."""
    page = rep.page
    rep.go("/leads/?tab=mine&tier=any")
    shown = Lead.objects.filter(owner=company.rep, status="open").exclude(tier="").count()
    assert shown
    page.locator("#list-export summary").click()
    with page.expect_download() as arriving:
        page.get_by_text("现在的列 (xlsx)").click()
    arriving.value.save_as(folder / "list.xlsx")
    with open_table(folder / "list.xlsx") as table:
        assert len(list(table.rows())) == shown
