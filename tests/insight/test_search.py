import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.spine.followups.cases import a_deal, a_lead
from tuoke.services.search.actions import index
from tuoke.services.search.rules import search_text
from tuoke.spine.customers.actions import add_contact, create_customer
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.actions import add_item
from tuoke.spine.library.rules import ItemDraft, ItemKind, OpeningContent

HTMX = {"HX-Request": "true"}


@pytest.fixture
def found_by(login):
    def look(query, who="rep", **more):
        return login(who).get("/search/", {"q": query}, **more)

    return look


@pytest.fixture
def things(company, playbook):
    by, now = company.by("rep"), timezone.now()

    def make(name="华瑞精密机械有限公司", contact="陈建国"):
        customer = create_customer(draft=CustomerDraft(name=name, owner_id=company.rep.pk), by=by, now=now)
        add_contact(customer=customer, draft=ContactDraft(name=contact, phone="+8613800138000"), by=by, now=now)
        deal = a_deal(company.rep, playbook, customer=customer, name=f"{name[:4]}数据整合")
        lead = a_lead(company.rep, name, contact="刘女士", want="采购平台")
        for kind, row in {"opportunity": deal, "lead": lead}.items():
            row.search_text = search_text("", names=(name, getattr(row, "name", "")))
            row.save()
            index(kind, {row.pk: row.search_text})
        return customer, deal, lead

    return make


@pytest.mark.parametrize("query", ["华瑞", "hrjm", "精密机械", "hrjmjx"])
def test_by_name_and_initials(things, found_by, query):
    things()
    page = found_by(query).content.decode()
    assert "华瑞精密机械有限公司" in page
    assert "华瑞精密数据整合" in page


def test_by_phone_and_person(things, found_by):
    things()
    assert "陈建国" in found_by("13800138000").content.decode()
    assert "陈建国" in found_by("陈建国").content.decode()


def test_only_what_one_may_see(things, found_by):
    things()
    assert "没有找到" in found_by("华瑞", "other_team").content.decode()
    assert "华瑞精密机械" in found_by("华瑞", "director").content.decode()


def test_what_waits_in_the_pool_stays_masked(company, found_by):
    lead = a_lead(None, "公海公司", contact="赵先生", phone="+8613912345678")
    index("lead", {lead.pk: search_text(lead.phone, names=(lead.company, lead.contact))})
    page = found_by("公海公司").content.decode()
    assert "公海公司" in page
    assert "赵先生" not in page
    assert "13912345678" not in page


def test_the_dropdown_is_a_part(things, found_by):
    things()
    page = found_by("华瑞", headers=HTMX).content.decode()
    assert "<html" not in page
    assert "查看全部结果" in page
    assert "没有找到" in found_by("查无此人", headers=HTMX).content.decode()


@pytest.mark.parametrize("query", ["", "华", " 华 ", "\x00", "\x00\x00\x00"])
def test_too_short_finds_nothing_and_says_so(things, found_by, query):
    things()
    answer = found_by(query)
    assert answer.status_code == 200
    assert "华瑞精密机械有限公司" not in answer.content.decode()


@pytest.mark.parametrize("query", ["👍👍", "x" * 5000, "a'\"%_*()", "-- ;", "𠮷𠮷", "<script>alert(1)</script>"])
def test_odd_queries_do_no_harm(things, found_by, query):
    things()
    answer = found_by(query)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


def test_needs_the_right(found_by):
    assert found_by("华瑞", "admin").status_code == 403


def test_the_first_eight_of_each_and_a_fixed_cost(things, login):
    rep = login("rep")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page = rep.get("/search/", {"q": "华瑞"}, headers=HTMX)
        assert page.status_code == 200
        return len(queries), page

    things("华瑞精密机械有限公司")
    one, _ = cost()
    for i in range(9):
        things(f"华瑞第{i}公司", f"人{i}")
    many, page = cost()
    assert many == one
    assert page.context["found"].customers.count == 8
    assert page.context["found"].customers.more
    assert Opportunity.objects.count() == 10


def test_the_library_is_found_too(found_by, company, now):
    draft = ItemDraft(OpeningContent("您好，恭喜贵司完成融资。"), title="融资开场")
    item = add_item(kind=ItemKind.OPENING, draft=draft, by=company.by("team_lead"), now=now)
    page = found_by("融资").content.decode()
    assert item.get_absolute_url() in page
    assert "开场白" in page
