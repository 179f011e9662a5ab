"""A deal's objections: predicted, worked on, raised, settled; what the screens show and who may."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from tests.spine.followups.cases import a_contact, a_customer, a_deal
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.models import FollowUp
from tuoke.spine.library import actions as library
from tuoke.spine.library.models import ItemVersion
from tuoke.spine.library.queries import current_of
from tuoke.spine.library.rules import CaseContent, ItemDraft, ItemKind, ObjectionContent, ObjectionKind
from tuoke.steps.proposals.objections import actions, queries
from tuoke.steps.proposals.objections.facts import facts_of
from tuoke.steps.proposals.objections.models import DealObjection
from tuoke.steps.proposals.objections.rules import ObjectionDraft, Result

TODAY = date(2026, 11, 23)
TOO_DEAR = ObjectionDraft(ObjectionKind.PRICE, "你们太贵了", "我们一起算一遍多久回本", backing="试用期的记录")


def url(name, *args):
    return reverse(f"objections:{name}", args=args)


def text(response):
    return response.content.decode()


def codes(refused):
    return set(refused.value.verdict.codes)


@pytest.fixture
def customer(company):
    return a_customer(company.rep)


@pytest.fixture
def deal(company, playbook, customer):
    """Of an old customer, without a decider: nothing but that is predicted."""
    made = a_deal(company.rep, playbook, customer=customer)
    Opportunity.objects.filter(pk=made.pk).update(
        motion="existing", amount=None, budget_low=None, budget_high=None, expected_close_on=date(2027, 2, 1)
    )
    return Opportunity.objects.select_related("customer", "owner").get(pk=made.pk)


@pytest.fixture
def by(company):
    return company.by("rep")


@pytest.fixture
def case(company, now):
    draft = ItemDraft(CaseContent("某厂", "慢", "改", "快", measures=("月结：6 天 → 2 天",)), title="月结案例")
    return library.add_item(kind=ItemKind.CASE, draft=draft, by=company.by("team_lead"), now=now)


@pytest.fixture
def answer(company, case, now):
    content = ObjectionContent(
        "我要问老板", "authority", "他做不了主", "我们一起去讲", ("老板最关心什么？",), (str(case.pk),)
    )
    draft = ItemDraft(content, title="要老板点头")
    return library.add_item(kind=ItemKind.OBJECTION, draft=draft, by=company.by("team_lead"), now=now)


@pytest.fixture
def objection(deal, by, now):
    return actions.add(deal=deal, draft=TOO_DEAR, by=by, now=now)


def rules_in(board):
    return {line.rule for line in board.listed}


def test_predictions_follow_the_facts_and_work_on_them_stays(deal, by, now, answer):
    board = queries.board_of(by, deal, today=TODAY)
    assert [line.rule for line in board.waiting] == ["no_decider_met"]
    assert board.waiting[0].text == "我要问老板"
    deal.amount, deal.budget_high = Decimal(500000), Decimal(300000)
    deal.save()
    draft = replace(TOO_DEAR, text="超预算了")
    dear = actions.add(deal=deal, draft=draft, rule="price_above_budget", by=by, now=now)
    assert (dear.state, dear.why) == ("prepared", {"price": "500000.00", "budget": "300000.00"})
    with pytest.raises(Refused) as refused:
        actions.add(deal=deal, draft=draft, rule="price_above_budget", by=by, now=now)
    assert codes(refused) == {"already_listed"}
    deal.amount = Decimal(400000)
    deal.save()
    (line,) = queries.board_of(by, deal, today=TODAY).prepared
    assert (line.has_moved, line.has_lapsed, line.why["price"]) == (True, False, "400000.00")
    deal.budget_high = Decimal(600000)
    deal.save()
    (line,) = queries.board_of(by, deal, today=TODAY).prepared
    assert (line.has_moved, line.has_lapsed, line.objection.answer) == (False, True, TOO_DEAR.answer)
    with pytest.raises(Refused) as refused:
        actions.add(deal=deal, draft=draft, rule="rival_cheaper", by=by, now=now)
    assert codes(refused) == {"not_predicted"}


def test_the_exit_fact_asks_for_answers_with_evidence(deal, by, now, case, company):
    assert facts_of(deal) == {"objections_prepared": False}
    draft = ObjectionDraft(ObjectionKind.AUTHORITY, "要老板定", "一起去讲", proofs=(current_of(case).pk,))
    made = actions.add(deal=deal, draft=draft, rule="no_decider_met", by=by, now=now)
    assert facts_of(deal) == {"objections_prepared": True}
    library.retire(item=case, by=company.by("team_lead"), now=now)
    assert facts_of(deal) == {"objections_prepared": False}
    actions.withdraw(objection=made, by=by, now=now)
    actions.dismiss_predicted(deal=deal, rule="no_decider_met", draft=draft, reason="老板就是联系人", by=by, now=now)
    assert facts_of(deal) == {"objections_prepared": True}
    with pytest.raises(Refused) as refused:
        actions.restore(objection=made, by=by, now=now)
    assert codes(refused) == {"already_listed"}


def test_it_is_raised_answered_settled_and_every_step_is_taken_back(objection, customer, by, now):
    boss = a_contact(customer)
    raised = actions.raise_(objection=objection, version=1, raised=actions.Raised(TODAY, boss.pk), by=by, now=now)
    told = actions.answer(objection=raised, version=2, on=TODAY, by=by, now=now)
    partly = actions.settle(objection=told, version=3, result=Result.PARTLY, note="还差一条", on=TODAY, by=by, now=now)
    assert (raised.state, told.state, partly.state, partly.result) == ("raised", "answered", "answered", "partly")
    done = actions.settle(objection=partly, version=4, result=Result.ACCEPTED, note="", on=TODAY, by=by, now=now)
    assert (done.state, done.settled_on) == ("resolved", TODAY)
    states = []
    for version in range(5, 8):
        done = actions.take_back(objection=done, version=version, by=by, now=now)
        states.append(done.state)
    assert states == ["answered", "raised", "prepared"]
    done.refresh_from_db()
    assert (done.contact, done.raised_on, done.answered_on, done.result, done.settled_on) == (
        None,
        None,
        None,
        "",
        None,
    )
    assert history_of(done).count() == 8
    with pytest.raises(Refused) as refused:
        actions.take_back(objection=done, version=8, by=by, now=now)
    assert codes(refused) == {"state_unfit"}


def test_what_makes_no_sense_is_refused_with_every_reason(objection, deal, by, company, now, case):
    stranger = a_contact(a_customer(company.rep, name="别的公司"))
    with pytest.raises(Conflict):
        actions.answer(objection=objection, version=7, on=TODAY, by=by, now=now)
    raised = actions.Raised(TODAY + timedelta(days=1), stranger.pk, 999)
    with pytest.raises(Refused) as refused:
        actions.raise_(objection=objection, version=1, raised=raised, by=by, now=now)
    assert codes(refused) == {"day_in_future", "contact_elsewhere", "followup_elsewhere"}
    with pytest.raises(Refused) as refused:
        actions.dismiss(objection=objection, version=1, reason=" ", by=by, now=now)
    assert codes(refused) == {"reason_missing"}
    wrong = replace(TOO_DEAR, text="", source=current_of(case).pk, proofs=(987654,))
    with pytest.raises(Refused) as refused:
        actions.edit(objection=objection, version=1, draft=wrong, by=by, now=now)
    assert codes(refused) == {"text_missing", "source_unknown", "proof_unknown"}
    for who in ("collaborator", "auditor", "other_team"):
        with pytest.raises(Opportunity.DoesNotExist):
            actions.edit(objection=objection, version=1, draft=TOO_DEAR, by=company.by(who), now=now)
    Opportunity.objects.filter(pk=deal.pk).update(outcome="void", outcome_on=TODAY)
    with pytest.raises(Refused) as refused:
        actions.withdraw(objection=objection, by=by, now=now)
    assert codes(refused) == {"deal_closed"}


def test_an_edit_keeps_what_stood_and_says_what_changed(objection, by, now, case):
    proof = current_of(case).pk
    same = actions.edit(objection=objection, version=1, draft=TOO_DEAR, by=by, now=now)
    assert same.version == 1
    draft = replace(TOO_DEAR, answer="", backing="", proofs=(proof,))
    saved = actions.edit(objection=objection, version=1, draft=draft, by=by, now=now)
    assert (saved.state, saved.version, list(saved.proofs.values_list("pk", flat=True))) == ("predicted", 2, [proof])
    changes = history_of(saved).first().changes
    assert changes["proofs"] == ["", "月结案例"]
    assert set(changes) == {"answer", "backing", "proofs"}


def test_the_library_learns_which_answers_worked(deal, by, now, answer, case):
    source = current_of(answer).pk
    for result in (Result.ACCEPTED, Result.REJECTED, None):
        draft = replace(TOO_DEAR, kind=ObjectionKind.AUTHORITY, source=source, proofs=(current_of(case).pk,))
        made = actions.add(deal=deal, draft=draft, raised=actions.Raised(TODAY), by=by, now=now)
        if result:
            actions.settle(objection=made, version=1, result=result, note="", on=TODAY, by=by, now=now)
    found = queries.effect_of_answers([answer.pk, case.pk])
    assert (found[answer.pk].used, found[answer.pk].gained, len(found)) == (2, 1, 1)
    assert len(queries.uses_of(by, case.pk)) == len(queries.uses_of(by, answer.pk)) == 3
    Opportunity.objects.update(is_practice=True)
    assert queries.effect_of_answers([answer.pk]) == {}


def test_the_page_costs_the_same_for_one_and_for_many(login, deal, by, now, case, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = login("rep")
    counts = []
    for size in (1, 4):
        for at in range(size):
            draft = replace(TOO_DEAR, text=f"{size}-{at}", proofs=(current_of(case).pk,))
            actions.add(deal=deal, draft=draft, by=by, now=now)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(url("deal", deal.pk)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_prediction_is_prepared_on_its_page_with_the_librarys_answer(login, deal, answer, case):
    client = login("rep")
    page = client.get(url("prepare", deal.pk, "no_decider_met"))
    form = page.context["form"]
    assert "我们一起去讲" in text(page)
    assert "老板最关心什么？" in text(page)
    assert form["proofs"].value() == [current_of(case).pk]
    typed = {
        "kind": "authority",
        "text": "",
        "answer": "一起去",
        "source": form["source"].value(),
        "proofs": form["proofs"].value(),
    }
    assert client.post(url("prepare", deal.pk, "no_decider_met"), typed).status_code == 422
    response = client.post(url("prepare", deal.pk, "no_decider_met"), {**typed, "text": "要老板定 <b>😀</b>"})
    assert response["Location"] == url("deal", deal.pk)
    made = DealObjection.objects.get()
    assert (made.rule, made.state, made.source.item) == ("no_decider_met", "prepared", answer)
    shown = text(client.get(url("deal", deal.pk)))
    assert "&lt;b&gt;😀" in shown
    assert "还不知道谁拍板" in shown
    assert "每一条都备好了" in shown


def test_a_follow_up_that_sounds_like_one_becomes_one(login, deal, customer, company, now):
    boss = a_contact(customer)
    followup = FollowUp.objects.create(
        opportunity=deal,
        contact=boss,
        at=now,
        channels=["phone"],
        summary="客户说你们太贵了。",
        by=company.rep,
        created_at=now,
    )
    client = login("rep")
    page = text(client.get(url("deal", deal.pk)))
    address = f"{url('add', deal.pk)}?kind=price&amp;followup={followup.pk}&amp;contact={boss.pk}"
    assert address in page
    form = client.get(f"{url('add', deal.pk)}?kind=price&followup={followup.pk}&contact={boss.pk}&text=太贵").context[
        "form"
    ]
    assert (form["is_raised"].value(), form["followup"].value(), form["text"].value()) == (True, followup.pk, "太贵")
    typed = {
        "kind": "price",
        "text": "太贵",
        "is_raised": "on",
        "followup": followup.pk,
        "contact": boss.pk,
        "raised_on": "",
    }
    assert client.post(url("add", deal.pk), typed).status_code == 302
    made = DealObjection.objects.get()
    assert (made.state, made.contact, made.followup) == ("raised", boss, followup)
    assert "像是提到了" not in text(client.get(url("deal", deal.pk)))


def test_the_verbs_on_their_screens(login, objection, deal):
    client = login("rep")
    day = {"version": 1, "raised_on": "2026-11-20"}
    assert client.get(url("raise", objection.pk)).status_code == 200
    assert client.post(url("raise", objection.pk), day).status_code == 302
    assert client.post(url("answer", objection.pk), {"version": 2, "on": "2126-01-01"}).status_code == 422
    assert client.post(url("answer", objection.pk), {"version": 2, "on": "2026-11-21"}).status_code == 302
    assert client.post(url("settle", objection.pk), {"version": 3, "on": "2026-11-21"}).status_code == 422
    said = {"version": 3, "on": "2026-11-21", "result": "accepted", "result_note": "行"}
    late = client.post(url("settle", objection.pk), said | {"version": 2})
    assert late.status_code == 409
    assert late.context["form"]["version"].value() == "3"
    assert late.context["form"]["result_note"].value() == "行"
    answer = client.post(url("settle", objection.pk), said, headers={"HX-Request": "true"})
    assert answer["HX-Trigger"] == "deal-changed"
    assert "已消除" in text(answer)
    assert f"{url('take_back', objection.pk)}?version=4" in text(answer)
    assert client.post(f"{url('take_back', objection.pk)}?version=4").status_code == 302
    stale = {"version": 1, "kind": "price", "text": "我也改了", "answer": "另一个"}
    conflict = client.post(url("edit", objection.pk), stale)
    assert conflict.status_code == 409
    assert "我也改了" in text(conflict)
    assert client.post(url("withdraw", objection.pk)).status_code == 302
    assert "已撤回 1 条" in text(client.get(url("deal", deal.pk)))
    assert client.post(url("restore", objection.pk)).status_code == 302


def test_a_prediction_that_does_not_apply_is_dismissed_with_a_reason(login, deal):
    client = login("rep")
    address = url("dismiss_predicted", deal.pk, "no_decider_met")
    assert "老板" in text(client.get(address)) or "领导" in text(client.get(address))
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "联系人就是老板"}).status_code == 302
    assert "联系人就是老板" in text(client.get(url("deal", deal.pk)))
    assert client.get(url("dismiss_predicted", deal.pk, "nonsense")).status_code == 404


@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_the_list_is_handed_out(login, deal, objection, ending):
    response = login("rep").get(url("export", deal.pk, ending))
    assert response.status_code == 200
    assert response.content[:2] in (b"PK", b"%P")


@pytest.mark.parametrize(
    ("who", "page", "verb"),
    [("rep", 200, 302), ("team_lead", 200, 302), ("director", 200, 302), ("auditor", 200, 403), ("other_team", 404, 404), ("collaborator", 404, 403), ("admin", 403, 403)],
)  # fmt: skip
def test_who_may(login, deal, objection, who, page, verb):
    client = login(who)
    assert client.get(url("deal", deal.pk)).status_code == page
    assert client.post(url("withdraw", objection.pk)).status_code == verb


def test_no_proof_is_lost_when_a_version_is_replaced(deal, by, now, case, company):
    first = current_of(case)
    actions.add(deal=deal, draft=replace(TOO_DEAR, proofs=(first.pk,)), by=by, now=now)
    changed = ItemDraft(CaseContent("某厂", "慢", "改了", "快"), title="月结案例")
    library.revise(item=case, version=1, draft=changed, by=company.by("team_lead"), now=now)
    (line,) = queries.board_of(by, deal, today=TODAY).prepared
    assert [(proof.version, proof.standing.value, proof.holds) for proof in line.proofs] == [
        (ItemVersion.objects.get(pk=first.pk), "replaced", True)
    ]
