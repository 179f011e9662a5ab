"""Customers and contacts: actions, duplicates, screens."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers import actions
from tuoke.spine.customers.actions import Duplicate
from tuoke.spine.customers.models import Contact, Customer
from tuoke.spine.customers.queries import duplicates_of, matching_customer
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, DecisionRole, OnDuplicate

LIST = "/customers/"


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def customer(company, rep, now):
    draft = CustomerDraft(name="华瑞精密有限公司", phone="+8653188886666", owner_id=company.rep.pk)
    return actions.create_customer(draft=draft, by=rep, now=now)


@pytest.fixture
def contact(customer, rep, now):
    draft = ContactDraft(name="吴晓梅", position="CTO", phone="+8613700137000", role=DecisionRole.DECIDER)
    return actions.add_contact(customer=customer, draft=draft, by=rep, now=now)


def text(response) -> str:
    return response.content.decode()


def typed(**changes):
    return {"market": "tob", "name": "新客户有限公司", "phone": "0531-88886667", "staff": "≥50人"} | changes


# Actions


def test_a_customer_is_owned_findable_and_recorded(customer, company):
    assert (customer.owner, customer.department) == (company.rep, company.departments["east"])
    assert "hrjm" in customer.search_text
    assert Event.objects.get(kind="customers.created").party == f"customers.customer:{customer.pk}"


def test_the_same_name_is_refused_until_confirmed(customer, company, now):
    other = company.by("other_team")
    again = CustomerDraft(name="华瑞精密(有限公司)", owner_id=company.other_team.pk)
    with pytest.raises(Duplicate) as excinfo:
        actions.create_customer(draft=again, by=other, now=now)
    (hit,) = excinfo.value.hits
    assert (hit.owner, hit.label, hit.url) == ("王芳", "", "")
    assert actions.create_customer(draft=again, by=other, now=now, on_duplicate=OnDuplicate.ACCEPT).pk


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (CustomerDraft(name="  "), "blank"),
        (CustomerDraft(name="名" * 121), "too_long"),
        (CustomerDraft(name="a\x00b"), "text_broken"),
        (CustomerDraft(name="公司", staff_low=9, staff_high=1), "range_reversed"),
    ],
)
def test_unsound_drafts(rep, now, draft, code):
    with pytest.raises(Refused) as excinfo:
        actions.create_customer(draft=draft, by=rep, now=now)
    assert excinfo.value.verdict.codes == (code,)


def test_conflicts_and_foreign_customers(customer, company, rep, now):
    draft = CustomerDraft(name=customer.name, note="先")
    actions.edit_customer(customer=customer, version=1, draft=draft, by=rep, now=now)
    with pytest.raises(Conflict):
        actions.edit_customer(customer=customer, version=1, draft=replace(draft, note="后"), by=rep, now=now)
    with pytest.raises(Customer.DoesNotExist):
        actions.edit_customer(customer=customer, version=2, draft=draft, by=company.by("other_team"), now=now)


def test_transfer_stays_inside_ones_scope(customer, company, now):
    boss = company.by("team_lead")
    assert actions.transfer_customer(customer=customer, to=company.teammate, by=boss, now=now).owner == company.teammate
    with pytest.raises(Refused):
        actions.transfer_customer(customer=customer, to=company.other_team, by=boss, now=now)


def test_matching(customer, company, rep, now):
    draft = CustomerDraft(name="华瑞精密", owner_id=company.rep.pk)
    assert actions.match_or_create(draft=draft, by=rep, now=now) == (customer, False)
    with pytest.raises(Refused) as excinfo:
        actions.match_or_create(draft=draft, by=company.by("other_team"), now=now)
    assert excinfo.value.verdict.codes == ("customer_elsewhere",)
    assert matching_customer(name="", credit_code="", phone="", market="tob") is None


def test_one_without_owner_is_taken_up(customer, company, rep, now):
    Customer.objects.update(owner=None, department=None)
    draft = CustomerDraft(name="华瑞精密", owner_id=company.rep.pk)
    found, is_new = actions.match_or_create(draft=draft, by=rep, now=now)
    assert (found.owner, is_new) == (company.rep, False)


def test_contacts(contact, rep, company, now):
    draft = ContactDraft(name="吴晓梅", position="总经理")
    actions.edit_contact(contact=contact, version=1, draft=draft, by=rep, now=now)
    with pytest.raises(Conflict):
        actions.edit_contact(contact=contact, version=1, draft=draft, by=rep, now=now)
    with pytest.raises(Contact.DoesNotExist):
        actions.edit_contact(contact=contact, version=2, draft=draft, by=company.by("teammate"), now=now)
    event = Event.objects.get(kind="customers.contact_edited")
    assert event.changes["position"] == ["CTO", "总经理"]


def test_a_touch_keeps_the_newest(customer, now):
    actions.touched(customer=customer, at=now)
    actions.touched(customer=customer, at=now.replace(year=2020))
    customer.refresh_from_db()
    assert customer.last_touch_at == now


def test_duplicates_by_phone_of_a_contact_and_code(contact, rep):
    (hit,) = duplicates_of(who=rep, phone="+8613700137000")
    assert (hit.kind, hit.matched, hit.is_exact) == ("customer", ("phone",), False)
    (hit,) = duplicates_of(who=rep, name="华瑞精密", phone="+8653188886666")
    assert (hit.matched, hit.is_exact) == (("name", "phone"), True)
    assert duplicates_of(who=rep) == []


# Screens


def test_the_list_and_its_cost(customer, company, rep, now, login):
    client = login("rep")
    assert "华瑞精密有限公司" in text(client.get(LIST))
    counts = []
    for rows in (1, 3):
        while Customer.objects.count() < rows:
            draft = CustomerDraft(name=f"客户{Customer.objects.count()}号", owner_id=company.rep.pk)
            actions.create_customer(draft=draft, by=rep, now=now)
        with CaptureQueriesContext(connection) as seen:
            client.get(LIST)
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_the_page_and_its_cost(customer, contact, rep, now, login):
    client = login("rep")
    page = text(client.get(customer.get_absolute_url()))
    for said in ("吴晓梅", "决策人", "0531 8888 6666", "添加了联系人"):
        assert said in page
    counts = []
    for rows in (1, 3):
        while Contact.objects.count() < rows:
            draft = ContactDraft(name=f"联系人{Contact.objects.count()}")
            actions.add_contact(customer=customer, draft=draft, by=rep, now=now)
        with CaptureQueriesContext(connection) as seen:
            client.get(customer.get_absolute_url())
        counts.append(len(seen))
    assert counts[0] == counts[1]


def test_who_sees_what(customer, contact, login):
    for actor in ("teammate", "other_team", "collaborator"):
        client = login(actor)
        assert client.get(customer.get_absolute_url()).status_code == 404
    for actor in ("admin", "process_owner"):
        assert login(actor).get(LIST).status_code == 403
    assert login("auditor").get(customer.get_absolute_url()).status_code == 200
    assert login("auditor").get(reverse("customers:edit", args=[customer.pk])).status_code == 403
    other = login("other_team")
    for name, pk in (
        ("edit", customer.pk),
        ("transfer", customer.pk),
        ("add_contact", customer.pk),
        ("edit_contact", contact.pk),
    ):
        assert other.post(reverse(f"customers:{name}", args=[pk]), {}).status_code == 404, name


def test_new_and_edit(login, company):
    client = login("rep")
    response = client.post(reverse("customers:new"), typed(owner=str(company.rep.pk)))
    customer = Customer.objects.get()
    assert response["Location"] == customer.get_absolute_url()
    assert (customer.staff_low, customer.staff_high, customer.phone) == (50, None, "+8653188886667")
    edit = reverse("customers:edit", args=[customer.pk])
    assert "≥50" in text(client.get(edit))
    assert client.post(edit, typed(version="1", note="甲")).status_code == 302
    stale = client.post(edit, typed(version="1", note="乙"))
    assert stale.status_code == 409
    assert "甲" in text(stale)
    assert "乙" in text(stale)


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "a\x00"), ("phone", "1"), ("staff", "?"), ("owner", "0")]
)
def test_wrong_input(login, company, field, value):
    response = login("rep").post(reverse("customers:new"), typed(**{"owner": str(company.rep.pk), field: value}))
    assert response.status_code == 422
    assert field in response.context["form"].errors


def test_a_known_customer_needs_a_word(customer, login, company):
    client = login("other_team")
    same = typed(name="华瑞精密有限公司", owner=str(company.other_team.pk))
    response = client.post(reverse("customers:new"), same)
    assert response.status_code == 422
    assert "请联系" in text(response)
    assert client.post(reverse("customers:new"), same | {"confirmed": "on"}).status_code == 302
    part = {"HX-Request": "true"}
    found = client.get(reverse("customers:duplicates"), {"name": "华瑞精密"}, headers=part)
    assert "请联系" in text(found)


def test_contact_screens(customer, login):
    client = login("rep")
    add = reverse("customers:add_contact", args=[customer.pk])
    assert client.post(add, {"name": ""}).status_code == 422
    assert client.post(add, {"name": "张伟", "role": "decider", "phone": "13800138000"}).status_code == 302
    contact = Contact.objects.get()
    edit = reverse("customers:edit_contact", args=[contact.pk])
    assert client.post(edit, {"name": "张伟", "position": "总监", "version": "1"}).status_code == 302
    stale = client.post(edit, {"name": "张伟", "position": "主任", "version": "1"})
    assert stale.status_code == 409
    assert "总监" in text(stale)
    assert "主任" in text(stale)


def test_transfer_screen(customer, company, login):
    address = reverse("customers:transfer", args=[customer.pk])
    boss = login("team_lead")
    assert boss.post(address, {"owner": company.teammate.pk}).status_code == 302
    customer.refresh_from_db()
    assert customer.owner == company.teammate
    assert boss.post(address, {"owner": ""}).status_code == 422
