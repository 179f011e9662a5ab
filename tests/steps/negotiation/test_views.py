from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.attacks.tools import said_by
from tests.spine.followups.cases import a_contact, lost
from tuoke.services.documents.writing import WRITERS
from tuoke.spine.deals.actions import join, share_credit
from tuoke.spine.deals.models import Membership
from tuoke.steps.discovery.decisions import actions as decisions
from tuoke.steps.discovery.decisions.rules import Attitude, StanceDraft
from tuoke.steps.negotiation import actions
from tuoke.steps.negotiation.models import BottomLine, Concession, Insider, Plan, Seat
from tuoke.steps.negotiation.rules import ConcessionDraft, LineDraft, SeatDraft, Side

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
SECRETS = ("432,100", "432100", "43.21", "57 天", "知识产权", "成本核算")


@pytest.fixture
def me(login):
    return login("rep")


@pytest.fixture
def pair(deal, by, now):
    draft = ConcessionDraft("<b>培训</b>", "月内签约", value=Decimal(8000))
    return actions.add_concession(deal=deal, draft=draft, by=by, now=now)


@pytest.fixture
def seat(deal, contact, by, now):
    draft = SeatDraft(Side.THEIRS, contact_id=contact.pk, position="先要折扣")
    return actions.add_seat(deal=deal, draft=draft, by=by, now=now)


def to(name, *args):
    return reverse(f"negotiation:{name}", args=args)


def said(answer):
    return answer.content.decode()


def test_the_page_shows_table_ladder_and_line(me, deal, line, pair, seat):
    page = said(me.get(to("plan", deal.pk)))
    for word in ("&lt;b&gt;培训", "月内签约", "先要折扣", "¥432,100.00", "57 天", "知识产权：归我方所有"):
        assert word in page
    assert "<b>培训" not in page
    assert to("line", deal.pk) not in said(me.get(to("panel", deal.pk), headers=HTMX)), "nothing to warn of"
    assert "1 / 1 条有交换条件" in said(me.get(reverse("deals:rooms", args=[deal.pk])))


def test_an_empty_plan_offers_the_first_steps(me, deal):
    page = said(me.get(to("plan", deal.pk)))
    for name, args in (
        ("concession_add", ()),
        ("seat_add", ("ours",)),
        ("line_edit", ()),
        ("idea_take", ("service-training",)),
    ):
        assert to(name, deal.pk, *args) in page


def test_outside_the_door_the_page_is_the_same_whatever_lies_behind_it(login, company, deal, by, now):
    share_credit(deal=deal, user=company.teammate, share=30, by=by, now=now)

    def seen():
        pages = [said(login(name).get(to("plan", deal.pk))) for name in ("teammate", "auditor")]
        return [re.sub(r'value="[^"]{20,}"', "", page.split("<main")[1].split("</main>")[0]) for page in pages]

    before = seen()
    actions.set_line(deal=deal, version=0, draft=LineDraft(Decimal(432_100), 57, ("知识产权",)), by=by, now=now)
    assert seen() == before
    assert all("只给商机负责人" in page for page in before)


@pytest.mark.parametrize("name", ["teammate", "auditor", "collaborator", "admin", "process_owner", "other_team"])
def test_behind_the_door_there_is_nothing_for_others(login, company, deal, line, name, by, now):
    if name in ("teammate", "collaborator"):
        join(deal=deal, user=getattr(company, name), duty="", by=by, now=now)
    client = login(name)
    for path in (to("line", deal.pk), to("line_edit", deal.pk), to("insider_add", deal.pk), to("panel", deal.pk)):
        answer = client.get(path)
        assert answer.status_code in (403, 404) or "底线" not in said(answer).split("</header>")[-1], path
        assert not [word for word in SECRETS if word in said(answer)], path
    for path in (to("line_edit", deal.pk), f"{to('line_restore', deal.pk, 1)}?version=1"):
        assert client.post(path, {"longest_days": 3, "version": 1}).status_code in (403, 404)
    assert BottomLine.objects.get().version == 1


def test_a_named_collaborator_opens_the_line_alone(login, company, deal, line, by, now):
    join(deal=deal, user=company.collaborator, duty="核算", by=by, now=now)
    actions.name_insider(deal=deal, user=company.collaborator, reason="核算底价", by=by, now=now)
    client = login("collaborator")
    page = said(client.get(to("line", deal.pk)))
    assert "¥432,100.00" in page
    assert to("line_edit", deal.pk) not in page
    assert to("line", deal.pk) in said(client.get(to("panel", deal.pk), headers=HTMX))
    assert client.get(to("plan", deal.pk)).status_code == 403
    assert client.get(to("export", deal.pk, "docx")).status_code in (403, 404)
    Membership.objects.update(ends_on=now.date() - timedelta(days=1))
    assert client.get(to("line", deal.pk)).status_code == 404


