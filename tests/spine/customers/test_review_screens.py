"""The screens of 查重 and 合并 (S2.3), by click and by forged request."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.steps.leads.drafts import ready
from tuoke.base.accounts.rules import system
from tuoke.spine.customers import actions
from tuoke.spine.customers.actions import Noted
from tuoke.spine.customers.models import Customer, Lead, Merge, Pair, SearchForPairs
from tuoke.spine.customers.queries import review_count
from tuoke.spine.customers.rules import ContactDraft, CustomerDraft, LeadStatus, OnDuplicate
from tuoke.spine.customers.rules.similarity import Sketch, compare
from tuoke.steps.leads import actions as leads

BY = system("test")
REVIEW = "customers:review"


def text(response):
    return response.content.decode()


def lead(now, owner=None, **facts):
    draft = ready(**{"phone": "", "want": "", **facts}, owner_id=owner.pk if owner else None)
    return leads.create_lead(draft=draft, by=BY, now=now, on_duplicate=OnDuplicate.ACCEPT)


def noted(one, other, now):
    sketches = [Sketch.of(side) if isinstance(side, Lead) else Sketch.of_customer(side) for side in (one, other)]
    sides = [("lead" if isinstance(side, Lead) else "customer", side.pk) for side in (one, other)]
    actions.note_pairs(pairs=[Noted(*sides, compare(*sketches))], now=now)
    return Pair.objects.latest("pk")


def address(one, other, query=""):
    sides = [part for s in (one, other) for part in ("lead" if isinstance(s, Lead) else "customer", s.pk)]
    return reverse("customers:compare", args=sides) + query


def merging(one, other, **more):
    return {"action": "merge", "kept_version": one.version, "gone_version": other.version, **more}


@pytest.fixture
def twins(company, now, playbook):
    one = lead(now, company.rep, company="华辰精密机械", contact="王芳", note="展会")
    other = lead(now, company.rep, company="华晨精密机械有限公司", contact="王方", industry="新能源")
    noted(one, other, now)
    return one, other


def test_the_queue_shows_both_and_why(twins, login):
    page = text(login("rep").get(reverse(REVIEW)))
    assert "华辰精密机械" in page
    assert "华晨精密机械有限公司" in page
    assert "名称读音相同" in page
    assert "相似 84" in page


def test_a_pair_of_which_one_side_is_hidden_says_whom_to_ask_and_no_more(company, now, login, playbook):
    mine = lead(now, company.rep, company="华辰精密机械")
    theirs = lead(now, company.other_team, company="华晨精密机械有限公司", contact="保密人", note="保密的话")
    noted(mine, theirs, now)
    client = login("rep")
    for page in (text(client.get(reverse(REVIEW))), text(client.get(address(mine, theirs)))):
        assert "已存在，请联系 赵敏" in page
        for secret in ("华晨", "保密", "相似 84", "新能源"):
            assert secret not in page
    for action in ("merge", "apart", "link"):
        assert client.post(address(mine, theirs), {"action": action}).status_code == 404
    assert client.post(address(mine, theirs), {"action": "later"}).status_code == 302
    assert Lead.objects.filter(status=LeadStatus.MERGED).count() == 0


@pytest.mark.parametrize(
    "who, status",
    [("rep", 200), ("team_lead", 200), ("director", 200), ("auditor", 403), ("collaborator", 403), ("process_owner", 403), ("admin", 403)],
)  # fmt: skip
def test_who_may_open_the_queue(login, playbook, who, status):
    assert login(who).get(reverse(REVIEW)).status_code == status


def test_somebody_elses_pair_is_not_there(twins, login):
    other = login("other_team")
    assert other.get(address(*twins)).status_code == 404
    assert "华辰" not in text(other.get(reverse(REVIEW)))
    assert other.get(address(twins[0], twins[0])).status_code == 404
    assert other.get("/customers/compare/lead/1/robot/2/").status_code == 404


def test_merging_by_choice_and_taking_it_back(twins, login):
    one, other = twins
    client = login("rep")
    page = text(client.get(address(one, other)))
    assert 'name="side-company" value="gone" checked' in page  # the fuller name is proposed
    assert client.get(reverse("customers:review") + "?kind=leads&least=85").status_code == 200
    choice = {"side-company": "kept", "side-contact": "gone", "side-note": "both", "side-industry": "kept"}
    answer = client.post(address(one, other), merging(one, other, **choice))
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.company, one.contact, one.note) == ("华辰精密机械", "王方", "展会")
    assert client.get(reverse("leads:detail", args=[other.pk])).url == reverse("leads:detail", args=[one.pk])
    page = text(client.get(reverse("leads:detail", args=[one.pk])))
    assert "合并了 华晨精密机械有限公司" in page
    assert "没有疑似重复的记录" in text(client.get(reverse(REVIEW)))
    shown = reverse("customers:merge", args=[Merge.objects.get().pk])
    assert "撤销合并" in text(client.get(shown))
    assert login("other_team").get(shown).status_code == 404
    assert login("other_team").post(shown).status_code == 404
    assert client.post(shown).status_code == 302
    other.refresh_from_db()
    assert other.status == LeadStatus.OPEN
    assert client.post(shown).status_code == 422


def test_an_undo_asks_about_what_was_edited_since(twins, login, now, company):
    one, other = twins
    client = login("rep")
    client.post(address(one, other), merging(one, other, **{"side-contact": "gone"}))
    one.refresh_from_db()
    Lead.objects.filter(pk=one.pk).update(contact="新联系人")
    shown = reverse("customers:merge", args=[Merge.objects.get().pk])
    answer = client.post(shown)
    assert answer.status_code == 422
    assert "联系人" in text(answer)
    assert "保留之后的修改" in text(answer)
    assert client.post(shown, {"keep": "later"}).status_code == 302
    one.refresh_from_db()
    assert one.contact == "新联系人"


def test_a_stale_page_is_told(twins, login):
    one, other = twins
    answer = login("rep").post(address(one, other), {"action": "merge", "kept_version": 9, "gone_version": 1})
    assert answer.status_code == 409
    assert "有人先保存了" in text(answer)
    for hostile in ("-1", "x", "9" * 30, "一"):
        sent = {
            "action": "merge",
            "kept_version": hostile,
            "gone_version": hostile,
            "side-company": "robot",
            "same-1": "x",
        }
        assert login("rep").post(address(one, other), sent).status_code == 409
    assert login("rep").post(address(one, other), {"action": "explode"}).status_code == 404
    assert Merge.objects.count() == 0


def test_the_other_side_can_be_kept(twins, login):
    one, other = twins
    client = login("rep")
    page = text(client.get(address(one, other) + f"?keep=lead-{other.pk}"))
    assert f'name="keep" value="lead-{other.pk}"' in page
    client.post(address(one, other), merging(other, one, keep=f"lead-{other.pk}"))
    one.refresh_from_db()
    assert one.merged_into_id == other.pk


def test_told_apart_and_put_off(twins, login, now):
    client = login("rep")
    client.post(address(*twins), {"action": "later"})
    assert "没有疑似重复的记录" in text(client.get(reverse(REVIEW)))
    client.post(address(*twins), {"action": "apart", "reason": "两个厂区"})
    assert Pair.objects.get().state == "apart"
    page = text(client.get(reverse("leads:detail", args=[twins[0].pk])))
    assert "确认不是同一家" in page
    assert "没有发现重复" in page
    answer = client.post(address(*twins), {"action": "apart", "reason": "长" * 201})
    assert answer.status_code == 422


def test_from_one_pair_to_the_next(company, now, login, playbook):
    names = ("华辰精密机械", "恒远电子", "鼎盛物流")
    pairs = []
    for name in names:
        one, other = lead(now, company.rep, company=name), lead(now, company.rep, company=f"济南{name}有限公司")
        pairs.append((one, other, noted(one, other, now)))
    client = login("rep")
    page = text(client.get(address(pairs[1][0], pairs[1][1], "?pair=1")))
    assert 'data-trail="previous"' in page
    assert 'data-trail="next"' in page
    answer = client.post(address(pairs[1][0], pairs[1][1], "?pair=1"), merging(pairs[1][0], pairs[1][1]))
    assert answer.url == address(pairs[0][0], pairs[0][1], "?pair=1")


def test_what_lies_in_the_pool_stays_masked(company, now, login, playbook):
    mine = lead(now, company.rep, company="华辰精密机械")
    pool = lead(
        now, None, company="华晨精密机械有限公司", contact="保密人", phone="+8613900139000", note="打 13900139000"
    )
    client = login("rep")
    page = text(client.get(address(mine, pool)))
    assert "华晨精密机械有限公司" in page
    assert "139****9000" in page
    for secret in ("保密人", "13900139000", "139 0013 9000"):
        assert secret not in page
    assert "先领取，或请主管合并" in page
    answer = client.post(address(mine, pool), merging(mine, pool))
    assert answer.status_code == 422
    assert login("team_lead").post(address(mine, pool), merging(mine, pool)).status_code == 302


def test_customers_with_their_people(company, now, login, playbook):
    rep = company.by("rep")
    made = []
    for name, phone in (("华瑞精密", "+8613700137000"), ("济南华瑞精密有限公司", "+8613600136000")):
        draft = CustomerDraft(name=name, owner_id=company.rep.pk)
        customer = actions.create_customer(draft=draft, by=rep, now=now, on_duplicate=OnDuplicate.ACCEPT)
        actions.add_contact(customer=customer, draft=ContactDraft(name="吴晓梅", phone=phone), by=rep, now=now)
        made.append(customer)
    one, other = made
    client = login("rep")
    page = text(client.get(address(one, other)))
    assert "就是 吴晓梅 137 0013 7000" in page
    region = client.get(reverse("customers:similar", args=["customer", one.pk]), headers={"HX-Request": "true"})
    assert "对比与合并" in text(region)
    same = {f"same-{other.contacts.get().pk}": one.contacts.get().pk}
    assert client.post(address(one, other), merging(one, other, **same)).status_code == 302
    one.refresh_from_db()
    assert one.contacts.count() == 1
    assert "+8613600136000" in one.contacts.get().note
    assert client.get(reverse("customers:detail", args=[other.pk])).url == one.get_absolute_url()
    region = client.get(reverse("customers:similar", args=["customer", one.pk]), headers={"HX-Request": "true"})
    assert "并入这里的记录" in text(region)


def test_a_lead_meets_its_customer(company, now, login, playbook):
    draft = CustomerDraft(name="华瑞精密", owner_id=company.rep.pk)
    customer = actions.create_customer(draft=draft, by=company.by("rep"), now=now)
    found = lead(now, company.rep, company="济南华瑞精密有限公司")
    client = login("rep")
    assert "关联这家客户" in text(client.get(address(found, customer)))
    sent = {"action": "link", "kept_version": found.version, "gone_version": found.version}
    assert client.post(address(found, customer), sent).status_code == 302
    found.refresh_from_db()
    assert found.customer == customer
    assert client.post(reverse("customers:unlink", args=[found.pk])).status_code == 302
    assert login("other_team").post(reverse("customers:unlink", args=[found.pk])).status_code == 404
    assert client.post(address(found, customer), {"action": "merge"}).status_code == 404


def test_the_queue_costs_the_same_for_one_and_for_three(company, now, login, playbook):
    client = login("rep")

    def cost():
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse(REVIEW))
        return len(caught)

    def another(name):
        noted(lead(now, company.rep, company=name), lead(now, company.rep, company=f"济南{name}"), now)

    another("华辰精密")
    client.get(reverse(REVIEW))
    one = cost()
    another("恒远电子")
    another("鼎盛物流")
    assert cost() == one
    assert review_count(company.by("rep")) == 3
    assert review_count(company.by("other_team")) == 0
    assert review_count(company.by("auditor")) == 0


def test_searching_is_for_those_who_give_leads_out(login, playbook):
    assert login("rep").post(reverse("customers:search_pairs")).status_code == 403
    boss = login("team_lead")
    assert boss.post(reverse("customers:search_pairs")).status_code == 302
    assert boss.post(reverse("customers:search_pairs")).status_code == 422
    assert "正在查找" in text(boss.get(reverse(REVIEW)))
    assert SearchForPairs.objects.count() == 1


def test_the_warning_while_typing(twins, company, login, now):
    lead(now, None, company="华辰精密机械", contact="某人")
    htmx = {"HX-Request": "true"}
    asked = {"company": "华辰精密机械"}
    mine = text(login("rep").get(reverse("leads:duplicates"), asked, headers=htmx))
    assert "公海中已有，可领取" in mine
    assert "相似 84" in mine
    theirs = text(login("other_team").get(reverse("leads:duplicates"), asked, headers=htmx))
    assert theirs.count("已存在，请联系 王芳") == 1
    assert "华晨" not in theirs
    customers = text(login("rep").get(reverse("customers:duplicates"), {"name": "华晨精密机械"}, headers=htmx))
    assert "华晨精密机械有限公司" in customers


def test_hostile_cursors_and_filters_are_harmless(twins, login):
    client = login("rep")
    for query in ("?cursor=x", "?cursor=1~a", "?kind=robot&least=abc", "?least=-1"):
        assert client.get(reverse(REVIEW) + query).status_code == 200
    assert Customer.objects.count() == 0
