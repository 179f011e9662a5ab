from datetime import date, time

import pytest

from tests.conftest import NOW
from tests.spine.followups.cases import a_contact, a_customer, lost
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.models import Event
from tuoke.spine.customers.actions.repointing import Move
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.spine.followups.models import FollowUp, NextAction
from tuoke.spine.followups.rules import FollowUpOutcome, Plan
from tuoke.spine.library.models import Item
from tuoke.spine.library.rules import Dimension
from tuoke.steps.discovery.interviews import actions
from tuoke.steps.discovery.interviews.actions import Closing
from tuoke.steps.discovery.interviews.facts import facts_of
from tuoke.steps.discovery.interviews.models import Answer, Notes, Outline, OutlineQuestion
from tuoke.steps.discovery.interviews.queries import answers_behind, contrasts_of, overview_of, sheet_of
from tuoke.steps.discovery.interviews.rules import AnswerDraft, OutlineDraft, QuestionDraft
from tuoke.steps.discovery.models import Need
from tuoke.steps.discovery.rules import NeedDraft, NeedKind, Priority

CLOSING = Closing(NOW, ("offline_meeting",), FollowUpOutcome.PROGRESS, "谈了排产", minutes=95)


def codes(refused):
    return refused.value.verdict.codes


def say(question, by, text="客户说的", *, slot=0, base=0, writer="here", now=NOW, **more):
    return actions.save_answer(
        question=question, slot=slot, draft=AnswerDraft(text, **more), base=base, writer=writer, by=by, now=now
    )


def question_of(outline, dimension="status"):
    return outline.questions.filter(dimension=dimension, withdrawn_at=None).first()


def test_one_press_makes_an_outline_in_this_customers_words(full):
    texts = list(full.questions.values_list("text", flat=True))
    assert len(texts) == 15  # three a dimension, for there are three that are made for manufacturers
    assert all("华瑞精密" in text for text in texts)
    assert "门店缺货" not in texts
    assert [question.dimension for question in full.questions.all()] == [d for d in Dimension for _ in range(3)]


def test_suggesting_again_has_nothing_to_add(full, by):
    with pytest.raises(Refused) as refused:
        actions.suggest(outline=full, by=by, now=NOW)
    assert codes(refused) == ("nothing_to_suggest",)


def test_a_question_is_picked_once(outline, bank, by):
    item = Item.objects.filter(dimension="pain").first()
    actions.pick(outline=outline, item_ids=[item.pk], by=by, now=NOW)
    with pytest.raises(Refused) as refused:
        actions.pick(outline=outline, item_ids=[item.pk], by=by, now=NOW)
    assert codes(refused) == ("question_taken",)
    with pytest.raises(Refused) as refused:
        actions.pick(outline=outline, item_ids=[999999], by=by, now=NOW)
    assert codes(refused) == ("question_unknown",)


def test_the_wording_for_one_customer_leaves_the_librarys_alone(full, by):
    question = question_of(full)
    draft = QuestionDraft(Dimension.PAIN, "排产变更后多久通知车间？", ("上一次呢",))
    edited = actions.edit_question(question=question, version=1, draft=draft, by=by, now=NOW)
    assert (edited.dimension, edited.text, edited.probes) == ("pain", "排产变更后多久通知车间？", ["上一次呢"])
    assert "问题" in edited.source.parsed.text
    with pytest.raises(Conflict):
        actions.edit_question(question=question, version=1, draft=draft, by=by, now=NOW)


def test_order_remove_and_bring_back(full, by):
    first, second, third = full.questions.filter(dimension="status")
    actions.move_question(question=first, steps=1, by=by, now=NOW)
    actions.reorder(outline=full, order=[third.pk, second.pk], by=by, now=NOW)
    assert list(full.questions.filter(dimension="status")) == [third, first, second]
    actions.remove_question(question=first, by=by, now=NOW)
    assert full.questions.filter(withdrawn_at=None).count() == 14
    actions.restore_question(question=first, by=by, now=NOW)
    assert list(full.questions.filter(dimension="status", withdrawn_at=None)) == [third, first, second]
    with pytest.raises(Refused) as refused:
        actions.reorder(outline=full, order=[first.pk, 1], by=by, now=NOW)
    assert codes(refused) == ("order_unknown",)


