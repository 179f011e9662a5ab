from __future__ import annotations

import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.spine.deals.conftest import make_customer, needed
from tuoke.base.accounts.rules import Permission
from tuoke.base.records.models import Event
from tuoke.services.exchange.reading import open_table
from tuoke.spine.catalog.models import Competitor
from tuoke.spine.customers.models import Contact
from tuoke.spine.deals import actions, hooks
from tuoke.spine.deals.models import Membership, Opportunity, Waiver

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def rep(login):
    return login("rep")


@pytest.fixture
def manager(login):
    return login("team_lead")


def url(deal, verb="", query=""):
    return f"/deals/{deal.pk}/{verb + '/' if verb else ''}{query}"


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


class TestWhoSeesIt:
    @pytest.mark.parametrize(
        "person, status",
        [
            ("rep", 200), ("team_lead", 200), ("director", 200), ("auditor", 200), ("teammate", 404), ("other_team", 404),
            ("collaborator", 404), ("process_owner", 403), ("admin", 403),
        ],
    )  # fmt: skip
    def test_a_deal(self, deal, login, person, status):
        assert login(person).get(url(deal)).status_code == status

    def test_a_member_reads_without_verbs(self, deal, company, login, now):
        actions.join(deal=deal, user=company.collaborator, duty="技术", by=company.by("rep"), now=now)
        page = login("collaborator").get(url(deal))
        assert page.status_code == 200
        assert "您是协作人" in page.content.decode()
        assert "推进到" not in page.content.decode()

    @pytest.mark.parametrize("person", ["teammate", "other_team"])
    @pytest.mark.parametrize(
        "verb",
        ["edit", "move", "advance", "finish", "tick", "untick", "back", "pause", "resume", "won", "lost", "void",
         "reopen", "transfer", "members"],
    )  # fmt: skip
    def test_every_verb_on_someone_elses_deal_is_not_there(self, deal, login, person, verb):
        assert login(person).post(url(deal, verb), {"to": "discovery", "reason": "x"}).status_code == 404

    @pytest.mark.parametrize("verb", ["waive", "edit", "advance", "lost"])
    def test_an_auditor_changes_nothing(self, deal, login, verb):
        assert login("auditor").post(url(deal, verb), {}).status_code == 403


