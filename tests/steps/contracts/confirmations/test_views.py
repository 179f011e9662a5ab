"""The room of confirmations, for whoever writes the contract and for others (S7.1)."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.steps.contracts.written import a_clause, a_contract, reworded
from tuoke.steps.contracts.confirmations.models import ClauseConfirmation, Invitation
from tuoke.steps.contracts.models import Contract
from tuoke.steps.contracts.queries import latest_version

pytestmark = pytest.mark.django_db


def page(response):
    return response.content.decode()


def test_from_nothing_to_the_customers_link(login, deal, contact):
    client, place = login("rep"), reverse("confirmations:page", args=[deal.pk])
    assert "还没有合同" in page(client.get(place))
    contract = a_contract(deal)
    assert "合同还没有定过版" in page(client.get(place))
    client.post(reverse("confirmations:prepare", args=[contract.pk]))
    shown = page(client.get(place))
    assert "我方确认余下的 4 条" in shown
    assert "0 / 4" in shown
    url = reverse("confirmations:invite", args=[contract.pk])
    assert f'<option value="{contact.pk}" selected>' in page(client.get(url)), "the only one there is"
    wrong = client.post(url, {"contact": "", "expires_on": "2026-13-40"})
    assert wrong.status_code == 422
    sent = client.post(url, {"contact": contact.pk, "expires_on": "2026-12-05", "message": "请过目"}, follow=True)
    assert "复制链接" in page(sent)
    assert Invitation.objects.get().recipient == "陈工"


def test_our_side_says_its_word(login, contract, invitation):
    client, version = login("rep"), latest_version(contract)
    first = contract.clauses.first()
    change = reverse("confirmations:change", args=[contract.pk, first.pk])
    assert client.post(change, {"comment": " "}).status_code == 422
    assert "我方 要改" in page(client.post(change, {"comment": "账号只能 2 个"}, follow=True))
    said = ClauseConfirmation.objects.get()
    client.post(reverse("confirmations:withdraw", args=[said.pk]))
    confirm = reverse("confirmations:confirm", args=[contract.pk])
    assert "我方已确认 4 条" in page(client.post(confirm, {"version": version.pk}, follow=True))
    told = reverse("confirmations:told", args=[contract.pk])
    keys = list(contract.clauses.values_list("pk", flat=True))
    given = {"contact": invitation.contact_id, "told_on": "2026-11-20", "channel": "email", "clauses": keys}
    assert client.post(told, given | {"told_on": "2030-01-01"}).status_code == 422
    assert "双方都已逐条确认" in page(client.post(told, given, follow=True))
    reworded(contract, "付款", "另一种写法。")
    assert "合同改过了" in page(client.get(reverse("confirmations:page", args=[contract.opportunity_id])))
    forward = reverse("confirmations:forward", args=[invitation.pk])
    assert "第 2 版" in page(client.post(forward, follow=True))


@pytest.mark.parametrize(("who", "reads"), [("team_lead", 200), ("auditor", 200), ("other_team", 404), ("admin", 403)])
def test_who_sees_it(login, contract, invitation, who, reads):
    client = login(who)
    assert client.get(reverse("confirmations:page", args=[contract.opportunity_id])).status_code == reads
    post = client.post(reverse("confirmations:confirm", args=[contract.pk]), {"version": invitation.version_id})
    assert post.status_code == (302 if who == "team_lead" else 404 if who == "other_team" else 403)


def test_the_page_costs_the_same_for_any_number_of_clauses(login, contract, invitation):
    client, place = login("rep"), reverse("confirmations:page", args=[contract.opportunity_id])
    client.get(place)
    with CaptureQueriesContext(connection) as few:
        client.get(place)
    for number in range(5):
        a_clause(contract, title=f"条 {number}")
    client.post(reverse("confirmations:prepare", args=[contract.pk]))
    version = latest_version(Contract.objects.get(pk=contract.pk))
    client.post(reverse("confirmations:confirm", args=[contract.pk]), {"version": version.pk})
    client.get(place)  # what was to be said of it is said
    with CaptureQueriesContext(connection) as many:
        client.get(place)
    assert len(many) <= len(few)
