"""核验 (S2.7): rules, what is written down, who may, and what the region of the page says."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers import actions
from tuoke.spine.customers.models import Customer, Fact, Lead
from tuoke.spine.customers.queries.verification import fact_lines
from tuoke.spine.customers.rules import FactKind
from tuoke.spine.customers.rules.verification import (
    FactKey,
    FactState,
    FactValue,
    SourceKind,
    Statement,
    agree,
    agree_all,
    bits,
    faults,
    standing,
)
from tuoke.steps.leads.actions import GateClosed, Terms, convert, create_lead, edit_lead
from tuoke.steps.leads.queries import draft_of
from tuoke.steps.leads.rules import LeadDraft
from tuoke.steps.targeting.actions import plant_default

DAY = date(2026, 11, 1)
S = SourceKind


def span(low=None, high=None) -> FactValue:
    """One number is exactly that."""
    high = low if high is None else high
    return FactValue(None if low is None else Decimal(low), None if high is None else Decimal(high))


def says(source, value, key=FactKey.STAFF, *, reference="年报第 12 页", on=DAY) -> Statement:
    return Statement(key, value, source, on, reference)


@pytest.mark.parametrize(
    ("present", "said", "state"),
    [
        (span(), [], FactState.UNKNOWN),
        (span(100, 500), [], FactState.UNVERIFIED),
        (span(100, 500), [says(S.WEBSITE, span(300, 400))], FactState.UNVERIFIED),
        (span(100, 500), [says(S.WEBSITE, span(300)), says(S.WEBSITE, span(200, 450))], FactState.UNVERIFIED),
        (span(100, 500), [says(S.WEBSITE, span(300)), says(S.REGISTRY, span(200, 450))], FactState.VERIFIED),
        (span(100, 500), [says(S.WEBSITE, span(300)), says(S.REGISTRY, span(600))], FactState.DISPUTED),
        (span(), [says(S.WEBSITE, span(300)), says(S.REGISTRY, span(250, 320))], FactState.VERIFIED),
        (span(), [says(S.WEBSITE, span(300)), says(S.REGISTRY, span(900))], FactState.DISPUTED),
        # each agrees with the record's wide range, not with each other
        (span(100, 500), [says(S.WEBSITE, span(100, 200)), says(S.REGISTRY, span(400, 500))], FactState.DISPUTED),
        # two that agree, one that doesn't: shown, not outvoted
        (
            span(100, 500),
            [says(S.WEBSITE, span(300)), says(S.REGISTRY, span(300)), says(S.CUSTOMER, span(50, 80))],
            FactState.DISPUTED,
        ),
        (
            FactValue(text="张伟"),
            [says(S.CUSTOMER, FactValue(text="张 伟")), says(S.WEBSITE, FactValue(text="采购经理张伟"))],
            FactState.VERIFIED,
        ),
        (FactValue(text="张伟"), [says(S.CUSTOMER, FactValue(text="李强"))], FactState.DISPUTED),
    ],
)
def test_two_independent_kinds_of_source_verify_and_any_other_word_disputes(present, said, state):
    assert standing(present, said).state is state


def test_the_ones_that_say_otherwise_are_named():
    found = standing(span(100, 500), [says(S.WEBSITE, span(300)), says(S.REGISTRY, span(600)), says(S.VISIT, span(20))])
    assert found.against == (1, 2)
    assert found.agreeing == {S.WEBSITE}


ends = st.one_of(st.none(), st.integers(0, 50).map(Decimal))
ranges = (
    st.tuples(ends, ends).filter(lambda r: r[0] is None or r[1] is None or r[0] <= r[1]).map(lambda r: FactValue(*r))
)


@given(st.lists(ranges, min_size=1, max_size=5))
def test_ranges_agree_when_some_number_lies_in_all_of_them(values):
    inside = [all((v.low or 0) <= n and (v.high is None or n <= v.high) for v in values) for n in range(60)]
    assert agree_all(values) == any(inside)


@given(ranges, ranges)
def test_agreeing_has_no_direction(one, other):
    assert agree(one, other) == agree(other, one)


def test_the_size_is_verified_by_staff_or_revenue_and_a_dispute_takes_it_away():
    good, bad = (
        standing(span(1), [says(S.WEBSITE, span(1)), says(S.VISIT, span(1))]),
        standing(span(1), [says(S.VISIT, span(9))]),
    )
    assert bits({FactKey.STAFF: good}) == (FactKind.SCALE, FactKind(0))
    assert bits({FactKey.STAFF: good, FactKey.REVENUE: bad}) == (FactKind(0), FactKind.SCALE)


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        (says(S.WEBSITE, span()), ["value_missing"]),
        (says(S.WEBSITE, span(5, 3)), ["range_reversed"]),
        (says(S.WEBSITE, span(-5, 3)), ["negative"]),
        (says(S.WEBSITE, span(5), reference=" "), ["reference_missing"]),
        (says(S.CUSTOMER, span(5), reference=""), []),
        (says(S.WEBSITE, span(5), on=DAY + timedelta(days=1)), ["date_in_future"]),
        (says(S.WEBSITE, span(5), on=date(1949, 10, 1)), ["date_too_early"]),
        (says(S.WEBSITE, FactValue(text="长" * 201), reference="x" * 501), ["text_too_long", "text_too_long"]),
    ],
)
def test_a_statement_without_value_source_or_sense_is_refused(statement, codes):
    assert [reason.code for reason in faults(statement, today=DAY)] == codes


# With records


@pytest.fixture
def lead(company, playbook, now):
    draft = LeadDraft(
        company="华瑞精密有限公司", contact="张伟", phone="+8613800138000", staff_low=100, staff_high=500, want="数据整合",
        owner_id=company.rep.pk,
    )  # fmt: skip
    return create_lead(draft=draft, by=company.by("rep"), now=now)


def state(lead, statement, company, now, who="rep"):
    return actions.state_fact(party=lead, statement=statement, by=company.by(who), now=now)


def test_a_second_kind_of_source_verifies_the_lead_and_raises_its_score(lead, company, now):
    plant_default(by=company.by("director"), now=now)
    known = replace(draft_of(lead), budget_low=Decimal(500_000), budget_high=Decimal(500_000))
    edit_lead(lead=lead, version=lead.version, draft=known, by=company.by("rep"), now=now)
    before = Lead.objects.get(pk=lead.pk).score
    half_a_million = span(500_000)
    state(lead, says(S.WEBSITE, half_a_million, FactKey.BUDGET), company, now)
    assert Lead.objects.get(pk=lead.pk).verified == 0
    state(lead, says(S.CUSTOMER, half_a_million, FactKey.BUDGET), company, now)
    found = Lead.objects.get(pk=lead.pk)
    assert found.verified == FactKind.BUDGET
    assert found.disputed == 0
    assert found.score > before


def test_an_edit_of_the_record_is_judged_against_what_was_said(lead, company, now):
    state(lead, says(S.WEBSITE, span(400, 450)), company, now)
    state(lead, says(S.REGISTRY, span(420, 420)), company, now)
    fresh = Lead.objects.get(pk=lead.pk)
    edit_lead(
        lead=fresh, version=fresh.version, draft=replace(draft_of(fresh), staff_low=5000, staff_high=None),
        by=company.by("rep"), now=now,
    )  # fmt: skip
    found = Lead.objects.get(pk=lead.pk)
    assert (found.verified, found.disputed) == (0, FactKind.SCALE)


def test_withdrawing_settles_a_dispute_and_can_be_taken_back(lead, company, now):
    state(lead, says(S.WEBSITE, span(400, 450)), company, now)
    state(lead, says(S.REGISTRY, span(420, 420)), company, now)
    wrong = state(lead, says(S.OTHER, span(20, 30)), company, now)
    assert Lead.objects.get(pk=lead.pk).disputed == FactKind.SCALE
    actions.withdraw_fact(fact=wrong, by=company.by("rep"), now=now)
    actions.withdraw_fact(fact=wrong, by=company.by("rep"), now=now)
    assert Lead.objects.get(pk=lead.pk).verified == FactKind.SCALE
    actions.restore_fact(fact=wrong, by=company.by("rep"), now=now)
    assert Lead.objects.get(pk=lead.pk).disputed == FactKind.SCALE
    kinds = Event.objects.filter(thread=f"customers.lead:{lead.pk}", kind__startswith="customers.fact").values_list(
        "kind", flat=True
    )
    assert sorted(kinds) == ["customers.fact_restored", *["customers.fact_stated"] * 3, "customers.fact_withdrawn"]


def test_the_record_can_say_what_a_source_says(lead, company, now):
    other = state(lead, says(S.ANNUAL_REPORT, span(900, 950)), company, now)
    actions.adopt_fact(fact=other, by=company.by("rep"), now=now)
    found = Lead.objects.get(pk=lead.pk)
    assert (found.staff_low, found.staff_high) == (900, 950)
    assert found.disputed == 0


def test_the_very_same_statement_twice_is_one(lead, company, now):
    one = state(lead, says(S.WEBSITE, span(400, 450)), company, now)
    assert state(lead, says(S.WEBSITE, span(400, 450)), company, now) == one
    assert Fact.objects.count() == 1


def test_nobody_writes_about_someone_elses_lead(lead, company, now):
    for who in ("teammate", "auditor", "admin"):
        with pytest.raises(Lead.DoesNotExist):
            state(lead, says(S.WEBSITE, span(400)), company, now, who=who)
    fact = state(lead, says(S.WEBSITE, span(400)), company, now)
    for act in (actions.withdraw_fact, actions.restore_fact, actions.adopt_fact):
        with pytest.raises(Lead.DoesNotExist):
            act(fact=fact, by=company.by("teammate"), now=now)
    assert not Fact.objects.visible_to(company.by("teammate")).exists()
    assert Fact.objects.visible_to(company.by("team_lead")).get() == fact


def test_a_person_has_no_staff(company, playbook, now):
    person = create_lead(
        draft=LeadDraft(market="toc", contact="陈静", phone="+8613800138001", owner_id=company.rep.pk),
        by=company.by("rep"), now=now,
    )  # fmt: skip
    with pytest.raises(Refused, match="fact_not_of_party"):
        state(person, says(S.WEBSITE, span(5)), company, now)


def test_what_was_said_goes_on_with_the_customer(lead, company, now):
    state(lead, says(S.WEBSITE, span(400, 450)), company, now)
    state(lead, says(S.REGISTRY, span(420, 420)), company, now)
    gone = state(lead, says(S.OTHER, span(7)), company, now)
    actions.withdraw_fact(fact=gone, by=company.by("rep"), now=now)
    deal = _converted(lead, company, now)
    customer = Customer.objects.get(pk=deal.customer_id)
    assert customer.facts.count() == 2
    assert customer.verified == FactKind.SCALE


def _converted(lead, company, now):
    fresh = Lead.objects.get(pk=lead.pk)
    try:
        return convert(lead=fresh, terms=Terms(name="数据整合"), by=company.by("director"), now=now)
    except GateClosed as closed:
        missing = {f.criterion.key: "测试" for f in closed.judgement.findings if not f.met and f.criterion.required}
        return convert(lead=fresh, terms=Terms(name="数据整合"), by=company.by("director"), now=now, waivers=missing)


# On the screen


def test_the_region_shows_and_takes_statements_without_script_too(lead, login, company):
    client = login("rep")
    page = client.get(f"/customers/facts/lead/{lead.pk}/")
    assert "未核验" in page.content.decode()
    said = {
        "key": "staff",
        "value": "400-450人",
        "source": "website",
        "observed_on": "2026-11-01",
        "reference": "https://example.com/about",
    }
    answer = client.post(f"/customers/facts/lead/{lead.pk}/new/", said)
    assert answer.status_code == 302
    part = client.post(
        f"/customers/facts/lead/{lead.pk}/new/", said | {"source": "registry"}, headers={"HX-Request": "true"}
    )
    assert part.status_code == 200
    assert "已核验" in part.content.decode()
    assert 'href="https://example.com/about"' in part.content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"value": "很多"}, "人数看不明白"),
        ({"value": ""}, "必填"),
        ({"key": "budget", "value": "50"}, "带单位"),
        ({"source": "rumour"}, "rumour"),
        ({"reference": ""}, "请写出处"),
        ({"observed_on": "2027-01-01"}, "不能晚于今天"),
        ({"value": "长" * 300, "key": "want"}, "200"),
        ({"value": "9" * 150}, "人数看不明白"),
    ],
)
def test_bad_input_says_which_field_and_changes_nothing(lead, login, changes, words):
    good = {"key": "staff", "value": "400人", "source": "website", "observed_on": "2026-11-01", "reference": "官网首页"}
    answer = login("rep").post(f"/customers/facts/lead/{lead.pk}/new/", good | changes)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Fact.objects.exists()


def test_a_javascript_link_is_no_link(lead, login, company, now):
    state(lead, says(S.WEBSITE, span(400), reference="javascript:alert(1)"), company, now)
    assert 'href="javascript' not in login("rep").get(f"/customers/facts/lead/{lead.pk}/").content.decode()


def test_someone_elses_lead_is_not_there(lead, login, company, now):
    fact = state(lead, says(S.WEBSITE, span(400)), company, now)
    client = login("teammate")
    assert client.get(f"/customers/facts/lead/{lead.pk}/").status_code == 404
    for verb in ("withdraw", "restore", "adopt"):
        assert client.post(f"/customers/facts/{fact.pk}/{verb}/").status_code == 404
    assert login("auditor").get(f"/customers/facts/lead/{lead.pk}/").status_code == 200
    assert login("auditor").post(f"/customers/facts/{fact.pk}/withdraw/").status_code == 403


def test_in_the_pool_nothing_of_the_contact_is_told(lead, login, company, now):
    state(lead, says(S.CUSTOMER, FactValue(text="张伟 13800138000"), FactKey.CONTACT), company, now)
    Lead.objects.filter(pk=lead.pk).update(owner=None, department=None)
    shown = login("other_team").get(f"/customers/facts/lead/{lead.pk}/").content.decode()
    assert "张伟" not in shown
    assert "13800138000" not in shown


def test_the_lines_cost_one_query_however_many(lead, company, now, django_assert_num_queries):
    for number in range(3):
        state(lead, says(S.WEBSITE, span(400 + number)), company, now)
    with django_assert_num_queries(1):
        assert sum(len(line.facts) for line in fact_lines(lead)) == 3