class TestTheDealPage:
    def test_says_where_it_stands_and_what_is_missing(self, deal, rep, contact):
        page = rep.get(url(deal)).content.decode()
        for said in (
            "数据整合一期", "华瑞精密有限公司", "现在这一步", "初步接触", "推进到 深度沟通", "还差 2 项", "离开这一步还差 2 项",
            "本步骤至少有一次跟进记录（现在 0，需要 1）", "建议做到", "陈主管", "138 0013 8000", "中小客户短流程", "建立商机",
        ):  # fmt: skip
            assert said in page, said
        assert "豁免" not in page, "a rep can't"

    def test_a_manager_is_offered_waivers(self, deal, manager):
        assert 'name="reason"' in manager.get(url(deal)).content.decode()

    def test_steps_that_the_process_leaves_out_say_so(self, open_deal, rep):
        from tuoke.spine.catalog.rules import Motion

        assert "本流程不含" in rep.get(url(open_deal(motion=Motion.EXISTING))).content.decode()

    def test_another_step_can_be_read(self, deal, rep):
        page = rep.get(url(deal, query="?step=proposals")).content.decode()
        assert "回到现在这一步" in page
        assert "商机金额已填写" in page

    @pytest.mark.parametrize("step", ["nonsense", "leads", "", "'><script>"])
    def test_a_step_that_is_none_shows_the_present_one(self, deal, rep, step):
        page = rep.get(url(deal), {"step": step})
        assert page.status_code == 200
        assert "现在这一步" in page.content.decode()

    def test_htmx_gets_the_parts_that_change(self, deal, rep):
        part = rep.get(url(deal), **HTMX).content.decode()
        assert "<html" not in part
        assert 'id="now"' in part
        for target in ("#deal-actions", "#deal-head", "#history"):
            assert f'<hx-partial hx-target="{target}"' in part

    def test_the_same_queries_for_much_and_little(self, deal, rep, customer, company, now):
        Contact.objects.create(customer=customer, name="联系人")
        actions.join(deal=deal, user=company.collaborator, duty="", by=company.by("rep"), now=now)
        few = queries_of(rep, url(deal))
        for number in range(5):
            Contact.objects.create(customer=customer, name=f"联系人{number}")
            actions.tick(deal=deal, item="outreach-prepare", note=str(number), by=company.by("rep"), now=now)
        actions.join(deal=deal, user=company.teammate, duty="", by=company.by("rep"), now=now)
        assert queries_of(rep, url(deal)) == few
        assert few <= 24

    def test_ticks_in_a_row_are_told_as_one(self, deal, rep, company, now):
        for item in ("outreach-prepare", "outreach-contact"):
            actions.tick(deal=deal, item=item, note="", by=company.by("rep"), now=now)
        page = rep.get(url(deal)).content.decode()
        assert "勾选 2 项" in page
        assert "触达前准备、多渠道触达" in page

    def test_older_events_are_paged(self, deal, rep, company, now):
        for number in range(30):
            later = now + timedelta(hours=2 * number)
            actions.pause(deal=deal, until=date(2027, 6, 1), reason=f"第{number}次", by=company.by("rep"), now=later)
            actions.resume(deal=deal, by=company.by("rep"), now=later)
        first = rep.get(url(deal)).content.decode()
        assert "第29次" in first
        assert "第3次" not in first
        before = re.search(r"timeline/\?before=(\d+)", first)[1]
        part = rep.get(url(deal, "timeline"), {"before": before}, **HTMX).content.decode()
        assert "第19次" in part
        assert "<html" not in part
        whole = rep.get(url(deal, "timeline"), {"before": before}).content.decode()
        assert "第19次" in whole
        assert "<html" in whole
        assert rep.get(url(deal, "timeline"), {"before": "x"}).status_code == 404

    def test_panels_of_other_rooms_are_regions_and_links(self, deal, rep, monkeypatch):
        monkeypatch.setattr(hooks, "panels", [hooks.Panel("needs", "需求", "deals:detail", "side")])
        page = rep.get(url(deal)).content.decode()
        assert f'id="panel-needs" hx-get="{url(deal)}" hx-trigger="load"' in page

    def test_a_panel_that_asks_for_more_is_left_out_for_who_may_not(self, company, deal, rep, login, monkeypatch):
        panel = hooks.Panel("talks", "谈判", "deals:detail", permission=Permission.NEGOTIATION_READ)
        monkeypatch.setattr(hooks, "panels", [panel])
        Membership.objects.create(opportunity=deal, user=company.collaborator)
        assert "panel-talks" in rep.get(url(deal)).content.decode()
        joined = login("collaborator").get(url(deal))
        assert joined.status_code == 200
        assert "panel-talks" not in joined.content.decode()


@pytest.mark.usefixtures("on_ones_word")
class TestTicksAndWaivers:
    def test_without_a_script(self, deal, rep):
        answer = rep.post(url(deal, "tick"), {"item": "outreach-prepare", "note": "官网已看"})
        assert (answer.status_code, answer.url) == (302, url(deal))
        assert "1/3" in rep.get(url(deal)).content.decode()
        rep.post(url(deal, "untick"), {"item": "outreach-prepare"})
        assert "0/3" in rep.get(url(deal)).content.decode()

    def test_with_htmx_and_the_step_stays_in_view(self, deal, rep):
        answer = rep.post(url(deal, "tick", "?step=contracts"), {"item": "contracts-kickoff-shared"}, **HTMX)
        assert answer.status_code == 200
        assert "王芳" in answer.content.decode()
        assert "回到现在这一步" in answer.content.decode()
        again = f'hx-get="{url(deal)}?step=contracts" hx-trigger="deal-changed from:body"'
        assert again in answer.content.decode(), "what changes elsewhere refreshes the page, not the verb"

    def test_refused_keeps_what_was_typed(self, deal, rep):
        answer = rep.post(
            url(deal, "tick", "?step=contracts"), {"item": "contracts-kickoff-shared", "note": "很" * 501}
        )
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "说明最多 500 个字，现在有 501 个" in page
        assert "很" * 501 in page

    def test_waiving_on_the_page(self, deal, manager):
        answer = manager.post(url(deal, "waive"), {"criterion": "outreach-followup", "reason": "展会上谈过"})
        assert answer.status_code == 302
        assert "李娜 豁免：展会上谈过" in manager.get(url(deal)).content.decode()

    def test_a_waiver_without_reason_says_so(self, deal, manager):
        answer = manager.post(url(deal, "waive"), {"criterion": "outreach-followup", "reason": ""}, **HTMX)
        assert answer.status_code == 422
        assert "豁免要写理由" in answer.content.decode()

    def test_a_rep_has_no_such_place(self, deal, rep):
        assert rep.post(url(deal, "waive"), {"criterion": "outreach-followup", "reason": "x"}).status_code == 403


