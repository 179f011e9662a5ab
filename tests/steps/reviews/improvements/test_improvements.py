"""An improvement's way from a proposal to the version that says it (S8.3)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import timeline_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.library import actions as library
from tuoke.spine.library.models import Item
from tuoke.spine.library.queries import current_of
from tuoke.spine.library.rules import ItemDraft, ItemKind, QuestionContent, Tags
from tuoke.spine.playbook import actions as playbook
from tuoke.spine.playbook.rules.drafts import fingerprint
from tuoke.spine.playbook.rules.editing import fields_of
from tuoke.steps.reviews.improvements import actions, queries
from tuoke.steps.reviews.improvements.facts import facts_of
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.rules import (
    ImprovementDraft,
    Origin,
    State,
    Target,
    due_fault,
    is_overdue,
    may_be_decided,
    may_be_drafted,
)
from tuoke.steps.targeting import actions as targeting
from tuoke.steps.targeting.rules import ProfileContent, ProfileDraft

TODAY = date(2026, 11, 23)
DUE = date(2026, 12, 20)
STATUS = Tags(dimension="status")


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def owner(company):
    return company.by("process_owner")


@pytest.fixture
def propose(company, rep, now, playbook):
    def propose(target=Target.OTHER, *, by=None, review=None, **more):
        values = {"title": "谈判前先请财务给出两套付款方案", "proposal": "报价前一天约财务", "due_on": DUE} | more
        draft = ImprovementDraft(target=target, owner_id=more.get("owner_id", company.process_owner.pk), **{
            key: value for key, value in values.items() if key != "owner_id"
        })  # fmt: skip
        return actions.propose(draft=draft, review=review, by=by or rep, now=now)

    return propose


@pytest.fixture
def accept(owner, now):
    return lambda row: actions.decide(row=row, decision=State.ACCEPTED, reason="", by=owner, now=now)


@pytest.fixture
def question(company, owner, now, playbook):
    draft = ItemDraft(QuestionContent("现在付款要走几道审批？"), title="付款审批", tags=STATUS)
    return library.add_item(kind=ItemKind.QUESTION, draft=draft, by=owner, now=now)


def test_rules_name_every_fault():
    assert ImprovementDraft(" ", Target.OTHER, "").faults(today=TODAY).codes == (
        "title_missing", "proposal_missing", "owner_missing", "due_missing",
    )  # fmt: skip
    assert due_fault(TODAY - timedelta(days=1), today=TODAY).codes == ("due_in_past",)
    assert due_fault(date(9999, 1, 1), today=TODAY).codes == ("due_too_far",)
    assert may_be_decided(State.PROPOSED, decision=State.DECLINED, reason=" ").codes == ("reason_missing",)
    assert may_be_drafted(State.PROPOSED, Target.OTHER).codes == ("not_accepted", "nothing_to_write")
    assert is_overdue(State.ACCEPTED, due_on=TODAY - timedelta(days=1), today=TODAY)
    assert not is_overdue(State.DONE, due_on=TODAY - timedelta(days=1), today=TODAY)


def test_who_decides_hears_of_it_and_sees_no_deal(review, propose, owner, company):
    row = propose(review=review)
    assert Improvement.objects.visible_to(owner).get() == row
    assert queries.named_deals(owner, [row]) == {}
    assert set(queries.named_deals(company.by("rep"), [row])) == {review.pk}
    assert Notice.objects.filter(user=company.process_owner, kind="improvement_proposed").count() == 1
    assert [one.title for one in queries.proposed_in(review)] == [row.title]


def test_only_who_answers_for_the_process_decides(propose, rep, owner, company, now):
    row = propose()
    for who in (rep, company.by("team_lead")):
        with pytest.raises((Refused, Improvement.DoesNotExist)):
            actions.decide(row=row, decision=State.ACCEPTED, reason="", by=who, now=now)
    with pytest.raises(Refused):
        actions.decide(row=row, decision=State.DECLINED, reason="", by=owner, now=now)
    row = actions.decide(row=row, decision=State.DECLINED, reason="已有做法", by=owner, now=now)
    assert Notice.objects.filter(user=company.rep, kind="improvement_decided").count() == 1
    assert actions.reconsider(row=row, by=owner, now=now).standing is State.PROPOSED


def test_a_new_version_of_the_item_carries_it_out(review, propose, accept, question, owner, company, now):
    row = accept(propose(Target.QUESTION, review=review, target_key=f"library.item:{question.pk}"))
    actions.take_up(row=row, by=owner, now=now)
    draft = ItemDraft(QuestionContent("付款要谁批，几天能批下来？"), title="付款审批", tags=STATUS)
    library.revise(item=Item.objects.get(pk=question.pk), version=question.version, draft=draft, by=owner, now=now)
    row.refresh_from_db()
    version = current_of(Item.objects.get(pk=question.pk))
    assert (row.standing, row.carried_out_as) == (State.PUBLISHED, f"library.itemversion:{version.pk}")
    assert "第 2 版" in row.carried_label
    assert facts_of(review.opportunity) == {"improvements_carried_out": True}
    assert actions.undo_done(row=row, by=owner, now=now).standing is State.ACCEPTED
    assert facts_of(review.opportunity) == {"improvements_carried_out": False}


def test_what_somebody_else_saves_carries_nothing_out(propose, accept, question, owner, company, now):
    row = accept(propose(Target.QUESTION, target_key=f"library.item:{question.pk}"))
    actions.take_up(row=row, by=owner, now=now)
    draft = ItemDraft(QuestionContent("别的问法？"), title="付款审批", tags=STATUS)
    library.revise(item=question, version=question.version, draft=draft, by=company.by("director"), now=now)
    row.refresh_from_db()
    assert row.standing is State.DRAFTING


def test_a_first_version_carries_out_what_asked_for_a_new_item(propose, accept, owner, now):
    row = accept(propose(Target.QUESTION))
    actions.take_up(row=row, by=owner, now=now)
    library.add_item(
        kind=ItemKind.QUESTION,
        draft=ItemDraft(QuestionContent("谁付款？"), title="付款", tags=STATUS),
        by=owner,
        now=now,
    )
    row.refresh_from_db()
    assert row.standing is State.PUBLISHED


def test_one_about_the_process_hangs_on_its_draft(propose, accept, owner, rep, now):
    row = accept(propose(Target.STEP, target_key="negotiation"))
    assert [wish.key for wish in queries.wishes_for(owner, ["negotiation"])] == ["negotiation"]
    taken = actions.take_up(row=row, by=owner, now=now)
    assert taken.drafted_in.startswith("playbook.playbookversion:")
    assert actions.put_down(row=taken, by=owner, now=now).standing is State.ACCEPTED
    mine = accept(propose(Target.STEP, target_key="negotiation", by=owner))
    with pytest.raises((Refused, Improvement.DoesNotExist)):
        actions.take_up(row=mine, by=rep, now=now)


def test_what_is_written_into_the_process_is_carried_out_when_it_is_published(propose, accept, owner, now):
    written, forgotten = (accept(propose(Target.STEP, target_key="negotiation", title=t)) for t in ("写了的", "忘了的"))
    for row in (written, forgotten):
        actions.take_up(row=row, by=owner, now=now)
    draft = playbook.start_draft(by=owner, now=now)
    goal = fingerprint({"goal": fields_of(draft.content, "steps/negotiation").get("goal")})
    playbook.change_draft(
        draft=draft, place="steps/negotiation", fields={"goal": "先有两套付款方案再谈"}, seen=goal, by=owner, now=now
    )
    wish = draft.wishes.get(source=f"improvements.improvement:{written.pk}")
    playbook.settle_wish(draft=draft, wish=wish, is_done=True, by=owner, now=now)
    draft.refresh_from_db()
    version = playbook.publish_draft(draft=draft, revision=draft.revision, note="付款", by=owner, now=now)
    written.refresh_from_db()
    forgotten.refresh_from_db()
    assert (written.standing, written.carried_out_as) == (
        State.PUBLISHED,
        f"playbook.playbookversion:{version.pk}",
    )
    assert (forgotten.standing, forgotten.drafted_in) == (State.ACCEPTED, ""), "it waits for the version after"


class TestADraftThatIsGivenUp:
    """What was to be written into it waits again, is offered to the next draft, and goes back with the old one."""

    @pytest.fixture
    def taken(self, propose, accept, owner, now):
        row = accept(propose(Target.STEP, target_key="negotiation"))
        return actions.take_up(row=row, by=owner, now=now)

    @pytest.fixture
    def give_up(self, owner, now):
        def give_up():
            draft = playbook.start_draft(by=owner, now=now)
            playbook.discard_draft(draft=draft, revision=draft.revision, by=owner, now=now)
            return draft

        return give_up

    def test_the_next_draft_is_offered_it(self, taken, give_up, owner, login, now):
        assert queries.wishes_for(owner, ["negotiation"]) == [], "it already hangs there"
        given_up = give_up()
        taken.refresh_from_db()
        assert (taken.standing, taken.drafted_in, taken.drafting_by_id) == (State.ACCEPTED, "", None)
        following = playbook.start_draft(by=owner, now=now)
        page = login("process_owner").get(reverse("playbook:draft")).content.decode()
        assert taken.title in page
        assert taken.get_absolute_url() in page
        again = actions.take_up(row=taken, by=owner, now=now)
        assert following.wishes.get().source == f"improvements.improvement:{again.pk}"
        assert given_up.pk != following.pk
        kinds = [event.kind for event in timeline_of(thread=taken)]
        assert kinds.count("improvements.taken_up") == 2
        assert kinds.count("improvements.put_down") == 1

    def test_taking_the_draft_up_again_takes_up_what_nobody_did_otherwise(
        self, taken, propose, accept, give_up, owner, now
    ):
        other, gone = (accept(propose(Target.STEP, target_key="negotiation", title=t)) for t in ("另一条", "不要的"))
        for row in (other, gone):
            actions.take_up(row=row, by=owner, now=now)
        draft = give_up()
        actions.mark_done(row=other, note="例会上讲过", by=owner, now=now)
        actions.withdraw(row=gone, by=owner, now=now)
        playbook.resume_draft(draft=draft, by=owner, now=now)
        taken.refresh_from_db()
        assert (taken.standing, taken.drafted_in) == (State.DRAFTING, f"playbook.playbookversion:{draft.pk}")
        assert [wish.source for wish in draft.wishes.all()] == [f"improvements.improvement:{taken.pk}"]
        other.refresh_from_db()
        assert other.standing is State.DONE

    def test_what_is_put_down_or_withdrawn_waits_in_no_draft(self, taken, propose, accept, owner, now):
        other = actions.take_up(row=accept(propose(Target.STEP, target_key="negotiation")), by=owner, now=now)
        draft = playbook.start_draft(by=owner, now=now)
        assert draft.wishes.count() == 2
        actions.put_down(row=taken, by=owner, now=now)
        actions.withdraw(row=other, by=owner, now=now)
        assert not draft.wishes.exists()
        back = actions.restore(row=other, by=owner, now=now)
        assert (back.standing, back.drafted_in) == (State.ACCEPTED, "")


def test_a_new_version_of_a_profile_carries_it_out(propose, accept, company, now):
    director = company.by("director")
    draft = ProfileDraft("精密制造", content=ProfileContent(industries=("精密加工",)))
    profile = targeting.create_profile(draft=draft, by=director, now=now)
    named = f"targeting.customerprofile:{profile.pk}"
    row = accept(propose(Target.PROFILE, target_key=named, owner_id=company.director.pk, by=director))
    actions.take_up(row=row, by=director, now=now)
    assert [wish.title for wish in queries.taken_up_for(director, "profile", profile.pk)] == [row.title]
    changed = replace(draft, content=replace(draft.content, industries=("机床",)))
    targeting.save_profile(profile=profile, version=profile.version, draft=changed, by=director, now=now, note="")
    row.refresh_from_db()
    assert row.standing is State.PUBLISHED
    assert "精密制造" in row.carried_label
    assert queries.taken_up_for(director, "profile", profile.pk) == []


class TestWhereItIsWritten:
    def test_the_item_is_opened_with_what_it_is_to_say(self, propose, accept, question, login):
        row = accept(propose(Target.QUESTION, target_key=f"library.item:{question.pk}"))
        process_owner = login("process_owner")
        opened = process_owner.get(reverse("library:edit", args=[question.pk])).content.decode()
        assert row.proposal not in opened
        answer = process_owner.post(reverse("improvements:take_up", args=[row.pk]))
        assert answer.url == reverse("library:edit", args=[question.pk])
        opened = process_owner.get(answer.url).content.decode()
        assert row.proposal in opened
        assert f'name="note" value="{row.title}"' in opened
        assert row.proposal not in login("director").get(answer.url).content.decode(), "he hasn't taken it up"

    def test_the_process_is_opened_at_its_draft(self, propose, accept, login):
        row = accept(propose(Target.STEP, target_key="negotiation"))
        process_owner = login("process_owner")
        answer = process_owner.post(reverse("improvements:take_up", args=[row.pk]))
        assert answer.url == reverse("playbook:draft")
        assert row.proposal in process_owner.get(answer.url).content.decode()


def test_it_is_edited_until_it_is_decided_on(propose, accept, rep, company, now):
    row = propose()
    draft = ImprovementDraft("先请财务", Target.OTHER, "两套方案", owner_id=company.rep.pk, due_on=DUE)
    edited = actions.edit(row=row, version=1, draft=draft, by=rep, now=now)
    with pytest.raises(Conflict):
        actions.edit(row=edited, version=1, draft=draft, by=rep, now=now)
    accept(edited)
    with pytest.raises(Refused) as refused:
        actions.edit(row=edited, version=3, draft=draft, by=rep, now=now)
    assert refused.value.verdict.codes == ("already_decided",)


def test_what_does_not_exist_is_no_target(propose, question):
    with pytest.raises(Refused) as refused:
        propose(Target.SCRIPT, target_key=f"library.item:{question.pk}")
    assert refused.value.verdict.codes == ("target_elsewhere",)


def test_owners_hear_once_of_each_day_that_passed(propose, accept, owner, now):
    row = accept(propose())
    late = now + timedelta(days=60)
    assert (actions.remind_overdue(late), actions.remind_overdue(late)) == (1, 0)
    actions.assign(
        row=row, version=2, owner_id=row.owner_id, due_on=late.date() + timedelta(days=5), by=owner, now=late
    )
    assert actions.remind_overdue(late) == 0
    assert actions.remind_overdue(late + timedelta(days=10)) == 1


def test_done_otherwise_needs_a_word_and_is_taken_back(propose, accept, owner, now):
    row = accept(propose())
    with pytest.raises(Refused):
        actions.mark_done(row=row, note=" ", by=owner, now=now)
    assert actions.mark_done(row=row, note="例会上讲过", by=owner, now=now).standing is State.DONE
    with pytest.raises(Refused) as refused:
        actions.withdraw(row=row, by=owner, now=now)
    assert refused.value.verdict.codes == ("already_carried_out",)


def test_from_the_market_it_belongs_to_no_review(propose, company, now):
    row = propose(by=company.by("director"))
    assert (row.review_id, row.origin) == (None, Origin.PRACTICE.value)
    assert list(Improvement.objects.visible_to(company.by("collaborator"))) == []