def test_a_question_for_all_names_no_customer(full, company):
    lead = company.by("team_lead")
    item = actions.share_question(question=question_of(full), by=lead, now=NOW)
    assert (item.dimension, item.industry) == ("status", "制造业")
    assert "〔客户名称〕" in item.versions.get().parsed.text
    with pytest.raises(Refused) as refused:
        actions.share_question(question=question_of(full), by=company.by("rep"), now=NOW)
    assert codes(refused) == ("may_not_write",)


def test_two_who_write_at_once_both_stay(full, by, company):
    question = question_of(full)
    say(question, by, "我听到的")
    Membership.objects.create(opportunity=full.opportunity, user=company.collaborator)
    say(question, company.by("collaborator"), "我也听到")
    assert sorted(a.text for a in question.answers.all()) == ["我也听到", "我听到的"]


def test_the_second_page_of_the_same_writer_never_overwrites_newer_words(full, by):
    question = question_of(full)
    say(question, by, "对账三天", writer="laptop")
    say(question, by, "对账三天，五个人", base=1, writer="phone")
    saved = say(question, by, "要五个人", base=1, writer="laptop")
    assert saved.beside
    assert list(question.answers.order_by("slot").values_list("text", flat=True)) == ["对账三天，五个人", "要五个人"]


def test_a_save_whose_answer_got_lost_is_sent_again_without_doubling(full, by):
    question = question_of(full)
    say(question, by, "对账三天")
    saved = say(question, by, "对账要三天")  # base is still 0: nobody told the page
    assert not saved.beside
    assert question.answers.get().text == "对账要三天"


def test_emptied_is_withdrawn_and_typing_brings_it_back(full, by):
    question = question_of(full)
    first = say(question, by, "说错了").answer
    say(question, by, "", base=1)
    first.refresh_from_db()
    assert (first.text, first.withdrawn_at) == ("说错了", NOW)
    assert say(question, by, "", slot=5).answer is None
    say(question, by, "重写", base=2)
    assert question.answers.get().text == "重写"
    assert question.answers.get().withdrawn_at is None


@pytest.mark.parametrize(
    "draft, code",
    [
        (AnswerDraft("字" * 4001), "too_long"),
        (AnswerDraft("坏\ud800"), "text_broken"),
        (AnswerDraft("好", contact_id=987654), "person_unknown"),
    ],
)
def test_what_an_answer_may_not_be(full, by, draft, code):
    with pytest.raises(Refused) as refused:
        actions.save_answer(question=question_of(full), slot=0, draft=draft, base=0, writer="", by=by, now=NOW)
    assert codes(refused) == (code,)
    assert not Answer.objects.exists()


def test_typing_does_not_flood_the_history(full, by):
    question = question_of(full)
    for text in ("对", "对账", "对账三天"):
        say(question, by, text)
    assert Event.objects.filter(kind__startswith="interviews.answer").count() == 1


def test_notes_of_two_pages_stay_one_below_the_other(outline, by):
    for text, writer in (("预算 50 万", "laptop"), ("年底要上线", "phone")):
        actions.save_notes(outline=outline, text=text, base=0, writer=writer, by=by, now=NOW)
    assert Notes.objects.get().text == "预算 50 万\n\n年底要上线"


