from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.services.files.test_rules import PDF, PNG
from tuoke.base.accounts.models import RoleHeld
from tuoke.services.files.models import File
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Issue

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


def test_a_signed_sheet_is_kept_beside_what_was_entered_from_it(login, deal, add, contact, company, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    item = add()
    me = login("rep")
    assert "multipart/form-data" in text(me.get(to("paper", item.pk), headers=HTMX))
    said = {"answer": "accepted", "contact": contact.pk, "on": "2026-11-22", "note": ""}
    wrong = me.post(to("paper", item.pk), said | {"sheets": SimpleUploadedFile("验收单.pdf", b"<html>")}, headers=HTMX)
    assert (wrong.status_code, "其实是 txt" in text(wrong)) == (422, True)
    assert not Acceptance.objects.exists()
    sheets = [SimpleUploadedFile("验收单.pdf", PDF), SimpleUploadedFile("背面.png", PNG)]
    assert me.post(to("paper", item.pk), said | {"sheets": sheets}).status_code == 302
    page, file = text(me.get(to("page", deal.pk))), File.objects.get(name="验收单.pdf")
    assert all(one in page for one in ("验收单.pdf", "背面.png", file.get_absolute_url()))
    assert me.get(file.get_absolute_url()).status_code == 200
    assert login("team_lead").get(file.get_absolute_url()).status_code == 200
    for stranger in ("teammate", "collaborator"):
        assert login(stranger).get(file.get_absolute_url()).status_code == 404
    me = login("rep")
    more = reverse("files:attach", args=["acceptance", file.subject])
    later = {"file": SimpleUploadedFile("补签.pdf", PDF + b"%"), "note": ""}
    assert me.post(more, later)["Location"] == to("page", deal.pk)
    me.post(to("take_back", Acceptance.objects.get().pk))
    page = text(me.get(to("page", deal.pk)))
    assert all(one in page for one in ("录错了，已撤回", "验收单.pdf", "补签.pdf"))
    assert me.post(more, later).status_code == 404
    assert me.post(reverse("files:withdraw", args=[file.public_id])).status_code == 404


def test_what_cannot_be_begun_says_so_in_place_of_a_form(login, deal, add, contact):
    me = login("rep")
    assert "还没有列交付内容" in text(me.get(to("send", deal.pk)))
    assert "还没有交付任何一项" in text(me.get(to("score", deal.pk)))
    item = add(handed=False)
    paper = text(me.get(to("paper", item.pk)))
    assert ("还没有交付，请先登记交付" in paper, 'name="answer"' in paper) == (True, False)
    me.post(to("deliver", item.pk), {"on": "2026-11-20", "note": ""})
    assert "正在等客户验收" in text(me.get(to("deliver", item.pk)))
    me.post(to("paper", item.pk), {"answer": "accepted", "contact": contact.pk, "on": "2026-11-22", "note": ""})
    for name in ("deliver", "paper", "edit"):
        assert "客户已经验收这一项" in text(me.get(to(name, item.pk), headers=HTMX))
    Opportunity.objects.update(outcome="lost")
    for address in (to("add", deal.pk), to("send", deal.pk), to("add_issue", deal.pk), to("deliver", item.pk)):
        assert "商机已输单或作废" in text(me.get(address))


def test_who_reads_the_deal_and_writes_elsewhere_gets_no_form(login, company, deal, add):
    """An auditor who helps with other deals: what he only reads has no buttons, and no address behind them."""
    RoleHeld.objects.create(user=company.collaborator, role="auditor")
    me, item = login("collaborator"), add()
    page = text(me.get(to("page", deal.pk)))
    assert ("首批两条产线上线" in page, to("paper", item.pk) in page) == (True, False)
    for address in (to("add", deal.pk), to("send", deal.pk), to("paper", item.pk), to("deliver", item.pk)):
        assert me.get(address).status_code == 404
