"""Calculations are kept as they were, walked through with the customer, sent to him and sent back by him."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.spine.followups.cases import a_contact, a_customer, lost
from tests.steps.negotiation.returns.conftest import FIGURES
from tests.steps.proposals.values.conftest import measured
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of
from tuoke.services.links.actions import revoke_link
from tuoke.services.links.queries import holder_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns import actions, queries
from tuoke.steps.negotiation.returns.facts import facts_of
from tuoke.steps.negotiation.returns.models import Calculation
from tuoke.steps.negotiation.returns.rules import Figures, SendDraft
from tuoke.steps.proposals.rivals.models import Rival
from tuoke.steps.proposals.values import actions as values
from tuoke.steps.proposals.values.rules import Spending


def refused(codes, act, **given):
    with pytest.raises(Refused) as refusal:
        act(**given)
    assert set(refusal.value.verdict.codes) == set(codes)


def test_it_begins_with_what_is_known(deal, by, now):
    values.add_item(deal=deal, draft=measured(), by=by, now=now)
    values.set_spending(
        deal=deal, version=1, spending=Spending(Decimal(500_000), Decimal(100), 2, 5), note="", by=by, now=now
    )
    rival = Competitor.objects.create(name="云算科技")
    Rival.objects.create(opportunity=deal, competitor=rival, price_low=300_000, price_high=400_000, created_at=now)
    base = queries.base_of(deal)
    assert (base.investment, base.running, base.delay, base.years) == (500_000, 100, 2, 5)
    assert (base.savings[0].name, base.savings[0].expected) == ("换线准备时间", 29)
    assert [(one.name, one.price) for one in base.rivals] == [("云算科技", 300_000)]


def test_scenarios_stay_as_they_were(deal, kept, by, now, company):
    again = actions.keep(deal=deal, figures=replace(FIGURES, delay=3), based_on_id=kept.pk, by=by, now=now)
    assert [(one.number, one.by_name) for one in (kept, again)] == [(1, by.name), (2, by.name)]
    assert again.based_on == kept
    assert Calculation.objects.get(pk=kept.pk).figures == FIGURES
    wrong = Figures(investment=Decimal("NaN"), years=999, savings=FIGURES.savings)
    refused(["figure_unclear", "years_out_of_range"], actions.keep, deal=deal, figures=wrong, by=by, now=now)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.keep(deal=deal, figures=FIGURES, by=company.by("auditor"), now=now)
    refused(["deal_closed"], actions.keep, deal=lost(deal), figures=FIGURES, by=by, now=now)


def test_walking_through_it_together_is_a_fact_until_it_is_taken_back(deal, kept, contact, by, now):
    given = {"calculation": kept, "note": "少算了夜班", "by": by, "now": now}
    assert facts_of(deal) == {"roi_walked": False}
    refused(["contact_missing", "day_missing"], actions.walk, contact_id=None, walked_on=None, **given)
    stranger = a_contact(a_customer(None, name="别家"))
    refused(
        ["contact_elsewhere", "day_in_future"],
        actions.walk, contact_id=stranger.pk, walked_on=date(2999, 1, 1), **given,
    )  # fmt: skip
    walk = actions.walk(contact_id=contact.pk, walked_on=date(2026, 11, 20), **given)
    assert facts_of(deal) == {"roi_walked": True}
    actions.unwalk(walk=walk, by=by, now=now)
    assert facts_of(deal) == {"roi_walked": False}
    actions.rewalk(walk=walk, by=by, now=now)
    actions.withdraw(calculation=kept, by=by, now=now)
    assert facts_of(deal) == {"roi_walked": False}
    actions.restore(calculation=kept, by=by, now=now)
    assert facts_of(deal) == {"roi_walked": True}


def test_the_customers_own_variant_comes_back_once(deal, share, by, now, company):
    mine = replace(FIGURES, delay=6, rivals=())
    given = {"link": share.link, "figures": mine, "name": "", "note": "停机损失少算了夜班", "where": "1.2.3.4"}
    found = actions.customer_calculates(by=holder_of(share.link), now=now, **given)
    assert actions.customer_calculates(by=holder_of(share.link), now=now, **given) == found
    assert (found.origin, found.by_name, found.number) == ("customer", share.recipient, 2)
    assert facts_of(deal) == {"roi_walked": True}
    assert Notice.objects.get(user=company.rep, kind="customer_calculated").text.startswith(share.recipient)
    (event,) = history_of(found)
    assert (event.kind, event.facts["where"]) == ("returns.customer_calculated", "1.2.3.4")
    revoke_link(link=share.link, by=by, now=now)
    share.contact.do_not_contact, share.contact.do_not_contact_since = True, now
    share.contact.save()
    lost(deal)
    codes = ["link_dead", "contact_gone", "deal_closed"]
    refused(codes, actions.customer_calculates, by=holder_of(share.link), now=now, **given)


def test_who_can_be_sent_it(kept, by, now):
    stranger = a_contact(a_customer(None, name="别家"))
    refused(
        ["contact_missing", "expires_missing", "phone_missing"],
        actions.send, calculation=kept, draft=SendDraft(None, None, challenge=True), by=by, now=now,
    )  # fmt: skip
    for day in (date(9999, 12, 31), date(2026, 1, 1)):
        far = SendDraft(stranger.pk, day)
        refused(["expiry_out_of_range", "contact_elsewhere"], actions.send, calculation=kept, draft=far, by=by, now=now)
    draft = SendDraft(stranger.pk, date(2026, 12, 5))
    refused(["contact_elsewhere"], actions.send, calculation=kept, draft=draft, by=by, now=now)
    actions.withdraw(calculation=kept, by=by, now=now)
    quiet = a_contact(kept.opportunity.customer, name="勿扰", do_not_contact=True, do_not_contact_since=now)
    draft = SendDraft(quiet.pk, date(2026, 12, 5))
    refused(["calculation_withdrawn", "contact_gone"], actions.send, calculation=kept, draft=draft, by=by, now=now)
