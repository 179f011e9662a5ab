"""Products and competitors: entered, changed, taken off and brought back, each with its event."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tests.spine.catalog.drafts import COMPETITOR, PRODUCT
from tests.steps.leads.test_at_once import patiently
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.services.exchange.rules import Span
from tuoke.spine.catalog import actions
from tuoke.spine.catalog.models import Competitor, Product
from tuoke.spine.catalog.queries import competitors, draft_of
from tuoke.spine.catalog.rules import Offer, PainHelp, ProductFits


@pytest.fixture
def by(company):
    return company.by("director")


@pytest.fixture
def product(by, now):
    return actions.create_product(draft=PRODUCT, by=by, now=now)


@pytest.fixture
def competitor(by, now, product):
    return actions.list_competitor(draft=replace(COMPETITOR, product_ids=frozenset({product.pk})), by=by, now=now)


def codes(refused):
    return {(reason.code, reason.params.get("field")) for reason in refused.value.verdict.reasons}


@pytest.mark.django_db
class TestProducts:
    def test_it_keeps_what_it_fits(self, product):
        found = Product.objects.get()
        assert found.fits == PRODUCT.fits
        assert found.price == PRODUCT.price
        event = history_of(product).get()
        assert event.kind == "catalog.product_created"
        assert event.changes["pains"][1] == "数据分散（统一口径）；换线停机"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"name": " "}, ("name_missing", "name")),
            ({"name": "长" * 81}, ("name_too_long", "name")),
            ({"name": "\ud800"}, ("text_broken", "name")),
            ({"name": " 数据平台 "}, ("name_taken", "name")),
            ({"price": Span(Decimal(5), Decimal(4))}, ("upside_down", "price")),
            ({"price": Span(Decimal(-1), None)}, ("negative", "price")),
            ({"price": Span(None, Decimal(10) ** 12)}, ("too_big", "price")),
            ({"unit": "长" * 21}, ("too_long", "unit")),
            ({"note": "长" * 2001}, ("too_long", "note")),
            ({"fits": ProductFits(industries=tuple(map(str, range(31))))}, ("too_many", "industries")),
            ({"fits": ProductFits(industries=("长" * 201,))}, ("too_long", "industries")),
            ({"fits": ProductFits(staff=Span(5, 4))}, ("upside_down", "staff")),
            ({"fits": ProductFits(pains=(PainHelp(" ", "帮助"),))}, ("pain_missing", "pains")),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_field(self, product, by, now, change, code):
        with pytest.raises(Refused) as refused:
            actions.create_product(draft=replace(PRODUCT, **{"name": "别的", **change}), by=by, now=now)
        assert codes(refused) == {code}
        assert Product.objects.count() == 1

    def test_every_reason_is_given_at_once(self, company, now):
        wrong = replace(PRODUCT, name="", price=Span(Decimal(5), Decimal(4)))
        with pytest.raises(Refused) as refused:
            actions.create_product(draft=wrong, by=company.by("rep"), now=now)
        assert codes(refused) == {("name_missing", "name"), ("upside_down", "price"), ("may_not_write", None)}

    def test_a_change_is_told_from_to_and_nothing_changed_is_nothing_saved(self, product, by, now):
        same = actions.change_product(product=product, version=1, draft=PRODUCT, by=by, now=now)
        assert same.version == 1
        changed = actions.change_product(
            product=product, version=1, draft=replace(PRODUCT, custom_quote=True, unit="套"), by=by, now=now
        )
        assert changed.version == 2
        assert history_of(product).first().changes == {"unit": ["年", "套"], "custom_quote": [False, True]}

    def test_who_saves_second_is_told(self, product, by, now):
        actions.change_product(product=product, version=1, draft=replace(PRODUCT, unit="套"), by=by, now=now)
        with pytest.raises(Conflict) as conflict:
            actions.change_product(product=product, version=1, draft=PRODUCT, by=by, now=now)
        assert conflict.value.current.unit == "套"

    def test_closed_is_not_offered_and_comes_back(self, product, by, now):
        actions.close_product(product=product, by=by, now=now)
        actions.close_product(product=product, by=by, now=now)
        assert not Product.objects.offered().exists()
        assert Product.objects.offered(keeping=product).get() == product
        assert Product.objects.offered(keeping=product.pk).get() == product
        actions.reopen_product(product=product, by=by, now=now)
        assert Product.objects.offered().get() == product
        assert [event.kind for event in history_of(product)] == [
            "catalog.product_reopened", "catalog.product_closed", "catalog.product_created",
        ]  # fmt: skip

    @pytest.mark.parametrize("who", ["rep", "team_lead", "auditor", "collaborator", "admin"])
    def test_who_may_not(self, company, now, product, who):
        someone = company.by(who)
        for act in (
            lambda: actions.change_product(product=product, version=1, draft=PRODUCT, by=someone, now=now),
            lambda: actions.close_product(product=product, by=someone, now=now),
            lambda: actions.offer_product(offer=Offer("新"), by=someone, now=now),
        ):
            with pytest.raises(Refused) as refused:
                act()
            assert ("may_not_write", None) in codes(refused)

    def test_the_short_form_leaves_what_it_fits_alone(self, product, by, now):
        offered = actions.offer_product(offer=Offer("数据平台", Decimal(1), Decimal(2)), by=by, now=now)
        assert offered.fits == PRODUCT.fits
        assert offered.version == 2

    def test_the_database_holds_the_order_of_ranges(self, product):
        with pytest.raises(IntegrityError), transaction.atomic():
            Product.objects.update(staff_low=9, staff_high=1)


@pytest.mark.django_db
class TestCompetitors:
    def test_it_is_listed_with_the_products_it_meets(self, competitor, product, by):
        (found,) = competitors(by)
        assert draft_of(found) == replace(COMPETITOR, product_ids=frozenset({product.pk}))
        assert history_of(competitor).get().changes["products"] == [None, "数据平台"]

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"name": ""}, ("name_missing", "name")),
            ({"name": "对手甲"}, ("name_taken", "name")),
            ({"strengths": ("长" * 201,)}, ("too_long", "strengths")),
            ({"counters": tuple(map(str, range(31)))}, ("too_many", "counters")),
            ({"product_ids": frozenset({999})}, ("product_unknown", "products")),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_field(self, competitor, by, now, change, code):
        with pytest.raises(Refused) as refused:
            actions.list_competitor(draft=replace(COMPETITOR, **{"name": "别的", **change}), by=by, now=now)
        assert codes(refused) == {code}

    def test_a_change_of_products_alone_is_a_change(self, competitor, by, now):
        changed = actions.change_competitor(competitor=competitor, version=1, draft=COMPETITOR, by=by, now=now)
        assert changed.version == 2
        assert history_of(competitor).first().changes == {"products": ["数据平台", ""]}
        again = actions.change_competitor(competitor=changed, version=2, draft=COMPETITOR, by=by, now=now)
        assert again.version == 2

    def test_voided_and_brought_back(self, competitor, by, now):
        actions.void_competitor(competitor=competitor, by=by, now=now)
        assert competitors(by) == []
        actions.restore_competitor(competitor=competitor, by=by, now=now)
        assert competitors(by) == [competitor]

    def test_a_stale_version_is_a_conflict(self, competitor, by, now):
        actions.void_competitor(competitor=competitor, by=by, now=now)
        with pytest.raises(Conflict):
            actions.change_competitor(competitor=competitor, version=1, draft=COMPETITOR, by=by, now=now)

    def test_the_list_costs_the_same_for_one_and_for_three(self, competitor, by, now, django_assert_num_queries):
        for name in ("乙", "丙"):
            actions.list_competitor(draft=replace(COMPETITOR, name=name), by=by, now=now)
        with django_assert_num_queries(2):
            assert len(competitors(by)) == 3


@pytest.mark.django_db(transaction=True)
def test_of_two_who_enter_one_name_at_once_the_second_is_told(now):
    from tests.people import make_company

    by = make_company().by("director")
    start, told = threading.Barrier(3), []

    def enter():
        try:
            start.wait()
            patiently(lambda: actions.list_competitor(draft=COMPETITOR, by=by, now=now))
        except Refused as refused:
            told.append(refused.verdict.codes)
        finally:
            connection.close()

    threads = [threading.Thread(target=enter) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Competitor.objects.count() == 1
    assert told == [("name_taken",)] * 2
