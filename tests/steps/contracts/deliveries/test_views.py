from __future__ import annotations

import pytest
from django.urls import reverse

from tuoke.steps.contracts.deliveries.models import DeliveryItem, Issue

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def to(name, *args):
    return reverse(f"deliveries:{name}", args=args)


def text(response):
    return response.content.decode()


def test_from_an_empty_page_to_an_accepted_item(login, deal, contact, joined, company, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    me = login("collaborator")
    assert "还没有列交付内容" in text(me.get(to("page", deal.pk)))
    said = {"kind": "golive", "title": "首批上线", "criteria": "- 十二项功能\n<script>", "due_on": "2026-11-20"}
    wrong = me.post(to("add", deal.pk), said | {"criteria": ""}, headers=HTMX)
    assert (wrong.status_code, 'value="首批上线"' in text(wrong)) == (422, True)
    shown = text(me.post(to("add", deal.pk), said, headers=HTMX))
    assert "&lt;script&gt;" in shown
    assert "已逾期" in shown
    item = DeliveryItem.objects.get()
    stale = me.post(to("edit", item.pk), said | {"version": 0, "title": "别的"}, headers=HTMX)
    assert (stale.status_code, "有人先保存了" in text(stale)) == (409, True)
    assert me.post(to("deliver", item.pk), {"on": "2026-11-24", "note": ""}).status_code == 422
    assert me.post(to("deliver", item.pk), {"on": "2026-11-23", "note": ""}).status_code == 302
    paper = {"answer": "rejected", "contact": contact.pk, "on": "2026-11-23", "note": "登录不了"}
    assert "未通过" in text(me.post(to("paper", item.pk), paper, headers=HTMX))
    issue = Issue.objects.get()
    me.post(
        to("edit_issue", issue.pk), {"version": 1, "title": "登录不了", "severity": "high", "owner": company.rep.pk}
    )
    me.post(to("solve", issue.pk), {"solution": "重置了密码"})
    closed = me.post(to("settle", issue.pk), {"contact": contact.pk, "on": "2026-11-23"}, headers=HTMX)
    assert "已关闭 1 个" in text(closed)
    scored = me.post(to("score", deal.pk), {"score": "7", "contact": contact.pk, "on": "2026-11-23", "comment": "慢"})
    assert scored.status_code == 302
    page = text(me.get(to("page", deal.pk)))
    assert "按客户填写的纸质单据录入" in page
    assert "吴工 录入" in page
    timeline = text(me.get(deal.get_absolute_url()))
    assert "客户验收没通过" in timeline


def test_a_link_is_made_and_shown_to_the_team(login, deal, contact, add, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    add()
    me = login("rep")
    assert me.post(to("send", deal.pk), {"contact": "", "expires_on": "2026-12-05"}).status_code == 422
    made = text(me.post(to("send", deal.pk), {"contact": contact.pk, "expires_on": "2026-12-05"}, headers=HTMX))
    assert "/p/" in made
    assert "未打开" in made
