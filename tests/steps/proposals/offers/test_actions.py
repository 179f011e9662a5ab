from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.spine.followups.cases import lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.approvals import actions as approvals
from tuoke.services.approvals.queries import may_decide, request_seen
from tuoke.spine.catalog.models import Product
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.proposals.offers import actions, queries
from tuoke.steps.proposals.offers.models import Offer, OfferLine
from tuoke.steps.proposals.offers.parts import freeze
from tuoke.steps.proposals.offers.rules import LineDraft, OfferDraft


def refusal(call, **given):
    with pytest.raises(Refused) as refused:
        call(**given)
    return refused.value.verdict.codes


def issued(offer, by, now):
    offer.refresh_from_db()
    return actions.issue(offer=offer, version=offer.version, by=by, now=now)


def test_an_empty_draft_is_no_price(deal, offer, add):
    assert queries.working_offer(deal) is None
    add("上门培训", "2000")
    assert queries.working_offer(deal) == offer


def test_a_product_is_copied_with_its_list_price_and_the_rest_is_by_hand(offer, add, product):
    line = add(product=product, discount_percent=Decimal(5))
    assert (line.name, line.unit, line.list_price, line.unit_price) == ("数据整合平台", "年", 80_000, 80_000)
    Product.objects.update(price_high=120_000, name="新名字")
    add("上门培训", "2000", quantity="3", tax_rate=Decimal(6))
    sums = queries.totals_of(offer)
    assert (sums.gross, sums.list) == (Decimal("82000.00"), Decimal("86000.00")), (
        "the catalogue's later price is no matter"
    )


def test_what_can_not_be_added(offer, add, product, by, now):
    Product.objects.filter(pk=product.pk).update(active=False)
    with pytest.raises(Refused) as refused:
        add(product=product)
    assert refused.value.verdict.codes == ("product_unknown",)
    bare = Product.objects.create(name="按需定制")
    with pytest.raises(Refused) as refused:
        add(product=bare)
    assert refused.value.verdict.codes == ("product_unpriced",)
    assert add(product=bare, price="1200").list_price is None
    with pytest.raises(Refused) as refused:
        add("金山", "9999999999", quantity="1000000")
    assert refused.value.verdict.codes == ("total_too_big",)


def test_a_line_is_edited_in_its_place(offer, add, by, company, now):
    line = add("培训", "2000")
    draft = LineDraft("培训", Decimal(4), Decimal(1800), discount_percent=Decimal(10))
    edited = actions.edit_line(line=line, version=1, draft=draft, by=by, now=now)
    assert (edited.version, queries.totals_of(offer).gross) == (2, Decimal("6480.00"))
    event = Event.objects.get(kind="offers.line_edited")
    assert set(event.changes) == {"quantity", "unit_price", "discount_percent"}
    again = LineDraft("培训", Decimal(5), Decimal(1800))
    assert actions.edit_line(line=line, version=1, draft=again, by=by, now=now).quantity == 5, "his own last change"
    with pytest.raises(Conflict):
        actions.edit_line(line=line, version=1, draft=draft, by=company.by("team_lead"), now=now)


def test_lines_are_taken_off_brought_back_and_moved(offer, add, by, now):
    first, second = add("平台", "100"), add("培训", "200")
    assert actions.move_line(line=second, to=0, by=by, now=now) == 1
    assert [line.name for line in queries.lines_of(offer)] == ["培训", "平台"]
    actions.remove_line(line=first, by=by, now=now)
    assert queries.totals_of(offer).gross == 200
    actions.restore_line(line=first, by=by, now=now)
    assert queries.totals_of(offer).gross == 300
    assert OfferLine.objects.count() == 2


def test_one_is_current_the_next_supersedes_it_and_undo_brings_it_back(deal, offer, add, by, now):
    add("平台", "80000")
    issued(offer, by, now)
    second = actions.draft_offer(deal=deal, like=offer, by=by, now=now)
    assert (second.number, second.valid_until, queries.totals_of(second).gross) == (2, None, 80_000)
    assert refusal(actions.issue, offer=second, version=1, by=by, now=now) == ("valid_until_missing",)
    terms = OfferDraft(valid_until=date(2027, 1, 31))
    second = actions.edit_offer(offer=second, version=1, draft=terms, by=by, now=now)
    issued(second, by, now)
    offer.refresh_from_db()
    assert (offer.state, offer.replaced_by, queries.current_offer(deal)) == ("superseded", second, second)
    actions.take_back(offer=second, by=by, now=now)
    offer.refresh_from_db()
    assert (offer.state, offer.replaced_by, queries.current_offer(deal)) == ("issued", None, offer)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.filter(pk=second.pk).update(state="issued")


def test_withdrawing_and_restoring(deal, offer, add, by, now):
    add("平台", "80000")
    issued(offer, by, now)
    actions.withdraw(offer=offer, by=by, now=now)
    assert queries.current_offer(deal) is None
    assert freeze(deal) is None
    other = actions.draft_offer(deal=deal, draft=OfferDraft(valid_until=date(2026, 12, 31)), by=by, now=now)
    actions.add_line(offer=other, draft=LineDraft("简版", Decimal(1), Decimal(10)), by=by, now=now)
    issued(other, by, now)
    assert actions.restore(offer=offer, by=by, now=now).state == "superseded", "another is current meanwhile"
    assert refusal(actions.restore, offer=offer, by=by, now=now) == ("not_withdrawn",)
    actions.withdraw(offer=other, by=by, now=now)
    assert refusal(actions.withdraw, offer=other, by=by, now=now) == ("already_withdrawn",)


