"""Rescoring against everything else that happens at the same moment (S2.4)."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal
from unittest import mock

import pytest
from django.db import connection

from tests.steps.leads.drafts import ready
from tests.steps.leads.test_at_once import patiently
from tuoke.base.accounts.rules import system
from tuoke.base.records import bulk_changes
from tuoke.spine.customers.models import Lead, ScoreEntry
from tuoke.spine.customers.rules import Tier
from tuoke.steps.leads import actions
from tuoke.steps.leads.actions import rescoring
from tuoke.steps.leads.models import Rescoring
from tuoke.steps.leads.queries import Profiles, explanation_of_lead, preview
from tuoke.steps.targeting.actions import plant_default
from tuoke.steps.targeting.models import CustomerProfile
from tuoke.steps.targeting.queries import content_of

BY = system("test")


@pytest.fixture
def leads(company, now):
    plant_default(by=BY, now=now)
    drafts = [ready(company=f"第{n}家", phone="", want=f"项目{n}", owner_id=company.rep.pk) for n in range(7)]
    return actions.create_many(drafts=drafts, by=company.by("rep"), now=now)


def save_other_weights(**weights: int) -> CustomerProfile:
    """As a save does: another content, the next number."""
    profile = CustomerProfile.objects.get(is_default=True, market="tob")
    profile.content = {**profile.content, "weights": {name: str(value) for name, value in weights.items()}}
    profile.number += 1
    profile.save()
    return profile


def test_bulk_and_one_by_one_are_the_same_definition(leads, now):
    save_other_weights(fit=70, urgency=10, chain=10, budget=10)
    assert actions.rescore(by=BY, now=now, chunk=3) == 7
    profiles = Profiles(now.date())
    for lead in Lead.objects.all():
        weighed = profiles.weigh(lead)
        assert (lead.score, lead.score_max, lead.tier) == (
            weighed.score.total,
            weighed.score.reachable,
            weighed.tier or "",
        )
        assert (lead.scored_profile, lead.scored_number) == (weighed.profile, weighed.number)
        assert explanation_of_lead(lead, today=now.date()).score == weighed.score
        newest = lead.scores.order_by("-id").first()
        assert (newest.total, newest.number) == (weighed.score.total, weighed.number)
        assert newest.fit == weighed.score.dimensions[0].points


def test_a_rescoring_asks_as_often_for_many_as_for_few(leads, now, django_assert_num_queries):
    actions.rescore(by=BY, now=now)
    with django_assert_num_queries(50, exact=False) as few:
        actions.rescore(by=BY, now=now)
    Lead.objects.filter(pk__gt=leads[2].pk).update(status="discarded")
    with django_assert_num_queries(50, exact=False) as fewer:
        actions.rescore(by=BY, now=now)
    assert len(few) == len(fewer)


def test_nothing_changed_writes_nothing(leads, now):
    lines = ScoreEntry.objects.count()
    assert actions.rescore(by=BY, now=now) == 0
    assert ScoreEntry.objects.count() == lines


def test_another_version_with_the_same_result_is_carried_but_is_no_news(leads, now):
    profile = save_other_weights(fit=25, urgency=25, chain=25, budget=25)
    lines = ScoreEntry.objects.count()
    assert actions.rescore(by=BY, now=now) == 7
    assert ScoreEntry.objects.count() == lines
    assert set(Lead.objects.values_list("scored_number", flat=True)) == {profile.number}


def test_facts_edited_between_reading_and_writing_win(leads, company, now):
    """The chunk is read, then somebody saves an edit, then the chunk is written."""
    save_other_weights(fit=70, urgency=10, chain=10, budget=10)
    read, rep, edited = rescoring._changed, company.by("rep"), leads[3]

    def edit_meanwhile(rows, profiles):
        news = read(rows, profiles)
        if any(row.pk == edited.pk for row in rows) and edited.version == 1:
            draft = ready(
                company=edited.company, phone="", want=edited.want, industry="教育", staff_low=1, staff_high=2
            )
            edited.version = actions.edit_lead(lead=edited, version=1, draft=draft, by=rep, now=now).version
        return news

    with mock.patch.object(rescoring, "_changed", edit_meanwhile):
        actions.rescore(by=BY, now=now)
    found = Lead.objects.get(pk=edited.pk)
    assert found.industry == "教育"
    assert found.score == Profiles(now.date()).weigh(found).score.total
    assert ScoreEntry.objects.filter(lead=found).order_by("-id").first().total == found.score


def test_a_profile_saved_in_the_middle_holds_for_what_comes_after(leads, now):
    """And the rescoring that the save begins brings the rest."""
    save_other_weights(fit=70, urgency=10, chain=10, budget=10)

    def save_again(looked_at):
        if looked_at == 3:
            save_other_weights(fit=10, urgency=70, chain=10, budget=10)

    actions.rescore(by=BY, now=now, chunk=3, progress=save_again)
    assert sorted(Lead.objects.values_list("scored_number", flat=True)) == [2] * 3 + [3] * 4
    run = actions.begin_rescoring(reason="profile", now=now, profile=CustomerProfile.objects.get().pk)
    actions.carry_on(run=run, by=BY, now=now)
    assert set(Lead.objects.values_list("scored_number", flat=True)) == {3}


def test_what_stopped_goes_on_where_it_was(leads, now):
    class Stopped(Exception):
        pass

    def stop(looked_at):
        raise Stopped

    save_other_weights(fit=70, urgency=10, chain=10, budget=10)
    with pytest.raises(Stopped):
        actions.rescore(by=BY, now=now, chunk=3, progress=stop)
    run = Rescoring.objects.unfinished().get()
    assert (run.done, run.at_id, run.changed) == (3, leads[2].pk, 3)
    assert actions.carry_on(run=run, by=BY, now=now, chunk=3) == 7
    assert ScoreEntry.objects.count() == 14  # each once more, nobody twice


def test_a_chunk_that_fails_leaves_neither_scores_nor_a_mark(leads, now):
    save_other_weights(fit=70, urgency=10, chain=10, budget=10)
    with mock.patch.object(bulk_changes, "add", side_effect=RuntimeError), pytest.raises(RuntimeError):
        actions.rescore(by=BY, now=now)
    assert set(Lead.objects.values_list("scored_number", flat=True)) == {1}
    assert Rescoring.objects.unfinished().get().at_id == 0


@pytest.mark.django_db(transaction=True)
def test_two_rescorings_at_once_end_as_one(now):
    from tests.people import make_company

    company = make_company()
    plant_default(by=BY, now=now)
    drafts = [ready(company=f"第{n}家", phone="", want=f"项目{n}") for n in range(30)]
    actions.create_many(drafts=drafts, by=company.by("rep"), now=now)
    save_other_weights(fit=70, urgency=10, chain=10, budget=10)
    run = actions.begin_rescoring(reason="one", now=now)
    other = Rescoring.objects.create(reason="two", today=now.date(), started_at=now, seen_at=now)
    start = threading.Barrier(3)

    def weigh(mine):
        try:
            start.wait()
            patiently(lambda: actions.carry_on(run=Rescoring.objects.get(pk=mine.pk), by=BY, now=now, chunk=4))
        finally:
            connection.close()

    threads = [threading.Thread(target=weigh, args=(mine,)) for mine in (run, run, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not Rescoring.objects.unfinished().exists()
    assert set(Lead.objects.values_list("scored_number", flat=True)) == {2}
    lines = ScoreEntry.objects.filter(number=2).values_list("lead_id", flat=True)
    assert sorted(lines) == sorted(Lead.objects.values_list("pk", flat=True))  # each once


# Before a change applies


def test_a_preview_counts_who_crosses_and_who_changes_tier(leads, company, now, django_assert_num_queries):
    profile = CustomerProfile.objects.get()
    content = content_of(profile)
    strict = replace(content, threshold=Decimal("9.9"))
    with django_assert_num_queries(12, exact=False):
        found = preview(profile, strict, who=company.by("rep"), today=now.date())
    assert (found.leads, found.looked_at, found.up, found.down, found.is_sample) == (7, 7, 0, 7, False)
    assert [(move.before, move.after, move.leads) for move in found.tiers] == [("focus", "", 7)]
    assert {example.label for example in found.examples} == {lead.company for lead in leads}
    elsewhere = preview(profile, strict, who=company.by("other_team"), today=now.date())
    assert (elsewhere.down, elsewhere.examples) == (7, ())
    assert preview(profile, content, who=company.by("rep"), today=now.date()).tiers == ()


def test_a_preview_of_many_weighs_a_sample_and_says_so(leads, company, now):
    profile = CustomerProfile.objects.get()
    with mock.patch("tuoke.steps.leads.queries.previewing.SAMPLE", 3):
        found = preview(profile, content_of(profile), who=company.by("rep"), today=now.date())
    assert found.leads == 7
    assert 0 < found.looked_at < 7
    assert found.is_sample


def test_a_tier_by_hand_is_no_change_of_a_preview(leads, company, now):
    actions.set_tier(party=leads[0], tier=Tier.WATCH, reason="另有原因", by=company.by("rep"), now=now)
    profile = CustomerProfile.objects.get()
    strict = replace(content_of(profile), threshold=Decimal("9.9"))
    found = preview(profile, strict, who=company.by("rep"), today=now.date())
    assert sum(move.leads for move in found.tiers) == 6
