"""A list of needs goes to the customer, and comes back with his word (S4.3)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.spine.followups.cases import lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.base.records.queries import timeline_of
from tuoke.base.records.templatetags.history import timeline_event
from tuoke.services.links.actions import revoke_link
from tuoke.services.links.queries import holder_of
from tuoke.steps.discovery import actions, hooks
from tuoke.steps.discovery.actions.confirmations import (
    customer_adds,
    customer_comments,
    customer_confirms,
    customer_marks_wrong,
    customer_reorders,
    customer_takes_back,
)
from tuoke.steps.discovery.facts import facts_of
from tuoke.steps.discovery.models import Confirmation, Need
from tuoke.steps.discovery.queries import needs_of, shared_list, sharing_of, waiting_for_customer
from tuoke.steps.discovery.rules import Choice, NeedDraft, NeedKind, Priority, SendDraft, SharedState

HERE = {"where": "203.0.113.7", "agent": "Mozilla/5.0 (iPhone)"}
HIGH, LOW = Priority.HIGH, Priority.LOW


@pytest.fixture
def needs(deal, by, now):
    given = [(NeedKind.RIGID, "数据当天对齐", HIGH), (NeedKind.ELASTIC, "报表自动发送", LOW)]
    return [actions.add_need(deal=deal, draft=NeedDraft(*row), by=by, now=now) for row in given]


@pytest.fixture
def send(deal, contact, by, now):
    def send(**more):
        given = {"contact_id": contact.pk, "expires_on": date(2026, 12, 5), "message": "请您过目"} | more
        return actions.send_list(deal=deal, draft=SendDraft(**given), by=by, now=now)

    return send


@pytest.fixture
def sent(needs, send):
    return send()


@pytest.fixture
def act(now):
    """A verb of the customer with the link of that version."""

    def act(verb, sent, **more):
        return verb(link=sent.link, by=holder_of(sent.link), now=now, **(HERE | more))

    return act


def codes(act, *args, **more):
    with pytest.raises(Refused) as refusal:
        act(*args, **more)
    return refusal.value.verdict.codes


def test_what_is_sent_is_frozen_and_opens_by_a_link(deal, needs, sent, contact, by, now):
    assert (sent.number, sent.recipient, sent.link.recipient_id) == (1, "陈工", contact.pk)
    actions.edit_need(need=needs[0], version=1, draft=NeedDraft(NeedKind.RIGID, "改了", HIGH), by=by, now=now)
    shown = shared_list(sent.link)
    assert shown.state is SharedState.OPEN
    assert [(r.description, r.priority) for r in shown.rows] == [("数据当天对齐", HIGH), ("报表自动发送", LOW)]
    assert "discovery.list_sent" in {e.kind for e in timeline_of(thread=deal)}


@pytest.mark.parametrize(
    "given, code",
    [
        ({"contact_id": None}, "contact_missing"),
        ({"contact_id": 999_999}, "contact_elsewhere"),
        ({"expires_on": None}, "expires_missing"),
        ({"expires_on": date(2026, 11, 23)}, "expires_passed"),
        ({"expires_on": date(2027, 6, 1)}, "expires_too_late"),
        ({"challenge": True}, "challenge_without_phone"),
        ({"message": "字" * 501}, "message_too_long"),
        ({"kinds": (NeedKind.LATENT,)}, "nothing_to_send"),
    ],
)
def test_what_cannot_be_sent(needs, send, given, code):
    assert code in codes(send, **given)
    assert not Confirmation.objects.exists()


def test_not_to_who_wants_no_contact_nor_for_a_lost_deal(deal, needs, send, contact):
    contact.do_not_contact, contact.do_not_contact_since = True, date(2026, 11, 1)
    contact.save()
    lost(deal)
    assert codes(send) == ("contact_gone", "deal_closed")


def test_asked_for_the_last_four_digits(deal, needs, send, contact):
    contact.phone = "+86 138-0013-8000"
    contact.save()
    assert send(challenge=True).link.challenge
    assert not send().link.challenge


def test_his_order_and_priorities_become_the_lists_when_he_confirms(deal, needs, sent, act, by, now):
    first, second = needs
    act(customer_reorders, sent, choices=[Choice(second.pk, HIGH), Choice(first.pk, LOW)])
    assert [n.pk for n in needs_of(by, deal).listed] == [first.pk, second.pk]
    assert [r.need_id for r in shared_list(sent.link).rows] == [second.pk, first.pk]
    act(customer_confirms, sent, name=" 陈工 ")
    listed = needs_of(by, deal).listed
    assert [(n.pk, n.priority, n.confirmed_how) for n in listed] == [
        (second.pk, "high", "link"),
        (first.pk, "low", "link"),
    ]
    assert facts_of(deal) == {
        "needs_listed": 2, "rigid_needs": 1, "needs_confirmed": True,
    }  # fmt: skip
    kept = Confirmation.objects.get()
    assert (kept.confirmed_name, kept.confirmed_ip, kept.confirmed_agent) == ("陈工", *HERE.values())
    assert [row["need"] for row in kept.confirmed_content] == [second.pk, first.pk]
    assert shared_list(sent.link).state is SharedState.CONFIRMED


def test_after_the_first_who_confirms_nobody_changes_anything(sent, needs, act):
    act(customer_confirms, sent, name="陈工")
    with pytest.raises(Refused) as refusal:
        act(customer_confirms, sent, name="李四")
    [reason] = refusal.value.verdict.reasons
    assert (reason.code, reason.params["name"]) == ("already_confirmed", "陈工")
    for verb, more in [
        (customer_reorders, {"choices": [Choice(needs[0].pk, LOW)]}),
        (customer_comments, {"need_id": None, "text": "再说"}),
        (customer_adds, {"description": "还要"}),
        (customer_marks_wrong, {"need_id": needs[0].pk, "text": ""}),
    ]:
        assert codes(act, verb, sent, **more) == ("already_confirmed",)


@pytest.mark.parametrize("change", [{"content": []}, {"number": 9}, {"message": "别的"}])
def test_the_database_refuses_to_change_what_was_sent(sent, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.update(**change)


@pytest.mark.parametrize(
    "change",
    [
        {"confirmed_content": []}, {"confirmed_name": "别人"}, {"confirmed_ip": ""}, {"choices": []}, {"seal": "x"},
        {"confirmed_at": None, "confirmed_name": "", "seal": ""}, {"recipient": "别人"},
    ],
)  # fmt: skip
def test_the_database_refuses_to_change_what_was_confirmed(sent, act, change):
    act(customer_confirms, sent, name="陈工")
    with pytest.raises(IntegrityError), transaction.atomic():
        Confirmation.objects.update(**change)


def test_what_changed_after_sending_or_is_marked_wrong_stays_unconfirmed(deal, needs, sent, act, by, now):
    first, second = needs
    actions.edit_need(need=first, version=1, draft=NeedDraft(NeedKind.RIGID, "改了", HIGH), by=by, now=now)
    act(customer_marks_wrong, sent, need_id=second.pk, text="不是这个意思")
    act(customer_marks_wrong, sent, need_id=second.pk, text="不是这个意思")  # twice is once
    act(customer_confirms, sent, name="陈工")
    assert [n.confirmed_on for n in needs_of(by, deal).listed] == [None, None]
    [event] = [e for e in timeline_of(thread=deal) if e.kind == "discovery.list_confirmed"]
    assert (event.facts["count"], event.facts["wrong"], event.facts["changed"]) == (1, 1, 1)
    sharing = sharing_of(by, deal, needs_of(by, deal).listed, now=now)
    assert {(d.before.description if d.before else "", d.after.description) for d in sharing.changed} == {
        ("数据当天对齐", "改了"),
        ("", "报表自动发送"),
    }


def test_words_kind_or_priority_changed_later_need_his_word_again(deal, needs, sent, act, by, now):
    act(customer_confirms, sent, name="陈工")
    need = Need.objects.get(pk=needs[0].pk)
    same = NeedDraft(NeedKind.RIGID, "数据当天对齐", HIGH, confirmed_on=need.confirmed_on, pain="月底通宵对账")
    need = actions.edit_need(need=need, version=need.version, draft=same, by=by, now=now)
    assert (need.confirmed_on, need.confirmed_how) == (date(2026, 11, 23), "link")
    assert sharing_of(by, deal, needs_of(by, deal).listed, now=now).changed == ()
    other = NeedDraft(NeedKind.RIGID, "数据当天对齐", LOW, confirmed_on=need.confirmed_on)
    need = actions.edit_need(need=need, version=need.version, draft=other, by=by, now=now)
    assert (need.confirmed_on, need.confirmed_how) == (None, "")
    assert len(sharing_of(by, deal, needs_of(by, deal).listed, now=now).changed) == 1
    assert facts_of(deal)["needs_confirmed"] is False


def test_what_he_adds_is_a_draft_until_we_take_it(deal, sent, act, by, now):
    said = act(customer_adds, sent, description=" 要能在手机上看 ")
    assert act(customer_adds, sent, description="要能在手机上看") == said
    [draft] = needs_of(by, deal).drafts
    assert (draft.description, draft.origin, draft.said_by_customer) == ("要能在手机上看", "customer", True)
    assert facts_of(deal)["needs_listed"] == 2
    act(customer_takes_back, sent, comment_id=said.pk)
    assert needs_of(by, deal).drafts == []
    assert shared_list(sent.link).additions == ()


def test_he_is_answered_and_reads_it(sent, needs, act, by, now, company):
    said = act(customer_comments, sent, need_id=needs[0].pk, text="<b>多久能上线？</b>🚀")
    actions.answer_comment(comment=said, text="三周", by=by, now=now)
    [row, _] = shared_list(sent.link).rows
    assert (row.comments[0].text, row.comments[0].answer) == ("<b>多久能上线？</b>🚀", "三周")
    assert codes(act, customer_takes_back, sent, comment_id=said.pk) == ("already_answered",)
    with pytest.raises(type(said).DoesNotExist):
        actions.answer_comment(comment=said, text="x", by=company.by("other_team"), now=now)


@pytest.mark.parametrize(
    "verb, given, code",
    [
        (customer_comments, {"need_id": None, "text": " "}, "comment_missing"),
        (customer_comments, {"need_id": None, "text": "字" * 100_000}, "comment_too_long"),
        (customer_comments, {"need_id": None, "text": "a\x00"}, "comment_broken"),
        (customer_comments, {"need_id": 999_999, "text": "x"}, "need_unknown"),
        (customer_marks_wrong, {"need_id": 999_999, "text": ""}, "need_unknown"),
        (customer_adds, {"description": "字" * 2001}, "comment_too_long"),
        (customer_reorders, {"choices": [Choice(999_999, HIGH)]}, "order_unknown"),
        (customer_confirms, {"name": " "}, "name_missing"),
        (customer_confirms, {"name": "名" * 61}, "name_too_long"),
        (customer_confirms, {"name": "陈工", "choices": [Choice(999_999, HIGH)]}, "order_unknown"),
    ],
)
def test_what_he_cannot_say(sent, act, verb, given, code):
    assert codes(act, verb, sent, **given) == (code,)


def test_another_tab_moved_something_in_between(sent, needs, act):
    act(customer_reorders, sent, choices=[Choice(needs[1].pk, HIGH)])
    with pytest.raises(Conflict):
        act(customer_confirms, sent, name="陈工", version=1)
    act(customer_confirms, sent, name="陈工", version=2)


def test_a_newer_version_takes_the_place_of_one_that_waits(sent, send, needs, deal, act, by, now):
    actions.withdraw_need(need=needs[1], version=1, by=by, now=now)
    newer = send()
    assert codes(act, customer_confirms, sent, name="陈工") == ("list_superseded",)
    assert shared_list(sent.link).state is SharedState.SUPERSEDED
    versions = sharing_of(by, deal, needs_of(by, deal).listed, now=now).versions
    assert [v.sent.number for v in versions] == [2, 1]
    [gone] = versions[0].changes
    assert (gone.before.description, gone.after) == ("报表自动发送", None)
    act(customer_confirms, newer, name="陈工")


def test_a_new_link_for_the_same_version_ends_the_old_one(sent, act, by, now):
    old = sent.link
    again = actions.resend_list(sent=sent, expires_on=date(2026, 12, 9), challenge=False, by=by, now=now)
    assert again.link != old
    with pytest.raises(Confirmation.DoesNotExist):
        customer_confirms(link=old, name="陈工", by=holder_of(old), now=now, where="")
    revoke_link(link=again.link, by=by, now=now)
    assert codes(act, customer_confirms, again, name="陈工") == ("link_dead",)


def test_nothing_goes_by_a_dead_link_a_lost_deal_or_somebody_who_left(deal, sent, contact, now):
    lost(deal)
    contact.do_not_contact, contact.do_not_contact_since = True, date(2026, 11, 1)
    contact.save()
    late = {"link": sent.link, "by": holder_of(sent.link), "now": now + timedelta(days=60), "where": ""}
    assert codes(customer_confirms, name="陈工", **late) == ("deal_closed", "link_dead", "contact_gone")
    assert shared_list(sent.link).state is SharedState.CLOSED


def test_who_else_signs_is_marked(sent, deal, act, by, now):
    act(customer_confirms, sent, name="李秘书")
    [version] = sharing_of(by, deal, [], now=now).versions
    assert version.signed_by_other
    assert Event.objects.get(kind="discovery.list_confirmed").facts["somebody_else"] is True


def test_others_are_told_in_the_same_transaction(sent, needs, act, monkeypatch):
    heard = []
    monkeypatch.setattr(hooks, "on_customer_answered", [lambda c, what, by, now: heard.append((what, by.name))])
    act(customer_reorders, sent, choices=[Choice(needs[1].pk, HIGH)])
    act(customer_reorders, sent, choices=[Choice(needs[1].pk, LOW)])  # once is enough
    act(customer_comments, sent, need_id=None, text="好")
    act(customer_adds, sent, description="手机")
    act(customer_marks_wrong, sent, need_id=needs[0].pk, text="")
    act(customer_confirms, sent, name="陈工")
    assert heard == [(what, "陈工") for what in ("reordered", "commented", "added", "marked_wrong", "confirmed")]


def test_everything_of_it_has_words_on_the_timeline(deal, sent, needs, act, by, now):
    act(customer_reorders, sent, choices=[Choice(needs[1].pk, HIGH)])
    said = act(customer_comments, sent, need_id=needs[0].pk, text="<i>好</i>")
    act(customer_takes_back, sent, comment_id=act(customer_adds, sent, description="手机").pk)
    act(customer_marks_wrong, sent, need_id=needs[0].pk, text="")
    actions.answer_comment(comment=said, text="谢谢", by=by, now=now)
    sent = actions.resend_list(sent=sent, expires_on=date(2026, 12, 9), challenge=False, by=by, now=now)
    act(customer_confirms, sent, name="李秘书")
    drawn = {event.kind: timeline_event(event) for event in timeline_of(thread=deal)}
    told = {kind for kind in drawn if kind.startswith(("discovery.list_", "discovery.comment_"))}
    assert len(told) == 9
    assert all("timeline-item" in drawn[kind] for kind in told)
    assert "&lt;i&gt;好" in drawn["discovery.list_commented"]
    assert "不是同一个名字" in drawn["discovery.list_confirmed"]


def test_what_waits_for_a_customers_word(deal, sent, by, now, company, act):
    [waiting] = waiting_for_customer(by, now)
    assert (waiting.sent, waiting.days, waiting.is_unopened) == (sent, 0, False)
    [later] = waiting_for_customer(by, now + timedelta(days=3))
    assert (later.days, later.is_unopened) == (3, True)
    assert waiting_for_customer(company.by("other_team"), now) == []
    act(customer_confirms, sent, name="陈工")
    assert waiting_for_customer(by, now) == []


def test_reads_cost_the_same_for_more_versions_and_words(deal, sent, send, needs, act, by, now):
    def cost(read):
        with CaptureQueriesContext(connection) as queries:
            read()
        return len(queries)

    def reads(sent):
        return (
            cost(lambda: shared_list(sent.link)),
            cost(lambda: sharing_of(by, deal, needs, now=now)),
            cost(lambda: waiting_for_customer(by, now)),
        )

    act(customer_comments, sent, need_id=None, text="一")
    one = reads(sent)
    sent = send()
    for text in "甲乙丙":
        act(customer_comments, sent, need_id=needs[0].pk, text=text)
    assert reads(sent) == one == (2, 3, 1)


def test_what_he_calls_wrong_later_is_no_longer_confirmed(deal, needs, sent, send, act, by):
    act(customer_confirms, sent, name="陈工")
    newer = send()
    act(customer_marks_wrong, newer, need_id=needs[0].pk, text="想错了")
    act(customer_confirms, newer, name="陈工")
    assert [n.confirmed_on is None for n in needs_of(by, deal).listed] == [True, False]
    assert not facts_of(deal)["needs_confirmed"]
