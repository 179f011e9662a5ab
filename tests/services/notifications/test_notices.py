from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tuoke.services.notifications.actions import forget, notify
from tuoke.services.notifications.models import Notice

pytestmark = pytest.mark.django_db
LIST, BELL = "/notices/", "/notices/bell/"


@pytest.fixture
def tell(company, now):
    def told(*people, kind="deal_handed_over", text="李娜把商机“数据整合”交给了您", at=now, **more):
        with transaction.atomic():
            return notify(user_ids=[p.pk for p in people], kind=kind, text=text, url="/deals/7/", at=at, **more)

    return told


def test_each_is_told_once_in_one_insert_and_only_with_what_it_tells_of(company, tell, now, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1):
        people = [company.rep.pk, company.rep.pk, None, company.teammate.pk]
        made = notify(user_ids=people, kind="x", text="长" * 400, url="/", at=now)
    assert sorted(notice.user_id for notice in made) == sorted([company.rep.pk, company.teammate.pk])
    assert len(made[0].text) == 300


def test_the_bell_counts_what_is_unread_by_one_query_however_much_it_is(
    company, tell, login, django_assert_num_queries
):
    client = login("rep")
    assert "nav-count" not in client.get(BELL).content.decode()
    tell(company.rep)
    tell(company.teammate)
    with django_assert_num_queries(4) as few:
        assert "1 条未读" in client.get(BELL).content.decode()
    for _ in range(120):
        tell(company.rep)
    with django_assert_num_queries(len(few)):
        assert "99+" in client.get(BELL).content.decode()


def test_the_bell_of_an_ended_session_is_silent(db):
    assert Client().get(BELL).status_code == 204


def test_reading_one_and_all_and_taking_it_back(company, tell, login):
    client = login("rep")
    [first], _, [elses] = tell(company.rep), tell(company.rep, kind="mail_failed"), tell(company.teammate)
    client.post(reverse("notifications:read", args=[first.pk]))
    assert Notice.objects.filter(user=company.rep, read_at=None).count() == 1
    assert client.post(reverse("notifications:read", args=[elses.pk])).status_code == 404
    client.post("/notices/read/")
    assert Notice.objects.filter(read_at=None).get() == elses
    at = Notice.objects.get(kind="mail_failed").read_at
    client.post("/notices/unread/?" + f"at={at.isoformat()}".replace("+", "%2B"))
    assert set(Notice.objects.filter(read_at=None).values_list("kind", "user")) == {
        ("mail_failed", company.rep.pk), ("deal_handed_over", company.teammate.pk),
    }  # fmt: skip
    assert client.post("/notices/unread/?at=yesterday").status_code == 404


def test_many_of_a_kind_are_one_line_and_the_page_goes_on(company, tell, login):
    for number in range(60):
        tell(company.rep, kind="lead_assigned", text=f"分配给您：{number}")
    page = login("rep").get(LIST, {"show": "all"})
    assert "同类的还有 49 条" in page.content.decode()
    following = login("rep").get(LIST, {"show": "all", "cursor": page.context["next"]})
    assert [len(group.notices) for group in following.context["groups"]] == [10]


@pytest.mark.parametrize("cursor", ["x", "-1", "9" * 30, "１"])
def test_a_cursor_that_is_none_begins_anew(company, tell, login, cursor):
    tell(company.rep)
    assert login("rep").get(LIST, {"cursor": cursor}).context["shown"] == 1


def test_a_notice_costs_as_much_as_many_and_an_empty_page_says_what_comes_here(
    company, tell, login, django_assert_num_queries
):
    client = login("rep")
    assert "没有未读的通知" in client.get(LIST).content.decode()
    tell(company.rep)
    with django_assert_num_queries(6) as one:
        client.get(LIST)
    tell(company.rep)
    tell(company.rep, kind="mail_failed")
    with django_assert_num_queries(len(one)):
        client.get(LIST)


def test_what_was_read_three_months_ago_is_forgotten(company, tell, now):
    [old], [unread], [recent] = tell(company.rep), tell(company.rep), tell(company.rep)
    later = timezone.now() + timedelta(days=100)
    Notice.objects.filter(pk=old.pk).update(read_at=now)
    Notice.objects.filter(pk=recent.pk).update(read_at=later)
    assert forget(later) == 1
    assert set(Notice.objects.all()) == {unread, recent}
