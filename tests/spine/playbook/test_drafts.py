from __future__ import annotations

import pytest

from tests.spine.playbook.docs import shipped_content
from tuoke.base.accounts.rules import system
from tuoke.base.kernel.verdict import Conflict, Refused
from tuoke.base.records.queries import history_of
from tuoke.spine.playbook import actions, hooks, queries
from tuoke.spine.playbook.models import DraftChange, PlaybookVersion, Status, Wish
from tuoke.spine.playbook.rules import PlaybookError, editing
from tuoke.spine.playbook.rules.drafts import canonical, fingerprint

GOAL = "steps/discovery"


@pytest.fixture
def owner(company):
    return company.by("process_owner")


@pytest.fixture
def draft(playbook, owner, now):
    return actions.start_draft(by=owner, now=now)


def fresh(draft):
    return PlaybookVersion.objects.get(pk=draft.pk)


def seen(draft, place, *names):
    fields = editing.fields_of(fresh(draft).content, place)
    return fingerprint({name: fields.get(name) for name in names})


@pytest.fixture
def change(draft, owner, now):
    def changed(place=GOAL, by=owner, **fields):
        return actions.change_draft(
            draft=draft, place=place, fields=fields, seen=seen(draft, place, *fields), by=by, now=now
        )

    return changed


def published(draft, owner, now, note="复盘后改进"):
    return actions.publish_draft(draft=draft, revision=fresh(draft).revision, note=note, by=owner, now=now)


def refused(codes, act, **given):
    with pytest.raises(Refused) as refusal:
        act(**given)
    assert refusal.value.verdict.codes == codes


def test_a_draft_says_what_is_published_and_there_is_one(draft, playbook, owner, company, now):
    assert (draft.status, draft.number, draft.base_id) == (Status.DRAFT, None, playbook.pk)
    assert draft.content == canonical(playbook.content)
    assert actions.start_draft(by=owner, now=now) == draft
    refused(("may_not_draft",), actions.start_draft, by=company.by("director"), now=now)
    assert queries.current_version() == playbook


def test_a_change_is_kept_with_its_way_back(draft, change, owner, now):
    first = change(goal="新目标", subtitle="")
    assert editing.part_at(fresh(draft).content, GOAL)["goal"] == "新目标"
    assert "subtitle" not in editing.part_at(fresh(draft).content, GOAL)
    assert change(goal="新目标") is None
    second = change(why="新理由")
    undo = actions.undo_change(draft=draft, change=first, by=owner, now=now)
    part = editing.part_at(fresh(draft).content, GOAL)
    assert (part["goal"] != "新目标", part["why"]) == (True, "新理由")
    refused(("undone_already",), actions.undo_change, draft=draft, change=first, by=owner, now=now)
    actions.undo_change(draft=draft, change=undo, by=owner, now=now)  # redo
    assert editing.part_at(fresh(draft).content, GOAL)["goal"] == "新目标"
    change(why="又一个理由")
    refused(("changed_since",), actions.undo_change, draft=draft, change=second, by=owner, now=now)
    assert list(DraftChange.objects.order_by("id").values_list("revision", flat=True)) == [1, 2, 3, 4, 5]


def test_two_at_the_same_part_conflict_and_two_at_others_do_not(draft, change, owner, now):
    stale = seen(draft, GOAL, "goal")
    other = seen(draft, "steps/outreach", "goal")
    change(goal="先保存的")
    with pytest.raises(Conflict) as conflict:
        actions.change_draft(draft=draft, place=GOAL, fields={"goal": "后来的"}, seen=stale, by=owner, now=now)
    assert editing.part_at(conflict.value.current.content, GOAL)["goal"] == "先保存的"
    actions.change_draft(draft=draft, place="steps/outreach", fields={"goal": "不相干"}, seen=other, by=owner, now=now)
    actions.remove_part(draft=draft, place="steps/discovery/criteria/discovery-rigid", by=owner, now=now)
    with pytest.raises(Conflict):
        actions.change_draft(
            draft=draft, place="steps/discovery/criteria/discovery-rigid", fields={"hint": "x"}, seen="", by=owner,
            now=now,
        )  # fmt: skip


def test_keys_are_made_and_begin_with_their_step(draft, owner, now):
    part = {"title": "新动作", "how": ["做"], "key": None}
    del part["key"]
    place = actions.add_part(draft=draft, where="steps/discovery/actions", part=part, by=owner, now=now)
    extra = actions.add_part(draft=draft, where="variants/small/extra_actions/reviews", part=part, by=owner, now=now)
    kind = actions.add_part(draft=draft, where="variants", part={"name": "渠道"}, by=owner, now=now)
    assert place.startswith("steps/discovery/actions/discovery-")
    assert extra.rpartition("/")[2].startswith("reviews-")
    assert len(kind.rpartition("/")[2]) <= 5
    refused(("part_unknown",), actions.add_part, draft=draft, where="steps/x/actions", part=part, by=owner, now=now)
    refused(("step_there",), actions.add_part, draft=draft, where="steps", part={"key": "leads"}, by=owner, now=now)


def test_a_step_that_was_taken_out_comes_back_as_it_was(draft, owner, now):
    before = fresh(draft).content["steps"]
    actions.remove_part(draft=draft, place="steps/proposals", by=owner, now=now)
    assert "proposals" not in str(fresh(draft).content["variants"])
    actions.add_part(draft=draft, where="steps", part={"key": "proposals"}, by=owner, now=now)
    assert fresh(draft).content["steps"] == before
    only = "steps/discovery/actions"
    for action in editing.list_at(fresh(draft).content, only)[1:]:
        actions.remove_part(draft=draft, place=f"{only}/{action['key']}", by=owner, now=now)
    [last] = editing.list_at(fresh(draft).content, only)
    refused(("last_action",), actions.remove_part, draft=draft, place=f"{only}/{last['key']}", by=owner, now=now)