def test_closing_is_all_or_nothing(full, deal, contact, by):
    meeting = actions.draw_up(
        deal=deal, draft=OutlineDraft("复访", on=date(2026, 11, 24), at=time(10)), by=by, now=NOW, in_calendar=True
    )
    say(question_of(full), by)
    Outline.objects.filter(pk=full.pk).update(next_action=meeting.next_action)
    plan = Plan("送方案", date(2026, 11, 30), time(14), minutes=60, place="客户现场", contact_id=contact.pk)
    wrong = Closing(NOW, (), FollowUpOutcome.PROGRESS, "", minutes=0, plan=Plan("", None))
    with pytest.raises(Refused):
        actions.hold(outline=full, closing=wrong, by=by, now=NOW)
    assert not FollowUp.objects.exists()
    closing = Closing(NOW, ("visit",), FollowUpOutcome.PROGRESS, "谈了排产", 40, contact.pk, plan)
    held = actions.hold(outline=full, closing=closing, by=by, now=NOW)
    assert (held.state, held.minutes, held.followup.summary) == ("held", 40, "谈了排产")
    assert NextAction.objects.get(pk=meeting.next_action_id).done_at == NOW
    assert NextAction.objects.waiting().get(title="送方案").contact == contact
    contact.refresh_from_db()
    assert contact.contacted_on == date(2026, 11, 23)
    with pytest.raises(Refused) as refused:
        actions.hold(outline=full, closing=closing, by=by, now=NOW)
    assert codes(refused) == ("outline_held",)


def test_whoever_was_in_the_meeting_has_been_met(full, deal, by):
    boss = a_contact(deal.customer, "张总")
    actions.bring_in(outline=full, contact=boss, by=by, now=NOW)
    actions.hold(outline=full, closing=CLOSING, by=by, now=NOW)
    boss.refresh_from_db()
    assert boss.contacted_on == date(2026, 11, 23)


def test_open_questions_go_into_the_next_meeting_once(full, by):
    with pytest.raises(Refused) as refused:
        actions.carry_over(outline=full, title="下一次", by=by, now=NOW)
    assert codes(refused) == ("outline_not_held",)
    say(question_of(full), by)
    actions.hold(outline=full, closing=CLOSING, by=by, now=NOW)
    following = actions.carry_over(outline=full, title="下一次", by=by, now=NOW)
    assert actions.carry_over(outline=full, title="下一次", by=by, now=NOW) == following
    assert following.questions.count() == 14
    assert sheet_of(following).contacts == sheet_of(full).contacts


def test_an_answer_becomes_a_need_and_the_need_says_what_it_rests_on(full, deal, contact, by, company):
    answer = say(question_of(full, "pain"), by, "月底对账要三天", own_words=True, contact_id=contact.pk).answer
    draft = NeedDraft(NeedKind.RIGID, "当天出账", Priority.HIGH, pain="人工对账", said_by_customer=True)
    need = actions.take_as_need(answer=answer, draft=draft, by=by, now=NOW)
    (source,) = answers_behind([need.pk])[need.pk]
    assert (source.text, source.by_customer) == ("月底对账要三天", True)
    assert "生产总监" in source.where
    assert sheet_of(full).line(answer.question_id).answers[0].needs.all()[0].need == need
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    with pytest.raises(Opportunity.DoesNotExist):  # a colleague takes notes; the list is its owner's
        actions.take_as_need(answer=answer, draft=draft, by=company.by("collaborator"), now=NOW)
    assert Need.objects.count() == 1


def test_the_gate_counts_dimensions_with_a_standing_answer(full, deal, by):
    assert facts_of(deal) == {"dimensions_covered": 0}
    say(question_of(full, "status"), by)
    answer = say(question_of(full, "pain"), by).answer
    say(question_of(full, "pain"), by, slot=1)
    assert facts_of(deal) == {"dimensions_covered": 2}
    actions.remove_answer(answer=answer, by=by, now=NOW)
    assert facts_of(deal) == {"dimensions_covered": 2}
    assert overview_of(by, deal).meter.covered == 2


def test_two_roles_asked_the_same_stand_side_by_side(full, deal, customer, contact, by):
    boss = a_contact(customer, "张总", position="总经理")
    question = question_of(full, "pain")
    say(question, by, "交期没问题", contact_id=boss.pk)
    assert contrasts_of(deal) == []
    actions.hold(outline=full, closing=CLOSING, by=by, now=NOW)
    following = actions.carry_over(outline=full, title="二访", by=by, now=NOW)
    same = OutlineQuestion.objects.create(outline=following, dimension="pain", text="换种说法", source=question.source)
    say(same, by, "天天赶交期", contact_id=contact.pk)
    ((first, second),) = contrasts_of(deal)
    assert (first.text, second.text) == ("交期没问题", "天天赶交期")


