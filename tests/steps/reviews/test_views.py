"""Pages of the review and of improvements, as the people who may see them do (S8.1, S8.3, O1)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from tuoke.steps.reviews import actions
from tuoke.steps.reviews.improvements import actions as improvements
from tuoke.steps.reviews.improvements.models import Improvement
from tuoke.steps.reviews.improvements.rules import ImprovementDraft, Target
from tuoke.steps.reviews.models import Contribution, Review
from tuoke.steps.reviews.rules import ProblemDraft


@pytest.fixture
def improvement(review, company, now):
    draft = ImprovementDraft(
        "先请财务给方案", Target.STEP, "报价前一天约财务", target_key="negotiation", owner_id=company.process_owner.pk,
        due_on=date(2027, 12, 20),
    )  # fmt: skip
    return improvements.propose(draft=draft, review=review, by=company.by("rep"), now=now)


def page_of(deal):
    return reverse("reviews:page", args=[deal.pk])


def test_the_page_before_and_after_it_is_opened(won, login):
    client = login("rep")
    assert "开始复盘" in client.get(page_of(won)).content.decode()
    assert client.post(reverse("reviews:open", args=[won.pk])).status_code == 302
    assert Review.objects.get().opportunity == won
    assert "离定稿还差" in client.get(page_of(won)).content.decode()


@pytest.mark.parametrize(
    ("name", "status"),
    [("rep", 200), ("team_lead", 200), ("director", 200), ("collaborator", 200), ("auditor", 200), ("other_team", 404),
     ("process_owner", 403), ("admin", 403)],
)  # fmt: skip
def test_who_reads_it(review, improvement, login, name, status):
    client = login(name)
    assert client.get(page_of(review.opportunity)).status_code == status
    assert client.get(reverse("improvements:deal", args=[review.opportunity_id])).status_code == status


def test_what_is_wrong_stays_typed(review, login):
    url = reverse("reviews:hold", args=[review.pk])
    client = login("rep")
    assert client.get(url).status_code == 200
    answer = client.post(url, {"held_on": "2999-01-01", "summary": "付款反复三轮", "version": "1"})
    assert answer.status_code == 422
    assert "付款反复三轮" in answer.content.decode()
    stale = client.post(url, {"held_on": "2026-11-20", "summary": "新的", "version": "7"})
    assert stale.status_code == 409


def test_forms_of_the_whole_review_open_and_store(review, company, login, now):
    rep, tech = login("rep"), login("collaborator")
    part = Contribution.objects.get(review=review)
    problem = actions.add_problem(review=review, draft=ProblemDraft("晚了"), by=company.by("rep"), now=now)
    for name, pk in (("cost", review.pk), ("ask", review.pk), ("add_part", review.pk), ("add_problem", review.pk),
                     ("edit_problem", problem.pk)):  # fmt: skip
        assert rep.get(reverse(f"reviews:{name}", args=[pk])).status_code == 200, name
    assert tech.get(reverse("reviews:cost", args=[review.pk])).status_code == 404
    assert tech.get(reverse("reviews:hold", args=[review.pk])).status_code == 404
    assert rep.get(reverse("reviews:write", args=[part.pk])).status_code == 404
    said = {"went_well": "接口一次接通", "version": part.version}
    assert tech.post(reverse("reviews:write", args=[part.pk]), said).status_code == 302
    rep.post(reverse("reviews:cost", args=[review.pk]), {"cost": "31万"})
    assert Review.objects.get().cost == Decimal(310_000)
    shown = rep.get(page_of(review.opportunity)).content.decode()
    assert "接口一次接通" in shown
    assert rep.get(reverse("reviews:export", args=[review.opportunity_id, "docx"])).status_code == 200


def test_improvements_are_read_without_their_deal(review, improvement, login):
    owner = login("process_owner")
    listed = owner.get(reverse("improvements:index")).content.decode()
    assert improvement.title in listed
    shown = owner.get(improvement.get_absolute_url()).content.decode()
    assert review.opportunity.name not in shown
    assert review.opportunity.name in login("rep").get(improvement.get_absolute_url()).content.decode()
    for name in ("due", "new"):
        assert owner.get(reverse(f"improvements:{name}")).status_code == 200, name


def test_an_improvement_is_proposed_decided_and_taken_up(review, login):
    rep, owner = login("rep"), login("process_owner")
    url = reverse("improvements:propose", args=[review.pk])
    assert rep.get(url + "?target=criterion").status_code == 200
    said = {"title": "先请财务", "target": "other", "proposal": "报价前一天", "owner": "", "due_on": "2027-12-20"}
    assert rep.post(url, said).status_code == 422
    said["owner"] = str(review.opportunity.owner_id)
    assert rep.post(url, said).status_code == 302
    row = Improvement.objects.get()
    decide = reverse("improvements:decide", args=[row.pk])
    assert owner.get(decide).status_code == 200
    assert owner.post(decide, {"decision": "accepted"}).status_code == 302
    for name in ("assign", "done"):
        assert owner.get(reverse(f"improvements:{name}", args=[row.pk])).status_code == 200, name
    assert owner.post(reverse("improvements:done", args=[row.pk]), {"note": "例会上讲过"}).status_code == 302
    row.refresh_from_db()
    assert row.state == "done"
