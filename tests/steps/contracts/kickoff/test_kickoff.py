from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.conftest import NOW
from tests.spine.followups.cases import a_contact, a_customer, a_deal, lost
from tests.steps.contracts.written import a_contract
from tuoke.base.accounts.rules import Permission
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.services.calendar.queries import workdays
from tuoke.services.documents.writing import write_document
from tuoke.spine.deals.models import Membership, Opportunity
from tuoke.steps.contracts.kickoff import actions, cards, facts, hooks, queries
from tuoke.steps.contracts.kickoff.documents import plan_document
from tuoke.steps.contracts.kickoff.models import Dependency, Milestone, Part, Shift
from tuoke.steps.contracts.kickoff.rules import MilestoneDraft, MilestoneKind, Party, Raci, Wait

TODAY = date(2026, 11, 23)
HTMX = {"HX-Request": "true"}


def day(n):
    return TODAY + timedelta(days=n)


def to(name, *args):
    return reverse(f"kickoff:{name}", args=args)


def a_line(name="培训", starts=0, days=2, *waits, **more):
    kind = MilestoneKind.TASK if days else MilestoneKind.MILESTONE
    return MilestoneDraft(name, kind, day(starts), days, waits=tuple(Wait(row.pk) for row in waits), **more)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def deal(company, playbook):
    return a_deal(company.rep, playbook, step="contracts")


@pytest.fixture
def plan(deal, by):
    return actions.make_plan(deal=deal, template="", starts_on=TODAY, by=by, now=NOW)


@pytest.fixture
def chain(plan, by):
    """调研 (two days) → 实施 (three days) → 上线 (a milestone)."""
    survey = actions.add_milestone(plan=plan, draft=a_line("调研", 0, 2), by=by, now=NOW)
    build = actions.add_milestone(plan=plan, draft=a_line("实施", 2, 3, survey), by=by, now=NOW)
    golive = actions.add_milestone(plan=plan, draft=a_line("上线", 4, 0, build), by=by, now=NOW)
    return survey, build, golive


def dates(*rows):
    found = Milestone.objects.in_bulk([row.pk for row in rows])
    return [(found[row.pk].starts_on, found[row.pk].ends_on) for row in rows]


def refused(act, **said):
    with pytest.raises(Refused) as caught:
        act(**said)
    return caught.value.verdict.codes


class TestPlan:
    def test_it_is_made_whole_in_one_press(self, deal, by):
        plan = actions.make_plan(deal=deal, template="tob_large", starts_on=date(2026, 11, 28), by=by, now=NOW)
        sheet = queries.sheet_of(plan)
        assert plan.starts_on == day(7), "a Saturday becomes Monday"
        assert len(sheet.lines) == 17
        assert len(sheet.links) >= 17
        assert sheet.lines[0].owner == deal.owner.name
        assert facts.facts_of(deal) == {"raci_complete": True}
        again = {"deal": deal, "template": "toc", "starts_on": TODAY, "by": by, "now": NOW}
        assert refused(actions.make_plan, **again) == ("plan_exists",)

    def test_a_whole_plan_moves_and_comes_back(self, plan, chain, by):
        before = dates(*chain)
        shift = actions.shift_plan(plan=plan, starts_on=day(7), by=by, now=NOW)
        assert dates(*chain) == [(day(7), day(8)), (day(9), day(11)), (day(11), day(11))]
        actions.undo(shift=shift, by=by, now=NOW)
        assert dates(*chain) == before
        assert refused(actions.undo, shift=shift, by=by, now=NOW) == ("undone",)

    def test_nothing_moves_in_a_deal_that_is_lost(self, plan, chain, by):
        lost(plan.opportunity)
        assert refused(actions.move, milestone=chain[0], starts_on=day(1), by=by, now=NOW) == ("deal_closed",)
        assert refused(actions.add_milestone, plan=plan, draft=a_line(), by=by, now=NOW) == ("deal_closed",)


