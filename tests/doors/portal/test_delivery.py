"""The customer accepts the first delivery on his phone, scores it, reports what is wrong (S7.3); he sees the plan (S7.2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tuoke.services.links.queries import address_of
from tuoke.steps.contracts.deliveries import actions
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Feedback, Issue
from tuoke.steps.contracts.deliveries.rules import ItemDraft, ItemKind, SendDraft
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff.rules import MilestoneDraft, MilestoneKind, Party
from tuoke.steps.contracts.teams import actions as teams
from tuoke.steps.contracts.teams.rules import ContactDraft, ShareDraft, Side

pytestmark = pytest.mark.django_db


def page(response):
    return response.content.decode()


@pytest.fixture
def item(deal, by, now):
    draft = ItemDraft(ItemKind.GOLIVE, "首批产线上线", ("十二项功能通过", "<b>夜班</b>培训"))
    item = actions.add_item(deal=deal, draft=draft, by=by, now=now)
    return actions.deliver(item=item, on=date(2026, 11, 23), note="", by=by, now=now)


@pytest.fixture
def delivery(deal, contact, item, by, now):
    draft = SendDraft(contact.pk, now.date() + timedelta(days=20), message="请您验收")
    return actions.send(deal=deal, draft=draft, by=by, now=now)


@pytest.fixture
def door(delivery):
    return address_of(delivery.link)


def test_he_accepts_scores_and_reports(customer, door, item):
    shown = page(customer.get(door))
    for word in ("请验收 1 项交付", "十二项功能通过", "&lt;b&gt;夜班", "请您验收"):
        assert word in shown
    said = {"do": "accept", "name": "陈工", f"seal-{item.pk}": item.seal, f"answer-{item.pk}": "conditional"}
    wrong = customer.post(door, said)
    assert (wrong.status_code, "请写一句原因" in page(wrong)) == (422, True)
    done = customer.post(door, said | {f"note-{item.pk}": "报表差一列"})
    assert "done=accept" in done.url
    assert (Acceptance.objects.get().note, Issue.objects.get().found_by) == ("报表差一列", "theirs")
    assert customer.post(door, {"do": "score", "score": "", "name": "陈工"}).status_code == 422
    customer.post(door, {"do": "score", "score": "9", "comment": "快", "name": "陈工"})
    assert Feedback.objects.get().score == 9
    customer.post(door, {"do": "report", "title": "打印不了", "name": "陈工", "item": str(item.pk)})
    assert Issue.objects.filter(title="打印不了", item=item).count() == 1
    assert "9" in page(customer.get(door))


def test_nothing_chosen_or_words_that_changed_save_nothing(customer, door, item, by, now):
    assert customer.post(door, {"do": "accept", "name": "陈工"}).status_code == 422
    seal = item.seal
    draft = ItemDraft(ItemKind.GOLIVE, item.title, ("八项功能通过",))
    actions.edit_item(item=item, version=item.version, draft=draft, by=by, now=now)
    stale = customer.post(door, {"do": "accept-all", "name": "陈工", f"seal-{item.pk}": seal})
    assert (stale.status_code, "刚刚改过" in page(stale), "八项功能" in page(stale)) == (409, True, True)
    assert not Acceptance.objects.exists()
    customer.post(door, {"do": "accept-all", "name": "陈工", f"seal-{item.pk}": DeliveryItem.objects.get().seal})
    assert DeliveryItem.objects.get().state == "accepted"


@pytest.mark.parametrize("said", [{"do": "score", "score": "1e9"}, {"do": "report", "title": "x" * 5000}, {"do": "gone-999"}, {"do": "still-x"}, {"do": "?"}, {}])  # fmt: skip
def test_nonsense_changes_nothing(customer, door, said):
    assert customer.post(door, {"name": "陈工"} | said).status_code in (302, 422)
    assert (Issue.objects.count(), Feedback.objects.count()) == (0, 0)


def test_a_colleague_only_looks(login, door, item):
    me = login("rep")
    said = {"do": "accept-all", "name": "我", f"seal-{item.pk}": item.seal}
    assert me.post(door, said).status_code == 403
    assert not Acceptance.objects.exists()


def test_the_plan_shows_what_he_is_to_do_and_whom_he_calls(customer, company, deal, contact, by, now):
    company.collaborator.phone = "13900139000"
    company.collaborator.save()
    plan = kickoff.make_plan(deal=deal, template="", starts_on=date(2026, 11, 23), by=by, now=now)
    for name, party in (("准备测试数据", Party.CUSTOMER), ("环境部署", Party.TECH)):
        draft = MilestoneDraft(name, MilestoneKind.TASK, date(2026, 11, 24), 3, party=party)
        kickoff.add_milestone(plan=plan, draft=draft, by=by, now=now)
    draft = ContactDraft(Side.OURS, company.collaborator.pk, "实施经理", shows_phone=False)
    row = teams.add_contact(deal=deal, draft=draft, by=by, now=now)
    share = teams.share_plan(
        deal=deal, draft=ShareDraft(contact.pk, expires_on=now.date() + timedelta(days=9)), by=by, now=now
    )
    shown = page(customer.get(address_of(share.link)))
    assert shown.count("准备测试数据") == 2, "among what he is to do, and in the plan"
    assert shown.count("环境部署") == 1
    assert ("吴工" in shown, "13900139000" in shown) == (True, False)
    assert "<h3>您这边" not in shown, "nobody of his side is named yet"
    teams.edit_contact(row=row, version=1, draft=ContactDraft(Side.OURS, row.user_id, "实施经理"), by=by, now=now)
    assert "13900139000" in page(customer.get(address_of(share.link)))
    type(deal).objects.filter(pk=deal.pk).update(outcome="lost", outcome_on=now.date())
    assert "这个项目已经结束" in page(customer.get(address_of(share.link)))
