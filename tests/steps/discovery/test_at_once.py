"""Two people at the same moment, on real transactions."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from django.db import connection

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tests.steps.leads.test_at_once import patiently
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.services.links.queries import holder_of
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.discovery import actions
from tuoke.steps.discovery.actions.confirmations import customer_confirms
from tuoke.steps.discovery.models import Confirmation
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority, SendDraft


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_the_second_is_told_who_was_first(now):
    from tests.people import make_company

    company = make_company()
    by, deal = company.by("rep"), _deal(company, now)
    contact = a_contact(deal.customer)
    actions.add_need(deal=deal, draft=NeedDraft(NeedKind.RIGID, "对齐", Priority.HIGH), by=by, now=now)
    sent = actions.send_list(deal=deal, draft=SendDraft(contact.pk, date(2026, 12, 1)), by=by, now=now)
    names = ["陈工", "李四", "王五"]
    start, signed, told = threading.Barrier(len(names)), [], []

    def confirm(name):
        try:
            start.wait()
            holder = holder_of(sent.link)
            patiently(lambda: customer_confirms(link=sent.link, name=name, by=holder, now=now, where="203.0.113.7"))
            signed.append(name)
        except Refused as refusal:
            [reason] = refusal.verdict.reasons
            told.append((reason.code, reason.params["name"], reason.params["at"]))
        finally:
            connection.close()

    _together([lambda name=name: confirm(name) for name in names])
    assert told == [("already_confirmed", *signed, now)] * 2
    assert Confirmation.objects.get().confirmed_name == signed[0]
    assert Event.objects.filter(kind="discovery.list_confirmed").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_send_at_once_make_two_versions_one_of_which_waits(now):
    from tests.people import make_company

    company = make_company()
    by, deal = company.by("rep"), _deal(company, now)
    contact = a_contact(deal.customer)
    actions.add_need(deal=deal, draft=NeedDraft(NeedKind.RIGID, "对齐", Priority.HIGH), by=by, now=now)
    start = threading.Barrier(2)

    def send():
        try:
            start.wait()
            draft = SendDraft(contact.pk, date(2026, 12, 1))
            patiently(lambda: actions.send_list(deal=deal, draft=draft, by=by, now=now))
        finally:
            connection.close()

    _together([send, send])
    assert sorted(Confirmation.objects.values_list("number", flat=True)) == [1, 2]
    assert Confirmation.objects.waiting().get().number == 2


def _deal(company, now):
    playbook = load_default(by=system("test"), now=now)
    return a_deal(company.rep, playbook, customer=a_customer(company.rep))


def _together(acts):
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
