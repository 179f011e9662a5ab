"""The editor in the browser: what a process owner sees and sends (P3)."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tuoke.spine.playbook import actions, queries
from tuoke.spine.playbook.rules import editing
from tuoke.spine.playbook.rules.drafts import canonical
from tuoke.spine.playbook.rules.text import written

pytestmark = pytest.mark.django_db
STEP = "steps/discovery"
RIGID = "steps/discovery/criteria/discovery-rigid"


@pytest.fixture
def owner(client, company, playbook, now):
    client.force_login(company.process_owner)
    actions.start_draft(by=company.by("process_owner"), now=now)
    return client


def at(name, *args):
    return reverse(f"playbook:{name}", args=args)


def typed(client, url, **changed):
    """The form as the browser would send it back, with what was typed."""
    form = client.get(url).context["form"]
    said = {field.html_name: field.value() for field in form if field.value() not in (None, "", False)}
    said = {
        n: "\n".join(v) if isinstance(v, list) and n in ("how", "common_mistakes", "pacing", "verification") else v
        for n, v in said.items()
    }
    return {**said, "seen": client.get(url).context["seen"], **changed}


def part(place=STEP):
    return editing.part_at(queries.open_draft().content, place)


@pytest.mark.parametrize(
    "url",
    [
        at("draft"), at("draft_part", "steps", "discovery"), at("draft_part", "variants", "tob_large"), at("draft_edit_whole"),
        at("draft_edit_whole") + "?part=notes", at("draft_edit", STEP), at("draft_edit", STEP) + "?part=script",
        at("draft_edit", STEP) + "?part=responsibilities", at("draft_edit", RIGID), at("draft_edit", "variants/small"),
        at("draft_edit", "variants/small") + "?part=when", at("draft_add", "steps/discovery/actions"), at("draft_add", "variants"),
        at("draft_changes"), at("draft_import"), at("draft_publish"), at("versions"), at("version", 1),
        at("index") + "?version=draft", at("step", "discovery") + "?version=draft",
    ],
)  # fmt: skip
def test_every_page_opens_for_the_owner_and_no_draft_for_others(owner, company, url):
    page = owner.get(url)
    assert page.status_code == 200
    assert "style=" not in page.content.decode()
    owner.force_login(company.rep)
    is_open = "versions" in url
    assert owner.get(url).status_code == (200 if is_open else 404 if "version=" in url else 403)


@pytest.mark.parametrize(
    "place", ["steps/closing", "nothing", "steps/discovery/criteria/x", "variants/x", "a/b/c/d/e/f"]
)
def test_what_is_not_there_is_not_found(owner, place):
    assert owner.get(at("draft_edit", place)).status_code == 404


def test_a_saved_step_can_be_undone_from_its_record(owner):
    before = part()["goal"]
    url = at("draft_edit", STEP)
    assert owner.post(url, typed(owner, url, goal="第一行\n第二行", standard_days="9")).status_code == 302
    assert (part()["goal"], part()["standard_days"]) == ("第一行第二行", 9)
    assert "第一行第二行" in owner.get(at("draft_changes")).content.decode()
    change = queries.open_draft().draft_changes.get()
    owner.post(at("draft_undo", change.pk))
    assert part()["goal"] == before


def test_both_sides_are_shown_where_somebody_saved_first(owner):
    url = at("draft_edit", STEP)
    stale = typed(owner, url, goal="我写的目标")
    owner.post(url, typed(owner, url, goal="别人先写的目标"))
    answer = owner.post(url, stale)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "我写的目标" in page
    assert "别人先写的目标" in page
    assert part()["goal"] == "别人先写的目标"
    assert owner.post(url, {**stale, "seen": answer.context["seen"]}).status_code == 302
    assert part()["goal"] == "我写的目标"


@pytest.mark.parametrize(
    ("field", "value"),
    [("standard_days", "0"), ("standard_days", "-3"), ("standard_days", "1e18"), ("standard_days", "NaN"),
     ("goal", ""), ("goal", "长" * 100_000), ("goal", "a\x00b"), ("theme", "没有的主题")],
)  # fmt: skip
def test_bad_input_is_refused_and_kept(owner, field, value):
    url = at("draft_edit", STEP)
    assert owner.post(url, typed(owner, url, **{field: value})).status_code == 422
    assert queries.open_draft().revision == 0


def test_a_criterion_with_a_figure_needs_one(owner):
    url = at("draft_add", "steps/discovery/criteria")
    said = {"title": "至少见过两个人", "kind": "followups_in_step", "required": ""}
    assert owner.post(url, said).status_code == 422
    assert owner.post(url, {**said, "figure": "nan"}).status_code == 422
    assert owner.post(url, {**said, "kind": "outcome_won", "figure": "2"}).status_code == 422  # never true here
    assert owner.post(url, {**said, "figure": "2"}).status_code == 302
    assert part()["criteria"][-1] | {"key": ""} == {
        "key": "", "title": "至少见过两个人", "kind": "followups_in_step", "params": {"at_least": 2}, "required": False,
    }  # fmt: skip


def test_rows_are_edited_as_a_whole(owner):
    url = at("draft_edit", STEP) + "?part=script"
    seen = owner.get(url).context["seen"]
    said = {"seen": seen, "0_part": "开场", "0_lines": "<b>您好</b>\n今天听您说", "1_part": "", "1_lines": ""}
    assert owner.post(url, {**said, "0_lines": ""}).status_code == 422
    owner.post(url, said)
    assert part()["script"] == [{"part": "开场", "lines": ["<b>您好</b>", "今天听您说"]}]
    assert "<b>您好" not in owner.get(at("draft_part", "steps", "discovery")).content.decode()


def test_order_and_removal(owner):
    first, second = (action["key"] for action in part()["actions"][:2])
    owner.post(at("draft_move", f"{STEP}/actions/{second}"), {"to": "up"})
    assert [action["key"] for action in part()["actions"][:2]] == [second, first]
    owner.post(at("draft_remove", f"{STEP}/actions/{first}"))
    assert first not in [action["key"] for action in part()["actions"]]
    assert owner.post(at("draft_remove", f"{STEP}/actions/{first}")).status_code == 302  # gone is gone


def test_publishing_shows_the_difference_and_what_would_strand_deals(owner):
    owner.post(at("draft_remove", "steps/contracts"))
    page = owner.get(at("draft_publish"))
    assert "商机在签约启动里签约" in page.content.decode()
    answer = owner.post(at("draft_publish"), {"revision": "1", "note": "不要签约了"})
    assert answer.status_code == 422
    assert queries.current_version().number == 1


def test_publishing_and_what_readers_see_of_it(owner, company):
    url = at("draft_edit", STEP)
    owner.post(url, typed(owner, url, goal="问到预算为止"))
    assert owner.post(at("draft_publish"), {"revision": "0", "note": "旧的一页"}).status_code == 409
    assert owner.post(at("draft_publish"), {"revision": "1", "note": ""}).status_code == 422
    answer = owner.post(at("draft_publish"), {"revision": "1", "note": "预算问得太晚", "then": "move"})
    assert answer.headers["Location"] == reverse("deals:changeovers")
    owner.force_login(company.rep)
    page = owner.get(at("version", 2)).content.decode()
    assert "预算问得太晚" in page
    assert "<ins>" in page
    assert "已经不是现行版本" in owner.get(at("index") + "?version=1").content.decode()


def test_yaml_out_and_in_is_the_same(owner):
    text = owner.get(at("version_yaml", 1)).content
    url = at("draft_import")
    file = SimpleUploadedFile("own.yaml", text.replace("销售业务拓展标准流程".encode(), "自己的流程".encode()))
    assert owner.post(url, {"file": file, "revision": "0"}).status_code == 302
    assert queries.open_draft().content["name"] == "自己的流程"
    assert owner.get(at("draft_yaml")).content.decode() == written(canonical(queries.open_draft().content))


def test_a_faulty_file_is_told_line_by_line_and_changes_nothing(owner):
    text = owner.get(at("version_yaml", 1)).content.decode().replace("kind: rigid_needs", "kind: very_needs")
    line = next(n for n, said in enumerate(text.splitlines(), 1) if "very_needs" in said)
    answer = owner.post(at("draft_import"), {"text": text, "revision": "0"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'<td class="number">{line}</td>' in page
    assert "very_needs" in page
    assert queries.open_draft().revision == 0
    for broken in ("", "a: [", "😀", "[" * 3000):
        assert owner.post(at("draft_import"), {"text": broken, "revision": "0"}).status_code == 422


def test_a_draft_is_given_up_and_taken_up_again(owner):
    url = at("draft_edit", STEP)
    owner.post(url, typed(owner, url, goal="一半"))
    pk = queries.open_draft().pk
    owner.post(at("draft_discard"), {"revision": "1"})
    assert queries.open_draft() is None
    assert owner.get(url).status_code == 404
    owner.post(at("draft_resume", pk))
    assert part()["goal"] == "一半"
