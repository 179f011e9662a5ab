from datetime import date

import pytest
from django.urls import reverse

from tests.spine.followups.cases import a_contact, a_customer, a_deal, a_lead
from tuoke.spine.followups.models import NextAction
from tuoke.spine.followups.preferences import Preference, preference_among, preferences_of

DAY = date(2026, 11, 24)
SILENT = {"do_not_contact": True, "do_not_contact_since": DAY, "do_not_contact_reason": "电话里说的"}


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


def test_who_decides_is_asked_first_and_who_is_meant_before_him(customer):
    user = a_contact(customer, name="周工", preferred_channel="phone")
    decider = a_contact(customer, name="陈总", role="decider", preferred_channel="wechat")
    silent = a_contact(customer, name="刘敏", **SILENT)
    people = [user, decider, silent]
    assert preference_among(people) == Preference("陈总", "wechat")
    assert preference_among(people, contact_id=user.pk) == Preference("周工", "phone")
    assert preference_among(people, contact_id=silent.pk) == Preference("刘敏", "", do_not_contact=True)
    assert preference_among([silent]).do_not_contact
    assert preference_among([]) is None
    assert preference_among([a_contact(customer, name="新人")]) is None


def test_preferences_of_many_to_dos_cost_one_query(company, playbook, customer, now, django_assert_num_queries):
    def to_do(**about):
        return NextAction.objects.create(title="联系", owner=company.rep, created_at=now, **about)

    a_contact(customer, preferred_channel="wechat")
    other = a_contact(a_customer(company.rep, "别家"), name="李经理", preferred_channel="email")
    deal, lead = a_deal(company.rep, playbook, customer=customer), a_lead(company.rep)
    to_dos = [
        to_do(opportunity=deal),
        to_do(customer=customer),
        to_do(lead=lead),
        to_do(opportunity=deal, contact=other),
    ]
    loaded = list(NextAction.objects.select_related("opportunity").order_by("id"))
    with django_assert_num_queries(1):
        found = preferences_of(loaded)
    assert [found[action.pk].channel if action.pk in found else "" for action in to_dos] == [
        "wechat",
        "wechat",
        "",
        "email",
    ]
    with django_assert_num_queries(0):
        assert preferences_of([loaded[2]]) == {}


def test_the_next_touch_proposes_the_channel_and_says_who_wants_to_be_left_alone(company, customer, now, login):
    a_contact(customer, name="陈总", preferred_channel="wechat")
    a_contact(customer, name="刘敏", **SILENT)
    NextAction.objects.create(title="回访", customer=customer, owner=company.rep, created_at=now, due_on=DAY)
    client = login("rep")
    panel = client.get(reverse("followups:panel_customer", args=[customer.pk])).content.decode()
    plan = client.get(f"{reverse('followups:plan')}?customer={customer.pk}").content.decode()
    assert panel.count("客户偏好：微信") == 2  # the to-do and the form
    assert '<option value="wechat" selected>' in plan
    assert "刘敏要求不再联系" in plan
    assert "刘敏（勿扰）" in panel
