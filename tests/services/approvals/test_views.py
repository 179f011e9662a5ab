from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.models import User
from tuoke.services.approvals.actions import approve
from tuoke.services.approvals.models import Request

pytestmark = pytest.mark.django_db
LIST = "/approvals/"


@pytest.fixture
def now():
    return timezone.now()


def page(client, path, **data):
    return client.get(path, data).content.decode()


def test_what_waits_is_listed_for_the_approver_and_what_one_asked_for_the_asker(ask, login):
    request = ask()
    assert request.label in page(login("team_lead"), LIST)
    assert request.reason in page(login("team_lead"), LIST)
    assert request.label not in page(login("rep"), LIST)
    assert request.label in page(login("rep"), LIST, tab="mine")
    assert request.label in page(login("rep"), LIST, tab="mine", q="华瑞")
    assert request.label not in page(login("rep"), LIST, tab="mine", q="恒远\0")
    assert "没有等您审批的申请" in page(login("admin"), LIST)
    assert login("rep").get(LIST, {"tab": "x"}).status_code == 404


def test_the_page_of_a_request_is_nobody_elses(ask, login, company):
    path = ask().get_absolute_url()
    got = {
        name: login(name).get(path).status_code
        for name in ("rep", "team_lead", "director", "teammate", "auditor", "admin")
    }
    assert got == {"rep": 200, "team_lead": 200, "director": 200, "teammate": 404, "auditor": 404, "admin": 404}
    assert login("rep").get(LIST + "99999999999999999999999/").status_code == 404
    for name in ("decide", "delegate", "withdraw"):
        assert login("teammate").post(reverse(f"approvals:{name}", args=[1])).status_code == 404


def test_decided_on_the_page(ask, login, decided):
    request, client = ask(), login("team_lead")
    path = reverse("approvals:decide", args=[request.pk])
    text = page(client, request.get_absolute_url())
    assert "批准" in text
    assert "撤回申请" not in text
    assert 'href="/deals/"' in text
    wrong = client.post(path, {"verb": "reject", "version": 1, "reason": ""})
    assert wrong.status_code == 422
    assert "请写驳回的理由" in wrong.content.decode()
    assert client.post(path, {"verb": "approve", "version": 1, "reason": "可以"}).status_code == 302
    assert [state for _, _, state in decided] == ["approved"]
    late = login("director").post(path, {"verb": "reject", "version": 1, "reason": "太低"})
    assert late.status_code == 422
    assert "李娜在" in late.content.decode()
    assert "批准了这项申请" in late.content.decode()
    assert request.label in page(client, LIST, tab="done")


@pytest.mark.parametrize("data", [{}, {"verb": "x", "version": "1"}, {"verb": "approve", "version": "x" * 10**5}])
def test_a_decision_that_is_none_is_refused(ask, login, data, decided):
    request = ask()
    assert login("team_lead").post(reverse("approvals:decide", args=[request.pk]), data).status_code == 422
    assert decided == []


def test_what_is_wrong_with_a_text_is_said_at_its_field(ask, login, company):
    request, client = ask(of=("team_lead",)), login("team_lead")
    path = reverse("approvals:decide", args=[request.pk])
    for reason in ("", "a\x0bb"):
        answer = client.post(path, {"verb": "reject", "version": 1, "reason": reason})
        assert set(answer.context["form"].errors) == {"reason"}, reason
        assert answer.context["reasons"] == []
    path = reverse("approvals:delegate", args=[request.pk])
    answer = client.post(path, {"to": company.director.pk, "note": "a\x0bb"})
    assert answer.status_code == 422
    assert set(answer.context["delegation"].errors) == {"note"}


def test_a_stale_page_shows_the_present(ask, login):
    request = ask()
    stale = login("team_lead").post(
        reverse("approvals:decide", args=[request.pk]), {"verb": "approve", "version": 5, "reason": ""}
    )
    assert stale.status_code == 409


def test_handed_on_and_withdrawn_on_the_page(ask, login, company):
    request = ask(of=("team_lead",))
    path = reverse("approvals:delegate", args=[request.pk])
    client = login("team_lead")
    assert client.post(path, {"to": ""}).status_code == 422
    assert client.post(path, {"to": company.teammate.pk}).status_code == 422, "only who is offered"
    assert client.post(path, {"to": company.director.pk, "note": "出差"}).status_code == 302
    assert "出差" in page(login("director"), request.get_absolute_url())
    withdraw = reverse("approvals:withdraw", args=[request.pk])
    assert client.post(withdraw).status_code == 422, "only whoever asked"
    assert login("rep").post(withdraw).status_code == 302
    assert "发起人撤回了申请" in page(login("director"), request.get_absolute_url())


def test_the_page_of_the_asker_and_of_one_past_its_time(ask, login, company):
    request = ask()
    User.objects.filter(pk=company.team_lead.pk).update(is_active=False)
    text = page(login("rep"), request.get_absolute_url())
    assert "撤回申请" in text
    assert "已停用" in text
    assert 'value="approve"' not in text
    Request.objects.update(
        asked_at=request.asked_at - timedelta(days=9), expires_at=request.asked_at - timedelta(days=1)
    )
    assert "到期前没有人决定" in page(login("director"), request.get_absolute_url())


def test_a_secret_text_is_read_only_by_whoever_may_at_that_moment(ask, login, kind, company, now):
    kind(secret=True, may_see=lambda who, asked: who.user_id == company.team_lead.pk)
    request = ask(reason="底价87万")
    seen = {
        name: "底价87万" in page(login(name), request.get_absolute_url()) for name in ("rep", "team_lead", "director")
    }
    assert seen == {"rep": True, "team_lead": True, "director": False}
    assert "底价87万" not in page(login("team_lead"), LIST)
    approve(request=request, version=1, reason="可以到85万", by=company.by("team_lead"), now=now)
    assert "85万" not in page(login("director"), request.get_absolute_url())


def test_the_page_costs_the_same_for_one_approver_and_for_three(ask, login, company, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(request):
        client = login("rep")
        client.get(LIST)
        with CaptureQueriesContext(connection) as seen:
            client.get(request.get_absolute_url())
        return len(seen)

    one, three = ask(of=("director",)), ask(of=("team_lead", "director", "teammate"), subject="tests.thing:2")
    assert cost(one) == cost(three)
