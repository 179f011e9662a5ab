"""Lines and spending as they are kept: refused whole, recorded, never lost; what others are told of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_deal, lost
from tests.steps.proposals.values.conftest import measured
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery.models import Need
from tuoke.steps.proposals.values import actions, hooks, queries
from tuoke.steps.proposals.values.documents import parts_of
from tuoke.steps.proposals.values.facts import facts_of
from tuoke.steps.proposals.values.models import ValueItem
from tuoke.steps.proposals.values.rules import Basis, Share, Spending, parse_frozen


def a_need(deal, now, text="少停线"):
    return Need.objects.create(
        customer=deal.customer, opportunity=deal, kind="rigid", description=text, priority="high", created_at=now
    )


def refused(codes, act, **given):
    with pytest.raises(Refused) as refusal:
        act(**given)
    assert set(refusal.value.verdict.codes) == set(codes)


def share(item, percent=10, **more):
    return measured(**{"name": "少加班", "figures": Share(item.pk, Decimal(percent)), "unit": ""} | more)


def test_lines_add_up_and_the_gate_hears_of_the_customers_own(deal, by, now):
    assert queries.worth_of(deal) is None
    estimate = actions.add_item(deal=deal, draft=measured(basis=Basis.ESTIMATE), by=by, now=now)
    assert facts_of(deal) == {"value_figures": False}
    actions.add_item(deal=deal, draft=share(estimate), by=by, now=now)
    assert facts_of(deal) == {"value_figures": False}  # a share has no figure of its own
    draft = measured(basis=Basis.CUSTOMER)
    actions.edit_item(item=estimate, version=1, draft=draft, by=by, now=now)
    assert facts_of(deal) == {"value_figures": True}
    assert queries.worth_of(deal).yearly.likely == Decimal("2359500.00")
    actions.withdraw_item(item=estimate, by=by, now=now)
    assert facts_of(deal) == {"value_figures": False}
    assert queries.worth_of(deal).yearly.likely == 0
    actions.restore_item(item=estimate, by=by, now=now)
    kinds = [event.kind for event in history_of(estimate)]
    assert sorted(kinds) == [
        "values.item_added", "values.item_edited", "values.item_restored", "values.item_withdrawn",
    ]  # fmt: skip


def test_everything_wrong_is_said_at_once(deal, item, by, now, company, playbook):
    elsewhere = a_need(a_deal(company.rep, playbook, customer=deal.customer), now)
    draft = measured(need_id=elsewhere.pk, proof_id=987654)
    refused(["name_twice", "need_elsewhere", "proof_unknown"], actions.add_item, deal=deal, draft=draft, by=by, now=now)
    refused(["share_elsewhere"], actions.add_item, deal=deal, draft=share(type(item)(pk=99)), by=by, now=now)
    draft = measured(name="少加班")
    refused(["deal_closed"], actions.add_item, deal=lost(deal), draft=draft, by=by, now=now)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.add_item(deal=deal, draft=draft, by=company.by("auditor"), now=now)


def test_a_circle_is_refused_and_named_also_through_what_was_withdrawn(deal, item, by, now):
    first = actions.add_item(deal=deal, draft=share(item, name="甲"), by=by, now=now)
    second = actions.add_item(deal=deal, draft=share(first, name="乙"), by=by, now=now)
    actions.withdraw_item(item=second, by=by, now=now)
    with pytest.raises(Refused) as refusal:
        actions.edit_item(item=first, version=1, draft=share(second, name="甲"), by=by, now=now)
    (reason,) = refusal.value.verdict.reasons
    assert (reason.code, reason.params["way"]) == ("shares_in_circle", ("甲", "乙", "甲"))
    refused(["kind_changed"], actions.edit_item, item=first, version=1, draft=measured(name="甲"), by=by, now=now)


def test_two_at_once(deal, item, by, now):
    actions.edit_item(item=item, version=1, draft=measured(name="换模"), by=by, now=now)
    with pytest.raises(Conflict):
        actions.edit_item(item=item, version=1, draft=measured(name="换刀"), by=by, now=now)
    actions.withdraw_item(item=item, by=by, now=now)
    refused(["item_withdrawn"], actions.edit_item, item=item, version=3, draft=measured(name="换"), by=by, now=now)
    actions.add_item(deal=deal, draft=measured(name="换模"), by=by, now=now)
    refused(["name_twice"], actions.restore_item, item=item, by=by, now=now)


def test_order_can_be_undone(deal, item, by, now):
    for name in ("甲", "乙"):
        last = actions.add_item(deal=deal, draft=measured(name=name), by=by, now=now)
    assert actions.move_item(item=last, to=0, by=by, now=now) == 2
    assert list(ValueItem.objects.values_list("name", flat=True)) == ["乙", "换线准备时间", "甲"]
    actions.move_item(item=last, to=2, by=by, now=now)
    assert list(ValueItem.objects.values_list("name", flat=True))[-1] == "乙"


def test_an_offer_goes_before_what_was_typed(deal, item, by, now, monkeypatch):
    spending = Spending(Decimal(100_000), Decimal(1000), 2, 3)
    given = {"deal": deal, "spending": spending, "note": "两班制", "by": by, "now": now}
    actions.set_spending(version=1, **given)  # the first line has made the model
    assert queries.worth_of(deal).spending == spending
    with pytest.raises(Conflict):
        actions.set_spending(version=1, **given)
    refused(["years_out_of_range"], actions.set_spending, **given | {"version": 2, "spending": Spending(years=999)})
    monkeypatch.setattr(
        hooks, "investment_of", [lambda _deal: None, lambda _deal: hooks.Investment(Decimal(500_000), "报价 2")]
    )
    assert queries.worth_of(deal).spending.investment == 500_000
    assert queries.sheet_of(deal).investment.label == "报价 2"


def test_what_is_frozen_says_the_same_on_every_paper(deal, item, by, now):
    assert queries.frozen_of(a_copy(deal)) is None
    need = a_need(deal, now)
    actions.edit_item(item=item, version=1, draft=measured(need_id=need.pk), by=by, now=now)
    actions.add_item(deal=deal, draft=share(item), by=by, now=now)
    actions.set_spending(version=1, deal=deal, spending=Spending(Decimal(500_000)), note="两班", by=by, now=now)
    stored = queries.frozen_of(deal)
    frozen = parse_frozen(stored)
    assert frozen.lines[0].need == "少停线"
    assert frozen.lines[1].share_of == "换线准备时间"
    assert frozen.yearly == queries.worth_of(deal).yearly
    head, table, *_charts, note = parts_of(stored)
    assert [figure.value for figure in head.items] == ["¥236 万", "¥50 万", "3 个月", "¥657.9 万"]
    assert table.rows[0][1] == "42 → 29 分钟"
    assert table.rows[-1][4] == Decimal("2359500.00")
    assert "两班" in note.text
    assert [entry.benefit.likely for entry in queries.values_by_need(deal)[need.pk]] == [Decimal("2145000.00")]


def a_copy(deal):
    return Opportunity(pk=deal.pk + 1000)
