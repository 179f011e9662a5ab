"""The customer's page with his list of needs: what he can do there, and what never happens (S4.3)."""

from __future__ import annotations

from html import escape

import pytest
from django.http import QueryDict

from tests.spine.followups.cases import a_customer, lost
from tuoke.doors.portal.answers import kept, moved, read
from tuoke.spine.customers.actions import merge_customers
from tuoke.steps.discovery.models import Confirmation, NeedComment
from tuoke.steps.discovery.queries import shared_list
from tuoke.steps.discovery.rules import Choice, Priority

pytestmark = pytest.mark.django_db


def page(response):
    return response.content.decode()


@pytest.fixture
def ids(sent):
    return [need.need_id for need in sent.sent]


@pytest.fixture
def say(customer, address, sent):
    """Send the page's form with these things typed."""

    def say(**typed):
        given = {"need": [str(need.need_id) for need in sent.sent], "version": "1", "do": "save"}
        return customer.post(address, given | {name.replace("_", "-"): value for name, value in typed.items()})

    return say


def texts():
    return set(NeedComment.objects.standing().values_list("kind", "text"))


class TestSaving:
    def test_everything_on_the_page_at_once(self, say, sent, ids, customer, address):
        first, second, third = ids
        answer = say(
            **{"need": [third, first, second], f"priority-{first}": "high", f"comment-{second}": "每天八点前",
               f"wrong-{third}": "on", f"comment-{third}": "不是按部门", "addition": "要手机审批", "general": "整体不错"},
        )  # fmt: skip
        assert answer.status_code == 302
        shown = shared_list(sent.link)
        assert [(c.need_id, c.priority.value) for c in shown.choices] == [
            (third, "medium"), (first, "high"), (second, "medium")
        ]  # fmt: skip
        assert texts() == {
            ("comment", "每天八点前"), ("wrong", "不是按部门"), ("addition", "要手机审批"), ("comment", "整体不错")
        }  # fmt: skip
        again = page(customer.get(answer.url))
        assert "已保存" in again
        for text in ("每天八点前", "不是按部门", "要手机审批", "整体不错"):
            assert text in again

    def test_the_same_again_says_nothing_twice(self, say, ids):
        typed = {f"comment-{ids[0]}": "一次", f"wrong-{ids[1]}": "on", "general": "总的", "addition": "多一条"}
        say(**typed)
        say(**typed)
        assert NeedComment.objects.count() == 4

    def test_taking_the_mark_away_and_taking_back(self, say, ids):
        say(**{f"wrong-{ids[0]}": "on", "addition": "多一条"})
        say()
        assert texts() == {("addition", "多一条")}
        said = NeedComment.objects.get(kind="addition")
        answer = say(do=f"back-{said.pk}", general="还在写")
        assert "还在写" in page(answer)
        assert texts() == set()
        assert say(do="back-999999").status_code == 200

    def test_moving_without_javascript_keeps_what_is_typed_and_writes_nothing(self, say, sent, ids):
        answer = say(do=f"down-{ids[0]}", general="还在写", name="陈工")
        shown = page(answer)
        assert shown.index("报表自动发送") < shown.index("数据当天对齐")
        assert "还在写" in shown
        assert 'value="陈工"' in shown
        assert shared_list(sent.link).choices == kept(shared_list(sent.link)).choices
        assert not sent.choices


class TestConfirming:
    def test_freezes_what_he_sees(self, say, sent, ids, customer, address, by, now):
        answer = say(
            do="confirm", name=" 陈工 ", **{"need": ids[::-1], f"wrong-{ids[0]}": "on", f"priority-{ids[1]}": "high"}
        )
        assert answer.status_code == 302
        sent = Confirmation.objects.get()
        assert (sent.confirmed_name, sent.confirmed_ip) == ("陈工", "127.0.0.1")
        assert "iPhone" in sent.confirmed_agent
        assert [(n.need_id, n.priority) for n in sent.confirmed] == [(ids[2], Priority.MEDIUM), (ids[1], Priority.HIGH)]
        assert "谢谢" in page(customer.get(answer.url))
        later = page(customer.get(address))
        assert "陈工" in later
        assert "<textarea" not in later
        for kind in ("docx", "pdf"):
            paper = customer.get(f"{address}{kind}/")
            assert (paper.status_code, len(b"".join(paper.streaming_content)) > 2000) == (200, True)
        assert customer.get(f"{address}exe/").status_code == 404

    def test_without_a_name_is_refused_and_nothing_is_kept(self, say):
        answer = say(do="confirm", general="写了很久的意见")
        assert answer.status_code == 422
        assert "请填写您的姓名" in page(answer)
        assert "写了很久的意见" in page(answer)
        assert texts() == set()

    def test_the_second_of_two_tabs_hears_who_was_first_and_keeps_its_words(self, say, sent):
        say(do="confirm", name="陈工")
        answer = say(do="confirm", name="李经理", general="我还有话")
        assert answer.status_code == 409
        for said in ("陈工", "没有保存", "我还有话"):
            assert said in page(answer)
        assert Confirmation.objects.get().confirmed_name == "陈工"

    def test_a_tab_that_shows_an_older_order_is_asked_again(self, say, sent, ids):
        say(need=ids[::-1])
        answer = say(do="confirm", name="陈工", general="我还有话")
        assert answer.status_code == 409
        assert "我还有话" in page(answer)
        assert 'name="version" value="2"' in page(answer)
        assert Confirmation.objects.get().confirmed_at is None
        assert texts() == set()
        assert say(do="confirm", name="陈工", version="2", general="我还有话").status_code == 302


