"""The verbs of a review, what is computed, and what stays frozen (S8.1, P4)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from tests.spine.followups.cases import a_deal
from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import timeline_of
from tuoke.services.notifications.models import Notice
from tuoke.spine.deals import actions as deals
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.reviews import actions, hooks, queries
from tuoke.steps.reviews.documents import review_document
from tuoke.steps.reviews.facts import facts_of
from tuoke.steps.reviews.improvements import actions as improvements
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.rules import ImprovementDraft, State, Target
from tuoke.steps.reviews.models import Contribution, Problem, Report, Review
from tuoke.steps.reviews.rules import ContributionDraft, HeldDraft, ProblemDraft, Satisfaction, read, stored

HELD = HeldDraft(date(2026, 11, 23), "付款方式反复三轮，晚签五天", nothing_to_change="这次不用改")
PART = ContributionDraft(went_well="接口一次接通", went_wrong="需求确认晚了一周")


@pytest.fixture
def rep(company):
    return company.by("rep")


@pytest.fixture
def part(review):
    return Contribution.objects.get(review=review)


@pytest.fixture
def held(review, rep, now):
    return actions.hold(review=review, version=review.version, draft=HELD, by=rep, now=now)


@pytest.fixture
def said(held, part, company, now):
    actions.write_part(part=part, version=1, draft=PART, by=company.by("collaborator"), now=now)
    return held


def test_a_lost_deal_leads_straight_to_its_review(company, playbook, rep, now):
    deal = a_deal(company.rep, playbook)
    Membership.objects.create(opportunity=deal, user=company.collaborator)
    deals.close_lost(deal=deal, reason="价格", by=rep, now=now)
    review = Review.objects.get(opportunity=deal)
    assert review.due_on == date(2026, 11, 30)
    asked = Contribution.objects.get(review=review)
    assert (asked.user, asked.function) == (company.collaborator, "tech")
    assert Notice.objects.filter(user=company.collaborator, kind="review_part_asked").count() == 1
    assert not facts_of(deal)["review_held"]


def test_the_tick_opens_the_review_of_a_won_deal_once(won, ended, now):
    ended(name="练习", is_practice=True)
    assert (actions.open_due(now), actions.open_due(now)) == (1, 0)
    assert Review.objects.get().opportunity == won


def test_a_running_deal_has_no_review_yet(company, playbook, rep, now):
    with pytest.raises(Refused) as refused:
        actions.open_review(deal=a_deal(company.rep, playbook), by=rep, now=now)
    assert refused.value.verdict.codes == ("deal_runs",)


def test_a_deal_entered_after_it_was_signed_was_discussed_in_between(review, rep, now):
    deal = review.opportunity
    deal.created_at, deal.outcome_on = now, date(2026, 11, 10)
    deal.save()
    early = replace(HELD, held_on=date(2026, 11, 9))
    with pytest.raises(Refused, match="held_before_deal"):
        actions.hold(review=review, version=review.version, draft=early, by=rep, now=now)
    between = replace(HELD, held_on=date(2026, 11, 12))
    assert actions.hold(review=review, version=review.version, draft=between, by=rep, now=now).held_on.day == 12


def test_several_departments_write_and_each_his_own_part(held, part, company, rep, now):
    assert facts_of(held.opportunity) == {"review_held": False, "review_reported": False}
    with pytest.raises(Contribution.DoesNotExist):
        actions.write_part(part=part, version=1, draft=PART, by=rep, now=now)
    written = actions.write_part(part=part, version=1, draft=PART, by=company.by("collaborator"), now=now)
    with pytest.raises(Conflict):
        actions.write_part(part=written, version=1, draft=PART, by=company.by("collaborator"), now=now)
    assert facts_of(held.opportunity)["review_held"]


def test_who_has_not_joined_writes_nothing(review, company, now):
    for name in ("teammate", "other_team", "auditor"):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.add_own_part(review=review, draft=PART, by=company.by(name), now=now)
    with pytest.raises(Opportunity.DoesNotExist):  # he has joined, but doesn't answer for the deal
        actions.hold(review=review, version=1, draft=HELD, by=company.by("collaborator"), now=now)


class TestACollaborator:
    """He writes his own part, the problems he found and what should change; nothing else of the review (P4)."""

    @pytest.fixture
    def tech(self, company):
        return company.by("collaborator")

    def test_writes_his_own(self, review, part, tech, now):
        actions.write_part(part=part, version=1, draft=PART, by=tech, now=now)
        problem = actions.add_problem(review=review, draft=ProblemDraft("接口文档晚到"), by=tech, now=now)
        said = ProblemDraft("接口文档晚到三天")
        problem = actions.edit_problem(problem=problem, version=1, draft=said, by=tech, now=now)
        problem = actions.withdraw_problem(problem=problem, by=tech, now=now)
        assert actions.restore_problem(problem=problem, by=tech, now=now).text == said.text

    def test_leaves_what_others_wrote(self, held, tech, rep, now):
        actions.add_own_part(review=held, draft=PART, by=rep, now=now)
        of_rep = Contribution.objects.get(review=held, user_id=rep.user_id)
        problem = actions.add_problem(review=held, draft=ProblemDraft("报价改了三次"), by=rep, now=now)
        gone = actions.withdraw_problem(problem=actions.add_problem(
            review=held, draft=ProblemDraft("不算问题"), by=rep, now=now), by=rep, now=now)  # fmt: skip
        for verb, what in (
            (actions.write_part, {"part": of_rep, "version": of_rep.version, "draft": PART}),
            (actions.unask, {"part": of_rep}),
            (actions.edit_problem, {"problem": problem, "version": 1, "draft": ProblemDraft("没有")}),
            (actions.withdraw_problem, {"problem": problem}),
            (actions.restore_problem, {"problem": gone}),
        ):
            with pytest.raises((Contribution.DoesNotExist, Problem.DoesNotExist, Opportunity.DoesNotExist)):
                verb(**what, by=tech, now=now)
        page = queries.page_of(tech, held.opportunity, now=now)
        assert (page.may_write, page.holds, page.changeable) == (True, False, frozenset())
        assert queries.page_of(rep, held.opportunity, now=now).changeable == {problem.pk, gone.pk}

    def test_the_lead_of_the_deal_changes_what_he_found(self, review, tech, rep, now):
        problem = actions.add_problem(review=review, draft=ProblemDraft("接口文档晚到"), by=tech, now=now)
        assert actions.withdraw_problem(problem=problem, by=rep, now=now).withdrawn_at == now

    def test_neither_opens_holds_finishes_nor_reopens(self, joined, tech, rep, company, now):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.open_review(deal=joined, by=tech, now=now)
        review = actions.open_review(deal=joined, by=rep, now=now)
        asked = {"user_ids": [company.collaborator.pk], "due_on": date(2026, 12, 1)}
        for verb, what in (
            (actions.hold, {"version": 1, "draft": HELD}),
            (actions.ask, asked),
            (actions.finish, {"version": 1}),
            (actions.reopen, {"reason": "还有要补的"}),
            (actions.note_cost, {"cost": Decimal(1)}),
        ):
            with pytest.raises(Opportunity.DoesNotExist):
                verb(review=review, by=tech, now=now, **what)

    @pytest.mark.parametrize(("function", "may"), [("finance", True), ("sales", False), ("legal", False)])
    def test_of_finance_says_what_it_cost(self, review, company, now, function, may):
        """Sales, joined, reads prices and doesn't say them."""
        type(company.collaborator.department).objects.filter(pk=company.collaborator.department_id).update(
            function=function
        )
        who = principal_of(User.objects.get(pk=company.collaborator.pk))
        if may:
            assert actions.note_cost(review=review, cost=Decimal(310_000), by=who, now=now).cost == 310_000
        else:
            with pytest.raises(Opportunity.DoesNotExist):
                actions.note_cost(review=review, cost=Decimal(1), by=who, now=now)

    def test_sees_no_price_beyond_the_deals_own(self, review, tech, rep, now):
        actions.note_cost(review=review, cost=Decimal(310_000), by=rep, now=now)
        content = queries.page_of(tech, review.opportunity, now=now).content
        assert (content.cost, content.figures.reached.margin, content.figures.contracts) == (None, None, ())

    def test_changes_only_the_improvements_he_proposed_or_answers_for(self, review, tech, rep, company, now):
        def proposed(by, owner):
            draft = ImprovementDraft("先看接口", Target.OTHER, "先要文档", owner_id=owner.pk, due_on=date(2026, 12, 20))
            return improvements.propose(draft=draft, review=review, by=by, now=now)

        mine, others = proposed(tech, company.rep), proposed(rep, company.rep)
        assert improvements.withdraw(row=mine, by=tech, now=now).withdrawn_at == now
        for verb, what in (
            (improvements.withdraw, {}),
            (improvements.decide, {"decision": State.ACCEPTED, "reason": ""}),
            (improvements.take_up, {}),
        ):
            with pytest.raises(Improvement.DoesNotExist):
                verb(row=others, by=tech, now=now, **what)
        with pytest.raises(Refused):
            improvements.decide(
                row=improvements.restore(row=mine, by=tech, now=now),
                decision=State.ACCEPTED,
                reason="",
                by=tech,
                now=now,
            )