class TestMoving:
    def test_what_depends_on_it_follows_and_all_hear_of_it(self, plan, chain, by, monkeypatch):
        told = []
        monkeypatch.setattr(hooks, "on_moved", [lambda plan, moves, by, now: told.extend(moves)])
        shift = actions.move(milestone=chain[0], starts_on=day(1), days=3, by=by, now=NOW)
        assert dates(*chain) == [(day(1), day(3)), (day(4), day(8)), (day(8), day(8))]
        assert [move.because for move in told] == [None, chain[0].pk, chain[1].pk]
        actions.undo(shift=shift, by=by, now=NOW)
        assert dates(*chain) == [(day(0), day(1)), (day(2), day(4)), (day(4), day(4))]

    def test_an_undo_never_overwrites_what_somebody_did_since(self, chain, by):
        shift = actions.move(milestone=chain[0], starts_on=day(1), by=by, now=NOW)
        actions.move(milestone=chain[1], starts_on=day(7), by=by, now=NOW)
        assert refused(actions.undo, shift=shift, by=by, now=NOW) == ("changed_since",)

    def test_nobody_overtakes_what_he_waits_for(self, chain, by):
        with pytest.raises(Refused) as caught:
            actions.move(milestone=chain[1], starts_on=day(0), by=by, now=NOW)
        (reason,) = caught.value.verdict.reasons
        assert (reason.code, reason.params["before"], reason.params["date"]) == (
            "too_early",
            "调研",
            day(2).isoformat(),
        )

    @pytest.mark.parametrize(
        ("said", "code"),
        [
            ({"starts_on": date(1, 1, 1)}, "day_odd"),
            ({"starts_on": date(9999, 12, 31)}, "day_odd"),
            ({"starts_on": TODAY, "days": -3}, "days_odd"),
            ({"starts_on": TODAY, "days": 10**9}, "days_odd"),
        ],
    )
    def test_odd_dates(self, chain, by, said, code):
        assert code in refused(actions.move, milestone=chain[0], by=by, now=NOW, **said)

    def test_a_stale_one_conflicts(self, chain, by):
        actions.move(milestone=chain[0], starts_on=day(1), by=by, now=NOW)
        with pytest.raises(Conflict):
            actions.move(milestone=chain[0], starts_on=day(2), version=chain[0].version, by=by, now=NOW)

    def test_done_late_moves_the_others_and_not_done_after_all_brings_them_back(self, chain, by):
        later = NOW + timedelta(days=10)
        moves = actions.complete_milestone(milestone=chain[0], done_on=day(3), by=by, now=later)
        assert [move.key for move in moves] == [chain[1].pk, chain[2].pk]
        assert dates(*chain) == [(day(0), day(1)), (day(4), day(8)), (day(8), day(8))]
        assert actions.complete_milestone(milestone=chain[0], done_on=day(3), by=by, now=later) == ()
        assert refused(actions.move, milestone=chain[0], starts_on=day(5), by=by, now=later) == ("is_done",)
        actions.reopen_milestone(milestone=chain[0], by=by, now=later)
        assert dates(*chain) == [(day(0), day(1)), (day(2), day(4)), (day(4), day(4))]
        future = {"milestone": chain[0], "done_on": day(11), "by": by, "now": later}
        assert refused(actions.complete_milestone, **future) == ("done_in_future",)
        assert refused(actions.complete_milestone, **future | {"done_on": day(-365)}) == ("before_deal",)


