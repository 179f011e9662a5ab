"""From an interview to a list that the customer confirmed on his phone, and through the gate of step 4 (S4.1-S4.4).

Two people at two screens: the rep at his desk, the customer with his telephone and no account. What each did is looked up.
"""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests.journeys.conftest import PHONE
from tests.journeys.walking import press
from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.base.accounts.rules import system
from tuoke.base.records.queries import timeline_of
from tuoke.services.links.models import Link
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals import actions as deals_actions
from tuoke.spine.deals import queries as deals
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups import actions as followups
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.library.actions import load_starter
from tuoke.spine.playbook.actions import load_default
from tuoke.steps.discovery.interviews.models import Answer, NeedSource, Outline
from tuoke.steps.discovery.models import Confirmation, Need, NeedComment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = ("排产变更要人工改五张表，<b>每周两次</b>", "希望每天下班前看到当天的产量 📈")
"""What the decision maker says in the interview, in his own words; the first becomes a rigid need, the second an elastic one."""
KINDS = ("rigid", "elastic")


@pytest.fixture
def deal(company):
    now = timezone.now()
    playbook = load_default(by=system("test"), now=now)
    load_starter(by=system("test"), now=now)
    customer = a_customer(company.rep, industry="制造业")
    a_contact(customer, "何志远", position="生产副总", phone="+8613800138000", role="decider")
    deal = a_deal(company.rep, playbook, customer=customer, step="outreach", created_at=now, entered_step_at=now)
    met(deal, a_contact(customer, "陈工", phone="+8613900139000"), by=company.by("rep"), now=now)
    return deal


def met(deal, contact, *, by, now):
    """Step 3 is behind them: somebody was spoken to who leads on to who decides."""
    followups.record_followup(
        subject=deal, at=now, channels=["phone"], outcome=FollowUpOutcome.PROGRESS, summary="同意引见生产副总", by=by,
        now=now, contact=contact, plan=Plan("访谈生产副总", timezone.localdate()),
    )  # fmt: skip
    deals_actions.advance(deal=Opportunity.objects.get(pk=deal.pk), to="discovery", waivers={}, by=by, now=now)
    deal.refresh_from_db()


def test_an_interview_becomes_needs_that_the_customer_confirms_on_his_phone(visit, company, deal):
    rep = visit(company.rep)
    assert missing(deal) == {"rigid_needs", "needs_confirmed", "decision_maker_contacted"}

    interview(rep, deal)
    take_needs(rep, deal)
    assert missing(deal) == {"needs_confirmed"}, "who decides was met, what he needs is listed"
    address = send(rep, deal)

    answer_on_the_phone(visit(viewport=PHONE, locale="en-US", touch=True), address)
    assert_frozen(deal)

    see_the_answer(rep, deal)
    advance(rep, deal)
    change_his_mind(rep, deal)


def missing(deal) -> set[str]:
    judgement = deals.gate_judgement(Opportunity.objects.get(pk=deal.pk))
    return {f.criterion.kind for f in judgement.findings if not f.passed and f.criterion.required}


def interview(rep, deal):
    """An outline from the bank, answers that save themselves, and a meeting that is closed in one step."""
    page = rep.page
    rep.go(f"/interviews/deals/{deal.pk}/new/")
    page.get_by_label("提纲名称").fill("生产副总访谈，排产与交期")
    page.get_by_label("何志远").check()
    press(page, page.get_by_role("button", name="下一步：选问题"))
    press(page, page.get_by_role("button", name="一键建议提纲"))
    rep.shot("needs-01-outline")
    press(page, page.get_by_role("button", name="开始访谈"))
    page.wait_for_url("**/hold/")
    for dimension, said in zip(("2", "3"), SAID, strict=True):
        page.keyboard.press(f"Alt+{dimension}")
        page.keyboard.press("Alt+q")
        with page.expect_response(lambda answer: answer.url.endswith("/answer/")) as saved:
            page.keyboard.type(said)
        assert saved.value.ok
    page.get_by_text("已保存", exact=True).wait_for()
    rep.shot("needs-02-interview")
    close(rep)
    assert Outline.objects.get(opportunity=deal).is_held
    answers = list(Answer.objects.order_by("pk").values_list("text", "own_words", "contact__name"))
    assert answers == [(said, True, "何志远") for said in SAID]


def close(rep):
    page = rep.page
    page.keyboard.press("Alt+Enter")
    page.wait_for_url("**/finish/")
    assert SAID[0][:12] in page.locator("[name=summary]").input_value(), "the summary is drawn up from the answers"
    form = page.locator("#finish")
    form.locator("[name=minutes]").fill("55")
    form.locator("[name=contact]").select_option(label="何志远 · 生产副总")
    form.locator("[name=channels][value=visit]").check()
    form.locator("[name=outcome][value=progress]").check(force=True)
    form.locator("[name=next_title]").fill("发需求清单请何总确认")
    form.get_by_text("明天", exact=True).first.click()
    press(page, form.get_by_role("button", name="结束并记录"))
    page.wait_for_url("**/review/")


def take_needs(rep, deal):
    """Each answer with one click; what stays to be said is of which kind it is."""
    page = rep.page
    for said, kind in zip(SAID, KINDS, strict=True):
        block = page.locator(".said-block", has=page.get_by_text(said[:10]))
        block.get_by_role("link", name="写成需求").click()
        form = block.locator("form[id^=take-]")
        form.locator(f"[name=kind][value={kind}]").check(force=True)
        assert form.locator("[name=description]").input_value() == said
        press(page, form.get_by_role("button", name="写进需求清单"))
    rep.shot("needs-03-review")
    assert list(Need.objects.filter(opportunity=deal).order_by("pk").values_list("description", "kind")) == list(
        zip(SAID, KINDS, strict=True)
    )
    assert NeedSource.objects.count() == 2, "each need keeps the answer that it rests on"