def test_only_people_who_read_the_deal_are_asked(review, company, rep, now):
    due_on = date(2026, 11, 27)
    with pytest.raises(Refused) as refused:
        actions.ask(review=review, user_ids=[company.other_team.pk], due_on=due_on, by=rep, now=now)
    assert refused.value.verdict.codes == ("person_elsewhere",)
    part = Contribution.objects.get(review=review)
    actions.unask(part=part, by=rep, now=now)
    again = actions.ask(review=review, user_ids=[company.collaborator.pk], due_on=due_on, by=rep, now=now)
    assert [(one.pk, one.due_on, one.withdrawn_at) for one in again] == [(part.pk, due_on, None)]


def test_the_report_freezes_figures_parts_and_problems(said, rep, now, monkeypatch):
    answer = Satisfaction("survey", "问卷", Decimal(9), date(2026, 11, 22), by="陈主管")
    monkeypatch.setattr(hooks, "satisfaction_of", [lambda deal: [answer]])
    actions.add_problem(
        review=said, draft=ProblemDraft("付款方式谈了三轮", "negotiation", "财务没有先给方案"), by=rep, now=now
    )
    report = actions.finish(review=said, version=said.version, by=rep, now=now)
    content = read(report.content)
    assert content.figures.reached.amount_ratio == Decimal("96.0")
    assert [(step.step, step.days) for step in content.figures.steps][-1] == ("negotiation", 31)
    assert content.figures.score == Decimal("9.0")
    assert [(one.name, one.function) for one in content.parts] == [(content.parts[0].name, "tech")]
    assert content.problems[0].step == "谈判促成"
    assert stored(content) == report.content
    assert facts_of(said.opportunity) == {"review_held": True, "review_reported": True}
    with pytest.raises(DatabaseError), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(content={})
    Opportunity.objects.filter(pk=said.opportunity_id).update(target_amount=1)
    seen = queries.page_of(rep, Opportunity.objects.get(pk=said.opportunity_id), now=now)
    assert seen.content.figures.reached.amount_ratio == Decimal("96.0")