class TestLines:
    def test_a_circle_is_refused_by_name(self, chain, by):
        draft = a_line("调研", 4, 2, chain[2])
        with pytest.raises(Refused) as caught:
            actions.edit_milestone(milestone=chain[0], version=chain[0].version, draft=draft, by=by, now=NOW)
        (reason,) = caught.value.verdict.reasons
        assert reason.code == "circle"
        assert str(reason.params["names"]).count("→") == 3

    def test_a_task_becomes_a_milestone_and_keeps_its_followers(self, chain, by):
        draft = a_line("实施完成", 2, 0, chain[0])
        row, _shift = actions.edit_milestone(milestone=chain[1], version=1, draft=draft, by=by, now=NOW)
        assert (row.kind, row.days, row.name) == ("milestone", 0, "实施完成")
        assert dates(chain[1], chain[2]) == [(day(2), day(2)), (day(4), day(4))]

    def test_withdrawn_it_holds_nobody_back_and_returns_with_what_waited(self, chain, by):
        actions.withdraw_milestone(milestone=chain[1], by=by, now=NOW)
        actions.move(milestone=chain[2], starts_on=day(0), by=by, now=NOW)
        actions.restore_milestone(milestone=chain[1], by=by, now=NOW)
        assert dates(chain[2]) == [(day(4), day(4))], "it waits again, and moves as far as it must"
        assert refused(actions.restore_milestone, milestone=chain[1], by=by, now=NOW) == ("not_withdrawn",)

    def test_only_who_has_joined_is_given_a_line(self, company, plan, by):
        draft = a_line(owner_id=company.teammate.pk)
        assert refused(actions.add_milestone, plan=plan, draft=draft, by=by, now=NOW) == ("owner_elsewhere",)
        Membership.objects.create(opportunity=plan.opportunity, user=company.teammate)
        assert actions.add_milestone(plan=plan, draft=draft, by=by, now=NOW).owner == company.teammate
        stranger = a_contact(a_customer(company.rep, name="别家"))
        wrong = a_line(contact_id=stranger.pk)
        assert refused(actions.add_milestone, plan=plan, draft=wrong, by=by, now=NOW) == ("contact_elsewhere",)

    def test_the_order_is_kept(self, plan, chain, by):
        keys = [chain[2].pk, chain[0].pk]
        actions.order_milestones(plan=plan, keys=keys, by=by, now=NOW)
        assert [line.key for line in queries.sheet_of(plan).lines] == [chain[2].pk, chain[0].pk, chain[1].pk]


class TestDivision:
    def test_one_answers_and_the_database_knows_it(self, chain, by):
        row = chain[0]
        actions.set_part(milestone=row, party=Party.SALES, part=Raci.BOTH, by=by, now=NOW)
        taken = {"milestone": row, "party": Party.TECH, "part": Raci.ACCOUNTABLE, "by": by, "now": NOW}
        assert refused(actions.set_part, **taken) == ("accountable_taken",)
        with pytest.raises(IntegrityError), transaction.atomic():
            Part.objects.create(milestone=row, party="tech", raci="A")
        actions.set_parts(
            milestone=row, parts={Party.TECH: Raci.ACCOUNTABLE, Party.CUSTOMER: Raci.RESPONSIBLE}, by=by, now=NOW
        )
        assert queries.divided_of(queries.sheet_of(row.plan))[0].gaps == ()
        assert facts.facts_of(row.plan.opportunity) == {"raci_complete": False}, "the other lines have none"

    def test_a_deal_without_a_plan_has_divided_nothing(self, deal):
        assert facts.facts_of(deal) == {"raci_complete": False}