def test_a_line_is_set_changed_and_taken_back(me, deal):
    form = {
        "lowest_price": "43.21万",
        "longest_days": "57",
        "fixed_clauses": "知识产权：归我方\n\n违约责任",
        "version": 0,
    }
    assert me.post(to("line_edit", deal.pk), form).status_code == 302
    line = BottomLine.objects.get()
    assert (line.lowest_price, line.fixed_clauses) == (Decimal(432_100), ["知识产权：归我方", "违约责任"])
    me.post(to("line_edit", deal.pk), form | {"lowest_price": "420000", "version": 1})
    page = me.get(to("line", deal.pk))
    undo = f"{to('line_restore', deal.pk, 1)}?version=2"
    assert undo in said(page)
    assert me.post(undo).status_code == 302
    line.refresh_from_db()
    assert (line.lowest_price, line.version) == (Decimal(432_100), 3)
    assert me.post(to("line_restore", deal.pk, 99), {"version": 3}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"lowest_price": "60万"}, "高于现在报给客户的 ¥500,000.00"),
        ({"lowest_price": "-5"}, "不能小于 0"),
        ({"lowest_price": "1e18"}, "金额"),
        ({"lowest_price": "9" * 30}, "金额太大"),
        ({"lowest_price": "NaN"}, "看不明白"),
        ({"lowest_price": "40-50万"}, "填一个数"),
        ({"lowest_price": "$5000"}, "人民币"),
        ({"lowest_price": "0"}, "要大于 0"),
        ({"longest_days": "999999"}, "1 到 3650 天"),
        ({"lowest_price": "", "longest_days": ""}, "至少填一项"),
        ({"fixed_clauses": "长" * 201}, "最多 200 个字"),
    ],
)
def test_an_impossible_line_is_refused_with_what_was_typed(me, deal, changes, word):
    form = {"lowest_price": "40万", "longest_days": "57", "fixed_clauses": "", "note": "算过", "version": 0} | changes
    answer = me.post(to("line_edit", deal.pk), form)
    assert answer.status_code == 422
    assert word in said(answer)
    assert "算过" in said(answer)
    assert not BottomLine.objects.exists()


def test_two_tabs_show_both_sides_to_those_inside(login, me, deal, line):
    form = {"lowest_price": "430000", "version": 1}
    assert login("team_lead").post(to("line_edit", deal.pk), form).status_code == 302
    answer = me.post(to("line_edit", deal.pk), {"lowest_price": "431000", "version": 1})
    assert answer.status_code == 409
    assert "有人先保存了" in said(answer)
    assert "李娜" in said(answer)
    for side in ("43万", "431000"):
        assert side in said(answer)
    assert login("auditor").post(to("line_edit", deal.pk), form).status_code in (403, 404)


def test_people_are_named_and_taken_off(me, company, deal, line, by, now):
    page = said(me.get(to("insider_add", deal.pk)))
    assert "还没有可以指定的人" in page
    join(deal=deal, user=company.collaborator, duty="核算", by=by, now=now)
    form = {"user": company.collaborator.pk, "reason": "核算底价"}
    assert me.post(to("insider_add", deal.pk), form).status_code == 302
    insider = Insider.objects.get()
    page = said(me.get(to("line", deal.pk)))
    assert "核算底价" in page
    assert me.post(to("insider_add", deal.pk), {"user": company.auditor.pk}).status_code == 422
    assert me.post(to("insider_remove", insider.pk)).status_code == 302
    assert "由 王芳 移除" in said(me.get(to("line", deal.pk)))


def test_pairs_are_added_changed_moved_and_withdrawn(me, deal, pair):
    form = {"give": "账期 45 天", "get": "不再降价", "kind": "payment", "value": "1.5万", "authority": "lead"}
    assert me.post(to("concession_add", deal.pk), form).status_code == 302
    other = Concession.objects.get(give="账期 45 天")
    assert other.value == 15_000
    assert me.post(to("concession_add", deal.pk), form).status_code == 422
    page = said(me.post(to("concession_move", other.pk), {"to": "0"}, headers=HTMX))
    assert page.index("账期 45 天") < page.index("&lt;b&gt;培训")
    undo = f"{to('ladder_order', deal.pk)}?order={pair.pk},{other.pk}"
    page = said(me.post(undo, headers=HTMX))
    assert page.index("账期 45 天") > page.index("&lt;b&gt;培训")
    edit = to("concession_edit", other.pk)
    assert me.post(edit, form | {"get": "", "version": 1}).status_code == 302
    assert me.post(edit, form | {"get": "别的", "version": 1}).status_code == 409
    assert "还没有交换条件" in said(me.get(to("plan", deal.pk)))
    me.post(to("concession_withdraw", other.pk))
    assert to("concession_restore", other.pk) in said(me.get(to("plan", deal.pk)))
    me.post(to("concession_restore", other.pk))
    assert Concession.objects.listed().count() == 2


def test_an_idea_is_taken_once(me, deal):
    take = to("idea_take", deal.pk, "service-training")
    assert me.post(take).status_code == 302
    made = Concession.objects.get()
    assert made.get
    assert take not in said(me.get(to("plan", deal.pk)))
    assert me.post(to("idea_take", deal.pk, "no-such")).status_code == 404