class TestTheGate:
    def test_closed_it_says_everything_with_the_places_to_fix_it(self, deal, rep):
        for answer in (rep.get(url(deal, "advance")), rep.post(url(deal, "advance"), {"to": "discovery"})):
            page = answer.content.decode()
            assert "还差 2 项" in page
            assert "下一步行动已约定" in page
            assert "请主管带理由豁免" in page
        assert answer.status_code == 422

    def test_a_tick_is_done_on_the_deals_own_page(self, on_ones_word, open_deal, walk, rep):
        deal = walk(open_deal(), "contracts")
        page = rep.get(url(deal, "advance")).content.decode()
        assert f'href="{url(deal)}#item-contracts-matches"' in page

    def test_the_manager_waives_and_goes(self, deal, manager):
        waivers = {f"waive-{key}": "客户已口头确认" for key in needed(deal)}
        answer = manager.post(url(deal, "advance"), {"to": "discovery", "asked": "yes", **waivers})
        assert (answer.status_code, answer.url) == (302, url(deal))
        deal.refresh_from_db()
        assert deal.step == "discovery"

    def test_half_a_waiver_keeps_the_other_half_typed(self, deal, manager):
        given = {"to": "discovery", "asked": "yes", "waive-outreach-followup": "展会谈过"}
        answer = manager.post(url(deal, "advance"), given, **HTMX)
        assert answer.status_code == 422
        assert 'value="展会谈过"' in answer.content.decode()
        assert not Waiver.objects.exists()

    def test_open_it_is_one_press(self, deal, rep, everything_true):
        assert 'name="to" value="discovery"' in rep.get(url(deal)).content.decode()
        answer = rep.post(url(deal, "advance"), {"to": "discovery"}, **HTMX)
        assert answer.status_code == 200
        assert "推进到 方案呈现" in answer.content.decode()
        assert "已推进到 深度沟通" in answer.content.decode()

    def test_one_press_that_came_too_late_shows_the_page_as_it_is(self, deal, rep, walk):
        walk(deal, "discovery")
        answer = rep.post(url(deal, "advance"), {"to": "discovery"}, **HTMX)
        assert answer.status_code == 422
        assert 'id="now"' in answer.content.decode()
        assert "不能直接到“深度沟通”" in answer.content.decode()

    def test_the_review_is_finished(self, on_ones_word, deal, rep, company, now):
        actions.close_lost(deal=deal, reason="价格", by=company.by("rep"), now=now)
        page = rep.get(url(deal)).content.decode()
        assert "完成复盘还差 3 项" in page
        assert rep.post(url(deal, "finish")).status_code == 422
        for item in ("reviews-held", "reviews-reported", "reviews-revisit"):
            rep.post(url(deal, "tick"), {"item": item})
        assert rep.post(url(deal, "finish")).status_code == 302
        assert "复盘完成" in rep.get(url(deal)).content.decode()


