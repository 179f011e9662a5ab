"""The room of clearances, and the text for whoever is asked without being on the deal (S7.1, P4)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from tuoke.services.approvals.models import Request
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.clearances.models import Clearance
from tuoke.steps.contracts.models import Contract

pytestmark = pytest.mark.django_db


def page(response):
    return response.content.decode()


def test_asked_decided_and_shown(login, deal, contract, lawyer):
    Opportunity.objects.filter(pk=deal.pk).update(scale="large")
    client, place = login("rep"), reverse("clearances:page", args=[deal.pk])
    assert "大客户的合同都经法务审核" in page(client.get(place))
    ask = reverse("clearances:ask", args=[contract.pk, "legal"])
    assert "何律" in page(client.get(ask))
    assert client.post(ask, {"note": ""}).status_code == 422
    assert client.post(ask, {"deciders": [lawyer.pk], "note": "看违约金"}).status_code == 302
    assert "等待答复：" in page(client.get(place))
    his, clearance = Client(), Clearance.objects.get()
    his.force_login(lawyer)
    assert his.get(place).status_code == 404  # he hasn't joined the deal
    text = page(his.get(reverse("clearances:asked", args=[clearance.pk])))
    assert "每逾期一日按应付金额的 0.05%" in text
    asked = Request.objects.get()
    assert "大客户的合同都经法务审核" in page(his.get(asked.get_absolute_url()))
    decide = reverse("approvals:decide", args=[asked.pk])
    his.post(decide, {"verb": "approve", "version": asked.version, "reason": "可以签"})
    assert "现在的文字已通过" in page(client.get(place))
    assert "可以签" in page(client.get(place))


def test_management_by_amount_and_taking_it_back(login, deal, contract, company):
    Contract.objects.filter(pk=contract.pk).update(amount=Decimal(600_000))
    client, place = login("rep"), reverse("clearances:page", args=[deal.pk])
    assert "合同金额达到 50 万元，要上级主管审批" in page(client.get(place))
    client.post(reverse("clearances:ask", args=[contract.pk, "contract"]), {"deciders": [company.team_lead.pk]})
    clearance = Clearance.objects.get()
    assert "去审批" in page(login("team_lead").get(place))
    client.post(reverse("clearances:withdraw", args=[clearance.pk]))
    assert "签署前要审批" in page(client.get(place))
    assert client.get(reverse("clearances:ask", args=[contract.pk, "odd"])).status_code == 404


@pytest.mark.parametrize(("who", "reads"), [("team_lead", 200), ("auditor", 200), ("other_team", 404), ("admin", 403)])
def test_who_sees_it(login, contract, who, reads):
    client = login(who)
    assert client.get(reverse("clearances:page", args=[contract.opportunity_id])).status_code == reads
    ask = client.get(reverse("clearances:ask", args=[contract.pk, "legal"]))
    assert ask.status_code == (200 if who == "team_lead" else 404 if who == "other_team" else 403)
    assert client.get(reverse("clearances:asked", args=[999])).status_code == 404