def test_a_final_review_is_reopened_and_made_final_anew(said, rep, now):
    first = actions.finish(review=said, version=said.version, by=rep, now=now)
    review = Review.objects.get()
    with pytest.raises(Refused) as refused:
        actions.add_problem(review=review, draft=ProblemDraft("又一个"), by=rep, now=now)
    assert refused.value.verdict.codes == ("review_final",)
    review = actions.reopen(review=review, reason="漏了售后的看法", by=rep, now=now)
    second = actions.finish(review=review, version=review.version, by=rep, now=now)
    assert (first.number, second.number) == (1, 2)


def test_the_report_says_all_that_is_missing(review, rep, now):
    with pytest.raises(Refused) as refused:
        actions.finish(review=review, version=review.version, by=rep, now=now)
    assert refused.value.verdict.codes == (
        "review_not_held", "summary_missing", "functions_missing", "improvements_missing",
    )  # fmt: skip


def test_a_problem_can_be_taken_out_and_put_back(review, rep, now):
    problem = actions.add_problem(review=review, draft=ProblemDraft("晚了一周"), by=rep, now=now)
    actions.withdraw_problem(problem=problem, by=rep, now=now)
    assert actions.restore_problem(problem=problem, by=rep, now=now).withdrawn_at is None
    with pytest.raises(Refused) as refused:
        actions.add_problem(review=review, draft=ProblemDraft("x", step="nowhere"), by=rep, now=now)
    assert refused.value.verdict.codes == ("step_unknown",)