class TestVerbs:
    def test_each_asks_on_a_page_of_its_own_and_in_the_sheet(self, deal, walk, manager):
        walk(deal, "contracts")
        for verb in ("back", "pause", "won", "lost", "void", "transfer", "members"):
            assert "<html" in manager.get(url(deal, verb)).content.decode()
            part = manager.get(url(deal, verb), **HTMX).content.decode()
            assert part.lstrip().startswith('<form id="form"'), verb

    @pytest.mark.parametrize(
        "verb, given, kind",
        [
            ("back", {"to": "outreach", "reason": "需求变了"}, "deals.moved_back"),
            ("pause", {"until": "2099-01-01", "reason": ""}, "deals.paused"),
            ("lost", {"cause": "价格", "detail": "低两成"}, "deals.lost"),
            ("void", {"cause": "其他", "detail": "测试数据"}, "deals.voided"),
        ],
    )
    def test_without_a_script_and_with(self, deal, walk, rep, verb, given, kind):
        walk(deal, "discovery")
        answer = rep.post(url(deal, verb), given)
        assert (answer.status_code, answer.url) == (302, url(deal))
        assert Event.objects.filter(kind=kind).exists()
        assert rep.get(url(deal)).status_code == 200

    @pytest.mark.parametrize(
        "verb, given, said",
        [
            ("back", {"to": "outreach", "reason": ""}, "必填"),
            ("back", {"to": "reviews", "reason": "理由写好了"}, "理由写好了"),
            ("pause", {"until": "2020-01-01", "reason": "等预算"}, "请选一个以后的日期"),
            ("pause", {"until": "2020-01-01", "reason": "等预算"}, "等预算"),
            ("lost", {"cause": "其他", "detail": ""}, "请写明原因"),
            ("lost", {}, "必填"),
            ("won", {"amount": "48万"}, "签约发生在“签约启动”这一步"),
            ("reopen", {"reason": "理由"}, "不需要重新打开"),
        ],
    )
    def test_refused_with_words_and_what_was_typed(self, deal, walk, rep, verb, given, said):
        walk(deal, "discovery")
        answer = rep.post(url(deal, verb), given, **HTMX)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        deal.refresh_from_db()
        assert (deal.step, deal.outcome) == ("discovery", "open")

    def test_winning_takes_the_amount_as_people_say_it(self, deal, walk, rep):
        walk(deal, "contracts")
        answer = rep.post(url(deal, "won"), {"amount": "48万"}, **HTMX)
        assert "恭喜签约" in answer.content.decode()
        deal.refresh_from_db()
        assert (deal.outcome, deal.amount) == ("won", Decimal(480_000))

    def test_losing_names_whom_it_was_lost_to_rivals_of_the_deal_first(self, deal, rep, monkeypatch):
        other, rival = (Competitor.objects.create(name=name) for name in ("北辰软件", "云图软件"))
        gone = Competitor.objects.create(name="停业的", voided_at=deal.created_at)
        monkeypatch.setattr(hooks, "rivals_named", [lambda deal: [rival.pk]])
        page = rep.get(url(deal, "lost")).content.decode()
        assert page.index("云图软件") < page.index("北辰软件")
        assert "停业的" not in page
        refused = rep.post(url(deal, "lost"), {"cause": "价格", "lost_to": gone.pk})
        assert refused.status_code == 422
        rep.post(url(deal, "lost"), {"cause": "客户选择竞品", "detail": "", "lost_to": rival.pk})
        page = rep.get(url(deal)).content.decode()
        assert page.count("输给 云图软件") == 2, "in the facts and on the timeline"
        assert other.won_deals.count() == 0

    def test_reopening(self, deal, rep, company, now):
        actions.close_lost(deal=deal, reason="价格", by=company.by("rep"), now=now)
        assert "重新打开" in rep.get(url(deal)).content.decode()
        assert rep.post(url(deal, "reopen"), {"reason": "客户又来了"}).status_code == 302
        assert "重新打开，回到 初步接触" in rep.get(url(deal)).content.decode()

    def test_handing_over(self, deal, manager, company):
        assert manager.post(url(deal, "transfer"), {"owner": company.teammate.pk}).status_code == 302
        assert "从 王芳 转给 李强" in manager.get(url(deal)).content.decode()
        refused = manager.post(url(deal, "transfer"), {"owner": company.other_team.pk})
        assert refused.status_code == 422

    def test_members_come_and_go(self, deal, rep, company):
        given = {"user": company.collaborator.pk, "duty": "技术方案"}
        assert rep.post(url(deal, "members"), given).status_code == 302
        assert "吴工 加入协作" in rep.get(url(deal)).content.decode()
        assert rep.post(url(deal, f"members/{company.collaborator.pk}/leave")).status_code == 302
        assert rep.post(url(deal, f"members/{company.teammate.pk}/leave")).status_code == 404


