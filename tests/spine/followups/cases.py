"""Customers, leads and deals to follow up, made without the rules that other tests are about."""

from __future__ import annotations

from datetime import date

from tests.conftest import NOW
from tuoke.spine.customers.models import Contact, Customer, Lead
from tuoke.spine.customers.rules import name_key_of
from tuoke.spine.deals.models import Opportunity


def a_customer(owner, name="华瑞精密", **more):
    more = {"department": owner.department if owner else None, "created_at": NOW, "search_text": name} | more
    return Customer.objects.create(name=name, name_key=name_key_of(name), owner=owner, **more)


def a_contact(customer, name="陈工", **more):
    return Contact.objects.create(customer=customer, name=name, **more)


def a_lead(owner, company="恒远科技", **more):
    more = {"department": owner.department if owner else None, "created_at": NOW, "party_key": company} | more
    return Lead.objects.create(company=company, owner=owner, **more)


def a_deal(owner, playbook, *, customer=None, name="数据整合一期", **more):
    customer = customer or a_customer(owner)
    more = {
        "step": "discovery",
        "variant": "",
        "entered_step_at": NOW,
        "created_at": NOW,
        "department": owner.department,
        "search_text": name,
    } | more
    return Opportunity.objects.create(name=name, customer=customer, owner=owner, playbook_version=playbook, **more)


def lost(deal):
    Opportunity.objects.filter(pk=deal.pk).update(outcome="lost", outcome_on=date(2026, 11, 23))
    deal.refresh_from_db()
    return deal