def test_the_decision_map_guesses_how_somebody_will_act(me, deal, contact, by, now):
    stance = StanceDraft(attitude=Attitude.OPPOSES, cares="采购降本")
    decisions.take_stance(deal=deal, contact=contact, version=0, draft=stance, by=by, now=now)
    invite = f"{to('seat_add', deal.pk, 'theirs')}?contact={contact.pk}"
    assert invite in said(me.get(to("plan", deal.pk)))
    form = me.get(invite).context["form"]
    assert form.initial == {"contact": contact.pk, "duty": "", "stand": "tough", "cares": "采购降本"}
    sent = {"contact": contact.pk, "stand": "tough", "position": "先要一成", "cares": "采购降本"}
    assert me.post(invite, sent).status_code == 302
    page = said(me.get(to("plan", deal.pk)))
    assert invite not in page
    assert "先要一成" in page


def test_seats_of_ours_are_edited_and_withdrawn(me, company, deal):
    assert me.get(to("seat_add", deal.pk, "nobodys")).status_code == 404
    assert me.post(to("seat_add", deal.pk, "ours"), {"user": "", "name": ""}).status_code == 422
    me.post(to("seat_add", deal.pk, "ours"), {"user": company.rep.pk, "duty": "lead", "authority": "培训"})
    seat = Seat.objects.get()
    form = {"user": company.rep.pk, "duty": "record", "version": 1}
    assert me.post(to("seat_edit", seat.pk), form).status_code == 302
    assert me.post(to("seat_edit", seat.pk), form).status_code == 409
    me.post(to("seat_withdraw", seat.pk))
    assert to("seat_restore", seat.pk) in said(me.get(to("plan", deal.pk)))
    me.post(to("seat_restore", seat.pk))
    assert Seat.objects.listed().count() == 1


def test_the_aim_is_written_and_a_stale_one_shows_both_sides(me, deal):
    edit = to("plan_edit", deal.pk)
    assert me.post(edit, {"aim": "年内签约", "rounds": "3", "version": 0}).status_code == 302
    answer = me.post(edit, {"aim": "别的", "version": 0})
    assert answer.status_code == 409
    assert "年内签约" in said(answer)
    assert me.post(edit, {"rounds": "99", "version": 1}).status_code == 422
    assert Plan.objects.get().rounds == 3


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pdf"])
def test_the_document_carries_the_line_for_those_inside_alone(login, deal, line, pair, seat, kind, monkeypatch):
    monkeypatch.setitem(WRITERS, "pdf", lambda target, document: target.write(repr(document).encode()))
    files = {name: login(name).get(to("export", deal.pk, kind)) for name in ("rep", "team_lead", "auditor")}
    for name, answer in files.items():
        assert answer.status_code == 200, name
        text = said_by(answer)
        assert "月内签约" in text, name
        inside = [word for word in ("432,100", "57 天", "知识产权") if word in text]
        assert len(inside) == (0 if name == "auditor" else 3), (name, inside)
        assert ("底线" in text) is (name != "auditor")


def test_who_has_no_plans_to_read_gets_no_document(login, company, deal, by, now):
    join(deal=deal, user=company.collaborator, duty="", by=by, now=now)
    for name, status in (("collaborator", 403), ("teammate", 404), ("admin", 403)):
        assert login(name).get(to("export", deal.pk, "docx")).status_code == status, name
    assert login("rep").get(to("export", deal.pk, "exe")).status_code == 404


def test_a_lost_deal_shows_its_plan_and_offers_nothing_to_change(me, deal, line, pair, seat):
    lost(deal)
    for name in ("plan", "line"):
        page = said(me.get(to(name, deal.pk)))
        assert "¥432,100.00" in page
        for verb in ("/edit/", "/new/", "/withdraw/"):
            assert verb not in page.split("<main")[1], (name, verb)


def test_no_query_grows_with_the_rows(me, company, deal, customer, line, by, now):
    def counted():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            for name in ("plan", "line", "panel"):
                assert me.get(to(name, deal.pk)).status_code == 200
        return len(queries)

    def grow(number):
        join(
            deal=deal,
            user=(company.collaborator, company.teammate, company.other_team)[number],
            duty="",
            by=by,
            now=now,
        )
        user = Membership.objects.latest("pk").user
        actions.name_insider(deal=deal, user=user, reason="", by=by, now=now)
        actions.add_concession(deal=deal, draft=ConcessionDraft(f"给 {number}"), by=by, now=now)
        actions.add_seat(deal=deal, draft=SeatDraft(Side.OURS, user_id=user.pk), by=by, now=now)
        theirs = SeatDraft(Side.THEIRS, contact_id=a_contact(customer, name=f"客户 {number}").pk)
        actions.add_seat(deal=deal, draft=theirs, by=by, now=now)
        a_contact(customer, name=f"还没来 {number}")
        actions.set_line(deal=deal, version=1 + number, draft=LineDraft(longest_days=9 + number), by=by, now=now)

    grow(0)
    one = counted()
    grow(1)
    grow(2)
    assert counted() == one
