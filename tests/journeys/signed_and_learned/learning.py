"""S8.1-S8.3, P3: reviewed by three departments, written into the process, visited, sold again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.signed_and_learned.hands import accessible, missing, pick, sheet
from tests.journeys.walking import fill_in, press
from tuoke.base.records.queries import timeline_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.playbook.models import PlaybookVersion
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.models import Contribution, Review
from tuoke.steps.reviews.revisits.models import Revisit, Survey

BETTER = "谈判前先请财务给出两套付款方案"


def review(rep, service, finance, deal):
    """S8.1: figures with their sources, three departments' words, a problem that leads to an improvement; then the report."""
    page = rep.page
    rep.look(f"/deals/{deal.pk}/review/")
    if page.get_by_role("button", name="开始复盘").count():
        press(page, page.get_by_role("button", name="开始复盘"))
    expect(page.locator("#review")).to_contain_text("96.0%")
    rep.shot("learned-01-review")
    assert Notice.objects.filter(kind="review_part_asked").values("user").distinct().count() == 2
    for person, words in (
        (service, {"went_well": "培训前先看了排班", "went_wrong": "夜班那场没排够时间"}),
        (finance, {"excuse": "只登记了到账"}),
    ):
        person.look(f"/deals/{deal.pk}/review/")
        form = sheet(person.page, person.page.get_by_role("link", name="写我的部分"))
        for name, text in words.items():
            form.locator(f"[name={name}]").fill(text)
        press(person.page, form.get_by_role("button").last)
        expect(person.page.locator("#review")).to_contain_text(next(iter(words.values())))
    service.shot("learned-02-service")
    assert set(Contribution.objects.exclude(written_at=None).values_list("function", flat=True)) == {
        "service",
        "finance",
    }
    hold(rep, deal)


def hold(rep, deal):
    page = rep.page
    rep.look(f"/deals/{deal.pk}/review/")
    form = sheet(page, page.get_by_role("link", name="记复盘会"))
    form.locator("[name=summary]").fill("比计划多谈了十天：付款方式来回三轮。")
    press(page, form.get_by_role("button").last)
    form = sheet(page, page.get_by_role("link", name="记一个问题"))
    form.locator("[name=text]").fill("付款方式反复谈了三轮")
    form.locator("[name=cause]").fill("谈判前没有备好两套付款方案")
    press(page, form.get_by_role("button").last)
    assert {"review_held", "review_reported"} - missing(deal) == {"review_held"}
    propose(rep, deal)
    rep.look(f"/deals/{deal.pk}/review/")
    press(page, page.get_by_role("button", name="定稿"))
    rep.shot("learned-04-final")
    assert "review_reported" not in missing(deal)
    frozen = Review.objects.get(opportunity=deal)
    assert frozen.state == "final"


def propose(rep, deal):
    page = rep.page
    page.get_by_role("link", name="写一条改进").click()
    page.wait_for_url("**/improvements/review/**")
    fill_in(page, title=BETTER)
    with page.expect_response(lambda answer: "target" in answer.url):
        fill_in(page, target="step")
    expect(page.locator("main [name=target_key]")).to_be_visible()
    pick(page.locator("main [name=target_key]"), "谈判")
    fill_in(page, proposal=BETTER + "，附各自的资金成本。", due_on=timezone.localdate() + timedelta(days=30))
    pick(page.locator("main [name=owner]"), "王芳")
    rep.shot("learned-03-improvement")
    press(page, page.get_by_role("button", name="保存"))
    assert Improvement.objects.get().state == "proposed"