def test_only_a_draft_of_a_living_deal_changes(deal, offer, add, by, now):
    line = add("平台", "80000")
    issued(offer, by, now)
    draft = LineDraft("平台", Decimal(1), Decimal(1))
    assert refusal(actions.edit_line, line=line, version=1, draft=draft, by=by, now=now) == ("not_a_draft",)
    assert refusal(actions.remove_line, line=line, by=by, now=now) == ("not_a_draft",)
    offer.refresh_from_db()
    terms = OfferDraft(valid_until=date(2030, 1, 1))
    assert refusal(actions.edit_offer, offer=offer, version=offer.version, draft=terms, by=by, now=now) == (
        "not_a_draft",
    )
    lost(deal)
    assert refusal(actions.withdraw, offer=offer, by=by, now=now) == ("deal_closed",)
    assert refusal(actions.draft_offer, deal=deal, by=by, now=now) == ("deal_closed",)


@pytest.mark.parametrize("person", ["teammate", "other_team", "auditor", "collaborator", "admin"])
def test_nobody_else_writes(offer, company, now, person):
    with pytest.raises(Opportunity.DoesNotExist):
        actions.withdraw(offer=offer, by=company.by(person), now=now)


class TestApproval:
    @pytest.fixture
    def line(self, add, product):
        return add(product=product, price="60000", discount_percent=Decimal(20))

    def test_a_discount_beyond_waits_for_a_manager_who_may_give_as_much(self, offer, line, by, company, now):
        offer.refresh_from_db()
        codes = refusal(actions.issue, offer=offer, version=offer.version, by=by, now=now)
        assert codes == ("discount_beyond", "below_band")
        request = actions.ask_discount(offer=offer, reason="一次签两年", by=by, now=now)
        assert [one.user for one in request.approvers.all()] == [company.director], "40% is more than a lead gives"
        director, lead = company.by("director"), company.by("team_lead")
        assert may_decide(director, request_seen(director, request.pk), now=now)
        assert not actions.may_decide(lead, request)
        approvals.approve(request=request, version=1, reason="", by=director, now=now)
        assert issued(offer, by, now).state == "issued"

    def test_another_price_needs_another_question(self, offer, line, by, company, now):
        request = actions.ask_discount(offer=offer, reason="一次签两年", by=by, now=now)
        draft = LineDraft("平台", Decimal(1), Decimal(59_000))
        actions.edit_line(line=line, version=1, draft=draft, by=by, now=now)
        request.refresh_from_db()
        assert request.state == "withdrawn"
        request = actions.ask_discount(offer=offer, reason="再低一点", by=by, now=now)
        approvals.approve(request=request, version=1, reason="", by=company.by("director"), now=now)
        line.refresh_from_db()
        cheaper = LineDraft("", Decimal(1), Decimal(50_000))
        actions.edit_line(line=line, version=line.version, draft=cheaper, by=by, now=now)
        offer.refresh_from_db()
        codes = refusal(actions.issue, offer=offer, version=offer.version, by=by, now=now)
        assert codes == ("discount_beyond",)
        actions.edit_line(line=line, version=line.version, draft=draft, by=by, now=now)
        assert issued(offer, by, now).state == "issued", "the very prices that were agreed to"

    def test_who_need_not_ask(self, offer, line, company, by, now):
        assert issued(offer, company.by("director"), now).state == "issued"
        assert refusal(actions.ask_discount, offer=offer, reason="早发了", by=by, now=now) == ("not_a_draft",)

    def test_within_the_limits_there_is_nothing_to_ask(self, offer, add, by, now):
        add("培训", "1000", discount_percent=Decimal(10))
        assert refusal(actions.ask_discount, offer=offer, reason="谨慎", by=by, now=now) == ("nothing_to_ask",)
        assert issued(offer, by, now).state == "issued"

    def test_a_product_quoted_to_measure_has_no_floor(self, offer, add, product, by, now):
        Product.objects.update(custom_quote=True, price_high=None, price_low=50_000)
        add(product=product, price="46000")
        assert issued(offer, by, now).state == "issued"


def test_the_deals_amount_follows_with_one_press_and_back(deal, offer, add, by, now):
    add("平台", "80000", tax_rate=Decimal(6))
    assert refusal(actions.take_amount, offer=offer, by=by, now=now) == ("not_issued",)
    issued(offer, by, now)
    Opportunity.objects.update(amount=500_000, note="原样", is_complex=True)
    was = actions.take_amount(offer=offer, by=by, now=now)
    deal.refresh_from_db()
    assert (was, deal.amount, deal.note, deal.is_complex) == (500_000, 80_000, "原样", True)
    actions.put_amount(deal=deal, amount=was, by=by, now=now)
    deal.refresh_from_db()
    assert deal.amount == 500_000


def test_what_goes_into_the_proposal_is_the_current_offer_as_text(deal, offer, add, product, by, now):
    add(product=product, quantity="2", discount_percent=Decimal("5.5"))
    assert freeze(deal) is None, "a draft is nobody's price"
    issued(offer, by, now)
    frozen = freeze(deal)
    assert frozen["lines"][0]["amount"] == frozen["totals"]["gross"] == "151200.00"
    assert frozen["lines"][0]["list_price"] == "80000.00"
    assert (frozen["valid_until"], frozen["lines"][0]["quantity"]) == ("2026-12-31", "2")


def test_a_sheet_costs_the_same_with_more_lines(offer, add, by):
    add("平台", "80000")

    def asked():
        with CaptureQueriesContext(connection) as queried:
            queries.sheet_of(by, offer, today=date(2026, 11, 23))
        return len(queried)

    once = asked()
    add("培训", "100")
    add("实施", "100")
    assert asked() == once