class TestScreens:
    def test_the_chart_is_read_without_a_script_and_without_a_style(self, login, deal, plan, chain):
        page = login("rep").get(to("page", deal.pk)).content.decode()
        assert page.count('class="gantt-bar') == 3
        assert f'href="{to("edit", chain[0].pk)}"' in page
        assert "style=" not in page
        assert "2026-11-23 至 2026-11-24，2 个工作日" in page

    def test_markup_in_a_name_stays_text(self, login, deal, plan, by):
        actions.add_milestone(plan=plan, draft=a_line('<script>alert("坏")</script>'), by=by, now=NOW)
        for view in ("gantt", "table", "raci"):
            page = login("rep").get(to("page", deal.pk), {"view": view}).content.decode()
            assert "<script>alert" not in page
            assert "&lt;script&gt;alert" in page

    @pytest.mark.parametrize("view", ["gantt", "table", "raci"])
    def test_more_lines_ask_no_more_of_the_database(self, login, deal, plan, by, view):
        client, counts = login("rep"), []
        for total in (1, 4):
            while Milestone.objects.count() < total:
                row = actions.add_milestone(plan=plan, draft=a_line(), by=by, now=NOW)
                actions.set_part(milestone=row, party=Party.SALES, part=Raci.BOTH, by=by, now=NOW)
            with CaptureQueriesContext(connection) as caught:
                assert client.get(to("page", deal.pk), {"view": view}).status_code == 200
            counts.append(len(caught))
        assert counts[0] == counts[1]

    def test_a_plan_that_ends_after_the_promised_day_says_so(self, login, deal, plan, chain):
        client, warning = login("rep"), "前交付，计划排到了"
        contract = a_contract(deal)
        type(contract).objects.filter(pk=contract.pk).update(starts_on=NOW.date(), delivery_days=60)
        assert warning not in client.get(to("page", deal.pk)).content.decode()
        type(contract).objects.filter(pk=contract.pk).update(delivery_days=1)
        assert f"合同约定 {day(1):%Y-%m-%d} {warning}" in client.get(to("page", deal.pk)).content.decode()

    def test_a_form_makes_the_plan(self, login, deal):
        client = login("rep")
        assert "制定启动计划" in client.get(to("page", deal.pk)).content.decode()
        asked = client.get(to("make", deal.pk)).content.decode()
        assert "大客户项目" in asked
        said = {"template": "tob_small", "starts_on": "2026-11-24"}
        assert client.post(to("make", deal.pk), said).status_code == 302
        assert Milestone.objects.count() == 9
        assert client.post(to("make", deal.pk), said | {"starts_on": "昨天"}).status_code == 422

    def test_others_are_shown_before_they_move(self, login, chain):
        client, row = login("rep"), chain[0]
        said = {"starts_on": day(1).isoformat(), "ends_on": day(2).isoformat(), "version": row.version}
        asked = client.post(to("move", row.pk), said, headers=HTMX)
        assert asked.status_code == 422
        assert "会顺延 2 项" in asked.content.decode()
        assert dates(row) == [(day(0), day(1))]
        agreed = client.post(to("move", row.pk), said | {"agreed": "1"}, headers=HTMX)
        assert agreed.status_code == 200
        assert dates(*chain)[1] == (day(3), day(7))
        assert client.post(to("move", row.pk), said | {"agreed": "1"}, headers=HTMX).status_code == 409
        undo = to("undo", Shift.objects.get().pk)
        assert undo in agreed.content.decode()
        assert client.post(undo).status_code == 302
        assert dates(row) == [(day(0), day(1))]

    def test_the_form_shows_them_too(self, login, chain):
        client, row = login("rep"), chain[0]
        said = {"name": row.name, "kind": "task", "starts_on": day(0).isoformat(), "days": 4, "version": row.version}
        asked = client.post(to("edit", row.pk), said)
        assert asked.status_code == 422
        assert "会顺延 2 项" in asked.content.decode()
        assert dates(*chain)[1] == (day(2), day(4))
        assert client.post(to("edit", row.pk), said | {"agreed": "1"}).status_code == 302
        assert dates(*chain)[1] == (day(4), day(8))

    @pytest.mark.parametrize("said", [{}, {"starts_on": "x", "ends_on": "NaN", "version": "1e18"}])
    def test_a_move_that_says_nothing_is_refused(self, login, chain, said):
        assert login("rep").post(to("move", chain[0].pk), said, headers=HTMX).status_code == 422

    def test_the_table_form_saves_and_keeps_what_was_typed(self, login, chain):
        client, row = login("rep"), chain[2]
        said = {
            "name": "正式上线",
            "kind": "milestone",
            "starts_on": day(9).isoformat(),
            "waits": [chain[1].pk],
            "lag": 2,
            "version": 1,
        }
        assert client.post(to("edit", row.pk), said).status_code == 302
        row.refresh_from_db()
        assert (row.name, row.starts_on, row.waits.get(withdrawn_at=None).lag_days) == ("正式上线", day(9), 2)
        early = client.post(
            to("edit", row.pk), said | {"starts_on": day(0).isoformat(), "name": "提前", "version": row.version}
        )
        assert early.status_code == 422
        assert "要等“实施”完成，最早 2026-12-01 开始" in early.content.decode()
        assert 'value="提前"' in early.content.decode()

    def test_who_may(self, company, login, deal, plan, chain):
        assert login("other_team").get(to("page", deal.pk)).status_code == 404
        assert login("collaborator").get(to("page", deal.pk)).status_code == 404
        auditor = login("auditor")
        page = auditor.get(to("page", deal.pk)).content.decode()
        assert "data-move" not in page
        assert to("edit", chain[0].pk) not in page
        assert auditor.post(to("done", chain[0].pk)).status_code == 403
        Membership.objects.create(opportunity=deal, user=company.collaborator)
        said = {"done_on": "2026-11-23"}
        helper = login("collaborator")
        assert helper.get(to("page", deal.pk)).status_code == 200
        expected = 302 if company.by("collaborator").may(Permission.PROJECT_WRITE) else 403
        assert helper.post(to("done", chain[0].pk), said).status_code == expected

    def test_the_timeline_and_the_card_say_it(self, login, deal, chain, by):
        actions.move(milestone=chain[0], starts_on=day(1), by=by, now=NOW)
        page = login("rep").get(reverse("deals:detail", args=[deal.pk])).content.decode()
        assert "启动计划改期" in page
        late = NOW + timedelta(days=60)
        assert cards.badges_of([deal.pk], late)[deal.pk][0].tone == "red"
        assert "逾期 3 项" in str(cards.state_of(by, Opportunity.objects.get(pk=deal.pk), late.date()).text)
        assert [row.pk for row in queries.late_of(by, late.date())] == [row.pk for row in chain]

    @pytest.mark.parametrize("kind", ["docx", "xlsx"])
    def test_it_is_written_down(self, login, deal, plan, chain, by, kind):
        answer = login("team_lead").get(to("export", deal.pk, kind))
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content).startswith(b"PK")
        assert login("rep").get(to("export", deal.pk, "exe")).status_code in (403, 404)

    def test_the_document_says_plan_chart_and_division(self, deal, chain, by):
        document = plan_document(by, deal, today=TODAY)
        text = repr(document)
        assert re.search(r"◆ 上线", text)
        assert "缺最终负责（A）；缺执行（R）" in text
        assert "█" in text
        target = BytesIO()
        write_document(target, document, kind="pdf")
        assert target.getvalue().startswith(b"%PDF")


