"""The screens of pool, rules and assignment: what is seen, what is refused, and that nobody's number shows early."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import load_workbook

from tests.steps.leads.drafts import ready
from tuoke.spine.customers.actions import add_contact, create_customer
from tuoke.spine.customers.models import Customer, Holding, Lead
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft
from tuoke.spine.followups.actions import record_followup
from tuoke.spine.followups.rules import FollowUpOutcome
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import RuleDraft
from tuoke.steps.leads.models import AssignmentRule, PoolRules
from tuoke.steps.leads.pool_forms import RulesForm
from tuoke.steps.leads.queries import pool_policy
from tuoke.steps.leads.rules.assignment import RuleKind
from tuoke.steps.leads.rules.pool import PoolPolicy

pytestmark = pytest.mark.usefixtures("playbook")
RULES, CUSTOMERS, ASSIGNMENT = "/leads/rules/", "/leads/pool/customers/", "/leads/assignment/"
ASSIGN = "/leads/assignment/assign/"
DAY = timedelta(days=1)
SECRETS = ("13911112222", "139 1111 2222", "1111 2222", "陈晓东", "chen@example.com", "wx-chen")


def text(response) -> str:
    return response.content.decode()


def typed(policy=None, **changes):
    """What a browser posts for rules."""
    said = RulesForm.initial_of(policy or PoolPolicy(), 0) | changes
    return {
        name: ("on" if value is True else value)
        for name, value in said.items()
        if not (value is None or value is False)
    }


# Rules


def test_the_rules_show_every_number_and_explain_themselves(login):
    page = text(login("director").get(RULES))
    for said in ("重点攻坚", "持续培育", "长期观察", "未定级", "每人每天最多领取", "含调休", "默认规则"):
        assert said in page


def test_a_change_is_previewed_before_it_can_be_saved(login, company, now):
    drafts = [ready(want=f"项目{n}", owner_id=company.rep.pk) for n in range(3)]
    actions.create_many(drafts=drafts, by=company.by("rep"), now=now - 400 * DAY)
    client, wanted = login("director"), typed(warn_days=1, counts_from="")
    preview = client.post(RULES, wanted | {"save": "1"})
    assert preview.status_code == 200
    assert "会收回 3 条" in text(preview)
    assert "恒远精密科技有限公司" in text(preview)
    assert not PoolRules.objects.filter(content__warn_days=1).exists()
    token = preview.context["form"]["token"].value()
    other = client.post(RULES, wanted | {"save": "1", "token": token, "warn_days": "0"})
    assert other.status_code == 200  # something else than what was looked at
    assert not PoolRules.objects.filter(content__warn_days=0).exists()
    assert client.post(RULES, wanted | {"save": "1", "token": token}).status_code == 302
    assert pool_policy().warn_days == 1
    page = text(client.get(RULES))
    assert "正在按新的规则重新计算" in page
    assert "提前提醒" in page


def test_an_empty_field_switches_its_rule_off(login):
    client = login("director")
    wanted = typed(hold_limit="", touch_watch="", recycle_untiered="", keeps_planned=False)
    token = client.post(RULES, wanted).context["form"]["token"].value()
    client.post(RULES, wanted | {"token": token, "save": "1"})
    policy = pool_policy()
    assert (policy.hold_limit, policy.keeps_planned) == (None, False)
    assert (policy.pace("watch").touch_every, policy.pace("").recycle_after) == (None, None)


@pytest.mark.parametrize(
    "changes",
    [
        {"warn_days": ""}, {"warn_days": "x"}, {"warn_days": "-1"}, {"hold_limit": "0"}, {"claims_per_day": "1e9"},
        {"touch_focus": "9999"}, {"recycle_focus": "1"}, {"weight_focus": "-1"}, {"weight_watch": ""},
        {"counts_from": "昨天"}, {"cool_down_days": "10" * 40}, {"warn_days": "99"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_at_its_field_and_nothing_typed_is_lost(login, changes):
    response = login("director").post(RULES, typed(claims_per_day="17") | changes)
    assert response.status_code == 422
    assert "is-invalid" in text(response) or "aria-invalid" in text(response)
    assert 'value="17"' in text(response) or "claims_per_day" in changes
    assert not PoolRules.objects.exists()


def test_who_saves_second_sees_both_sides_and_may_insist(login, company, now):
    client, wanted = login("director"), typed(warn_days=1)
    token = client.post(RULES, wanted).context["form"]["token"].value()
    actions.save_pool_rules(policy=PoolPolicy(warn_days=4), version=0, by=company.by("director"), now=now)
    conflict = client.post(RULES, wanted | {"token": token, "save": "1", "version": "0"})
    assert conflict.status_code == 409
    assert "提前提醒" in text(conflict)
    assert pool_policy().warn_days == 4
    again = wanted | {"token": token, "save": "1", "version": conflict.context["form"]["version"].value()}
    assert client.post(RULES, again).status_code == 302
    assert pool_policy().warn_days == 1


@pytest.mark.parametrize(
    ("actor", "rules", "assignment", "customers"),
    [
        ("director", 200, 200, 200), ("team_lead", 403, 200, 200), ("rep", 403, 403, 200),
        ("process_owner", 403, 403, 403), ("auditor", 403, 403, 403), ("collaborator", 403, 403, 403),
        ("admin", 403, 403, 403),
    ],
)  # fmt: skip
def test_who_may_open_what(login, actor, rules, assignment, customers):
    client = login(actor)
    assert client.get(RULES).status_code == rules
    assert client.get(ASSIGNMENT).status_code == assignment
    assert client.get(ASSIGN).status_code == assignment
    assert client.get(CUSTOMERS).status_code == customers
    assert client.get(f"{ASSIGNMENT}new/").status_code == rules


# Claiming


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def secretive(company, now):
    """A lead that was worked on by another team and given back, full of numbers and names."""
    other = company.by("other_team")
    draft = ready(
        company="公海精工有限公司", phone="+8613911112222", email="chen@example.com", wechat="wx-chen",
        note="打 13911112222 找陈晓东", want="改造，联系 139 1111 2222", attributes={"备用": "13911112222"},
        owner_id=company.other_team.pk,
    )  # fmt: skip
    lead = actions.create_many(drafts=[draft], by=other, now=now)[0]
    follow(lead, "给 13911112222 打了电话", by=other, now=now)
    actions.return_to_pool(lead=lead, reason="打 13911112222 没人接", by=other, now=now)
    return lead


def follow(subject, summary, *, by, now):
    record_followup(
        subject=subject, at=now, channels=["phone"], outcome=FollowUpOutcome.PROGRESS, summary=summary, by=by, now=now
    )


def test_masking_holds_wherever_a_pooled_lead_shows(secretive, login, company, rep, now):
    actions.create_many(drafts=[ready(company="另一家公司", phone="", contact="")], by=rep, now=now)
    client = login("rep")
    pages = [
        "/leads/?tab=pool", "/leads/?tab=pool&q=精工", "/search/?q=精工", "/search/?q=gh", f"/leads/{secretive.pk}/",
        f"/leads/{secretive.pk}/timeline/", "/followups/", "/followups/?q=精工", "/",
        f"/followups/lead/{secretive.pk}/", "/leads/duplicates/?company=公海精工有限公司",
        reverse("followups:panel_lead", args=[secretive.pk]),
    ]  # fmt: skip
    for address in pages:
        for headers in ({}, {"HX-Request": "true"}):
            response = client.get(address, headers=headers)
            assert response.status_code in (200, 302, 404), address
            for secret in SECRETS:
                assert secret not in text(response), (address, secret)
    assert "公海精工" in text(client.get("/leads/?tab=pool"))


@pytest.mark.parametrize("address", ["/leads/export/?tab=pool", "/followups/export/"])
def test_masking_holds_in_what_is_exported(secretive, login, address):
    response = login("rep").get(address, follow=True)
    content = b"".join(response.streaming_content) if response.streaming else response.content
    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python() if content[:2] == b"PK" else []
    cells = " ".join(str(cell) for row in rows for cell in row) + content.decode("utf-8", "ignore")
    for secret in SECRETS:
        assert secret not in cells, secret


def test_who_claims_sees_everything(secretive, login):
    client = login("rep")
    response = client.post(f"/leads/{secretive.pk}/claim/", {"seen": secretive.public_id}, follow=True)
    assert "139 1111 2222" in text(response)
    assert "陈晓东" in text(response)


def test_a_refused_claim_says_when_it_will_be_possible(secretive, login):
    page = login("other_team").post(f"/leads/{secretive.pk}/claim/")
    assert page.status_code == 422
    assert "天前交出过它" in text(page)
    assert "起可以再领" in text(page)


def test_several_are_claimed_and_the_rest_explained(login, company, rep, now):
    actions.save_pool_rules(policy=PoolPolicy(claims_per_day=1), version=0, by=company.by("director"), now=now)
    leads = actions.create_many(drafts=[ready(want=f"项目{n}") for n in range(2)], by=rep, now=now)
    page = login("rep").post("/leads/pool/claim/", {"ids": [lead.pk for lead in leads]})
    assert "领到 1 条" in text(page)
    assert "今天已领取 1/1" in text(page)
    assert login("rep").post("/leads/pool/claim/", {"ids": ["x", "-1"]}).status_code == 422


def test_ids_of_others_leads_tell_nothing(login, company, now):
    other = company.by("other_team")
    lead = actions.create_many(drafts=[ready(owner_id=company.other_team.pk)], by=other, now=now)[0]
    page = login("rep").post("/leads/pool/claim/", {"ids": [lead.pk]})
    assert page.status_code == 422
    assert "赵敏" not in text(page)
    assert "恒远" not in text(page)


# Giving back


def test_giving_back_asks_for_a_reason_from_the_list_or_in_words(login, company, rep, now):
    lead = actions.create_many(drafts=[ready(owner_id=company.rep.pk)], by=rep, now=now)[0]
    client, address = login("rep"), f"/leads/{lead.pk}/return/"
    assert "联系不上" in text(client.get(address))
    for wrong in ({}, {"kind": "other"}, {"kind": "other", "reason": " "}, {"kind": "??"}, {"reason": "长" * 300}):
        assert client.post(address, wrong).status_code == 422
    assert client.post(address, {"kind": "no_budget", "reason": "明年再说"}).status_code == 302
    assert Holding.objects.latest("id").reason == "没有预算：明年再说"


# Customers


@pytest.fixture
def customer(company, now):
    other = company.by("other_team")
    draft = CustomerDraft(
        name="老客户有限公司", phone="+8613911112222", owner_id=company.other_team.pk, industry="制造业"
    )
    made = create_customer(draft=draft, by=other, now=now)
    add_contact(customer=made, draft=ContactDraft(name="陈晓东", phone="+8613911112222"), by=other, now=now)
    actions.return_customer(customer=made, reason="没有需求", by=other, now=now)
    return made


def test_customers_of_the_pool_show_without_people(customer, login):
    client = login("rep")
    for address in (CUSTOMERS, f"{CUSTOMERS}?q=老客户", f"{CUSTOMERS}?cursor=x"):
        page = text(client.get(address))
        assert "老客户有限公司" in page
        for secret in SECRETS:
            assert secret not in page
    assert client.get(f"/customers/{customer.pk}/").status_code == 404
    assert "今天已领取 0/20" in text(client.get(CUSTOMERS))
    assert "没有这样的客户" in text(client.get(f"{CUSTOMERS}?q=找不到"))


def test_a_customer_is_claimed_and_the_second_is_told_who(customer, login):
    address = f"{CUSTOMERS}{customer.pk}/claim/"
    response = login("rep").post(address, {"seen": customer.public_id}, follow=True)
    assert "陈晓东" in text(response)
    late = login("teammate")
    assert late.post(address).status_code == 404
    told = late.post(address, {"seen": customer.public_id})
    assert told.status_code == 422
    assert "王芳" in text(told)
    assert login("auditor").post(address).status_code == 403


def test_a_customer_is_given_back_and_assigned(login, company, rep, now):
    made = create_customer(draft=CustomerDraft(name="我的客户", owner_id=company.rep.pk), by=rep, now=now)
    address = f"{CUSTOMERS}{made.pk}/return/"
    assert login("other_team").get(address).status_code == 404
    assert login("rep").get(address).status_code == 200
    assert login("rep").post(address, {"kind": "no_need"}).status_code == 302
    give = f"{CUSTOMERS}{made.pk}/assign/"
    assert login("rep").get(give).status_code == 403
    assert login("team_lead").post(give, {"owner": company.teammate.pk}).status_code == 302
    assert Customer.objects.get().owner == company.teammate
    assert login("team_lead").get(give).status_code == 404


def test_the_pool_of_customers_costs_the_same_for_one_and_three(customer, company, login, now):
    client = login("rep")
    client.get(CUSTOMERS)
    counts = []
    for rows in (1, 3):
        while Customer.objects.count() < rows:
            draft = CustomerDraft(name=f"客户{Customer.objects.count()}")
            create_customer(draft=draft, by=company.by("rep"), now=now)
        with CaptureQueriesContext(connection) as seen:
            client.get(CUSTOMERS)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# Assignment


def rule_typed(company, **changes):
    said = {
        "name": "江苏", "kind": "region", "values": "江苏、苏州\n上海", "people": [company.rep.pk], "is_active": "on",
    }  # fmt: skip
    return said | changes


def test_rules_of_assignment_are_made_edited_moved_and_removed(login, company):
    client = login("director")
    assert "还没有分配规则" in text(client.get(ASSIGNMENT))
    assert client.post(f"{ASSIGNMENT}new/", rule_typed(company)).status_code == 302
    client.post(f"{ASSIGNMENT}new/", rule_typed(company, name="其余", kind="turn", values=""))
    first, second = AssignmentRule.objects.all()
    assert first.values == ["江苏", "苏州", "上海"]
    page = text(client.get(f"{ASSIGNMENT}{first.pk}/"))
    assert "苏州" in page
    client.post(f"{ASSIGNMENT}{second.pk}/move/", {"to": "up"})
    assert AssignmentRule.objects.first() == second
    assert client.post(f"{ASSIGNMENT}{first.pk}/", rule_typed(company, version="1", name="改")).status_code == 302
    stale = client.post(f"{ASSIGNMENT}{first.pk}/", rule_typed(company, version="1", name="又改"))
    assert stale.status_code == 409
    assert client.post(f"{ASSIGNMENT}{first.pk}/remove/").status_code == 302
    assert client.post(f"{ASSIGNMENT}{first.pk}/remove/").status_code == 404
    assert client.get(f"{ASSIGNMENT}{first.pk}/").status_code == 404
    assert "删除了分配规则" in text(client.get(ASSIGNMENT))


@pytest.mark.parametrize(
    "changes", [{"name": ""}, {"kind": "?"}, {"values": ""}, {"people": []}, {"people": ["x"]}, {"values": "x\n" * 999}]
)
def test_a_rule_without_sense_is_refused(login, company, changes):
    response = login("director").post(f"{ASSIGNMENT}new/", rule_typed(company, **changes))
    assert response.status_code == 422 or (changes.get("values", "").startswith("x") and response.status_code == 302)
    assert AssignmentRule.objects.count() == (response.status_code == 302)


def test_leads_are_given_out_as_previewed(login, company, rep, now):
    draft = RuleDraft(name="山东归华东", kind=RuleKind.REGION, values=["山东"], people=[company.rep.pk])
    actions.save_assignment_rule(rule=None, version=0, draft=draft, by=company.by("director"), now=now)
    actions.create_many(drafts=[ready(), ready(want="二"), ready(want="三", region="湖南省长沙市")], by=rep, now=now)
    client, address = login("team_lead"), f"{ASSIGN}?tab=pool"
    preview = client.get(address)
    page = text(preview)
    for said in ("分配这 2 条", "山东归华东", "没有规则适用于它们", "王芳", "湖南省长沙市"):
        assert said in page
    token = preview.context["found"].plan.token
    stale = client.post(address, {"token": "x"})
    assert stale.status_code == 409
    assert "预览之后情况有变化" in text(stale)
    assert client.post(address, {"token": token}).status_code == 302
    assert Lead.objects.filter(owner=company.rep).count() == 2
    again = client.post(address, {"token": token})
    assert again.status_code == 409
    narrow = text(client.get(f"{ASSIGN}?tab=pool&region=湖南"))
    assert "山东省" not in narrow


def test_chosen_leads_only_and_those_of_others_stay(login, company, rep, now):
    draft = RuleDraft(name="轮流", kind=RuleKind.TURN, people=[company.rep.pk])
    actions.save_assignment_rule(rule=None, version=0, draft=draft, by=company.by("director"), now=now)
    free = actions.create_many(drafts=[ready(want=f"项目{n}") for n in range(3)], by=rep, now=now)
    other = company.by("other_team")
    taken = actions.create_many(drafts=[ready(want="别人的", owner_id=company.other_team.pk)], by=other, now=now)[0]
    address = f"{ASSIGN}?ids={free[0].pk}&ids={taken.pk}"
    found = login("team_lead").get(address).context["found"]
    assert (len(found.plan.given), found.elsewhere) == (1, 0)
    found = login("director").get(address).context["found"]
    assert (len(found.plan.given), found.elsewhere) == (1, 1)


def test_an_import_of_ones_own_is_given_out(login, company, now):
    from django.utils import timezone

    from tuoke.steps.leads.imports.models import LeadImport

    made = LeadImport.objects.create(
        by=company.team_lead, name="展会.xlsx", digest="x", created_at=now, touched_at=timezone.now()
    )
    address = reverse("leads:assign_import", args=[made.public_id])
    assert "展会.xlsx" in text(login("team_lead").get(address))
    assert login("director").get(address).status_code == 404
    assert login("rep").get(address).status_code == 403


@pytest.mark.parametrize("query", ["score_min=x", "ids=9999999999999999999999", "ids=x", "tier=?"])
def test_a_selection_without_sense_gives_out_nothing(login, query):
    assert login("team_lead").get(f"{ASSIGN}?{query}").status_code in (200, 302)
