"""Many leads at once: frozen, looked at, done whole or not at all, and what can't be touched is named before."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.steps.leads.drafts import ready
from tests.steps.leads.test_at_once import patiently
from tuoke.base.kernel.verdict import Refused
from tuoke.base.records.models import Event
from tuoke.spine.catalog.models import Campaign
from tuoke.spine.customers.models import Holding, Lead
from tuoke.steps.leads import actions
from tuoke.steps.leads.models import BulkRun
from tuoke.steps.leads.queries.bulk import sifted
from tuoke.steps.leads.rules.bulk import LARGEST, BulkVerb, RunStatus

pytestmark = pytest.mark.usefixtures("playbook")
BULK = "/leads/bulk/"


@pytest.fixture
def grow(company, now):
    def grown(count: int, owner: str | None = "rep") -> list[Lead]:
        owner_id = getattr(company, owner).pk if owner else None
        have = Lead.objects.count()
        drafts = [ready(want=f"项目{have + n}", owner_id=owner_id) for n in range(count)]
        return actions.create_many(drafts=drafts, by=company.by("director"), now=now)

    return grown


@pytest.fixture
def run(company, now):
    """Choose, settle and start in one go."""

    def ran(verb: str, leads, *, by: str = "team_lead", **terms) -> BulkRun:
        who = company.by(by)
        found = actions.choose(
            verb=BulkVerb(verb), chosen=[(lead.pk, lead.version) for lead in leads], query="tab=team", by=who, now=now
        )
        found = actions.settle(run=found, terms=terms, by=who)
        return actions.start(run=found, by=who, now=now)

    return ran


def picks(leads) -> list[str]:
    return [f"{lead.pk}.{lead.version}" for lead in leads]


def left(found: BulkRun) -> dict[str, int]:
    return {code: one["count"] for code, one in found.result["left"].items()}


def text(response) -> str:
    return response.content.decode()


# What each verb does


def test_assigning_moves_them_with_their_log_and_history(grow, run, company, now):
    leads = [*grow(2), *grow(2, None)]
    found = run("assign", leads, to=company.teammate.pk)
    assert found.result["done"] == 4
    for lead in Lead.objects.filter(pk__in=[lead.pk for lead in leads]):
        assert (lead.owner_id, lead.department_id, lead.version) == (
            company.teammate.pk,
            company.teammate.department_id,
            2,
        )
        assert lead.owned_since == now
    log = Holding.objects.filter(at=now, user=company.teammate)
    assert sorted(log.values_list("how", flat=True)) == ["assigned", "assigned", "transferred", "transferred"]
    assert Event.objects.filter(kind="leads.assigned").count() == 4
    assert Event.objects.get(kind="leads.bulk_done").facts == {"verb": "assign", "count": 4, "left": 0}


def test_a_bulk_does_what_one_by_one_does(grow, run, company, now):
    """The same columns as the single verbs leave behind."""
    one, many = grow(2)
    single = actions.assign_lead(lead=one, to=company.teammate, by=company.by("team_lead"), now=now)
    run("assign", [many], to=company.teammate.pk)
    many.refresh_from_db()
    for name in ("owner_id", "department_id", "owned_since", "due_on", "recycle_on", "version", "tier"):
        assert getattr(many, name) == getattr(single, name), name
    actions.return_to_pool(lead=single, reason="不合适", by=company.by("team_lead"), now=now)
    run("return", [many], reason="不合适")
    one.refresh_from_db()
    many.refresh_from_db()
    for name in ("owner_id", "department_id", "owned_since", "due_on", "recycle_on", "version"):
        assert getattr(many, name) == getattr(one, name), name
    kept = ("how", "user_id", "before_id", "reason")
    assert list(one.holdings.values_list(*kept)) == list(many.holdings.values_list(*kept))


def test_discarding_needs_a_reason_and_keeps_it(grow, run):
    leads = grow(3)
    with pytest.raises(Refused) as refusal:
        run("discard", leads, reason="  ")
    assert refusal.value.verdict.codes == ("reason_missing",)
    run("discard", leads, by="rep", reason="空号")
    assert set(Lead.objects.values_list("status", "status_reason", "due_on")) == {("discarded", "空号", None)}


def test_a_tier_by_hand_with_its_reason(grow, run):
    leads = grow(2)
    run("tier", leads, by="rep", tier="watch", reason="明年再看")
    assert set(Lead.objects.values_list("tier", "tier_by_hand", "tier_reason")) == {("watch", True, "明年再看")}
    assert Event.objects.filter(kind="leads.tier_set").count() == 2


def test_a_campaign_weighs_them_anew(grow, run, company, now):
    campaign = Campaign.objects.create(name="秋季", starts_on=now.date(), ends_on=now.date(), owner=company.director)
    leads = grow(2)
    run("campaign", leads, by="rep", campaign=campaign.pk)
    assert set(Lead.objects.values_list("campaign_id", flat=True)) == {campaign.pk}
    again = run("campaign", [*Lead.objects.all()[:1], *grow(1)], by="rep", campaign=campaign.pk)
    assert left(again) == {"same_campaign": 1}


@pytest.mark.parametrize(
    ("verb", "terms", "code"),
    [
        ("assign", {}, "owner_not_allowed"), ("assign", {"to": 10**9}, "owner_not_allowed"),
        ("tier", {"tier": "", "reason": "x"}, "tier_unknown"), ("tier", {"tier": "gold", "reason": "x"}, "tier_unknown"),
        ("campaign", {"campaign": 999}, "campaign_unknown"), ("return", {"reason": "长" * 300}, "reason_too_long"),
    ],
)  # fmt: skip
def test_terms_that_make_no_sense(grow, run, verb, terms, code):
    with pytest.raises(Refused) as refusal:
        run(verb, grow(1), **terms)
    assert refusal.value.verdict.codes == (code,)
    assert set(Lead.objects.values_list("version", flat=True)) == {1}


# What is left alone


def test_what_may_not_be_touched_is_left_with_its_reason(grow, run, company, now):
    mine, pooled, closed, changed = grow(1)[0], grow(1, None)[0], grow(1)[0], grow(1)[0]
    foreign = grow(2, "other_team")
    actions.discard_lead(lead=closed, reason="x", by=company.by("rep"), now=now)
    actions.discard_lead(lead=changed, reason="x", by=company.by("rep"), now=now)
    actions.reopen_lead(lead=changed, by=company.by("rep"), now=now)
    closed.refresh_from_db()
    found = run("return", [mine, pooled, closed, changed, *foreign], by="rep", reason="不合适")
    assert found.result["done"] == 1
    assert left(found) == {"not_claimed": 1, "not_open": 1, "changed_meanwhile": 1, "not_there": 2}
    assert found.result["left"]["not_there"]["leads"] == []  # not even their names
    assert set(Lead.objects.filter(pk__in=[lead.pk for lead in foreign]).values_list("version", flat=True)) == {1}


def test_nothing_left_changes_nothing(grow, run, company):
    with pytest.raises(Refused) as refusal:
        run("return", grow(2, "other_team"), by="rep", reason="x")
    assert refusal.value.verdict.codes == ("nothing_left",)
    assert not Event.objects.filter(kind="leads.returned").exists()


def test_claiming_stops_at_the_days_limit(grow, run, company):
    leads = grow(25, None)
    found = run("claim", leads, by="rep")
    assert found.result["done"] == 20
    assert left(found) == {"claims_used_up": 5}
    assert Lead.objects.filter(owner=company.rep).count() == 20


def test_assigning_stops_at_what_one_may_hold(grow, run, company):
    grow(198, "teammate")
    found = run("assign", grow(5), to=company.teammate.pk)
    assert (found.result["done"], left(found)) == (2, {"no_room": 3})


def test_ten_thousand_and_one_are_refused(company, now):
    chosen = [(number, 1) for number in range(LARGEST + 1)]
    with pytest.raises(Refused) as refusal:
        actions.choose(verb=BulkVerb.DISCARD, chosen=chosen, query="", by=company.by("rep"), now=now)
    assert refusal.value.verdict.codes == ("too_many_chosen",)


@pytest.mark.parametrize(("by", "verb"), [("rep", "assign"), ("auditor", "discard"), ("auditor", "assign")])
def test_who_may_not_is_refused(grow, company, now, by, verb):
    lead = grow(1)[0]
    with pytest.raises(Refused) as refusal:
        actions.choose(verb=BulkVerb(verb), chosen=[(lead.pk, 1)], query="", by=company.by(by), now=now)
    assert refusal.value.verdict.codes == ("may_not_bulk",)


def test_many_cost_as_many_questions_as_few(grow, company, now):
    counts = []
    for number in (2, 12):
        chosen = [(lead.pk, lead.version) for lead in grow(number, None)]
        with CaptureQueriesContext(connection) as seen:
            sifted(chosen, verb=BulkVerb.CLAIM, terms={}, by=company.by("team_lead"), now=now)
        counts.append(len(seen))
    assert counts[0] == counts[1]


# Once, later, and back


def test_pressed_twice_it_happens_once(grow, company, now):
    leads, by = grow(3), company.by("rep")
    found = actions.choose(verb=BulkVerb.DISCARD, chosen=[(lead.pk, 1) for lead in leads], query="", by=by, now=now)
    found = actions.settle(run=found, terms={"reason": "空号"}, by=by)
    actions.start(run=found, by=by, now=now)
    again = actions.start(run=found, by=by, now=now)
    assert again.result["done"] == 3
    assert Event.objects.filter(kind="leads.discarded").count() == 3
    with pytest.raises(Refused) as refusal:
        actions.settle(run=found, terms={"reason": "别的"}, by=by)
    assert refusal.value.verdict.codes == ("run_over",)


def test_many_are_done_by_a_worker_with_the_rights_of_then(
    grow, company, now, monkeypatch, django_capture_on_commit_callbacks
):
    from tuoke.steps.leads.actions import bulk

    monkeypatch.setattr(bulk, "IN_BACKGROUND", 2)
    leads, by = grow(3), company.by("rep")
    found = actions.choose(verb=BulkVerb.DISCARD, chosen=[(lead.pk, 1) for lead in leads], query="", by=by, now=now)
    actions.settle(run=found, terms={"reason": "空号"}, by=by)
    found = actions.start(run=found, by=by, now=now)
    if found.status == RunStatus.QUEUED:  # the test's backend may work at once
        assert Lead.objects.filter(status="open").count() == 3
    bulk.carry_out.func(found.pk)
    bulk.carry_out.func(found.pk)
    found.refresh_from_db()
    assert (found.status, found.result["done"]) == ("done", 3)
    assert Event.objects.filter(kind="leads.discarded").count() == 3


def test_a_worker_that_may_do_nothing_says_so(grow, company, now, monkeypatch, login):
    from tuoke.steps.leads.actions import bulk

    monkeypatch.setattr(bulk, "IN_BACKGROUND", 0)
    lead, by = grow(1)[0], company.by("rep")
    found = actions.choose(verb=BulkVerb.DISCARD, chosen=[(lead.pk, 1)], query="", by=by, now=now)
    actions.settle(run=found, terms={"reason": "空号"}, by=by)
    Lead.objects.update(version=7)
    actions.start(run=found, by=by, now=now)
    bulk.carry_out.func(found.pk)
    found.refresh_from_db()
    assert found.status == "failed"
    assert "什么也没有改" in text(login("rep").get(found.get_absolute_url()))


@pytest.mark.parametrize(
    ("verb", "terms"),
    [("assign", {"to": "teammate"}), ("return", {"reason": "x"}), ("discard", {"reason": "x"}), ("tier", {"tier": "watch", "reason": "x"})],
)  # fmt: skip
def test_the_last_run_can_be_undone(grow, run, company, now, verb, terms):
    leads = grow(3)
    names = (
        "owner_id",
        "department_id",
        "status",
        "status_reason",
        "tier",
        "tier_by_hand",
        "tier_reason",
        "due_on",
        "recycle_on",
        "owned_since",
    )
    before = list(Lead.objects.order_by("pk").values_list(*names))
    said = {name: getattr(company, value).pk if name == "to" else value for name, value in terms.items()}
    found = run(verb, leads, **said)
    assert list(Lead.objects.order_by("pk").values_list(*names)) != before
    found = actions.undo_run(run=found, by=company.by("team_lead"), now=now)
    assert (found.status, found.result["restored"]) == ("undone", 3)
    assert list(Lead.objects.order_by("pk").values_list(*names)) == before
    assert Event.objects.filter(kind="leads.bulk_restored").count() == 3
    with pytest.raises(Refused):
        actions.undo_run(run=found, by=company.by("team_lead"), now=now)


def test_undoing_leaves_what_was_changed_since(grow, run, company, now):
    leads = grow(2)
    found = run("discard", leads, reason="x")
    actions.reopen_lead(lead=leads[0], by=company.by("rep"), now=now)
    found = actions.undo_run(run=found, by=company.by("team_lead"), now=now)
    assert found.result["restored"] == 1


def test_undoing_has_an_end(grow, run, company, now):
    first = run("discard", grow(1), reason="x")
    with pytest.raises(Refused) as refusal:
        actions.undo_run(run=first, by=company.by("team_lead"), now=now + timedelta(hours=1))
    assert refusal.value.verdict.codes == ("undo_too_late",)
    run("discard", grow(1), reason="x")
    with pytest.raises(Refused) as refusal:
        actions.undo_run(run=first, by=company.by("team_lead"), now=now)
    assert refusal.value.verdict.codes == ("not_the_last",)


# The pages


def test_from_the_list_over_the_preview_to_the_result(grow, login, company):
    leads = [*grow(2), *grow(1, None)]
    client = login("team_lead")
    chosen = client.post(BULK, {"verb": "assign", "pick": picks(leads), "query": "tab=team"})
    url = chosen["Location"]
    page = text(client.get(url))
    assert "选中 3 条" in page
    looked = client.post(url, {"to": company.rep.pk, "step": "look"})
    assert "本来就由他负责" in text(looked)
    assert looked.context["may"] == 1
    assert Lead.objects.filter(version=1).count() == 3  # nothing done yet
    done = client.post(url, {"to": company.rep.pk, "step": "do"}, follow=True)
    assert "处理了 1 条线索" in text(done)
    assert "本来就由他负责" in text(done)
    again = client.post(url, {"to": company.teammate.pk, "step": "do"}, follow=True)
    assert "处理了 1 条线索" in text(again)
    undone = client.post(reverse("leads:bulk_undo", args=[url.split("/")[-2]]), follow=True)
    assert "恢复了 1 条线索" in text(undone)


def test_everything_that_the_filter_finds_is_frozen_then(grow, login):
    grow(3)
    client = login("rep")
    url = client.post(BULK, {"verb": "discard", "all": "1", "query": "tab=mine&region=济南"})["Location"]
    grow(2)  # came later
    done = client.post(url, {"reason": "空号", "step": "do"}, follow=True)
    assert "处理了 3 条线索" in text(done)
    assert Lead.objects.filter(status="open").count() == 2


def test_the_filter_of_everything_stays_within_ones_rights(grow, login):
    grow(2, "other_team")
    mine = grow(1)
    client = login("rep")
    assert client.post(BULK, {"verb": "discard", "all": "1", "query": "tab=all"}).status_code == 422
    url = client.post(BULK, {"verb": "discard", "all": "1", "query": "tab=mine&status=any"})["Location"]
    assert BulkRun.objects.get().chosen == [[mine[0].pk, 1]]
    assert login("teammate").get(url).status_code == 404
    assert login("director").post(url, {"reason": "x", "step": "do"}).status_code == 404
    assert login("teammate").post(f"{url}undo/").status_code == 404


@pytest.mark.parametrize(
    "data",
    [
        {"verb": "delete", "pick": ["1.1"]}, {"verb": "discard"}, {"verb": "discard", "pick": ["x", "1", "1.x", "-1.1", "9" * 40]},
        {"verb": "discard", "all": "1", "query": "tab=mine&tier=gold"}, {"verb": "assign", "pick": ["1.1"]}, {},
    ],
)  # fmt: skip
def test_a_selection_that_makes_no_sense(login, data):
    assert login("rep").post(BULK, data).status_code == 422
    assert not BulkRun.objects.exists()


def test_a_forged_form_with_ten_thousand_ticks_is_no_form(login):
    response = login("rep").post(BULK, {"verb": "discard", "pick": [f"{n}.1" for n in range(1, LARGEST + 2)]})
    assert response.status_code == 400
    assert not BulkRun.objects.exists()


def test_a_filter_that_finds_too_many_is_refused_with_words(grow, login, monkeypatch):
    from tuoke.steps.leads.actions import bulk

    monkeypatch.setattr(bulk, "LARGEST", 2)
    grow(3)
    response = login("rep").post(BULK, {"verb": "discard", "all": "1", "query": "tab=mine"})
    assert response.status_code == 422
    assert "一次最多处理 2 条" in text(response)


def test_somebody_elses_ids_in_a_selection_say_nothing(grow, login):
    foreign = grow(1, "other_team")
    client = login("rep")
    url = client.post(BULK, {"verb": "discard", "pick": [*picks(foreign), "99999.1"]})["Location"]
    page = text(client.get(url))
    assert "恒远" not in page
    assert client.get(url).context["left"] == [("已经不在您的范围内，或不存在", 2, [])]
    assert client.post(url, {"reason": "x", "step": "do"}).status_code == 422


def test_readers_have_no_bar(grow, login):
    lead = grow(1)[0]
    client = login("auditor")
    assert 'id="bulk"' not in text(client.get("/leads/?tab=all"))
    assert client.post(BULK, {"verb": "discard", "pick": picks([lead])}).status_code == 403


def test_a_reason_with_markup_stays_a_text(grow, login):
    leads = grow(1)
    client = login("rep")
    url = client.post(BULK, {"verb": "discard", "pick": picks(leads), "query": "tab=mine"})["Location"]
    client.post(url, {"reason": "<b>空号</b>", "step": "do"})
    assert "<b>空号" not in text(client.get(leads[0].get_absolute_url()))


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_do_it_once(now):
    from tests.people import make_company
    from tuoke.base.accounts.rules import system
    from tuoke.spine.playbook.actions import load_default

    load_default(by=system("test"), now=now)
    company = make_company()
    by = company.by("rep")
    leads = actions.create_many(
        drafts=[ready(want=f"项目{n}", owner_id=company.rep.pk) for n in range(20)], by=by, now=now
    )
    run = actions.choose(verb=BulkVerb.DISCARD, chosen=[(lead.pk, 1) for lead in leads], query="", by=by, now=now)
    run = actions.settle(run=run, terms={"reason": "空号"}, by=by)
    barrier, results = threading.Barrier(4), []

    def press():
        try:
            barrier.wait()
            results.append(patiently(lambda: actions.start(run=run, by=by, now=now)).result["done"])
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [20] * 4
    assert Event.objects.filter(kind="leads.discarded").count() == 20
    assert set(Lead.objects.values_list("version", flat=True)) == {2}