class TestNewAndEdit:
    FORM = {"market": "tob", "scale": "large", "motion": "new"}

    def test_first_the_customer(self, customer, company, rep, playbook, now):
        make_customer(company.other_team, now=now, name="别人的公司")
        page = rep.get("/deals/new/").content.decode()
        assert "华瑞精密有限公司" in page
        assert "别人的公司" not in page

    def test_then_the_deal(self, customer, rep, company, playbook):
        given = {**self.FORM, "name": "产线看板", "amount": "20万", "budget": "20-50万", "owner": company.rep.pk}
        answer = rep.post(f"/deals/new/?customer={customer.pk}", given)
        deal = Opportunity.objects.get()
        assert (answer.status_code, answer.url) == (302, url(deal))
        assert (deal.amount, deal.budget_low, deal.budget_high) == (200_000, 200_000, 500_000)
        assert deal.variant == "tob_large"

    @pytest.mark.parametrize("asked", ["999999", "x", "-1", "9" * 40])
    def test_a_customer_that_is_not_there(self, rep, playbook, asked):
        assert rep.get("/deals/new/", {"customer": asked}).status_code == 404

    def test_someone_elses_customer_is_not_there(self, rep, company, playbook, now):
        other = make_customer(company.other_team, now=now, name="别人的公司")
        assert rep.get("/deals/new/", {"customer": other.pk}).status_code == 404

    @pytest.mark.parametrize(
        "field, typed, said",
        [
            ("amount", "很多钱", "请写成 20万"),
            ("amount", "-5", "不能小于 0"),
            ("amount", "20-50万", "区间请填到客户预算"),
            ("amount", "$500", "只能填人民币"),
            ("amount", "99999亿", "金额太大"),
            ("budget", "不少", "请写成 20万"),
            ("name", "", "必填"),
            ("name", "长" * 121, "120"),
            ("expected_close_on", "2026-13-01", "日期"),
            ("market", "mars", "mars"),
        ],
    )
    def test_bad_input_is_said_and_kept(self, customer, rep, company, playbook, field, typed, said):
        given = {**self.FORM, "name": "产线看板", "owner": company.rep.pk, "note": "不能丢的备注", field: typed}
        answer = rep.post(f"/deals/new/?customer={customer.pk}", given)
        assert answer.status_code == 422
        assert said in answer.content.decode()
        assert "不能丢的备注" in answer.content.decode()
        assert not Opportunity.objects.exists()

    def edited(self, deal, **given):
        return {
            **self.FORM, "scale": "small", "version": deal.version, "name": deal.name, "amount": "50万",
            "expected_close_on": "2026-12-20", **given,
        }  # fmt: skip

    def test_editing(self, deal, rep):
        assert 'value="50万"' in rep.get(url(deal, "edit")).content.decode()
        assert rep.post(url(deal, "edit"), self.edited(deal, amount="48万")).status_code == 302
        assert "修改商机" in rep.get(url(deal)).content.decode()

    def test_a_conflict_shows_both_sides_and_keeps_mine(self, deal, rep):
        rep.post(url(deal, "edit"), self.edited(deal, amount="60万"))
        answer = rep.post(url(deal, "edit"), self.edited(deal, name="我的名字", amount="70万"))
        assert answer.status_code == 409
        page = answer.content.decode()
        for said in ("有人先保存了", "70万", "60万", "我的名字", "数据整合一期"):
            assert said in page, said
        deal.refresh_from_db()
        assert deal.amount == 600_000

    @pytest.mark.parametrize("version", ["", "x", "1.5"])
    def test_without_a_version_nothing_is_saved(self, deal, rep, version):
        assert rep.post(url(deal, "edit"), self.edited(deal, version=version)).status_code == 404

    def test_a_type_without_this_step(self, deal, rep):
        answer = rep.post(url(deal, "edit"), self.edited(deal, motion="existing"))
        assert answer.status_code == 422
        assert "没有“初步接触”这一步" in answer.content.decode()


