"""S2: leads are written down, claimed, given, given back, dropped and turned into deals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers.actions import Duplicate, create_customer
from tuoke.spine.customers.models import Customer, Lead
from tuoke.spine.customers.rules import CustomerDraft, DecisionRole, LeadStatus, OnDuplicate
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import GateClosed, Terms
from tuoke.steps.leads.queries import counters
from tuoke.steps.leads.rules import LeadDraft

TERMS = Terms(name="数据整合一期", amount=Decimal(300_000), expected_close_on=date(2027, 3, 1))


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def lead(company, rep, now):
    return actions.create_lead(draft=ready(owner_id=company.rep.pk), by=rep, now=now)


def refusal(excinfo) -> tuple[str, ...]:
    return excinfo.value.verdict.codes


def kinds(lead) -> list[str]:
    return list(Event.objects.about(lead).order_by("id").values_list("kind", flat=True))


# Writing down


def test_a_new_lead_is_scored_owned_findable_and_recorded(lead, company, rep):
    assert lead.owner == company.rep
    assert lead.department == company.departments["east"]
    assert lead.score is not None
    assert [entry.total for entry in lead.scores.all()] == [lead.score]
    assert kinds(lead) == ["leads.created"]
    assert "hyjm" in lead.search_text


def test_without_owner_it_goes_to_the_pool(rep, now):
    lead = actions.create_lead(draft=ready(), by=rep, now=now)
    assert lead.owner is None
    assert counters(rep).pool == 1


def test_a_rep_gives_leads_to_nobody_else(company, rep, now):
    with pytest.raises(Refused) as excinfo:
        actions.create_lead(draft=ready(owner_id=company.teammate.pk), by=rep, now=now)
    assert refusal(excinfo) == ("owner_not_allowed",)
    lead = actions.create_lead(draft=ready(owner_id=company.teammate.pk), by=company.by("team_lead"), now=now)
    assert lead.owner == company.teammate


@pytest.mark.parametrize("actor", ["auditor", "admin", "process_owner", "collaborator", "disabled"])
def test_only_sellers_write_leads(company, actor, now):
    with pytest.raises(Refused):
        actions.create_lead(draft=ready(), by=company.by(actor), now=now)


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (LeadDraft(want="什么都没有"), "nobody"),
        (LeadDraft(company=" \u3000 "), "nobody"),
        (LeadDraft(company="公" * 121), "too_long"),
        (LeadDraft(company="坏\x00字"), "text_broken"),
        (LeadDraft(company="坏\ud800字"), "text_broken"),
        (LeadDraft(company="公司", attributes={"备注": "\x00"}), "text_broken"),
        (LeadDraft(company="公司", staff_low=500, staff_high=100), "range_reversed"),
        (LeadDraft(company="公司", budget_low=Decimal(-1)), "negative"),
        (LeadDraft(company="公司", budget_high=Decimal(10) ** 20), "too_big"),
        (LeadDraft(company="公司", staff_low=10**12), "too_big"),
        (LeadDraft(company="公司", want="长" * 5001), "too_long"),
    ],
)
def test_what_cannot_be_stored_is_refused_whole(rep, now, draft, code):
    with pytest.raises(Refused) as excinfo:
        actions.create_many(
            drafts=[ready(), draft] if code != "nobody" else [draft.__class__(want="x")], by=rep, now=now
        )
    assert refusal(excinfo) == (code,)
    assert not Lead.objects.exists()


def test_emoji_and_rare_characters_are_kept(rep, now):
    lead = actions.create_lead(draft=LeadDraft(company="𠮷野家🚀餐饮", note="👍🏽 \n第二行"), by=rep, now=now)
    lead.refresh_from_db()
    assert (lead.company, lead.note) == ("𠮷野家🚀餐饮", "👍🏽 \n第二行")


def test_a_second_entry_is_refused_until_confirmed(lead, company, now):
    other = company.by("other_team")
    again = ready(company="恒远精密科技(有限公司)", phone="", contact="")
    with pytest.raises(Duplicate) as excinfo:
        actions.create_lead(draft=again, by=other, now=now)
    (hit,) = excinfo.value.hits
    assert (hit.owner, hit.label, hit.url, hit.is_exact) == ("王芳", "", "", True)
    assert actions.create_lead(draft=again, by=other, now=now, on_duplicate=OnDuplicate.ACCEPT).pk


def test_the_same_party_with_another_wish_is_another_lead(lead, company, rep, now):
    other = actions.create_lead(draft=ready(phone="", want="食堂改造", owner_id=company.rep.pk), by=rep, now=now)
    assert other.party_key == lead.party_key


def test_many_are_written_in_a_few_queries(rep, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(40):  # SQLite takes some twenty rows a statement
        leads = actions.create_many(drafts=[ready(want=f"项目{n}") for n in range(300)], by=rep, now=now)
    assert len(leads) == Lead.objects.count() == Event.objects.filter(kind="leads.imported").count() == 300


def test_update_fills_in_and_never_empties(lead, rep, now):
    update = LeadDraft(company="", email="chen@example.com", note="新备注")
    (changed,) = actions.update_many(pairs=[(lead, update)], by=rep, now=now)
    lead.refresh_from_db()
    assert (lead.email, lead.note, lead.phone) == ("chen@example.com", "新备注", "+8613800138000")
    assert changed.version == lead.version == 2
    assert actions.update_many(pairs=[(lead, update)], by=rep, now=now) == []


def test_nobody_updates_another_teams_lead(lead, company, now):
    with pytest.raises(Refused) as excinfo:
        actions.update_many(pairs=[(lead, LeadDraft(note="x"))], by=company.by("other_team"), now=now)
    assert refusal(excinfo) == ("lead_elsewhere",)


def test_an_edit_rescores_and_tells_what_changed(lead, rep, now):
    before = lead.score
    draft = ready(owner_id=lead.owner_id, decision_maker=None, contact="", position="", phone="+8613900139000")
    edited = actions.edit_lead(lead=lead, version=1, draft=draft, by=rep, now=now)
    assert edited.score < before
    event = Event.objects.get(kind="leads.edited")
    assert event.changes["decision_maker"] == [True, None]
    assert edited.version == 2


def test_a_stale_edit_is_a_conflict_and_changes_nothing(lead, rep, now):
    actions.edit_lead(lead=lead, version=1, draft=ready(note="先"), by=rep, now=now)
    with pytest.raises(Conflict) as excinfo:
        actions.edit_lead(lead=lead, version=1, draft=ready(note="后"), by=rep, now=now)
    assert excinfo.value.current.note == "先"


def test_an_edit_without_a_change_writes_nothing(lead, rep, now):
    actions.edit_lead(lead=lead, version=1, draft=ready(), by=rep, now=now)
    assert kinds(lead) == ["leads.created"]


def test_someone_elses_lead_is_not_there(lead, company, now):
    for actor in ("other_team", "teammate", "auditor", "admin"):
        by = company.by(actor)
        with pytest.raises(Lead.DoesNotExist):
            actions.edit_lead(lead=lead, version=1, draft=ready(note="x"), by=by, now=now)
        with pytest.raises(Lead.DoesNotExist):
            actions.discard_lead(lead=lead, reason="x", by=by, now=now)
        with pytest.raises(Lead.DoesNotExist):
            actions.convert(lead=lead, terms=TERMS, by=by, now=now)


# Whose it is


def test_the_second_to_claim_is_told_who(company, now):
    lead = actions.create_lead(draft=ready(), by=company.by("rep"), now=now)
    assert actions.claim_lead(lead=lead, by=company.by("rep"), now=now).owner == company.rep
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=lead, by=company.by("other_team"), now=now)
    (reason,) = excinfo.value.verdict.reasons
    assert (reason.code, reason.params["name"]) == ("already_claimed", "王芳")
    with pytest.raises(Refused) as excinfo:
        actions.claim_lead(lead=lead, by=company.by("rep"), now=now)
    assert refusal(excinfo) == ("already_yours",)


def test_nobody_claims_who_may_not_write(company, now):
    lead = actions.create_lead(draft=ready(), by=company.by("rep"), now=now)
    with pytest.raises(Refused):
        actions.claim_lead(lead=lead, by=company.by("auditor"), now=now)
    with pytest.raises(Refused):
        actions.claim_lead(lead=lead, by=system("night"), now=now)


def test_a_team_lead_gives_leads_inside_the_team(lead, company, now):
    lead_by = company.by("team_lead")
    assert actions.assign_lead(lead=lead, to=company.teammate, by=lead_by, now=now).owner == company.teammate
    with pytest.raises(Refused) as excinfo:
        actions.assign_lead(lead=lead, to=company.other_team, by=lead_by, now=now)
    assert refusal(excinfo) == ("owner_not_allowed",)
    with pytest.raises(Refused) as excinfo:
        actions.assign_lead(lead=lead, to=company.rep, by=company.by("rep"), now=now)
    assert refusal(excinfo) == ("may_not_assign",)


def test_pool_leads_can_be_assigned(company, now):
    lead = actions.create_lead(draft=ready(), by=company.by("rep"), now=now)
    assert actions.assign_lead(lead=lead, to=company.rep, by=company.by("team_lead"), now=now).owner == company.rep


def test_giving_back_needs_a_reason(lead, rep, now):
    with pytest.raises(Refused) as excinfo:
        actions.return_to_pool(lead=lead, reason="  ", by=rep, now=now)
    assert refusal(excinfo) == ("reason_missing",)
    assert actions.return_to_pool(lead=lead, reason="区域不符", by=rep, now=now).owner is None
    assert kinds(lead)[-1] == "leads.returned"
    with pytest.raises(Lead.DoesNotExist):  # what is in the pool nobody edits
        actions.return_to_pool(lead=lead, reason="再来", by=rep, now=now)


def test_discarding_and_reopening(lead, rep, now):
    actions.discard_lead(lead=lead, reason="空号", by=rep, now=now)
    lead.refresh_from_db()
    assert (lead.status, lead.status_reason) == (LeadStatus.DISCARDED, "空号")
    with pytest.raises(Refused) as excinfo:
        actions.discard_lead(lead=lead, reason="又", by=rep, now=now)
    assert refusal(excinfo) == ("lead_closed",)
    assert actions.reopen_lead(lead=lead, by=rep, now=now).status == LeadStatus.OPEN
    with pytest.raises(Refused):
        actions.reopen_lead(lead=lead, by=rep, now=now)


# What becomes of it


def test_conversion_makes_customer_contact_and_deal(lead, rep, playbook, now):
    deal = actions.convert(lead=lead, terms=TERMS, by=rep, now=now)
    lead.refresh_from_db()
    assert (deal.step, deal.owner_id, deal.lead_id) == ("outreach", lead.owner_id, lead.pk)
    assert (lead.status, lead.customer_id) == (LeadStatus.CONVERTED, deal.customer_id)
    customer = deal.customer
    customer.refresh_from_db()
    assert (customer.name, customer.tier) == (lead.company, "focus")
    assert customer.score < lead.score  # the deal's date is later than the purchase that the lead expected
    (contact,) = customer.contacts.all()
    assert (contact.name, contact.role) == ("陈晓东", DecisionRole.DECIDER)
    assert kinds(lead)[-1] == "leads.converted"


def test_a_lead_converts_once(lead, rep, playbook, now):
    actions.convert(lead=lead, terms=TERMS, by=rep, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.convert(lead=lead, terms=TERMS, by=rep, now=now)
    assert refusal(excinfo) == ("already_converted",)
    assert Opportunity.objects.count() == Customer.objects.count() == 1


def test_a_closed_gate_names_everything_and_changes_nothing(company, rep, playbook, now):
    poor = LeadDraft(company="一无所知公司", owner_id=company.rep.pk)
    lead = actions.create_lead(draft=poor, by=rep, now=now)
    with pytest.raises(GateClosed) as excinfo:
        actions.convert(lead=lead, terms=TERMS, by=rep, now=now)
    assert set(refusal(excinfo)) >= {"contact_reachable"}
    assert not Customer.objects.exists()
    lead.refresh_from_db()
    assert lead.status == LeadStatus.OPEN


def test_a_manager_waives_with_a_reason_and_a_rep_does_not(company, rep, playbook, now):
    lead = actions.create_lead(draft=ready(owner_id=company.rep.pk, phone=""), by=rep, now=now)
    waivers = {"leads-reachable": "老客户介绍,稍后补电话"}
    with pytest.raises(GateClosed) as excinfo:
        actions.convert(lead=lead, terms=TERMS, waivers=waivers, by=rep, now=now)
    assert "may_not_waive" in refusal(excinfo)
    boss = company.by("team_lead")
    with pytest.raises(GateClosed) as excinfo:
        actions.convert(lead=lead, terms=TERMS, waivers={"leads-reachable": " "}, by=boss, now=now)
    assert "waiver_reason_missing" in refusal(excinfo)
    with pytest.raises(GateClosed):
        actions.convert(lead=lead, terms=TERMS, waivers={"nonsense": "x"}, by=boss, now=now)
    deal = actions.convert(lead=lead, terms=TERMS, waivers=waivers, by=boss, now=now)
    assert deal.owner == company.rep
    (waived,) = Event.objects.get(kind="leads.converted").facts["waived"]
    assert waived["reason"] == "老客户介绍,稍后补电话"


def test_a_wrong_deal_undoes_everything(lead, rep, playbook, now):
    with pytest.raises(Refused):
        actions.convert(lead=lead, terms=replace(TERMS, name=" "), by=rep, now=now)
    assert not Customer.objects.exists()
    lead.refresh_from_db()
    assert lead.status == LeadStatus.OPEN


def test_pool_leads_are_claimed_before_they_convert(company, rep, playbook, now):
    lead = actions.create_lead(draft=ready(), by=rep, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.convert(lead=lead, terms=TERMS, by=rep, now=now)
    assert refusal(excinfo) == ("not_claimed",)


def test_ones_own_customer_is_matched_not_doubled(lead, company, rep, playbook, now):
    draft = CustomerDraft(name="恒远精密科技", owner_id=company.rep.pk)
    mine = create_customer(draft=draft, by=rep, now=now)
    assert actions.convert(lead=lead, terms=TERMS, by=rep, now=now).customer == mine


def test_a_colleagues_customer_is_not_taken(lead, company, rep, playbook, now):
    draft = CustomerDraft(name="恒远精密科技有限公司", owner_id=company.other_team.pk)
    create_customer(draft=draft, by=company.by("other_team"), now=now)
    with pytest.raises(Refused) as excinfo:
        actions.convert(lead=lead, terms=TERMS, by=rep, now=now)
    (reason,) = excinfo.value.verdict.reasons
    assert (reason.code, reason.params["name"]) == ("customer_elsewhere", "赵敏")


def test_look_alikes_close_the_gate_until_told_apart(lead, company, rep, playbook, now):
    twin = ready(owner_id=company.other_team.pk, contact="别人")
    actions.create_lead(draft=twin, by=company.by("other_team"), now=now, on_duplicate=OnDuplicate.ACCEPT)
    with pytest.raises(GateClosed) as excinfo:
        actions.convert(lead=lead, terms=TERMS, by=rep, now=now)
    assert refusal(excinfo) == ("lead_duplicates_clear",)
    actions.tell_apart(lead=lead, reason="两个厂区各自采购", by=rep, now=now)
    assert actions.convert(lead=lead, terms=TERMS, by=rep, now=now).pk


def test_ticks_belong_to_step_two(lead, rep, playbook, now):
    actions.tick(lead=lead, item="leads-sources", note="年报", by=rep, now=now)
    with pytest.raises(Refused):
        actions.tick(lead=lead, item="leads-score", note="", by=rep, now=now)
    actions.untick(lead=lead, item="leads-sources", by=rep, now=now)
    assert "playbook.unticked" in kinds(lead)


# Weighing anew


def test_rescoring_writes_only_what_changed(rep, now):
    actions.create_many(drafts=[ready(want=f"项目{n}") for n in range(7)], by=rep, now=now)
    assert actions.rescore(by=system("test"), now=now) == 0
    Lead.objects.filter(want="项目3").update(score=Decimal("1.0"))
    looked_at: list[int] = []
    assert actions.rescore(by=system("test"), now=now, chunk=3, progress=looked_at.append) == 1
    assert looked_at == [3, 6, 7]
    assert Lead.objects.get(want="项目3").score > 1
