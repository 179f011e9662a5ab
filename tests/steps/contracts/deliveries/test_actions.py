"""From the list to the customer's word, its issues, and the milestone that is done by it (S7.3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.services.links.actions import revoke_link
from tuoke.services.links.queries import holder_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.contracts.deliveries import actions, facts
from tuoke.steps.contracts.deliveries.models import Acceptance, DeliveryItem, Issue
from tuoke.steps.contracts.deliveries.queries import open_issues_in, open_issues_of, overview_of, score_of
from tuoke.steps.contracts.deliveries.rules import (
    MOST_ITEMS,
    Answer,
    IssueDraft,
    ItemAnswer,
    ItemDraft,
    ItemKind,
    PaperDraft,
    SendDraft,
    Severity,
)
from tuoke.steps.contracts.kickoff import actions as kickoff
from tuoke.steps.contracts.kickoff.rules import MilestoneDraft, MilestoneKind

pytestmark = pytest.mark.django_db


def answer(link, item, said, note="", *, now, seal=None):
    one = ItemAnswer(item.pk, item.seal if seal is None else seal, said, note)
    return actions.customer_answers(link=link, answers=[one], name="陈工", by=holder_of(link), now=now)


def refused(act, *codes):
    with pytest.raises(Refused) as caught:
        act()
    assert caught.value.verdict.codes == codes


def item_of(deal):
    return DeliveryItem.objects.get(opportunity=deal)


def test_accepted_by_link_scored_and_the_gate_knows(deal, link, now):
    item = item_of(deal)
    assert facts.facts_of(deal) == {"first_delivery_accepted": False, "delivery_feedback": False}
    said = answer(link, item, Answer.ACCEPTED, now=now)
    assert answer(link, item, Answer.ACCEPTED, now=now) == said
    kept = Acceptance.objects.get()
    assert (kept.how, kept.name, kept.content["criteria"], kept.seal) == ("link", "陈工", item.criteria, item.seal)
    actions.customer_scores(link=link, score=9, comment="比预想的快", name="陈工", by=holder_of(link), now=now)
    assert (score_of(deal).value, score_of(deal).how) == (9, "link")
    assert facts.facts_of(deal) == {"first_delivery_accepted": True, "delivery_feedback": True}
    assert Notice.objects.filter(kind="delivery_said").count() == 2


def test_a_condition_is_an_issue_that_the_customer_closes(deal, link, by, now):
    answer(link, item_of(deal), Answer.CONDITIONAL, "第 12 项报表格式要改", now=now)
    actions.customer_scores(link=link, score=8, comment="", name="陈工", by=holder_of(link), now=now)
    issue = Issue.objects.get()
    assert (issue.found_by, issue.state, issue.due_on) == ("theirs", "open", date(2026, 11, 30))
    assert facts.facts_of(deal) == {"first_delivery_accepted": True, "delivery_feedback": False}
    refused(lambda: actions.close_issue(issue=issue, by=by, now=now), "others_issue")
    settle = {"link": link, "issue_id": issue.pk, "note": "", "name": "陈工", "by": holder_of(link), "now": now}
    refused(lambda: actions.customer_settles(is_gone=True, **settle), "issue_not_solved")
    actions.solve_issue(issue=issue, solution="已按附件二调整", by=by, now=now)
    refused(lambda: actions.customer_settles(is_gone=False, **settle), "note_missing")
    actions.customer_settles(is_gone=False, **settle | {"note": "还差一列"})
    issue.refresh_from_db()
    assert issue.state == "open"
    actions.solve_issue(issue=issue, solution="补上了", by=by, now=now)
    actions.customer_settles(is_gone=True, **settle)
    issue.refresh_from_db()
    assert (issue.state, issue.closed_name) == ("closed", "陈工")
    assert facts.facts_of(deal)["delivery_feedback"]


def test_what_stands_is_shown_however_much_was_withdrawn(deal, add, now):
    gone = {"opportunity": deal, "kind": "other", "criteria": ["-"], "created_at": now, "withdrawn_at": now}
    DeliveryItem.objects.bulk_create(DeliveryItem(title="误建", position=0, **gone) for _ in range(2 * MOST_ITEMS))
    item = add()
    shown = overview_of(deal, now=now, today=now.date())
    assert ([one.item for one in shown.items], shown.progress.total) == ([item], 1)


def test_nothing_is_handed_over_before_its_deal_began(deal, add, by, now):
    item = add(handed=False)
    refused(lambda: actions.deliver(item=item, on=date(2025, 11, 22), note="", by=by, now=now), "before_deal")
    signed = date(2026, 11, 20)
    assert actions.deliver(item=item, on=signed, note="", by=by, now=now).delivered_on == signed, "entered only later"


def test_what_was_not_accepted_is_handed_over_again(deal, link, by, now):
    item = item_of(deal)
    refused(lambda: answer(link, item, Answer.REJECTED, now=now), "note_missing")
    answer(link, item, Answer.REJECTED, "登录不了", now=now)
    item.refresh_from_db()
    assert (item.state, Issue.objects.get().severity) == ("rejected", "high")
    actions.deliver(item=item, on=now.date(), note="改好了", by=by, now=now)
    answer(link, item, Answer.ACCEPTED, now=now)
    item.refresh_from_db()
    assert (item.state, Issue.objects.get().state) == ("accepted", "closed")
    refused(lambda: actions.withdraw_item(item=item, by=by, now=now), "already_accepted")


def test_words_that_changed_under_his_eyes_are_asked_for_anew(deal, link, by, now):
    item = item_of(deal)
    seal = item.seal
    draft = ItemDraft(ItemKind.GOLIVE, item.title, ("十项功能通过",))
    actions.edit_item(item=item, version=item.version, draft=draft, by=by, now=now)
    with pytest.raises(Conflict):
        answer(link, item, Answer.ACCEPTED, now=now, seal=seal)
    assert not Acceptance.objects.exists()
    with pytest.raises(Conflict):
        actions.edit_item(item=item, version=1, draft=draft, by=by, now=now)


def test_a_dead_link_a_lost_deal_and_a_silent_contact_say_so(deal, link, contact, by, now):
    item = item_of(deal)
    refused(lambda: answer(link, item, Answer.ACCEPTED, now=now + timedelta(days=90)), "link_dead")
    Opportunity.objects.filter(pk=deal.pk).update(outcome="lost")
    refused(lambda: answer(link, item, Answer.ACCEPTED, now=now), "deal_closed")
    refused(
        lambda: actions.add_item(deal=deal, draft=ItemDraft(ItemKind.OTHER, "x", ("y",)), by=by, now=now), "deal_closed"
    )
    Opportunity.objects.filter(pk=deal.pk).update(outcome="won")
    revoke_link(link=link, by=by, now=now)
    refused(lambda: actions.customer_reports(link=link, title="x", note="", item_id=None, name="陈", by=holder_of(link), now=now), "link_dead")  # fmt: skip


def test_paper_is_marked_as_such_and_can_be_taken_back(deal, add, contact, by, now):
    item = add()
    draft = PaperDraft(Answer.CONDITIONAL, contact.pk, date(2026, 11, 23), "补一份手册")
    acceptance = actions.accept_on_paper(item=item, draft=draft, by=by, now=now)
    assert (acceptance.how, acceptance.entered_by_id, acceptance.name) == ("paper", by.user_id, contact.name)
    item = actions.take_back_acceptance(acceptance=acceptance, by=by, now=now)
    assert (item.state, item.accepted_on, open_issues_in([deal.pk])) == ("delivered", None, {})
    refused(lambda: actions.take_back_acceptance(acceptance=acceptance, by=by, now=now), "taken_back")


def test_the_customers_own_word_is_not_ours_to_take_back(deal, link, by, now):
    acceptance = answer(link, item_of(deal), Answer.ACCEPTED, now=now)[0]
    refused(lambda: actions.take_back_acceptance(acceptance=acceptance, by=by, now=now), "others_word")
    feedback = actions.customer_scores(link=link, score=3, comment="", name="陈工", by=holder_of(link), now=now)
    refused(lambda: actions.take_back_score(feedback=feedback, by=by, now=now), "others_word")
    actions.customer_scores(link=link, score=7, comment="好多了", name="陈工", by=holder_of(link), now=now)
    assert score_of(deal).value == 7


def test_a_score_needs_a_delivery_and_on_paper_a_person(deal, add, contact, by, now):
    add(handed=False)
    said = {"deal": deal, "score": 9, "comment": "", "by": by, "now": now}
    refused(
        lambda: actions.score_on_paper(contact_id=None, on=date(2026, 11, 24), **said),
        "nothing_delivered", "contact_missing", "day_in_future",
    )  # fmt: skip


def test_an_accepted_item_completes_its_milestone_and_lateness_moves_what_follows(deal, contact, by, now, add):
    plan = kickoff.make_plan(deal=deal, template="", starts_on=date(2026, 11, 2), by=by, now=now)
    line = MilestoneDraft("上线", MilestoneKind.TASK, date(2026, 11, 9), 5)
    milestone = kickoff.add_milestone(plan=plan, draft=line, by=by, now=now)
    first, second = add("上线一", milestone_id=milestone.pk), add("上线二", milestone_id=milestone.pk)
    draft = PaperDraft(Answer.ACCEPTED, contact.pk, date(2026, 11, 23))
    acceptance = actions.accept_on_paper(item=first, draft=draft, by=by, now=now)
    milestone.refresh_from_db()
    assert milestone.done_on is None, "the other item waits"
    actions.accept_on_paper(item=second, draft=draft, by=by, now=now)
    milestone.refresh_from_db()
    assert milestone.done_on == date(2026, 11, 23)
    actions.take_back_acceptance(acceptance=acceptance, by=by, now=now)
    milestone.refresh_from_db()
    assert milestone.done_on is None


def test_departments_work_together_and_others_see_nothing(company, deal, add, joined, by, now):
    item = add()
    draft = IssueDraft("打印机不响", Severity.HIGH, owner_id=company.collaborator.pk)
    issue = actions.add_issue(deal=deal, draft=draft, by=by, now=now)
    assert [one.pk for one in open_issues_of(joined)] == [issue.pk]
    assert Notice.objects.get(kind="delivery_issue").user_id == company.collaborator.pk
    actions.solve_issue(issue=issue, solution="换了驱动", by=joined, now=now)
    actions.close_issue(issue=issue, by=joined, now=now)
    assert open_issues_of(joined) == []
    for stranger in ("other_team", "auditor", "process_owner"):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.undeliver(item=item, by=company.by(stranger), now=now)
    refused(
        lambda: actions.add_issue(deal=deal, draft=IssueDraft("x", owner_id=company.other_team.pk), by=by, now=now),
        "owner_elsewhere",
    )
    assert Event.objects.filter(kind__startswith="deliveries.").exclude(section="deliveries").count() == 0


def test_the_page_asks_the_same_for_one_and_for_three(deal, add, by, now, django_assert_max_num_queries):
    def asked():
        with django_assert_max_num_queries(8) as found:
            overview_of(deal, now=now, today=now.date())
        return len(found)

    add()
    actions.add_issue(deal=deal, draft=IssueDraft("一"), by=by, now=now)
    before = asked()
    for title in ("二", "三"):
        add(title)
        actions.add_issue(deal=deal, draft=IssueDraft(title), by=by, now=now)
    assert asked() == before


def test_nothing_is_sent_without_items_or_to_the_silent(deal, contact, by, now):
    type(contact).objects.filter(pk=contact.pk).update(do_not_contact=True, do_not_contact_since=now.date())
    draft = SendDraft(contact.pk, now.date() + timedelta(days=5))
    refused(lambda: actions.send(deal=deal, draft=draft, by=by, now=now), "contact_gone", "nothing_to_accept")


def test_moved_removed_and_brought_back(deal, add, by, now):
    first, second = add("一"), add("二")
    actions.move_item(item=second, by_places=-1, by=by, now=now)
    assert [item.title for item in DeliveryItem.objects.standing()] == ["二", "一"]
    actions.withdraw_item(item=first, by=by, now=now)
    assert [item.title for item in DeliveryItem.objects.standing()] == ["二"]
    actions.restore_item(item=first, by=by, now=now)
    refused(lambda: actions.restore_item(item=first, by=by, now=now), "not_withdrawn")