def test_a_correction_keeps_what_stood_before(full, by, company):
    answer = say(question_of(full), by, "三天").answer
    lead = company.by("team_lead")
    corrected = actions.correct_answer(answer=answer, version=1, draft=AnswerDraft("两天"), by=lead, now=NOW)
    assert corrected.text == "两天"
    assert Event.objects.get(kind="interviews.answer_corrected").changes["text"] == ["三天", "两天"]
    with pytest.raises(Conflict):
        actions.correct_answer(answer=answer, version=1, draft=AnswerDraft("四天"), by=by, now=NOW)


def test_what_is_over_stays_as_it_was(full, deal, by):
    question = question_of(full)
    say(question, by)
    for verb in (
        lambda: actions.remove_question(question=question, by=by, now=NOW),
        lambda: actions.withdraw_outline(outline=full, by=by, now=NOW),
    ):
        with pytest.raises(Refused):
            verb()
    lost(deal)
    with pytest.raises(Refused) as refused:
        say(question, by, "还有")
    assert codes(refused) == ("deal_closed",)


def test_an_outline_put_aside_comes_back(outline, deal, by):
    actions.withdraw_outline(outline=outline, by=by, now=NOW)
    assert overview_of(by, deal).withdrawn == [outline]
    actions.restore_outline(outline=outline, by=by, now=NOW)
    assert overview_of(by, deal).outlines == [outline]


def test_change_an_outline(outline, deal, contact, by):
    other = a_contact(deal.customer, "李工")
    draft = OutlineDraft("改名", on=date(2026, 11, 25), contact_ids=(other.pk,))
    changed = actions.change_outline(outline=outline, version=1, draft=draft, by=by, now=NOW)
    assert (changed.title, changed.on) == ("改名", date(2026, 11, 25))
    assert sheet_of(changed).contacts == [other]
    with pytest.raises(Conflict):
        actions.change_outline(outline=outline, version=1, draft=draft, by=by, now=NOW)
    stranger = a_contact(a_customer(None, name="别家"), "外人")
    wrong = OutlineDraft("改名", contact_ids=(stranger.pk,), user_ids=(999999,), action_id=999999)
    with pytest.raises(Refused) as refused:
        actions.change_outline(outline=outline, version=2, draft=wrong, by=by, now=NOW)
    assert codes(refused) == ("person_unknown", "person_unknown", "action_unknown")


@pytest.mark.parametrize("name", ["teammate", "other_team", "collaborator", "auditor", "process_owner"])
def test_others_cannot_write_what_they_do_not_see(outline, company, name):
    who = company.by(name)
    with pytest.raises(Outline.DoesNotExist):
        actions.add_question(outline=outline, draft=QuestionDraft(Dimension.GOAL, "？"), by=who, now=NOW)
    with pytest.raises(Opportunity.DoesNotExist):
        actions.draw_up(deal=outline.opportunity, draft=OutlineDraft("我的"), by=who, now=NOW)


def test_people_merged_into_one_keep_their_words(full, customer, contact, by):
    twin = a_contact(customer, "陈工")
    say(question_of(full), by, contact_id=twin.pk)
    actions.bring_in(outline=full, contact=twin, by=by, now=NOW)
    actions.repoint(Move(source=twin, target=contact))
    assert Answer.objects.get().contact == contact
    assert sheet_of(full).contacts == [contact]


def test_an_outline_holds_a_hundred_questions(outline, by):
    OutlineQuestion.objects.bulk_create(
        OutlineQuestion(outline=outline, dimension="goal", text=str(n), position=n) for n in range(100)
    )
    with pytest.raises(Refused) as refused:
        actions.add_question(outline=outline, draft=QuestionDraft(Dimension.GOAL, "第 101 个"), by=by, now=NOW)
    assert codes(refused) == ("too_many_questions",)