def iterate(owner, deal):
    """S8.3, P3: whoever keeps the process takes it on, writes it into the draft and publishes; this deal stays on its version."""
    page, row = owner.page, Improvement.objects.get()
    owner.look(row.get_absolute_url())
    assert deal.name not in page.content(), "the process owner learns what is to change, not whose deal it was"
    form = sheet(page, page.get_by_role("link", name="决定"))
    form.locator("[name=decision][value=accepted]").check(force=True)
    press(page, form.get_by_role("button").last)
    press(page, page.get_by_role("button", name="写进下一版"))
    page.wait_for_url("**/playbook/draft/**")
    expect(page.locator("main")).to_contain_text(BETTER)
    owner.shot("learned-05-draft")
    owner.look("/playbook/draft/add/steps/negotiation/actions/")
    fill_in(page, title="备好两套付款方案", how=BETTER, output="两套付款方案")
    press(page, page.get_by_role("button", name="保存"))
    owner.look("/playbook/draft/steps/negotiation/")
    press(page, page.get_by_role("button", name="已写入").first)
    owner.look("/playbook/draft/publish/")
    expect(page.locator("main")).to_contain_text("备好两套付款方案")
    fill_in(page, note="谈判前备好付款方案")
    owner.shot("learned-06-publish")
    press(page, page.get_by_role("button", name="发布", exact=True))
    row.refresh_from_db()
    published = PlaybookVersion.objects.get(status="published")
    assert (published.number, row.state) == (2, "published")
    deal.refresh_from_db()
    assert deal.playbook_version.number == 1
    assert "improvements_carried_out" not in missing(deal)


def revisit(rep, customer, deal):
    """S8.2: visited, asked on his phone, and what he needs next is a deal of its own."""
    page = rep.page
    rep.look(f"/revisits/deals/{deal.pk}/")
    form = sheet(page, page.get_by_role("link", name="记录回访"))
    form.locator("[name=channel]").select_option("phone")
    pick(form.locator("[name=contact]"), "何志远")
    form.locator("[name=usage]").fill("白班天天用，夜班四成")
    form.locator("[name=new_needs]").fill("二厂明年搬迁，也要上")
    press(page, form.get_by_role("button", name="保存"))
    assert Revisit.objects.get(opportunity=deal, state="done").new_needs
    form = sheet(page, page.get_by_role("link", name="发问卷"))
    pick(form.locator("[name=contact]"), "何志远")
    press(page, form.get_by_role("button", name="生成链接"))
    answer(customer, page.locator(".link-address input").first.input_value())
    rep.look(f"/revisits/deals/{deal.pk}/")
    expect(page.locator("#revisits")).to_contain_text("夜班多来两次")
    rep.shot("learned-08-revisit")
    assert "satisfaction_known" not in missing(deal)


def answer(customer, address):
    page = customer.page
    page.goto(address)
    accessible(customer)
    page.locator("[name=score][value='9']").check(force=True)
    page.locator("[name=comment]").fill("夜班多来两次")
    page.get_by_role("button", name="提交").tap()
    expect(page.locator("main")).to_contain_text("收到了，谢谢您")
    customer.shot("learned-07-survey")
    accessible(customer)
    assert Survey.objects.get().score == 9


def sell_again(rep, deal):
    page = rep.page
    page.locator("ol.rows").get_by_role("link", name="开二次商机").click()
    page.wait_for_url("**/second/**")
    fill_in(page, name="二厂扩容", amount="30万")
    page.locator("main [name=kind]").select_option(index=1)
    press(page, page.get_by_role("button", name="建立商机"))
    second = Opportunity.objects.exclude(pk=deal.pk).get()
    assert (second.step, second.motion, second.customer_id) == ("discovery", "existing", deal.customer_id)
    rep.look(second.get_absolute_url())
    expect(page.locator("main")).to_contain_text(deal.name)
    rep.shot("learned-09-second")
    rep.look(f"/revisits/deals/{deal.pk}/")
    expect(page.locator("#revisits")).to_contain_text("二厂扩容")


def finish(rep, deal):
    page = rep.page
    rep.look(deal.get_absolute_url())
    press(page, page.get_by_role("button", name="完成复盘").first)
    deal.refresh_from_db()
    assert deal.finished_at
    told = {event.kind for event in timeline_of(thread=deal, limit=200)}
    assert told >= {
        "contracts.signed",
        "deliveries.scored",
        "reviews.finished",
        "revisits.recorded",
        "revisits.second_opened",
    }
