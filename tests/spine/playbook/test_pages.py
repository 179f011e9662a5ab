from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from tests.spine.playbook.docs import shipped
from tuoke.spine.playbook.rules import StepKey

pytestmark = pytest.mark.django_db
INDEX = reverse("playbook:index")


def address(step: str, variant: str = "") -> str:
    return reverse("playbook:step", args=[step]) + (f"?variant={variant}" if variant else "")


@pytest.fixture
def reader(client, company):
    client.force_login(company.rep)
    return client


def text(response) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_the_handbook_shows_all_steps(reader, playbook):
    page = text(reader.get(INDEX))
    for step in shipped().steps:
        assert step.name in page
        assert step.goal in page
        assert address(step.key) in page
    assert [note.title for note in shipped().notes if note.title not in page] == []


@pytest.mark.parametrize("key", [step.key.value for step in shipped().steps])
def test_a_step_shows_everything_a_newcomer_needs(reader, playbook, key):
    step, page = shipped().step(key), text(reader.get(address(key)))
    wanted = [step.goal, step.why, step.good_example, *step.common_mistakes, *step.pacing, *step.verification]
    wanted += [line for action in step.actions for line in (action.title, *action.how, action.example)]
    wanted += [line for part in step.script for line in (part.part, *part.lines)]
    wanted += [criterion.title for criterion in step.criteria]
    wanted += [deliverable.name for deliverable in step.deliverables]
    wanted += [row.standard for row in step.responsibilities]
    assert [line for line in wanted if line not in page] == []
    assert "style=" not in page


@pytest.mark.parametrize("url", [INDEX, address("discovery")])
def test_reading_costs_no_query_for_the_document(reader, playbook, django_assert_max_num_queries, url):
    reader.get(url)
    with django_assert_max_num_queries(6):
        reader.get(url)


def test_a_variant_is_kept_from_page_to_page(reader, playbook):
    page = text(reader.get(address("discovery", "tob_large")))
    assert "绘制决策链图" in page
    assert address("proposals", "tob_large") in page
    assert "绘制决策链图" not in text(reader.get(address("discovery")))


def test_variants_that_apply_together_can_be_read_together(reader, playbook):
    page = text(reader.get(address("outreach", "tob_large%2Bcross_region")))
    assert "确定协同负责人" in page
    assert "variant=tob_large%2Bcross_region" in page


def test_a_step_that_the_customer_type_leaves_out_says_so(reader, playbook):
    assert "这一类客户不走这一步" in text(reader.get(address("outreach", "existing")))
    assert "这一类客户不走这一步" not in text(reader.get(address("discovery", "existing")))


@pytest.mark.parametrize("url", [address("closing"), address("leads", "nobody"), f"{INDEX}?variant=nobody"])
def test_what_is_unknown_is_not_found(reader, playbook, url):
    assert reader.get(url).status_code == 404


def test_without_a_playbook_the_page_says_what_to_do(reader):
    assert "tuoke migrate" in text(reader.get(INDEX))
    assert reader.get(address("leads")).status_code == 404


@pytest.mark.parametrize("role", ["rep", "team_lead", "director", "process_owner", "collaborator", "auditor", "admin"])
def test_everybody_may_learn_the_process(client, company, playbook, role):
    client.force_login(getattr(company, role))
    assert client.get(INDEX).status_code == 200


def test_nobody_else_may(client, playbook):
    assert client.get(INDEX).status_code == 302
    assert client.get(address("leads")).status_code == 302


def guide(**context) -> str:
    return render_to_string("playbook/_guide.html", {"step": shipped().step(StepKey.OUTREACH), **context})


def test_the_guide_only_shows_ticks_where_none_can_be_given():
    page = guide(ticked={"outreach-prepare"})
    assert page.count('class="is-done"') == 1
    assert "<form" not in page
    for part in ("话术与模板", "好的例子", "常见错误", "节奏与核验"):
        assert part in page


def test_the_guide_ticks_and_unticks():
    page = guide(ticked={"outreach-prepare": object()}, tick_url="/t/", untick_url="/u/", target="#guide")
    assert page.count('action="/t/"') == 2
    assert page.count('action="/u/"') == 1
    assert re.search(r'action="/u/" hx-post="/u/" hx-target="#guide".*?value="outreach-prepare"', page)


def test_the_guide_leads_to_the_place_where_an_action_is_done():
    page = guide(ticked=(), urls={"outreach-collect": "/followups/new/"}, guide_query="?variant=small")
    assert page.count("/followups/new/") == 1
    assert address("outreach", "small") in page