class TestHostileText:
    @pytest.mark.parametrize(
        "text",
        ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "😀👨‍👩‍👧", "\u202eمرحبا", "{{ 7|add:7 }}"],
    )
    def test_is_said_as_it_is(self, say, ids, text, customer, address):
        assert say(**{f"comment-{ids[0]}": text, "addition": text}).status_code == 302
        assert {one for _, one in texts()} == {text}
        assert escape(text) in page(customer.get(address))
        assert "<script>alert" not in page(customer.get(address))
        assert "<img src=x" not in page(customer.get(address))

    @pytest.mark.parametrize(
        "text, told", [("字" * 100_000, "最多 2000 个字，现在有 100000 个"), ("a\0b", "无法保存的字符")]
    )
    def test_too_much_or_broken_is_refused_and_kept(self, say, ids, text, told):
        for field in (f"comment-{ids[0]}", "addition", "general"):
            answer = say(**{field: text})
            assert answer.status_code == 422
            assert told in page(answer)
            assert text[:100].replace("\0", "") in page(answer).replace("\0", "").replace("\ufffd", "")
        assert say(do="confirm", name=text).status_code == 422
        assert texts() == set()

    def test_a_form_of_nonsense_does_nothing(self, customer, address, ids, sent):
        nonsense = {
            "need": ["x", "-1", "9" * 30, "١", str(ids[1]), str(ids[1])], "version": "x", "do": "up-" + "9" * 30,
            f"priority-{ids[0]}": "DROP", "comment-999": "?", "wrong-999": "on",
        }  # fmt: skip
        assert customer.post(address, nonsense).status_code == 200
        assert customer.post(address, nonsense | {"do": "save"}).status_code == 302
        assert texts() == set()
        assert [c.need_id for c in shared_list(sent.link).choices] == [ids[1], ids[0], ids[2]]


class TestOver:
    def test_a_newer_list_was_sent(self, say, customer, address, send, sent):
        send("新的一条")
        sent.refresh_from_db()
        shown = customer.get(address)
        assert shown.status_code in (200, 410)
        assert "<textarea" not in page(shown)

    def test_the_deal_is_over(self, say, customer, address, deal):
        lost(deal)
        assert "不再需要确认" in page(customer.get(address))
        answer = say(do="confirm", name="陈工", general="我的话")
        assert (answer.status_code, "我的话" in page(answer)) == (409, True)
        assert customer.get(f"{address}pdf/").status_code == 302

    def test_the_contact_is_not_to_be_asked_any_more(self, say, customer, address, contact, now):
        contact.do_not_contact, contact.do_not_contact_since = True, now.date()
        contact.save()
        assert "不再由这个链接处理" in page(customer.get(address))
        assert say(do="confirm", name="陈工").status_code == 409

    def test_a_merged_customer_is_named_as_he_is_now(self, customer, address, deal, company, by, now):
        other = a_customer(company.rep, name="合并后的公司")
        merge_customers(kept=other, kept_version=1, gone=deal.customer, gone_version=1, by=by, now=now)
        assert "合并后的公司" in page(customer.get(address))


class TestReading:
    """Rules: no request, no page."""

    def test_moves_one_place_and_stops_at_the_ends(self):
        one, two, three = (Choice(n, Priority.LOW) for n in (1, 2, 3))
        assert moved((one, two, three), 3, by=-1) == (one, three, two)
        assert moved((one, two, three), 1, by=-1) == moved((one, two, three), 9, by=1) == (one, two, three)

    def test_line_breaks_of_browsers_count_once(self, sent, ids):
        answer = read(QueryDict(f"general=a%0D%0Ab&comment-{ids[0]}=+x+"), shared_list(sent.link))
        assert (answer.general, answer.comments) == ("a\nb", {ids[0]: "x"})


def test_the_documents_say_what_was_agreed(sent, say, ids):
    from tuoke.base.accounts.queries import company
    from tuoke.doors.portal.papers import document_of

    say(do="confirm", name="陈工", **{f"wrong-{ids[0]}": "on", f"comment-{ids[0]}": "不对", "addition": "再加一条"})
    paper = document_of(shared_list(Confirmation.objects.get().link), company=company())
    assert ("确认人", "陈工") in paper.facts
    table = paper.sections[0].parts[0]
    assert table.rows[0][1:] == ("刚性需求", "数据当天对齐", "中", "不准确，未确认。 不对")
    assert paper.sections[1].parts[0].items == ("再加一条",)