def send(rep, deal) -> str:
    page = rep.page
    rep.go(f"/deals/{deal.pk}/needs/send/")
    page.get_by_label("发给谁").select_option(label="何志远 · 生产副总")
    page.locator("main [name=challenge]").check()
    page.get_by_label("附言").fill("何总好，这是昨天谈到的，请您过目。")
    press(page, page.get_by_role("button", name="生成链接"))
    rep.go(f"/deals/{deal.pk}/needs/")
    rep.shot("needs-04-sent")
    return page.locator(".link-address input").input_value()


def answer_on_the_phone(customer, address):
    """The last four digits, then: what matters more to the top, a comment, something that is missing, his name."""
    page = customer.page
    assert customer.context.cookies() == []
    page.goto(address)
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("#digits").fill("8000")
    page.locator("form.digits button").tap()
    cards = page.locator("[data-need]")
    cards.first.wait_for()
    assert [text.strip() for text in cards.locator(".need-text").all_inner_texts()] == list(SAID), "markup is only text"
    customer.shot("needs-05-phone")
    assert customer.fits()

    cards.nth(1).locator("[data-move='-1']").tap()
    assert SAID[1][:8] in cards.first.inner_text()
    cards.first.locator("input[value=high]").tap()
    cards.nth(1).locator("summary").tap()
    cards.nth(1).locator("textarea").fill("月末更频繁")
    page.locator("#addition").fill("要能在手机上看")
    page.locator("button[value=add]").tap()
    page.get_by_text("要能在手机上看").wait_for()

    page.locator("#name").fill("何志远")
    page.locator("button[value=confirm]").tap()
    page.locator(".sheet.message").wait_for()
    assert page.locator("#needs").count() == 0, "there is nothing to change any more"
    assert customer.fits()
    customer.shot("needs-06-thanks")


def assert_frozen(deal):
    """What he confirmed is his version, in his order; no one can change it, not even past the product."""
    sent = Confirmation.objects.get(opportunity=deal)
    assert (sent.number, sent.confirmed_name, bool(sent.seal)) == (1, "何志远", True)
    assert [row["description"] for row in sent.confirmed_content] == [SAID[1], SAID[0]]
    assert [row["description"] for row in sent.content] == list(SAID), "what was sent stays as it was sent"
    assert "iPhone" in sent.confirmed_agent
    said = dict(NeedComment.objects.values_list("kind", "text"))
    assert said == {"comment": "月末更频繁", "addition": "要能在手机上看"}
    assert set(Need.objects.listed().values_list("confirmed_on", "confirmed_how")) == {(timezone.localdate(), "link")}
    assert Need.objects.drafts().get().description == "要能在手机上看"
    with pytest.raises(DatabaseError), transaction.atomic():
        Confirmation.objects.filter(pk=sent.pk).update(confirmed_name="别人")


def see_the_answer(rep, deal):
    """The bell, the list with his words, and the version as it was frozen."""
    page = rep.page
    assert Notice.objects.unread().filter(user=deal.owner, kind="customer_confirmed").exists()
    rep.go("/notices/")
    told = f"何志远确认了“{deal.name}”的需求清单"
    page.locator("main").get_by_text(told).wait_for()  # told in our language, whatever the customer reads
    rep.shot("needs-07-notices")
    rep.go(f"/deals/{deal.pk}/needs/")
    sharing = page.locator("#sharing")
    sharing.get_by_text("何志远 确认了第 1 版").wait_for()
    sharing.get_by_text("月末更频繁").wait_for()
    page.locator("#drafts").get_by_text("要能在手机上看").wait_for()
    rep.go(f"/deals/needs/versions/{Confirmation.objects.get().pk}/")
    assert page.locator("#version .rows li").first.inner_text().find(SAID[1][:8]) >= 0
    told = {event.kind for event in timeline_of(thread=deal, limit=50)}
    assert told >= {"interviews.held", "discovery.list_sent", "discovery.list_commented", "discovery.list_confirmed"}


def advance(rep, deal):
    page = rep.page
    assert missing(deal) == set()
    rep.go(deal.get_absolute_url())
    press(page, page.get_by_role("button", name="推进到").first)
    deal.refresh_from_db()
    assert deal.step == "proposals"


def change_his_mind(rep, deal):
    """Other words are another need: the page asks for the customer's word again, and a new version can be sent."""
    page = rep.page
    need = Need.objects.listed().get(kind="rigid")
    rep.go(f"/deals/{deal.pk}/needs/")
    page.locator(f"#need-{need.pk}").get_by_role("link", name="修改").click()
    form = page.locator(f"#edit-need-{need.pk}")
    form.locator("[name$=description]").fill("排产变更后五张表自动更新")
    press(page, form.get_by_role("button", name="保存"))
    need.refresh_from_db()
    assert (need.description, need.confirmed_on) == ("排产变更后五张表自动更新", None)
    page.locator("#sharing").get_by_text("需要客户再确认").wait_for()
    rep.shot("needs-08-asks-again")
    assert Confirmation.objects.get().rows[1]["description"] == SAID[0], "the frozen version says what he confirmed"
    assert Link.objects.get().opens == 1
