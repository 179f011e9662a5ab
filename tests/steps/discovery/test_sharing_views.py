"""The screens of a list of needs that goes to the customer, and of drafts."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.spine.followups.cases import a_customer
from tests.steps.discovery.test_views import HTMX, url
from tuoke.base.kernel.verdict import Refused
from tuoke.services.links.queries import holder_of
from tuoke.steps.discovery import actions, hooks
from tuoke.steps.discovery.actions.confirmations import customer_comments, customer_confirms, customer_marks_wrong
from tuoke.steps.discovery.hooks import Source
from tuoke.steps.discovery.models import Confirmation, Need
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def needs(deal, by):
    now, given = timezone.now(), [(NeedKind.RIGID, "数据当天对齐"), (NeedKind.ELASTIC, "报表自动发送")]
    return [
        actions.add_need(deal=deal, draft=NeedDraft(kind, text, Priority.HIGH), by=by, now=now) for kind, text in given
    ]


@pytest.fixture
def draft(deal, contact, by):
    actions.draft_needs(
        customer=deal.customer, deal=deal, contact=contact, descriptions=["要<b>扫码</b>🚀"], by=by, now=timezone.now()
    )
    return Need.objects.get(state="draft")


@pytest.fixture
def sent(rep, deal, needs, contact):
    answer = rep.post(url("send", deal.pk), to_send(contact), headers=HTMX)
    assert answer.status_code == 200
    return Confirmation.objects.select_related("link").get()


def to_send(person, **more):
    in_a_week = timezone.localdate() + timedelta(days=7)
    return {"contact": person.pk, "expires_on": in_a_week, "kinds": ["rigid", "elastic"], "message": ""} | more


def text(answer):
    return answer.content.decode()


def by_customer(verb, sent, **more):
    return verb(link=sent.link, by=holder_of(sent.link), now=timezone.now(), where="203.0.113.7", **more)


def test_send_shows_the_address_to_pass_on(rep, deal, sent):
    page = text(rep.get(url("needs", deal.pk)))
    for said in ("/p/", "第 1 版等客户确认", "未打开", "换新链接", "发新一版"):
        assert said in page
    assert "陈工" in text(rep.get(url("send", deal.pk)))


@pytest.mark.parametrize(
    "change, said",
    [
        ({"contact": ""}, "必填"),
        ({"expires_on": "2020-01-01"}, "有效期要晚于今天"),
        ({"expires_on": "2099-01-01"}, "有效期最晚到"),
        ({"challenge": "on"}, "没有电话"),
        ({"message": "我写的👍" * 200}, "附言最多 500 个字"),
        ({"kinds": ["latent"]}, "没有可以发送的需求"),
        ({"kinds": []}, "必填"),
    ],
)
def test_what_cannot_be_sent_is_said_at_its_field(rep, deal, needs, contact, change, said):
    answer = rep.post(url("send", deal.pk), to_send(contact, **change), headers=HTMX)
    assert answer.status_code == 422
    assert said in text(answer)
    assert 'id="send-list"' in text(answer)
    assert not Confirmation.objects.exists()


def test_a_new_link_for_the_same_version(rep, sent):
    old = sent.link_id
    assert rep.get(url("resend", sent.pk), headers=HTMX).status_code == 200
    assert rep.post(url("resend", sent.pk), {"expires_on": "2020-01-01"}, headers=HTMX).status_code == 422
    assert rep.post(url("resend", sent.pk), {"expires_on": timezone.localdate() + timedelta(days=3)}).status_code == 302
    sent.refresh_from_db()
    assert sent.link_id != old


def test_his_words_are_answered_in_their_place(rep, deal, sent, needs):
    said = by_customer(customer_comments, sent, need_id=needs[0].pk, text="<i>多久</i>")
    page = text(rep.get(url("needs", deal.pk)))
    assert "&lt;i&gt;多久" in page
    assert url("answer", said.pk) in page
    form = text(rep.get(url("answer", said.pk), headers=HTMX))
    assert f"comment{said.pk}-text" in form
    assert rep.post(url("answer", said.pk), {f"comment{said.pk}-text": ""}, headers=HTMX).status_code == 422
    rep.post(url("answer", said.pk), {f"comment{said.pk}-text": "三周"}, headers=HTMX)
    said.refresh_from_db()
    assert said.answer == "三周"


def test_what_was_confirmed_and_what_changed_since(rep, deal, sent, needs, by):
    by_customer(customer_marks_wrong, sent, need_id=needs[1].pk, text="不对")
    by_customer(customer_confirms, sent, name="李秘书")
    need = Need.objects.get(pk=needs[0].pk)
    changed = NeedDraft(NeedKind.RIGID, "数据两小时对齐", Priority.HIGH, confirmed_on=need.confirmed_on)
    actions.edit_need(need=need, version=need.version, draft=changed, by=by, now=timezone.now())
    page = text(rep.get(url("needs", deal.pk)))
    for said in ("李秘书 确认了第 1 版", "确认后改了 2 条", "不是收件人 陈工 的名字", "数据当天对齐", "203.0.113.7"):
        assert said in page
    assert "确认后改了 2 条" in text(rep.get(url("panel", deal.pk), headers=HTMX))
    version = text(rep.get(url("version", sent.pk)))
    assert "数据当天对齐" in version
    assert "数据两小时对齐" not in version
    assert "客户说不对，未确认" in version


def test_a_draft_is_taken_with_a_kind_and_goes_back(rep, deal, draft):
    page = text(rep.get(url("needs", deal.pk)))
    assert "待采纳的草稿" in page
    assert "要&lt;b&gt;扫码&lt;/b&gt;🚀" in page
    p = f"need{draft.pk}-"
    given = {p + "version": 1, p + "description": draft.description, p + "priority": "medium"}
    answer = rep.post(url("take", draft.pk), given, headers=HTMX)
    assert answer.status_code == 422
    assert f'id="take-draft-{draft.pk}"' in text(answer)
    answer = rep.post(url("take", draft.pk), given | {p + "kind": "elastic"}, headers=HTMX)
    assert url("return", draft.pk) in text(answer)
    assert Need.objects.listed().get().kind == "elastic"
    rep.post(url("return", draft.pk))
    assert Need.objects.drafts().get() == draft
    stale = rep.post(url("take", draft.pk), given | {p + "kind": "elastic"}, headers=HTMX)
    assert stale.status_code == 409


def test_a_draft_that_says_the_same_is_merged_and_comes_back(rep, deal, needs, draft):
    def merge(**data):
        return text(rep.post(url("merge", draft.pk), {"version": 1, "into": needs[0].pk} | data, headers=HTMX))

    assert "请选择并入哪一条" in merge(into="")
    page = merge()
    assert "已并入" in page
    assert "依据 1 条" in page
    assert not Need.objects.drafts().exists()
    rep.post(url("restore", draft.pk))
    assert Need.objects.drafts().get().merged_into is None
    rep.post(url("withdraw", draft.pk), {"version": 3})
    assert not Need.objects.drafts().exists()


def test_the_order_made_by_hand(rep, deal, needs):
    def order():
        return list(Need.objects.order_by("position").values_list("pk", flat=True))

    first, second = (need.pk for need in needs)
    rep.post(url("order", deal.pk), {"order": f"{second},{first}"}, headers=HTMX)
    assert order() == [second, first]
    page = text(rep.post(url("move", first), {"to": "up"}, headers=HTMX))
    assert order() == [first, second]
    assert "按类型和优先级排列" in page
    for wrong in ("x", f"{first},{first}", "999999"):
        assert "toast-error" in text(rep.post(url("order", deal.pk), {"order": wrong}, headers=HTMX))
    rep.post(url("order", deal.pk))
    assert not Need.objects.exclude(position=None).exists()


def test_one_kind_only_also_after_a_verb_on_that_page(rep, deal, needs):
    page = text(rep.get(url("needs", deal.pk), {"kind": "elastic"}))
    assert "报表自动发送" in page
    assert f'id="need-{needs[0].pk}"' not in page
    headers = HTMX | {"HX-Current-URL": f"http://testserver{url('needs', deal.pk)}?kind=elastic"}
    after = text(rep.post(url("withdraw", needs[1].pk), {"version": 1}, headers=headers))
    assert "没有这一类需求" in after
    assert "数据当天对齐" in text(rep.get(url("needs", deal.pk), {"kind": "<x>"}))


def test_what_a_need_rests_on_is_named_once_a_page(rep, deal, needs, monkeypatch):
    asked = []

    def sources(ids):
        asked.append(sorted(ids))
        return {needs[0].pk: [Source("每月通宵<对账>", "11-20 访谈", by_customer=True, url="/x/")]}

    monkeypatch.setattr(hooks, "sources_of", [sources])
    page = text(rep.get(url("needs", deal.pk)))
    assert asked == [[need.pk for need in needs]]
    assert "每月通宵&lt;对账&gt;" in page
    assert "11-20 访谈" in page


def test_how_it_was_confirmed_is_kept(rep, needs):
    day = timezone.localdate() - timedelta(days=2)
    rep.post(url("confirm", needs[0].pk), {"version": 1, "on": day, "how": "meeting"})
    need = Need.objects.get(pk=needs[0].pk)
    assert (need.confirmed_on, need.confirmed_how) == (day, "meeting")
    assert "toast-error" in text(rep.post(url("confirm", needs[1].pk), {"version": 1, "how": "link"}, headers=HTMX))


def test_as_a_document(rep, deal, needs, login):
    answer = rep.get(f"{url('export', deal.pk)}docx/")
    with ZipFile(BytesIO(answer.content)) as file:
        words = file.read("word/document.xml").decode()
    for said in ("客户需求清单", "数据当天对齐", "必须解决，否则影响核心业务", "客户还没有在确认页上确认"):
        assert said in words
    assert rep.get(f"{url('export', deal.pk)}pdf/").content.startswith(b"%PDF")
    assert rep.get(f"{url('export', deal.pk)}exe/").status_code == 404
    assert login("other_team").get(f"{url('export', deal.pk)}docx/").status_code == 404


def test_what_belongs_to_others_is_not_there(login, deal, sent, needs, draft):
    said = by_customer(customer_comments, sent, need_id=None, text="好")
    stranger, auditor = login("other_team"), login("auditor")
    for name, pk in (("send", deal.pk), ("resend", sent.pk), ("answer", said.pk), ("take", draft.pk)):
        assert stranger.get(url(name, pk)).status_code == 404
        assert auditor.get(url(name, pk)).status_code == 403
    for name, pk in (("order", deal.pk), ("move", needs[0].pk), ("merge", draft.pk), ("return", draft.pk)):
        assert stranger.post(url(name, pk)).status_code == 404
    assert stranger.get(url("version", sent.pk)).status_code == 404
    assert auditor.get(url("version", sent.pk)).status_code == 200


def test_more_of_everything_costs_no_more(rep, deal, sent, needs, draft, by, contact):
    def cost(name):
        with CaptureQueriesContext(connection) as queries:
            rep.get(url(name, deal.pk), headers=HTMX)
        return len(queries)

    by_customer(customer_comments, sent, need_id=None, text="一")
    one = cost("needs"), cost("panel")
    rep.post(url("send", deal.pk), to_send(contact), headers=HTMX)
    newer = Confirmation.objects.select_related("link").get(number=2)
    for said in "甲乙":
        by_customer(customer_comments, newer, need_id=needs[0].pk, text=said)
        actions.draft_needs(
            customer=deal.customer, deal=deal, contact=contact, descriptions=[said], by=by, now=timezone.now()
        )
    assert (cost("needs"), cost("panel")) == one


def test_what_a_customer_without_a_deal_said_waits_on_his_page(rep, login, company):
    customer, now = a_customer(company.rep, "散客户"), timezone.now()
    assert "没有。" in text(rep.get(url("customer", customer.pk), headers=HTMX))
    said = {"customer": customer, "deal": None, "contact": None, "by": company.by("rep"), "now": now}
    assert actions.draft_needs(descriptions=["要<快>", "要稳", "要稳。", " "], **said) == 2
    assert actions.draft_needs(descriptions=["要稳"], **said) == 0
    page = text(rep.get(url("customer", customer.pk), headers=HTMX))
    assert "要&lt;快&gt;" in page
    draft = Need.objects.first()
    p = f"need{draft.pk}-"
    given = {p + "version": 1, p + "description": "要快", p + "priority": "low", p + "kind": "rigid"}
    assert rep.post(url("take", draft.pk), given).url == customer.get_absolute_url()
    assert login("other_team").get(url("customer", customer.pk)).status_code == 404


def test_a_call_that_noted_too_much_is_refused_with_every_reason(deal, contact, by, now):
    for texts, code in (
        (["字" * 100_000], "description_too_long"),
        ([f"第{i}条" for i in range(21)], "drafts_too_many"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.draft_needs(customer=deal.customer, deal=deal, contact=contact, descriptions=texts, by=by, now=now)
        assert refusal.value.verdict.codes == (code,)
    assert not Need.objects.exists()