def test_publishing_takes_the_next_number_and_tells(draft, playbook, change, owner, now, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "on_published", [lambda version, by, at: told.append(version.number)])
    refused(("nothing_changed",), actions.publish_draft, draft=draft, revision=0, note="为什么", by=owner, now=now)
    change(goal="新目标")
    refused(("note_missing",), actions.publish_draft, draft=draft, revision=1, note=" ", by=owner, now=now)
    with pytest.raises(Conflict):
        actions.publish_draft(draft=draft, revision=0, note="没看过最后一次修改", by=owner, now=now)
    version = published(draft, owner, now)
    playbook.refresh_from_db()
    assert (version.number, version.status, version.note, playbook.status, told) == (
        2, Status.PUBLISHED, "复盘后改进", Status.RETIRED, [2],
    )  # fmt: skip
    assert history_of(version)[0].facts["note"] == "复盘后改进"
    assert queries.open_draft() is None
    refused(("not_a_draft",), change, why="太晚了")


def test_what_would_strand_deals_is_not_published(draft, owner, now):
    actions.remove_part(draft=draft, place="steps/contracts", by=owner, now=now)
    with pytest.raises(PlaybookError) as caught:
        published(draft, owner, now)
    assert "step_needed" in {problem.code for problem in caught.value.problems}
    assert queries.current_version().number == 1


def test_publishing_over_a_newer_version_is_a_conflict_until_it_is_taken_in(draft, change, owner, now):
    change(goal="我的目标", why="我的理由")
    change("steps/outreach", goal="只有我改")
    theirs = canonical(shipped_content())
    editing.part_at(theirs, GOAL)["goal"] = "别人的目标"
    editing.part_at(theirs, "steps/leads")["goal"] = "别人改的筛选"
    newer = actions.publish(content=theirs, by=system("update"), now=now)
    with pytest.raises(actions.Overtaken):
        published(draft, owner, now)

    left = actions.catch_up(draft=draft, by=owner, now=now)
    content = fresh(draft).content
    assert [op.place for op in left] == [GOAL]
    assert editing.part_at(content, GOAL)["goal"] == "别人的目标"
    assert editing.part_at(content, "steps/outreach")["goal"] == "只有我改"
    assert editing.part_at(content, "steps/leads")["goal"] == "别人改的筛选"
    assert actions.catch_up(draft=draft, by=owner, now=now) == ()
    assert (published(draft, owner, now).number, newer.number) == (3, 2)


def test_an_update_never_replaces_what_a_company_published_itself(draft, change, owner, now):
    change(goal="公司自己的")
    own = published(draft, owner, now)
    assert actions.load_default(by=system("migrate"), now=now) == own
    assert queries.current_version() == own


def test_a_discarded_draft_can_be_taken_up_again(draft, change, owner, now):
    change(goal="改了一半")
    with pytest.raises(Conflict):
        actions.discard_draft(draft=draft, revision=0, by=owner, now=now)
    actions.discard_draft(draft=draft, revision=1, by=owner, now=now)
    another = actions.start_draft(by=owner, now=now)
    assert another.pk != draft.pk
    refused(("draft_open",), actions.resume_draft, draft=draft, by=owner, now=now)
    actions.discard_draft(draft=another, revision=0, by=owner, now=now)
    assert editing.part_at(actions.resume_draft(draft=draft, by=owner, now=now).content, GOAL)["goal"] == "改了一半"


def test_an_earlier_version_is_the_beginning_of_a_draft(draft, playbook, change, owner, now):
    change(goal="第二版的")
    refused(("draft_open",), actions.start_draft, by=owner, now=now, like=playbook)
    second = published(draft, owner, now)
    back = actions.start_draft(by=owner, now=now, like=playbook)
    assert (back.base_id, back.content) == (second.pk, canonical(playbook.content))
    assert published(back, owner, now, note="改回去").number == 3


def test_an_import_replaces_the_draft_and_can_be_undone(draft, change, owner, now):
    before = fresh(draft).content
    said = canonical(shipped_content()) | {"name": "换了名字"}
    done = actions.replace_draft(draft=draft, content=said, revision=0, by=owner, now=now)
    assert fresh(draft).content["name"] == "换了名字"
    with pytest.raises(Conflict):
        actions.replace_draft(draft=draft, content=said, revision=0, by=owner, now=now)
    refused(
        ("other_playbook",),
        actions.replace_draft,
        draft=draft,
        content=said | {"key": "x"},
        revision=1,
        by=owner,
        now=now,
    )
    with pytest.raises(PlaybookError):
        actions.replace_draft(draft=draft, content=said | {"steps": []}, revision=1, by=owner, now=now)
    actions.undo_change(draft=draft, change=done, by=owner, now=now)
    assert fresh(draft).content == before


def test_accepted_improvements_wait_in_the_draft_until_they_are_written_in(draft, owner, company, now):
    given = {"draft": draft, "key": "discovery-rigid", "source": "improvements.improvement:7", "now": now}
    wish = actions.note_improvement(text="至少问出三条", by=company.by("director"), **given)
    assert actions.note_improvement(text="至少问出四条", by=owner, **given).pk == wish.pk
    assert [w.text for w in queries.wishes_for(draft, draft.content, GOAL, who=owner)] == ["至少问出四条"]
    assert queries.wishes_for(draft, draft.content, "steps/outreach", who=owner) == []
    actions.settle_wish(draft=draft, wish=wish, is_done=True, by=owner, now=now)
    assert Wish.objects.get().done_by == "孙流程"
    refused(("note_missing",), actions.note_improvement, draft=draft, key="", text=" ", by=owner, now=now)
