"""合并 and its undo (S2.3): nothing of either is lost, all that pointed at the one points at the other, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps

from tests.steps.leads.drafts import ready
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.search.queries import matching_ids
from tuoke.spine.customers import actions, hooks
from tuoke.spine.customers.actions import Choices
from tuoke.spine.customers.actions.repointing import OWN
from tuoke.spine.customers.models import Contact, Customer, Holding, Lead, Merge, Pair
from tuoke.spine.customers.queries import duplicates_of, gone_into, timeline_of_customer
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, LeadStatus, OnDuplicate
from tuoke.spine.customers.rules.merging import OnConflict, Side
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.queries import counters

TWIN = ready(
    company="恒远精密科技（济南）有限公司", contact="陈晓冬", phone="+8613900139000", email="chen@hengyuan.example",
    position="", want="生产数据整合一期", address="济南市历下区工业南路 1 号", note="展会上聊过", budget_low=None,
    budget_high=None, attributes={"展位": "A12"},
)  # fmt: skip


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def kept(rep, company, now, playbook):
    return leads.create_lead(draft=ready(owner_id=company.rep.pk, note="老客户介绍"), by=rep, now=now)


@pytest.fixture
def gone(rep, company, now, kept):
    draft = replace(TWIN, owner_id=company.rep.pk)
    return leads.create_lead(draft=draft, by=rep, now=now, on_duplicate=OnDuplicate.ACCEPT)


def merge(kept, gone, by, now, **more):
    return actions.merge_leads(
        kept=kept, kept_version=kept.version, gone=gone, gone_version=gone.version, by=by, now=now, **more
    )


def codes(excinfo):
    return excinfo.value.verdict.codes


def test_every_foreign_key_to_a_party_goes_along_or_says_why_not():
    """Whoever adds one adds it to a ``repointer`` too (``config.wiring``)."""
    stay = {
        "customers.Pair": "waits for the undo; what matters is carried over",
        "customers.Merge": "is the journal",
        "imports.RowSeen": "is known by its digest; an import's undo must not take the kept lead along",
    }
    moving = {
        (model, column) for repoint in (OWN, *hooks.repointers) for model, column in getattr(repoint, "columns", ())
    } | {(model, column) for model, column in _deal_columns()}
    left = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation
        and (field.many_to_one or field.one_to_one or field.many_to_many)
        and not field.auto_created
        and not (field.many_to_many and not field.remote_field.through._meta.auto_created)  # its rows are a model
        and field.related_model in (Lead, Customer, Contact)
        and model._meta.label not in stay
        and (model, field.name) not in moving
    ]
    assert left == []


def _deal_columns():
    from tuoke.spine.deals.actions import _repoint

    return _repoint.columns


def test_nothing_of_either_is_lost(kept, gone, rep, now):
    stored = merge(kept, gone, rep, now)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (gone.status, gone.merged_into) == (LeadStatus.MERGED, kept)
    assert kept.company == "恒远精密科技（济南）有限公司"  # fuller
    assert kept.email == "chen@hengyuan.example"  # known to one only
    assert kept.position == "总经理"
    assert kept.budget_low == Decimal(300_000)
    assert kept.note == "老客户介绍\n展会上聊过"
    assert kept.attributes["展位"] == "A12"
    assert kept.attributes["曾用名称"] == "恒远精密科技有限公司"
    assert {kept.phone, kept.attributes["其他电话"]} == {"+8613800138000", "+8613900139000"}
    assert kept.party_key != ""
    assert kept.score is not None
    event = Event.objects.get(kind="customers.merged")
    assert event.facts["name"] == "恒远精密科技（济南）有限公司"
    assert event.changes["email"] == ["", "chen@hengyuan.example"]
    assert stored.kept == kept


def test_the_chosen_side_of_each_field_wins(kept, gone, rep, now):
    sides = {"company": Side.KEPT, "phone": Side.GONE, "contact": Side.GONE, "note": Side.GONE, "email": Side.KEPT}
    merge(kept, gone, rep, now, choices=Choices(sides))
    kept.refresh_from_db()
    assert (kept.company, kept.phone, kept.contact) == ("恒远精密科技有限公司", "+8613900139000", "陈晓冬")
    assert kept.note == "展会上聊过"
    assert kept.email == ""
    assert kept.attributes["其他邮箱"] == "chen@hengyuan.example"
    assert kept.attributes["另一联系人"] == "陈晓东"


def test_what_is_known_is_never_replaced_by_nothing(kept, gone, rep, now):
    merge(kept, gone, rep, now, choices=Choices({"position": Side.GONE, "budget": Side.GONE}))
    kept.refresh_from_db()
    assert (kept.position, kept.budget_high) == ("总经理", Decimal(300_000))


def test_history_and_work_go_along_and_the_gone_one_leaves_every_list(kept, gone, rep, now):
    followups.record_followup(
        subject=gone, contact=None, at=now - timedelta(hours=1), channels=["phone"], outcome=FollowUpOutcome.PROGRESS,
        summary="谈了交期", by=rep, now=now, plan=Plan(title="寄样品", due_on=date(2026, 11, 25)),
    )  # fmt: skip
    gone.refresh_from_db()
    merge(kept, gone, rep, now)
    kept.refresh_from_db()
    assert FollowUp.objects.get().lead == kept
    assert NextAction.objects.get().lead == kept
    assert kept.last_touch_at == now - timedelta(hours=1)
    assert Lead.objects.real().get() == kept
    assert Lead.objects.visible_to(rep, "write").get() == kept
    assert counters(rep).mine == 1
    assert gone_into(kept) == [f"customers.lead:{gone.pk}"]
    assert matching_ids("lead", "13900139000").ids == (kept.pk,)
    assert matching_ids("lead", "展会上").ids == ()


def test_the_old_phone_still_finds_the_kept_one(kept, gone, rep, now):
    merge(kept, gone, rep, now)
    (hit,) = duplicates_of(who=rep, phone="+8613900139000")
    assert hit.key == f"customers.lead:{kept.pk}"


def test_undo_restores_both_exactly(kept, gone, rep, now):
    before = [Lead.objects.filter(pk=pk).values().get() for pk in (kept.pk, gone.pk)]
    followup = FollowUp.objects.create(lead=gone, at=now, summary="聊过", created_at=now, by_id=rep.user_id)
    stored = merge(kept, gone, rep, now)
    actions.undo_merge(merge=stored, by=rep, now=now + timedelta(days=29))
    after = [Lead.objects.filter(pk=pk).values().get() for pk in (kept.pk, gone.pk)]
    for was, is_now in zip(before, after, strict=True):
        assert is_now.pop("version") == was.pop("version") + 2
        assert is_now == was
    followup.refresh_from_db()
    assert followup.lead == gone
    assert matching_ids("lead", "13900139000").ids == (gone.pk,)
    with pytest.raises(Refused) as excinfo:
        actions.undo_merge(merge=stored, by=rep, now=now)
    assert codes(excinfo) == ("undone_already",)


def test_after_thirty_days_it_stays(kept, gone, rep, now):
    stored = merge(kept, gone, rep, now)
    with pytest.raises(Refused) as excinfo:
        actions.undo_merge(merge=stored, by=rep, now=now + timedelta(days=31))
    assert codes(excinfo) == ("too_late",)


def test_a_later_edit_is_told_and_kept_by_choice(kept, gone, rep, now):
    stored = merge(kept, gone, rep, now)
    kept.refresh_from_db()
    draft = replace(leads.writing.draft_of(kept), email="new@hengyuan.example", industry="新能源")
    leads.edit_lead(lead=kept, version=kept.version, draft=draft, by=rep, now=now, on_duplicate=OnDuplicate.ACCEPT)
    with pytest.raises(Refused) as excinfo:
        actions.undo_merge(merge=stored, by=rep, now=now)
    (reason,) = excinfo.value.verdict.reasons
    assert (reason.code, reason.params["fields"]) == ("edited_since", ["email"])
    actions.undo_merge(merge=stored, by=rep, now=now, on_conflict=OnConflict.KEEP_LATER)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.email, kept.industry, kept.company) == ("new@hengyuan.example", "新能源", "恒远精密科技有限公司")
    assert (gone.status, gone.email) == (LeadStatus.OPEN, "chen@hengyuan.example")


def test_what_came_after_the_merge_stays_with_the_kept_one(kept, gone, rep, now):
    stored = merge(kept, gone, rep, now)
    later = FollowUp.objects.create(lead=kept, at=now, summary="合并后", created_at=now, by_id=rep.user_id)
    actions.undo_merge(merge=stored, by=rep, now=now)
    later.refresh_from_db()
    assert later.lead == kept


def test_a_chain_is_one_step_and_undone_from_its_end(kept, gone, rep, company, now):
    draft = ready(company="恒远精密", phone="", owner_id=company.rep.pk)
    last = leads.create_lead(draft=draft, by=rep, now=now, on_duplicate=OnDuplicate.ACCEPT)
    first = merge(kept, gone, rep, now)
    kept.refresh_from_db()
    second = merge(last, kept, rep, now)
    gone.refresh_from_db()
    assert gone.merged_into == last
    with pytest.raises(Refused) as excinfo:
        actions.undo_merge(merge=first, by=rep, now=now)
    assert codes(excinfo) == ("merged_on",)
    actions.undo_merge(merge=second, by=rep, now=now)
    gone.refresh_from_db()
    assert gone.merged_into == kept
    actions.undo_merge(merge=first, by=rep, now=now)
    assert Lead.objects.filter(merged_into=None, status=LeadStatus.OPEN).count() == 3


def test_rights_and_what_stands_in_the_way(kept, gone, rep, company, now):
    boss, teammate = company.by("team_lead"), company.by("teammate")
    with pytest.raises(Refused) as excinfo:
        merge(kept, kept, rep, now)
    assert codes(excinfo) == ("same_record",)
    with pytest.raises(Lead.DoesNotExist):
        merge(kept, gone, teammate, now)
    with pytest.raises(Conflict):
        actions.merge_leads(kept=kept, kept_version=7, gone=gone, gone_version=1, by=rep, now=now)
    leads.assign_lead(lead=gone, to=company.teammate, by=boss, now=now)
    gone.refresh_from_db()
    with pytest.raises(Lead.DoesNotExist):  # a colleague's: a rep doesn't pull it to himself
        merge(kept, gone, rep, now)
    merge(kept, gone, boss, now)
    with pytest.raises(Refused) as excinfo:
        merge(kept, gone, boss, now)
    assert codes(excinfo) == ("merged_already",)
    with pytest.raises(Lead.DoesNotExist):  # nobody edits what was merged
        leads.discard_lead(lead=gone, reason="空号", by=boss, now=now)
    assert Merge.objects.count() == 1


def test_pool_leads_are_merged_by_those_who_give_leads_out(kept, gone, rep, company, now):
    leads.return_to_pool(lead=gone, reason="没有跟进", by=rep, now=now)
    gone.refresh_from_db()
    with pytest.raises(Refused) as excinfo:
        merge(kept, gone, rep, now)
    assert codes(excinfo) == ("in_pool",)
    merge(kept, gone, company.by("team_lead"), now)
    kept.refresh_from_db()
    assert kept.owner == company.rep
    assert Holding.objects.filter(lead=kept).exists()


def test_a_converted_lead_is_kept_and_never_goes(kept, gone, rep, now):
    Lead.objects.filter(pk=gone.pk).update(status=LeadStatus.CONVERTED)
    gone.refresh_from_db()
    with pytest.raises(Refused) as excinfo:
        merge(kept, gone, rep, now)
    assert codes(excinfo) == ("gone_converted",)
    merge(gone, kept, rep, now)


def test_what_is_told_apart_from_the_one_is_from_the_other(kept, gone, rep, company, now):
    third = leads.create_lead(
        draft=ready(company="恒远精密科技西区", owner_id=company.rep.pk),
        by=rep,
        now=now,
        on_duplicate=OnDuplicate.ACCEPT,
    )
    actions.tell_apart(party=gone, others=[third], reason="另一个厂区", by=rep, now=now)
    stored = merge(kept, gone, rep, now)
    pair = Pair.objects.get(lead=kept, other_lead=third)
    assert (pair.state, pair.reason) == ("apart", "另一个厂区")
    actions.undo_merge(merge=stored, by=rep, now=now)
    assert not Pair.objects.filter(lead=kept, other_lead=third).exists()


class TestCustomers:
    @pytest.fixture
    def old(self, rep, company, now, playbook):
        draft = CustomerDraft(name="华瑞精密", phone="+8653188886666", owner_id=company.rep.pk, note="老客户")
        customer = actions.create_customer(draft=draft, by=rep, now=now)
        wu = ContactDraft(name="吴晓梅", phone="+8613700137000", position="CTO")
        actions.add_contact(customer=customer, draft=wu, by=rep, now=now)
        return customer

    @pytest.fixture
    def new(self, rep, company, now, old):
        draft = CustomerDraft(name="济南华瑞精密机械有限公司", industry="制造业", owner_id=company.rep.pk)
        customer = actions.create_customer(draft=draft, by=rep, now=now)
        same = ContactDraft(name="吴晓梅", phone="+8613600136000", email="wu@huarui.example", wechat="wuxm")
        other = ContactDraft(name="郑凯", position="采购")
        for contact in (same, other):
            actions.add_contact(customer=customer, draft=contact, by=rep, now=now)
        return customer

    def merge(self, kept, gone, by, now, **more):
        kept.refresh_from_db()
        gone.refresh_from_db()
        return actions.merge_customers(
            kept=kept, kept_version=kept.version, gone=gone, gone_version=gone.version, by=by, now=now, **more
        )

    def test_people_deals_and_leads_go_along(self, old, new, rep, company, now):
        lead = leads.create_lead(
            draft=ready(company=new.name, owner_id=company.rep.pk), by=rep, now=now, on_duplicate=OnDuplicate.ACCEPT
        )
        deal = leads.convert(lead=lead, terms=leads.Terms(name="数据整合", customer=new), by=rep, now=now)
        followup = FollowUp.objects.create(
            customer=new, contact=new.contacts.get(name="吴晓梅"), at=now, summary="聊过", created_at=now
        )
        mine, theirs = old.contacts.get(), new.contacts.get(name="吴晓梅")
        stored = self.merge(old, new, rep, now, choices=Choices(contacts={theirs.pk: mine.pk}))
        for row in (old, deal, followup, mine, theirs, lead):
            row.refresh_from_db()
        assert (deal.customer, lead.customer, followup.customer) == (old, old, old)
        assert followup.contact == mine
        assert (mine.phone, mine.email, mine.wechat, mine.position) == (
            "+8613700137000", "wu@huarui.example", "wuxm", "CTO",
        )  # fmt: skip
        assert "+8613600136000" in mine.note
        assert set(old.contacts.values_list("name", flat=True)) >= {"吴晓梅", "郑凯"}
        assert theirs.customer == new
        assert old.name == "济南华瑞精密机械有限公司"
        assert Customer.objects.real().filter(name__contains="华瑞").count() == 1
        kinds = {event.kind for event in timeline_of_customer(old, who=rep, limit=100)}
        assert {"customers.merged", "leads.converted", "customers.contact_added"} <= kinds
        before = Customer.objects.filter(pk=new.pk).values_list("name", flat=True).get()
        actions.undo_merge(merge=stored, by=rep, now=now)
        for row in (old, new, deal, followup, mine):
            row.refresh_from_db()
        assert (deal.customer, followup.customer, followup.contact) == (new, new, theirs)
        assert (old.name, new.name, mine.email) == ("华瑞精密", before, "")
        assert mine.note == ""

    def test_a_colleagues_customer_is_not_pulled_over(self, old, new, rep, company, now):
        boss = company.by("team_lead")
        actions.transfer_customer(customer=new, to=company.teammate, by=boss, now=now)
        with pytest.raises(Customer.DoesNotExist):
            self.merge(old, new, rep, now)
        self.merge(old, new, boss, now)
        old.refresh_from_db()
        assert old.owner == company.rep

    def test_unknown_contacts_are_refused(self, old, new, rep, now):
        with pytest.raises(Refused) as excinfo:
            self.merge(old, new, rep, now, choices=Choices(contacts={old.contacts.get().pk: old.contacts.get().pk}))
        assert codes(excinfo) == ("contact_unknown",)

    def test_a_lead_is_linked_and_unlinked(self, old, rep, company, now):
        lead = leads.create_lead(
            draft=ready(company="华瑞精密有限公司", owner_id=company.rep.pk),
            by=rep,
            now=now,
            on_duplicate=OnDuplicate.ACCEPT,
        )
        actions.link_lead(lead=lead, version=lead.version, customer=old, by=rep, now=now)
        lead.refresh_from_db()
        assert lead.customer == old
        assert "customers.linked" in {event.kind for event in timeline_of_customer(old, who=rep)}
        with pytest.raises(Refused) as excinfo:
            actions.link_lead(lead=lead, version=lead.version, customer=old, by=rep, now=now)
        assert codes(excinfo) == ("linked_already",)
        actions.unlink_lead(lead=lead, by=rep, now=now)
        lead.refresh_from_db()
        assert lead.customer is None

    def test_somebody_elses_customer_is_not_there_to_link(self, old, rep, company, now):
        other = company.by("other_team")
        lead = leads.create_lead(draft=ready(owner_id=company.other_team.pk), by=other, now=now)
        with pytest.raises(Customer.DoesNotExist):
            actions.link_lead(lead=lead, version=lead.version, customer=old, by=other, now=now)


def test_a_follow_up_written_meanwhile_lands_with_the_kept_one(kept, gone, rep, now):
    merge(kept, gone, rep, now)
    followup = followups.record_followup(
        subject=gone, contact=None, at=now, channels=["phone"], outcome=FollowUpOutcome.PROGRESS, summary="晚了一步",
        by=rep, now=now,
    )  # fmt: skip
    assert followup.lead == kept
