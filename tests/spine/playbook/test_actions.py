from __future__ import annotations

from datetime import timedelta

import pytest

from tests.spine.playbook.docs import small
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.queries import history_of, timeline_of
from tuoke.spine.playbook import actions, queries
from tuoke.spine.playbook.models import Playbook, PlaybookVersion, Status, Tick
from tuoke.spine.playbook.rules import PlaybookError, StepKey

pytestmark = pytest.mark.django_db
DEAL = "deals.opportunity:12"
OWNER = system("test")


def test_the_default_playbook_is_published_once(now):
    first = actions.load_default(by=OWNER, now=now)
    again = actions.load_default(by=OWNER, now=now + timedelta(days=1))

    assert again == first
    assert (first.number, first.status, first.published_by) == (1, Status.PUBLISHED, "系统")
    assert queries.current_version() == first
    assert [event.kind for event in history_of(first)] == ["playbook.published"]


def test_changed_content_is_the_next_version_and_retires_the_one_before(now):
    first = actions.publish(content=small(), by=OWNER, now=now)
    second = actions.publish(content={**small(), "name": "改过的"}, by=OWNER, now=now)
    first.refresh_from_db()

    assert (first.status, second.status, second.number) == (Status.RETIRED, Status.PUBLISHED, 2)
    assert Playbook.objects.get().name == "改过的"
    assert first.document().name == "小流程"
    assert history_of(second)[0].changes == {"number": [1, 2]}


def test_going_back_to_earlier_content_is_a_version_of_its_own(now):
    for name in ("甲", "乙", "甲"):
        last = actions.publish(content={**small(), "name": name}, by=OWNER, now=now)
    assert last.number == 3


def test_two_playbooks_do_not_retire_each_other(now):
    actions.publish(content=small(), by=OWNER, now=now)
    actions.publish(content={**small(), "key": "second"}, by=OWNER, now=now)
    assert PlaybookVersion.objects.published().count() == 2


def test_a_faulty_document_publishes_nothing(now):
    with pytest.raises(PlaybookError):
        actions.publish(content={**small(), "steps": []}, by=OWNER, now=now)
    assert not Playbook.objects.exists()


def test_only_process_owners_publish(company, now):
    assert actions.publish(content=small(), by=company.by("process_owner"), now=now).published_by == "孙流程"
    with pytest.raises(Refused) as refusal:
        actions.publish(content=small(), by=company.by("director"), now=now)
    assert refusal.value.verdict.codes == ("may_not_publish",)


def test_nothing_published_is_said(now):
    with pytest.raises(queries.NoPlaybook):
        queries.current_version()


@pytest.mark.parametrize(("text", "code"), [("a: [", "not_yaml"), ("- a", "not_a_mapping")])
def test_an_unreadable_file_is_refused_with_its_name(tmp_path, text, code):
    path = tmp_path / "own.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(PlaybookError) as caught:
        actions.read_content(path)
    assert caught.value.problems[0].path.startswith("own.yaml")
    assert caught.value.problems[0].code == code


def tick(company, now, **more):
    made = {"subject": DEAL, "item": "outreach-basics", "step": StepKey.OUTREACH, "note": "电话里问清了", **more}
    return actions.tick(by=company.by("rep"), now=now, **made)


def test_a_tick_says_who_when_and_why(company, now):
    tick(company, now, thread=DEAL, party="customers.customer:3")

    found = queries.ticks_of(DEAL)["outreach-basics"]
    assert (found.by_id, found.by_name, found.at, found.note) == (company.rep.pk, "王芳", now, "电话里问清了")
    event = timeline_of(thread=DEAL)[0]
    assert (event.kind, event.subject, event.party) == ("playbook.ticked", DEAL, "customers.customer:3")
    assert event.facts == {"item": "outreach-basics", "step": "outreach", "title": ""}


def test_ticking_again_changes_and_records_nothing(company, now):
    first = tick(company, now)
    again = tick(company, now + timedelta(hours=1))
    assert (again.pk, again.at) == (first.pk, now)
    assert history_of(DEAL).count() == 1


def test_another_note_is_a_change_of_its_own(company, now):
    tick(company, now)
    later = now + timedelta(hours=1)
    actions.tick(
        subject=DEAL,
        item="outreach-basics",
        step=StepKey.OUTREACH,
        note="又核了一遍",
        by=company.by("teammate"),
        now=later,
    )
    found = Tick.objects.get()
    assert (found.by_name, found.at, found.note) == ("李强", later, "又核了一遍")
    assert history_of(DEAL)[0].changes == {"note": ["电话里问清了", "又核了一遍"]}


def test_unticking_keeps_in_history_who_had_ticked(company, now):
    tick(company, now)
    actions.untick(subject=DEAL, item="outreach-basics", by=company.by("team_lead"), now=now)

    assert queries.ticks_of(DEAL) == {}
    event = history_of(DEAL)[0]
    assert (event.kind, event.actor_name, event.facts["ticked_by"]) == ("playbook.unticked", "李娜", "王芳")


def test_unticking_what_is_not_ticked_does_nothing(company, now):
    actions.untick(subject=DEAL, item="outreach-basics", by=company.by("rep"), now=now)
    assert not history_of(DEAL).exists()


def test_a_tick_is_refused_with_every_reason(company, now):
    with pytest.raises(Refused) as refusal:
        tick(company, now, item="reviews-held", note="长" * 501)
    assert refusal.value.verdict.codes == ("unknown_item", "note_too_long")
    assert not Tick.objects.exists()


def test_the_ticks_of_a_page_are_one_query(company, now, django_assert_num_queries):
    tick(company, now)
    tick(company, now, subject="deals.opportunity:13")
    with django_assert_num_queries(1):
        found = queries.ticks_of_many([DEAL, "deals.opportunity:13", "deals.opportunity:14"])
    assert set(found) == {DEAL, "deals.opportunity:13"}