def test_what_it_cost_is_for_those_who_read_prices(review, company, rep, now):
    with pytest.raises(Opportunity.DoesNotExist):
        actions.note_cost(review=review, cost=Decimal(1), by=company.by("collaborator"), now=now)
    with pytest.raises(Refused):
        actions.note_cost(review=review, cost=Decimal(-1), by=rep, now=now)
    actions.note_cost(review=review, cost=Decimal(310_000), by=rep, now=now)
    deal = Opportunity.objects.get()
    mine, his = (queries.page_of(who, deal, now=now).content for who in (rep, company.by("collaborator")))
    assert (mine.cost, mine.figures.reached.margin) == (Decimal(310_000), Decimal("35.4"))
    assert (his.cost, his.figures.reached.margin) == (None, None)
    told = [event.kind for event in timeline_of(thread=deal, closed=("offers",))]
    assert "reviews.cost_noted" not in told
    assert "reviews.opened" in told


def test_the_team_is_told_of_from_five_comparable_deals_on(won, ended, company, now):
    for number in range(4):
        ended(name=f"旧 {number}", slower=-10, on=date(2026, 10, 1))
    ended(name="别的类型", scale="large")
    ended(name="三年前", on=date(2023, 1, 1))
    ended(name="别的团队", on=date(2026, 10, 1), outcome_department=company.other_team.department)
    few = queries.figures_of(won, cost=None, now=now)
    assert (few.compared_with, few.steps[-1].against.median) == (4, None)
    ended("lost", name="旧 5", slower=-10, on=date(2026, 10, 2))
    enough = queries.figures_of(won, cost=None, now=now).steps[-1]
    assert (enough.against.median, enough.against.faster, enough.over) == (
        Decimal("21.0"),
        0,
        enough.days - enough.standard,
    )


def test_more_deals_cost_no_more_queries(won, ended, now, django_assert_max_num_queries, django_assert_num_queries):
    ended(name="旧", on=date(2026, 10, 1))
    queries.figures_of(won, cost=None, now=now)  # the process is read once
    with django_assert_max_num_queries(14) as first:
        queries.figures_of(won, cost=None, now=now)
    for number in range(3):
        ended(name=f"旧 {number}", on=date(2026, 10, 1) - timedelta(days=number))
    with django_assert_num_queries(len(first.captured_queries)):
        queries.figures_of(won, cost=None, now=now)


def test_the_report_as_a_document_has_the_four_dimensions(said, rep, now):
    page = queries.page_of(rep, said.opportunity, now=now)
    headings = [section.heading for section in review_document(page.content, number=0, today=now.date()).sections]
    assert headings == ["结论", "目标达成率", "关键节点效率", "客户满意度", "各部门的看法", "问题", "改进项"]