class TestTheBoard:
    def test_columns_with_counts_and_sums(self, open_deal, walk, rep):
        open_deal(amount=Decimal(100_000))
        open_deal(amount=Decimal(200_000))
        walk(open_deal(amount=Decimal(400_000)), "discovery")
        open_deal(amount=Decimal(999_000), is_practice=True)
        page = rep.get("/deals/board/").content.decode()
        assert re.findall(r'data-column="(\w+)"', page) == [
            "outreach", "discovery", "proposals", "negotiation", "contracts", "reviews", "won",
        ]  # fmt: skip
        assert "¥30 万" in page
        assert "¥70 万" in page
        assert "¥99.9 万" not in page, "practice is in no figure"

    def test_25_cards_a_column_and_a_way_to_the_rest(self, open_deal, rep):
        for number in range(27):
            open_deal(name=f"商机{number}")
        page = rep.get("/deals/board/").content.decode()
        assert page.count('<li class="board-card') == 25
        assert "还有 2 个" in page
        assert "/deals/?step=outreach&amp;outcome=active" in page

    def test_the_same_few_queries_for_1_and_3(self, open_deal, walk, rep):
        walk(open_deal(), "proposals")
        one = queries_of(rep, "/deals/board/")
        for step in ("outreach", "discovery", "reviews"):
            walk(open_deal(), step)
        assert queries_of(rep, "/deals/board/") == one
        assert one <= 32

    def test_narrowed_by_the_address(self, open_deal, manager, company, rep):
        open_deal(name="王芳的商机")
        open_deal(name="李强的商机", by="director", owner=company.teammate)
        page = manager.get("/deals/board/", {"owner": company.teammate.pk}).content.decode()
        assert "李强的商机" in page
        assert "王芳的商机" not in page
        found = manager.get("/deals/board/", {"q": "王芳的"}, **HTMX).content.decode()
        assert "王芳的商机" in found
        assert "李强的商机" not in found
        assert "<html" not in found
        assert 'name="owner"' not in rep.get("/deals/board/").content.decode(), "a rep has only himself"

    def test_a_filter_that_means_nothing_is_said(self, manager, playbook):
        assert manager.get("/deals/board/", {"owner": "x"}).status_code == 422

    def test_empty_it_offers_the_first_step(self, rep, playbook):
        assert "新建商机" in rep.get("/deals/board/").content.decode()

    def test_a_move_that_is_refused_says_every_reason(self, deal, rep):
        answer = rep.post(url(deal, "move"), {"to": "discovery", "version": deal.version}, **HTMX)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert "<html" not in page
        assert "还差 2 项" in page
        assert url(deal) in page

    def test_a_move_too_far(self, deal, rep):
        answer = rep.post(url(deal, "move"), {"to": "contracts"}, **HTMX)
        assert answer.status_code == 422
        assert "不能直接到“签约启动”" in answer.content.decode()

    def test_a_move_forward_brings_the_board(self, deal, rep, everything_true):
        answer = rep.post(url(deal, "move", "?q=数据"), {"to": "discovery", "version": deal.version}, **HTMX)
        assert answer.status_code == 200
        assert "data-board" in answer.content.decode()
        assert "数据整合一期 已移到 深度沟通" in answer.content.decode()

    def test_without_a_script_it_redirects_with_the_filters(self, deal, rep, everything_true):
        answer = rep.post(url(deal, "move", "?segment=tob_small"), {"to": "discovery"})
        assert (answer.status_code, answer.url) == (302, "/deals/board/?segment=tob_small")

    def test_back_asks_for_the_reason(self, deal, walk, rep):
        deal = walk(deal, "proposals")
        asked = rep.post(url(deal, "move"), {"to": "discovery", "version": deal.version}, **HTMX)
        assert asked.status_code == 422
        assert 'name="reason"' in asked.content.decode()
        done = rep.post(url(deal, "move"), {"to": "discovery", "reason": "需求变了"}, **HTMX)
        assert done.status_code == 200
        deal.refresh_from_db()
        assert deal.step == "discovery"

    def test_onto_won_from_the_contract(self, deal, walk, rep):
        assert rep.post(url(deal, "move"), {"to": "won"}, **HTMX).status_code == 422
        deal = walk(deal, "contracts")
        assert rep.post(url(deal, "move"), {"to": "won"}, **HTMX).status_code == 200
        deal.refresh_from_db()
        assert deal.outcome == "won"

    def test_a_card_that_others_have_moved_is_stale(self, deal, walk, rep):
        version = deal.version
        walk(deal, "discovery")
        answer = rep.post(url(deal, "move"), {"to": "discovery", "version": version}, **HTMX)
        assert answer.status_code == 409
        assert "刚刚被别人改过" in answer.content.decode()

    def test_whoever_may_not_write_has_no_handles(self, deal, login):
        page = login("auditor").get("/deals/board/").content.decode()
        assert "/deals/new/" not in page
        assert "/deals/new/" not in login("auditor").get("/deals/").content.decode()
        assert "/deals/export/" not in login("collaborator").get("/deals/").content.decode()
        assert "数据整合一期" in page
        assert "data-move-url" not in page