class TestTogether:
    def test_two_who_edit_the_plan_lose_nothing(self, plan, chain, by):
        """The second sees what the first saved; another line is nobody's conflict."""
        survey, build, _golive = chain
        at = {"version": build.version, "by": by, "now": NOW}
        actions.edit_milestone(milestone=build, draft=a_line("实施两条产线", 2, 3, survey), **at)
        with pytest.raises(Conflict) as caught:
            actions.edit_milestone(milestone=build, draft=a_line("实施一条产线", 2, 3, survey), **at)
        assert caught.value.current.name == "实施两条产线"
        draft = a_line("现场调研", 0, 2)
        actions.edit_milestone(milestone=survey, version=survey.version, draft=draft, by=by, now=NOW)
        assert set(plan.milestones.values_list("name", flat=True)) == {"现场调研", "实施两条产线", "上线"}

    def test_who_draws_a_dependency_while_another_moves_the_line_is_shown_both_sides(self, chain, by):
        survey, _build, golive = chain
        training = actions.add_milestone(plan=survey.plan, draft=a_line("培训", 0, 1), by=by, now=NOW)
        actions.move(milestone=survey, starts_on=day(7), by=by, now=NOW)
        waits = a_line("上线", 4, 0, training)
        with pytest.raises(Conflict):  # the line itself moved with the one that it waits for
            actions.edit_milestone(milestone=golive, version=golive.version, draft=waits, by=by, now=NOW)
        draft = a_line("培训", 0, 1, survey)  # this one did not move; what it is to wait for did
        given = {"milestone": training, "version": training.version, "draft": draft, "by": by, "now": NOW}
        assert refused(actions.edit_milestone, **given) == ("too_early",)

    def test_a_line_that_was_taken_out_meanwhile_is_not_moved(self, chain, by):
        survey, build, golive = chain
        actions.withdraw_milestone(milestone=build, by=by, now=NOW)
        assert refused(actions.move, milestone=build, starts_on=day(9), by=by, now=NOW) == ("withdrawn",)
        assert actions.move(milestone=survey, starts_on=day(7), by=by, now=NOW).moves[0][0] == survey.pk
        assert dates(golive) == [(golive.starts_on, golive.ends_on)]

    def test_whoever_left_keeps_his_line_until_somebody_takes_it(self, company, plan, by):
        Membership.objects.create(opportunity=plan.opportunity, user=company.collaborator)
        draft = a_line("培训", 0, 2, owner_id=company.collaborator.pk)
        line = actions.add_milestone(plan=plan, draft=draft, by=by, now=NOW)
        actions.set_part(milestone=line, party=Party.TECH, part=Raci.BOTH, by=by, now=NOW)
        type(company.collaborator).objects.filter(pk=company.collaborator.pk).update(is_active=False)
        kept = a_line("培训两场", 0, 2, owner_id=company.collaborator.pk)
        line, _shift = actions.edit_milestone(milestone=line, version=line.version, draft=kept, by=by, now=NOW)
        assert queries.divided_completely(plan.opportunity)  # departments answer, not persons
        given = {"plan": plan, "draft": draft, "by": by, "now": NOW}
        assert refused(actions.add_milestone, **given) == ("owner_elsewhere",)
        taken = a_line("培训两场", 0, 2, owner_id=company.rep.pk)
        line, _shift = actions.edit_milestone(milestone=line, version=line.version, draft=taken, by=by, now=NOW)
        assert line.owner_id == company.rep.pk

    def test_a_template_is_taken_once(self, deal, by):
        template = {"deal": deal, "template": "tob_large", "starts_on": TODAY, "by": by, "now": NOW}
        made = actions.make_plan(**template)
        count = made.milestones.count()
        assert refused(actions.make_plan, **template) == ("plan_exists",)
        assert Milestone.objects.filter(plan=made).count() == count

    def test_three_hundred_lines_follow_one_and_come_back_together(self, plan, by, django_assert_max_num_queries):
        days = [workdays().add(TODAY, n) for n in range(300)]
        made = Milestone.objects.bulk_create(
            Milestone(plan=plan, kind="task", name=f"第 {n} 项", starts_on=on, ends_on=on, days=1, position=n, created_at=NOW)
            for n, on in enumerate(days)
        )  # fmt: skip
        Dependency.objects.bulk_create(
            Dependency(before=before, after=after) for before, after in itertools.pairwise(made)
        )
        with django_assert_max_num_queries(40):
            shift = actions.move(milestone=made[0], starts_on=day(7), by=by, now=NOW)
        assert len(shift.moves) == 300
        rows = list(Milestone.objects.filter(plan=plan).order_by("position"))
        assert all(one.ends_on < other.starts_on for one, other in itertools.pairwise(rows))
        actions.undo(shift=shift, by=by, now=NOW)
        assert (
            list(Milestone.objects.filter(plan=plan).order_by("position").values_list("starts_on", flat=True)) == days
        )
