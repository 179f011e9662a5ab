import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tuoke.base.accounts.rules import system
from tuoke.spine.deals.actions import join
from tuoke.spine.library.actions import load_starter
from tuoke.spine.library.models import ItemVersion
from tuoke.steps.negotiation.signals.models import ClosingProposal, Signal

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(deal):
    return reverse("signals:deal", args=[deal.pk])


def text(response):
    assert response.status_code == 200
    return response.content.decode()


def test_the_sentence_is_shown_with_what_gave_it_away(record, place, login):
    record("客户问<b>合同</b>里验收怎么写。")
    shown = text(login("rep").get(place))
    assert "客户问&lt;b&gt;<mark>合同</mark>&lt;/b&gt;里验收怎么写。" in shown
    assert "是信号" in shown
    assert "是信号" not in text(login("auditor").get(place))


def test_who_may_look(deal, place, login, company, now):
    join(deal=deal, user=company.collaborator, duty="方案", by=company.by("rep"), now=now)
    got = {
        name: login(name).get(place).status_code
        for name in ("rep", "team_lead", "director", "auditor", "teammate", "collaborator", "admin")
    }
    assert got == {
        "rep": 200, "team_lead": 200, "director": 200, "auditor": 200, "teammate": 404, "collaborator": 403, "admin": 403,
    }  # fmt: skip


def test_nothing_found_says_what_to_write_down(place, login):
    assert "还没有成交信号" in text(login("rep").get(place))


def test_confirmed_dismissed_and_undone_in_one_press(record, login):
    [sign] = record("客户问合同。")
    client = login("rep")
    for verb, state in (("confirm", "confirmed"), ("reopen", "found"), ("dismiss", "dismissed")):
        sign.refresh_from_db()
        path = reverse(f"signals:{verb}", args=[sign.pk])
        response = client.post(path, {"version": sign.version}, headers={"HX-Request": "true"})
        assert response.headers["HX-Trigger"] == "deal-changed"
        sign.refresh_from_db()
        assert sign.state == state
    stale = client.post(reverse("signals:confirm", args=[sign.pk]), {"version": 1}, follow=True)
    assert "刚被别人改过" in stale.content.decode()
    assert client.post(reverse("signals:confirm", args=[sign.pk]), {"version": "x"}).status_code == 404
    assert login("teammate").post(reverse("signals:confirm", args=[sign.pk])).status_code == 404


def test_ticked_by_hand(deal, login, place):
    client, path = login("rep"), reverse("signals:tick", args=[deal.pk])
    assert "手工记一个信号" in text(client.get(path))
    wrong = client.post(path, {"kind": "x", "said_on": "3000-01-01"})
    assert wrong.status_code == 422
    assert (
        client.post(path, {"kind": "start", "said_on": timezone.localdate(), "note": "机房腾好了"}).status_code == 302
    )
    assert "机房腾好了" in text(client.get(place))
    tick = Signal.objects.get()
    client.post(reverse("signals:dismiss", args=[tick.pk]))
    assert Signal.objects.get().state == "dismissed"


def test_a_closing_of_the_library_is_suggested_for_the_sign_proposed_and_answered(record, deal, place, login, now):
    load_starter(by=system("test"), now=now)
    client, propose = login("rep"), reverse("signals:propose", args=[deal.pk])
    assert "有了信号，这里会列出合适的促成话术" in text(client.get(place))
    [sign] = record("客户问能不能分期付款。")
    version = ItemVersion.objects.select_related("item").filter(item__kind="closing", item__topic="payment").first()
    assert f"item={version.pk}&amp;signal={sign.pk}" in text(client.get(place))
    form = text(client.get(f"{propose}?item={version.pk}&signal={sign.pk}"))
    assert version.parsed.proposal[:20] in form
    said = {"text": "周五签", "offered_on": timezone.localdate(), "signal": sign.pk, "version_id": version.pk}
    assert client.post(propose, {**said, "text": ""}).status_code == 422
    assert client.post(propose, {**said, "extra": "培训", "value": "3000 美元"}).status_code == 422
    assert client.post(propose, said).status_code == 302
    closing = ClosingProposal.objects.get()
    assert f"item={version.pk}&amp;signal" not in text(client.get(place)), "proposed once"
    answer = reverse("signals:answer", args=[closing.pk])
    assert "周五签" in text(client.get(answer))
    given = {"answer": "accepted", "answered_on": timezone.localdate(), "note": "没问题", "version": 1}
    assert client.post(answer, {**given, "answer": ""}).status_code == 422
    assert client.post(answer, given).status_code == 302
    assert "没问题" in text(client.get(place))
    stale = client.post(answer, {**given, "note": "再想想"})
    assert stale.status_code == 409
    assert "再想想" in stale.content.decode()
    client.post(reverse("signals:withdraw", args=[closing.pk]))
    assert "已撤回 1 条" in text(client.get(place))
    client.post(reverse("signals:restore", args=[closing.pk]))
    assert "已撤回 1 条" not in text(client.get(place))


def test_the_page_costs_the_same_for_one_row_and_for_three(record, deal, place, login, now):
    load_starter(by=system("test"), now=now)
    client = login("rep")

    def cost():
        with CaptureQueriesContext(connection) as seen:
            text(client.get(place))
        return len(seen)

    def closing(number):
        said = {
            "text": f"周五签 {number}",
            "offered_on": timezone.localdate(),
            "extra": f"培训 {number}",
            "value": "100",
        }
        assert client.post(reverse("signals:propose", args=[deal.pk]), said).status_code == 302

    record("客户问合同。")
    closing(1)
    text(client.get(place))
    one = cost()
    record("客户问付款方式。")
    record("客户要试用。")
    closing(2), closing(3)
    text(client.get(place))
    assert cost() == one


def test_the_panel_and_the_room_on_the_deals_page(record, deal, login):
    client = login("rep")
    assert "<mark>" not in text(client.get(reverse("signals:panel", args=[deal.pk])))
    record("客户问合同。")
    assert "1 个等您确认" in text(client.get(reverse("signals:panel", args=[deal.pk])))
    assert "1 个信号待确认" in text(client.get(reverse("deals:rooms", args=[deal.pk]), {"step": "negotiation"}))
    timeline = text(client.get(reverse("deals:timeline", args=[deal.pk]), {"before": 999999}))
    assert "发现成交信号" in timeline
    assert "问合同细节" in timeline