class TestTheList:
    @pytest.mark.parametrize("sort", ["", "id", "amount", "-amount", "close", "-close", "entered", "-entered", "junk"])
    def test_every_sort_pages_through_everything_once(self, open_deal, rep, sort, monkeypatch):
        monkeypatch.setattr("tuoke.spine.deals.queries.page_of.__kwdefaults__", {"size": 3})
        amounts = [Decimal(5), None, Decimal(5), Decimal(9), None, Decimal(1), Decimal(5), Decimal("5.50")]
        for number, amount in enumerate(amounts):
            close = date(2026, 12, 1 + number % 3) if amount else None
            open_deal(name=f"商机{number}号", amount=amount, expected_close_on=close)
        seen, address = [], f"/deals/?sort={sort}"
        while address:
            page = rep.get(address).content.decode()
            seen += re.findall(r'class="row-link"[^>]*>(商机\d号)', page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = following and following[1].replace("&amp;", "&")
        assert len(seen) == len(set(seen)) == 8

    def test_the_order_is_right_and_the_unknown_comes_last(self, open_deal, rep):
        for name, amount, close in (("甲", 5, 3), ("乙", None, None), ("丙", 9, 1)):
            close_on = date(2026, 12, close) if close else None
            open_deal(name=name, amount=None if amount is None else Decimal(amount), expected_close_on=close_on)

        def names(sort):
            page = rep.get(f"/deals/?sort={sort}").content.decode()
            return re.findall(r'class="row-link"[^>]*>(\w)<', page)

        assert names("-amount") == ["丙", "甲", "乙"]
        assert names("close") == ["丙", "甲", "乙"]
        assert names("") == ["丙", "乙", "甲"]

    @pytest.mark.parametrize("cursor", ["x", "~", "1~x", "-1", "1~~", "９"])
    def test_with_a_cursor_of_nobody_the_list_begins_anew(self, deal, rep, cursor):
        answer = rep.get("/deals/", {"sort": "amount", "cursor": cursor})
        assert answer.status_code == 200
        assert deal.name in answer.content.decode()

    @pytest.mark.parametrize(
        "given, found",
        [
            ({"step": "outreach"}, True), ({"step": "reviews"}, False), ({"outcome": "open"}, True),
            ({"outcome": "active"}, True), ({"outcome": "won"}, False), ({"closes": "2026-12"}, True),
            ({"closes": "2027-01"}, False), ({"amount_min": "50万"}, True), ({"amount_min": "50.1万"}, False),
            ({"segment": "tob_small"}, True), ({"segment": "toc"}, False), ({"q": "sjzh"}, True), ({"q": "华瑞"}, True),
            ({"q": "不存在的"}, False),
        ],
    )  # fmt: skip
    def test_filters(self, deal, rep, given, found):
        page = rep.get("/deals/", given, **HTMX).content.decode()
        assert ("数据整合一期" in page) is found

    @pytest.mark.parametrize(
        "given, said",
        [
            ({"amount_min": "很多"}, "请写成 20万"),
            ({"closes": "12月"}, "2026-12"),
            ({"step": "x"}, "x"),
            ({"product": "0x"}, ""),
        ],
    )
    def test_a_filter_that_means_nothing(self, deal, rep, given, said):
        answer = rep.get("/deals/", given)
        assert answer.status_code == 422
        assert said in answer.content.decode()

    def test_the_same_queries_for_1_and_3(self, open_deal, rep):
        open_deal()
        one = queries_of(rep, "/deals/")
        open_deal()
        open_deal()
        assert queries_of(rep, "/deals/") == one

    def test_others_deals_are_in_no_list(self, deal, login):
        assert "数据整合一期" not in login("other_team").get("/deals/").content.decode()

    def test_goes_out_as_a_table_that_reads_the_same(self, open_deal, rep, tmp_path):
        open_deal(name="=cmd|' /C calc'!A0")
        open_deal(name="普通商机", amount=Decimal("480000.50"))
        answer = rep.get("/deals/export/", {"sort": "id"})
        file = tmp_path / "out.xlsx"
        file.write_bytes(answer.getvalue())
        with open_table(file) as table:
            rows = [row.cells for row in table.rows()]
        assert table.headers[:5] == ("商机名称", "客户名称", "步骤", "结果", "预计金额(元)")
        assert [row[0] for row in rows] == ["=cmd|' /C calc'!A0", "普通商机"]
        assert rows[1][2:5] == ["初步接触", "进行中", 480000.5]

    def test_only_what_is_filtered_goes_out(self, deal, rep):
        assert rep.get("/deals/export/", {"amount_min": "x"}).status_code == 422
        answer = rep.get("/deals/export/", {"step": "reviews"})
        assert answer["Content-Disposition"].startswith("attachment")
        assert io.BytesIO(answer.getvalue()).read(2) == b"PK"
