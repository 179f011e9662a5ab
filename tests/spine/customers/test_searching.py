"""The search for look-alikes among everything, the bulk check of imports, and what is remembered of pairs (S2.3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.services.exchange.rules.places import PLACES
from tuoke.spine.customers import actions
from tuoke.spine.customers.actions import searching
from tuoke.spine.customers.models import Customer, Lead, Pair, SearchForPairs
from tuoke.spine.customers.queries import Lookalikes, duplicates_of, told, told_apart_from
from tuoke.spine.customers.queries.lookalikes import MOST_ALIKE
from tuoke.spine.customers.queries.lookups import MOST_OF_KEY
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, OnDuplicate
from tuoke.steps.leads import actions as leads

BY = system("test")


def lead(now, **facts):
    plain = {"phone": "", "contact": "", "email": "", "want": ""} | facts
    return leads.create_lead(draft=ready(**plain), by=BY, now=now, on_duplicate=OnDuplicate.ACCEPT)


def customer(now, name, **facts):
    return actions.create_customer(
        draft=CustomerDraft(name=name, **facts), by=BY, now=now, on_duplicate=OnDuplicate.ACCEPT
    )


def run(now):
    search = actions.start_search(by=BY, now=now)
    searching.search_for_pairs.call(search.pk, search.attempt)
    search.refresh_from_db()
    return search


def found():
    return {tuple(sorted(str(side) for side in pair.sides)) for pair in Pair.objects.select_related(*searching_sides())}


def searching_sides():
    return ("lead", "other_lead", "customer", "other_customer")


@pytest.fixture
def crowd(db, now):
    """Ten that have nothing to do with each other."""
    for name in (
        "东岳建材",
        "凯盛物流",
        "博雅教育",
        "瑞康医疗",
        "绿源食品",
        "华联超市",
        "金鼎地产",
        "天禾农业",
        "蓝海传媒",
        "安捷运输",
    ):
        lead(now, company=name)


@pytest.mark.parametrize(
    "one, other",
    [
        ({"company": "深圳市华辰精密机械有限公司"}, {"company": "广东省深圳市华辰精密机械"}),
        ({"company": "华辰精密机械"}, {"company": "济南华辰精密机械有限公司"}),
        ({"company": "华辰精密机械"}, {"company": "华晨精密机械有限公司"}),
        ({"company": "华辰科技有限公司"}, {"company": "华辰信息科技有限公司"}),
        ({"company": "甲乙丙", "phone": "+8613800138000", "contact": "王芳"}, {"company": "", "phone": "+8613800138000", "contact": "王芳"}),
        ({"company": "联创", "email": "a@b.example", "phone": "+8613800138000"}, {"company": "国泰", "email": "a@b.example", "phone": "+8613800138000"}),
    ],
)  # fmt: skip
def test_twins_are_found_in_a_crowd(crowd, now, one, other):
    first, second = lead(now, **one), lead(now, **other)
    assert run(now).found == 1
    pair = Pair.objects.get()
    assert (pair.lead, pair.other_lead) == (first, second)
    assert pair.score >= 80


@pytest.mark.parametrize(
    "one, other",
    [
        ("北京华联超市", "上海华联超市"),
        ("华辰科技有限公司", "华辰科技有限公司上海分公司"),
        ("济南第一中学", "济南第二中学"),
        ("华辰科技", "华信科技"),
        ("济南市历下区人民政府", "济南市历城区人民政府"),
    ],
)
def test_strangers_are_left_alone(db, now, one, other):
    lead(now, company=one)
    lead(now, company=other)
    assert run(now).found == 0


def test_two_wishes_of_one_party_are_two_leads(db, now):
    lead(now, company="华辰科技", want="采购服务器")
    lead(now, company="华辰科技", want="办公楼装修")
    assert run(now).found == 0


def test_customers_and_their_people_are_searched_too(crowd, now):
    old = customer(now, "华瑞精密机械")
    actions.add_contact(customer=old, draft=ContactDraft(name="王芳", phone="+8613800138000"), by=BY, now=now)
    customer(now, "济南市华瑞精密机械有限公司")
    lead(now, company="", contact="王芳", phone="+8613800138000")
    linked = lead(now, company="华瑞精密机械")
    Lead.objects.filter(pk=linked.pk).update(customer=old)
    run(now)
    kinds = sorted(Pair.objects.values_list("kind", flat=True))
    assert kinds == ["customers", "mixed"]


def test_what_was_told_apart_never_comes_back(db, now):
    first, second = lead(now, company="华辰精密机械"), lead(now, company="华晨精密机械")
    run(now)
    actions.tell_apart(party=first, others=[second], reason="两家", by=BY, now=now)
    assert run(now).found == 0
    assert Pair.objects.get().state == "apart"
    assert told_apart_from(second) == {f"customers.lead:{first.pk}"}


def test_it_goes_on_where_it_was_and_two_do_not_run_at_once(crowd, now, monkeypatch):
    lead(now, company="华辰精密机械")
    lead(now, company="华晨精密机械")
    monkeypatch.setattr(searching, "CHUNK", 14)
    monkeypatch.setattr(searching, "WINDOW", 3)
    search = actions.start_search(by=BY, now=now)
    with pytest.raises(Refused) as excinfo:
        actions.start_search(by=BY, now=now)
    assert excinfo.value.verdict.codes == ("search_running",)
    assert searching._step(search.pk, search.attempt) is None
    SearchForPairs.objects.update(touched_at=now - timedelta(hours=1))
    actions.wake_search(now)  # its worker was killed
    assert searching._step(search.pk, search.attempt) == 0  # the old one has nothing to do any more
    search.refresh_from_db()
    searching.search_for_pairs.call(search.pk, search.attempt)
    search.refresh_from_db()
    assert (search.is_running, search.found) == (False, 1)


def test_every_chunk_size_finds_the_same(db, now, monkeypatch):
    for number in range(30):
        lead(now, company=f"华辰{'甲乙丙丁戊己庚辛壬癸'[number % 10]}精密机械{'' if number < 10 else number}")
    run(now)
    everything = found()
    Pair.objects.all().delete()
    monkeypatch.setattr(searching, "CHUNK", 23)
    run(now)
    assert found() == everything


def test_the_bulk_check_says_what_a_single_one_says(crowd, now):
    there = lead(now, company="济南华辰精密机械有限公司", want="采购服务器", phone="+8613800138000")
    known = customer(now, "华瑞集团有限公司", credit_code="91370100MA3C0XYZ1R")
    drafts = [
        ready(company="华辰精密机械", phone="", want="采购服务器"),
        ready(company="济南市华辰精密机械", phone="", want="采购服务器"),
        ready(company="全新的名字", phone="+8613800138000", want=""),
        ready(company="济南华辰精密机械", phone="", want="别的事情"),
        ready(company="华瑞", phone=""),
        ready(company="别的", phone="", credit_code="91370100MA3C0XYZ1R"),
        ready(company="谁也不像", phone="", email="", contact=""),
    ]
    alike = Lookalikes.of(drafts)
    assert [[hit.id for hit in one.exact] for one in alike] == [[], [there.pk], [], [], [], [known.pk], []]
    assert [[hit.id for hit in one.similar] for one in alike] == [[there.pk], [], [there.pk], [], [known.pk], [], []]
    assert alike[0].similar[0].similarity == 90
    assert [alike[4].similar[0].kind, alike[4].similar[0].similarity] == ["customer", 90]


def test_the_bulk_check_costs_the_same_for_one_and_for_many(crowd, now):
    drafts = [ready(company=f"新公司{n}", phone=f"+861380013{n:04}") for n in range(40)]
    with CaptureQueriesContext(connection) as one:
        Lookalikes.of(drafts[:1])
    with CaptureQueriesContext(connection) as many:
        Lookalikes.of(drafts)
    assert len(one) == len(many) <= 10


def test_the_very_same_name_and_wish_is_found_among_any_number_of_namesakes(db, now):
    places = list(PLACES)[: MOST_OF_KEY["sound"] + 3]
    for place in places:
        lead(now, company=f"{place}华辰精密机械有限公司", want="采购")
    last = Lead.objects.get(company__startswith=places[-1])
    one, other, apart = Lookalikes.of(
        [
            ready(company=last.company, want="采购", phone=""),
            ready(company="华晨精密机械", want="采购", phone=""),
            ready(company=last.company, want="办公楼装修", phone=""),
        ]
    )
    assert [hit.id for hit in one.exact] == [last.pk]
    assert (len(one.similar), other.exact, len(other.similar)) == (MOST_ALIKE, (), MOST_ALIKE)
    assert apart == ((), ())


def test_a_check_while_typing_is_one_look_and_says_no_more_than_it_may(crowd, company, now):
    owned = ready(company="华辰精密机械有限公司", want="采购", owner_id=company.other_team.pk)
    for number in range(4):
        lead_draft = ready(company="华辰精密机械有限公司", want=f"采购{number}", owner_id=company.other_team.pk)
        leads.create_lead(draft=lead_draft, by=BY, now=now, on_duplicate=OnDuplicate.ACCEPT)
    leads.create_lead(draft=owned, by=BY, now=now, on_duplicate=OnDuplicate.ACCEPT)
    rep = company.by("rep")
    with CaptureQueriesContext(connection) as caught:
        hits = duplicates_of(who=rep, name="华晨精密机械", phone="+8613800138000")
    assert len(caught) <= (15 if connection.vendor == "sqlite" else 3)
    shown = told(hits)
    assert [(hit.owner, hit.label, hit.url) for hit in shown] == [("赵敏", "", "")]
    assert told(duplicates_of(who=rep, name="华辰电子")) == []  # vague, and not his: not a word
    boss = told(duplicates_of(who=company.by("director"), name="华晨精密机械"))
    assert len(boss) == 5
    assert boss[0].similarity == 84


def test_at_most_ten_are_told(db, company, now):
    for number in range(14):
        lead(now, company="华辰精密机械", want=f"采购{number}")
    assert len(told(duplicates_of(who=company.by("director"), name="华辰精密机械"))) == 10


def test_other_spellings_of_phones_and_addresses_are_met(db, company, now):
    lead(now, company="甲方", phone="+8653188886666x12", email="wang@jia.example")
    rep = company.by("rep")
    (hit,) = duplicates_of(who=rep, name="甲方", phone="+8653188886666")
    assert "switchboard" in hit.matched
    (hit,) = duplicates_of(who=rep, name="乙方", email="WANG@Jia.example.")
    assert (hit.matched, hit.is_exact) == (("email",), False)
    assert duplicates_of(who=rep, phone="+865318888666") == []


def test_discarded_ones_are_told_and_practice_is_not(db, company, now):
    gone = lead(now, company="华辰精密机械", want="采购")
    leads.discard_lead(lead=gone, reason="空号", by=BY, now=now)
    lead(now, company="华辰精密机械", want="采购", is_practice=True)
    (hit,) = duplicates_of(who=company.by("director"), name="华辰精密机械", want="采购")
    assert (hit.status, hit.is_exact) == ("discarded", False)
    assert Customer.objects.count() == 0
