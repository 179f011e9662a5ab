"""Two people, or two clicks, at the same moment: real threads and connections on the database that the suite runs on.

Two advances stand in tests/spine/deals, two claims in tests/steps/leads, two imports with them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.attacks.tools import PAINS, typed
from tests.people import make_company
from tests.spine.followups.cases import a_customer, a_deal, a_lead
from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.rules import Segment
from tuoke.spine.customers import actions as customers
from tuoke.spine.customers.models import Contact, Customer, Holding, Lead
from tuoke.spine.customers.rules import CustomerDraft
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Membership, Opportunity, Waiver
from tuoke.spine.deals.queries import gate_judgement
from tuoke.spine.deals.rules import waivable
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.playbook.actions import load_default
from tuoke.spine.playbook.models import Tick
from tuoke.spine.playbook.rules import variant_for
from tuoke.steps.discovery.models import Need
from tuoke.steps.leads import actions as leads
from tuoke.steps.leads.imports import actions as imports
from tuoke.steps.leads.imports.models import LeadImport
from tuoke.steps.leads.models import BulkRun, ExportFile
from tuoke.steps.leads.rules.bulk import BulkVerb, FileKind
from tuoke.steps.targeting import actions as targeting
from tuoke.steps.targeting.queries import content_of
from tuoke.steps.targeting.resources import actions as resources
from tuoke.steps.targeting.resources.models import Allocation, Resource
from tuoke.steps.targeting.rules import ProfileDraft

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works):
    """Each in a thread and a connection of its own, all let go together; their results, or what they raised, in order."""
    together = Barrier(len(works))

    def one(work):
        try:
            connection.ensure_connection()
            together.wait(timeout=20)
            return work()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def sorted_out(results, taken):
    """How many were done and how many were told no; anything else is a failure."""
    done = [result for result in results if isinstance(result, taken)]
    refused = [result for result in results if isinstance(result, Refused | Conflict)]
    assert len(done) + len(refused) == len(results), results
    return len(done), len(refused)


@pytest.fixture
def house(now):
    company = make_company()
    company.version = load_default(by=system("test"), now=now)
    return company


def converting(lead, company, now):
    terms = leads.Terms(name="数据整合一期")
    manager = company.by("team_lead")

    def convert():
        try:
            return leads.convert(lead=lead, terms=terms, by=manager, now=now)
        except leads.GateClosed as closed:
            if not waivable(closed.judgement):
                raise
            waivers = dict.fromkeys(waivable(closed.judgement), "先谈起来")
            return leads.convert(lead=lead, terms=terms, by=manager, now=now, waivers=waivers)

    return convert


def test_one_lead_becomes_one_deal(house, now):
    lead = leads.create_lead(draft=ready(owner_id=house.rep.pk), by=house.by("rep"), now=now)
    convert = converting(lead, house, now)
    assert sorted_out(at_once(convert, convert, convert), Opportunity) == (1, 2)
    assert (Opportunity.objects.count(), Customer.objects.count()) == (1, 1)
    assert Event.objects.filter(kind="leads.converted").count() == 1


def test_two_leads_of_one_company_become_one_customer(house, now):
    by = house.by("rep")
    works = []
    for want in ("一期", "二期", "三期"):
        lead = leads.create_lead(draft=ready(owner_id=house.rep.pk, want=want, phone="", contact=want), by=by, now=now)
        works.append(converting(lead, house, now))
    assert sorted_out(at_once(*works), Opportunity) == (3, 0)
    assert Customer.objects.count() == 1


def test_the_same_customer_is_made_once(house, now):
    draft = CustomerDraft(name="长风精密有限公司", owner_id=house.rep.pk)

    def create():
        return customers.create_customer(draft=draft, by=house.by("rep"), now=now)

    assert sorted_out(at_once(create, create, create), Customer) == (1, 2)
    assert Customer.objects.count() == 1


def test_the_same_lead_is_made_once(house, now):
    def create():
        return leads.create_lead(draft=ready(owner_id=house.rep.pk), by=house.by("rep"), now=now)

    assert sorted_out(at_once(create, create, create), Lead) == (1, 2)
    assert Lead.objects.count() == 1


def test_a_lead_is_given_out_once(house, now):
    lead = leads.create_lead(draft=ready(), by=house.by("rep"), now=now)
    results = at_once(
        lambda: leads.claim_lead(lead=lead, by=house.by("other_team"), now=now),
        lambda: leads.assign_lead(lead=lead, to=house.teammate, by=house.by("team_lead"), now=now),
        lambda: leads.claim_lead(lead=lead, by=house.by("rep"), now=now),
    )
    assert all(isinstance(result, Lead | Refused | Lead.DoesNotExist) for result in results), results
    last = Event.objects.filter(kind__in=["leads.claimed", "leads.assigned"]).latest("pk")
    lead.refresh_from_db()
    assert lead.owner.name in str(last.facts) + str(last.changes)


@pytest.fixture
def deal(house, now):
    variant = variant_for(house.version.document(), Segment(), is_complex=False)
    return a_deal(house.rep, house.version, step="outreach", variant=variant.key)


@pytest.fixture
def action(deal, house, now):
    plan = Plan(title="发送方案", due_on=timezone.localdate(now) + timedelta(days=1))
    return followups.plan_action(subject=deal, plan=plan, by=house.by("rep"), now=now)


def record(deal, house, now, **more):
    return followups.record_followup(
        subject=deal, at=now, channels=["phone"], outcome=FollowUpOutcome.PROGRESS, summary="谈了预算",
        by=house.by("rep"), now=now, **more,
    )  # fmt: skip


def test_an_action_is_finished_once(action, deal, house, now):
    def answer():
        return record(deal, house, now, answers=action)

    def complete():
        return followups.complete_action(action=action, version=1, note="", by=house.by("rep"), now=now)

    sorted_out(at_once(answer, complete, answer), FollowUp | NextAction)
    finished = Event.objects.filter(kind__in=["followups.recorded", "followups.completed"])
    assert finished.count() == 1
    assert FollowUp.objects.count() == finished.filter(kind="followups.recorded").count()


def test_an_action_is_changed_once(action, house, now):
    def move(day):
        due_on = timezone.localdate(now) + timedelta(days=day)
        return lambda: followups.reschedule_action(action=action, version=1, due_on=due_on, by=house.by("rep"), now=now)

    assert sorted_out(at_once(move(3), move(4), move(5)), NextAction) == (1, 2)
    action.refresh_from_db()
    assert action.version == 2


def test_a_form_that_was_sent_twice_is_kept_once(deal, house, now):
    """F1: two clicks, or a browser that sends again: one follow-up, one next action."""
    data = {
        "outcome": "progress", "channels": ["phone"], "summary": "谈了预算", "at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        "next_title": "发资料", "next_pick": "other", "next_due_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
        "next_owner": house.rep.pk,
    }  # fmt: skip
    client = Client()
    client.force_login(house.rep)
    cookies = dict(client.cookies)
    path = f"{reverse('followups:new')}?deal={deal.pk}"

    def send():
        own = Client()
        own.cookies.update(cookies)
        return own.post(path, data).status_code

    assert at_once(send, send, send) == [302, 302, 302]
    assert send() == 302
    assert (FollowUp.objects.count(), NextAction.objects.count()) == (1, 1)
    assert Event.objects.filter(kind="followups.recorded").count() == 1
    assert Client().post(path, data).status_code == 302  # to the login page
    data["summary"] = "又谈了一次"
    assert send() == 302
    assert FollowUp.objects.count() == 2


FORMS = {
    "a contact": (lambda deal: reverse("customers:add_contact", args=[deal.customer_id]), {"name": "新来的"}, Contact),
    "a plan": (
        lambda deal: f"{reverse('followups:plan')}?deal={deal.pk}",
        {
            "next_title": "发资料",
            "next_pick": "other",
            "next_due_on": (timezone.localdate() + timedelta(days=3)).isoformat(),
        },
        NextAction,
    ),
    "a need": (
        lambda deal: reverse("discovery:add", args=[deal.pk]),
        {"kind": "rigid", "description": "数据要互通", "priority": "high"},
        Need,
    ),
    "a deal": (
        lambda deal: f"{reverse('deals:new')}?customer={deal.customer_id}",
        {"name": "二期", "market": "tob", "scale": "small", "motion": "new"},
        Opportunity,
    ),
}


@pytest.mark.parametrize("named", FORMS)
def test_a_form_with_a_name_is_carried_out_once_however_often_it_comes(named, deal, house, now):
    address, values, model = FORMS[named]
    client = Client()
    client.force_login(house.rep)
    page = client.get(address(deal)).content.decode() if named != "a need" else ""
    prefix = f"plan{deal.pk}-" if model is NextAction else ""
    data = {f"{prefix}{name}": value for name, value in values.items()} | {"once": "3f2a"}
    if model in (NextAction, Opportunity):
        data |= {f"{prefix}next_owner" if prefix else "owner": house.rep.pk}
    if page:
        assert 'name="once"' in page
    before = model.objects.count()

    def send(**more):
        own = Client()
        own.cookies.update(dict(client.cookies))
        return own.post(address(deal), data | more)

    found = at_once(send, send, send)
    assert {answer.status_code for answer in found} == {302}, found[0].content.decode()[:2000]
    assert model.objects.count() == before + 1
    assert {answer["Location"] for answer in [*found, send()]} == {found[0]["Location"]}
    assert model.objects.count() == before + 1
    assert send(once="another").status_code in (302, 422)


def test_a_refused_form_was_never_sent(deal, house, now):
    client = Client()
    client.force_login(house.rep)
    address = reverse("customers:add_contact", args=[deal.customer_id])
    refused = client.post(address, {"name": "", "once": "9c"})
    assert refused.status_code == 422
    assert 'value="9c"' in refused.content.decode()
    assert client.post(address, {"name": "新来的", "once": "9c"}).status_code == 302
    assert Contact.objects.filter(name="新来的").count() == 1


def test_a_criterion_is_waived_once(deal, house, now):
    key = waivable(gate_judgement(deal))[0]

    def waive():
        return deals.waive(deal=deal, criterion=key, reason="先过", by=house.by("team_lead"), now=now)

    assert sorted_out(at_once(waive, waive, waive), Waiver) == (1, 2)


def test_joining_and_ticking_twice_is_joining_and_ticking_once(deal, house, now):
    item = house.version.document().step("outreach").actions[0].key

    def join():
        return deals.join(deal=deal, user=house.collaborator, duty="方案", by=house.by("rep"), now=now)

    def tick():
        return deals.tick(deal=deal, item=item, note="", by=house.by("rep"), now=now)

    assert sorted_out(at_once(join, tick, join, tick), Membership | Tick) == (4, 0)
    assert (Membership.objects.count(), Tick.objects.count()) == (1, 1)
    assert Event.objects.filter(kind="playbook.ticked").count() == 1


def test_a_deal_is_edited_by_one_and_the_other_is_told(deal, house, now):
    def edit(name):
        return lambda: deals.edit_deal(
            deal=deal, version=1, name=name, amount=None, expected_close_on=None, product=None, segment=deal.segment,
            is_complex=False, note="", by=house.by("rep"), now=now,
        )  # fmt: skip

    assert sorted_out(at_once(edit("甲"), edit("乙"), edit("丙")), Opportunity) == (1, 2)


def test_a_campaign_and_a_profile_are_saved_by_one(house, now):
    by = house.by("process_owner")
    profile = targeting.plant_default(by=by, now=now)

    def named(name):
        more = {"product_id": None, "owner_id": None, "review_by": None, "content": content_of(profile)}
        return ProfileDraft(name=name, market=profile.market, **more)

    def save(name):
        draft = named(name)
        return lambda: targeting.save_profile(profile=profile, version=profile.version, draft=draft, by=by, now=now)

    assert sorted_out(at_once(save("甲"), save("乙")), type(profile)) == (1, 1)
    other = targeting.create_profile(draft=named("另一张"), by=by, now=now)
    results = at_once(
        lambda: targeting.make_default(profile=other, by=by, now=now),
        lambda: targeting.make_default(profile=profile, by=by, now=now),
    )
    assert not [result for result in results if isinstance(result, Exception)], results
    assert type(profile).objects.filter(is_default=True).count() == 1


def test_an_import_is_started_once(house, now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    by = house.by("rep")
    file = SimpleUploadedFile("线索.csv", "公司名称,联系人,电话\n长风精密,李工,13800138000\n".encode())
    taken_in = imports.upload(file=file, by=by, now=now)
    imports.set_mapping(lead_import=taken_in, mapping=taken_in.columns, options=imports.Options(), by=by, now=now)
    imports.check(lead_import=taken_in, by=by, clock=lambda: now)
    before = DBTaskResult.objects.count()

    def start():
        return imports.start(lead_import=LeadImport.objects.get(pk=taken_in.pk), by=by, now=now)

    results = at_once(start, start, start)
    assert all(isinstance(result, LeadImport | Refused) for result in results), results
    assert DBTaskResult.objects.count() == before + 1


def test_customers_are_handed_over_once(house, now):
    customer, lead = a_customer(house.rep), a_lead(house.rep)

    def give(to):
        return lambda: customers.transfer_customer(customer=customer, to=to, by=house.by("director"), now=now)

    results = at_once(give(house.teammate), give(house.other_team), give(house.teammate))
    sorted_out(results, Customer)
    customer.refresh_from_db()
    last = Event.objects.filter(kind="customers.transferred").latest("pk")
    assert last.changes["owner"][1] == customer.owner.name
    assert customer.department_id == customer.owner.department_id
    assert lead.owner_id == house.rep.pk


NEW_ROOMS = {
    "a resource": (
        "director", "/resources/new/",
        {"name": "样机", "kind": "expert", "quantity": "3", "unit": "个"}, "resources.Resource",
    ),
    "a product": ("director", "/catalog/products/new/", {"name": "数据平台", **PAINS}, "catalog.Product"),
    "a competitor": ("director", "/catalog/competitors/new/", {"name": "甲软件"}, "catalog.Competitor"),
    "a source": ("director", "/catalog/sources/new/", {"name": "直播间"}, "catalog.LeadSource"),
    "a campaign": ("process_owner", "/targeting/campaigns/new/", {"name": "明年一季度"}, "catalog.Campaign"),
    "a view": ("rep", "/leads/views/new/?query=tab%3Dmine", {"name": "我的"}, "accounts.SavedView"),
    "a rule": ("director", "/leads/assignment/new/", {"name": "轮流", "kind": "turn", "people": "REP"}, "leads.AssignmentRule"),
}  # fmt: skip


@pytest.mark.parametrize("named", NEW_ROOMS)
def test_what_is_new_in_the_rooms_of_planning_is_made_once(named, house, now):
    """Three clicks at once and one later: one record, and everybody is led to it."""
    actor, path, values, label = NEW_ROOMS[named]
    model, client = apps.get_model(label), Client()
    client.force_login(getattr(house, actor))
    data = typed(client, path, **values) | {"once": "7c1d"}
    data = {name: house.rep.pk if value == "REP" else value for name, value in data.items()}
    assert 'name="once"' in client.get(path).content.decode()
    before = model.objects.count()

    def send():
        own = Client()
        own.cookies.update(dict(client.cookies))
        return own.post(path, data)

    found = at_once(send, send, send)
    assert {answer.status_code for answer in found} == {302}, found[0].context["form"].errors
    assert {answer["Location"] for answer in [*found, send()]} == {found[0]["Location"]}
    assert model.objects.count() == before + 1


def test_an_export_is_ordered_once(house, now):
    def order():
        return leads.order_export(
            query="tab=mine", columns=(), kind=FileKind.XLSX, work=lambda pk: ordered.append(pk), by=house.by("rep"), now=now
        )  # fmt: skip

    ordered: list[int] = []
    results = at_once(order, order, order)
    assert all(isinstance(result, ExportFile) for result in results), results
    assert ExportFile.objects.count() == len(ordered) == 1


def test_a_bulk_run_is_carried_out_once(house, now):
    lead = leads.create_lead(draft=ready(owner_id=house.rep.pk), by=house.by("rep"), now=now)
    by = house.by("rep")
    run = leads.choose(verb=BulkVerb.RETURN, chosen=[(lead.pk, lead.version)], query="", by=by, now=now)
    run = leads.settle(run=run, terms={"reason": "时间不够"}, by=by)

    def start():
        return leads.start(run=run, by=by, now=now)

    results = at_once(start, start, start)
    assert all(isinstance(result, BulkRun) for result in results), results
    assert Holding.objects.filter(lead=lead, how="returned").count() == 1
    assert Event.objects.filter(kind="leads.returned").count() == 1


def test_a_resource_is_never_granted_twice(house, now):
    """Two requests, each of them all that there is: one is granted, the other told what is left."""
    day, owner = timezone.localdate(now), house.director
    stock = {"starts_on": day, "ends_on": day + timedelta(days=30), "quantity": 10}
    resource = Resource.objects.create(
        name="专家时间", kind="expert", unit="人天", owner=owner, department=owner.department, **stock
    )
    asked = [
        Allocation.objects.create(
            resource=resource, department=person.department, user=person, requester=person, purpose="评审", created_at=now,
            **stock,
        )
        for person in (house.rep, house.teammate)
    ]  # fmt: skip
    works = [
        lambda one=one: resources.approve(allocation=one, version=one.version, by=house.by("director"), now=now)
        for one in asked
    ]
    assert sorted_out(at_once(*works), Allocation) == (1, 1)
    assert Allocation.objects.filter(status="approved").count() == 1
