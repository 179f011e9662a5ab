"""``tuoke score``, ``tuoke score explain``: spec/3."""

from __future__ import annotations

import json

import pytest

from tests.steps.leads.drafts import ready
from tuoke.doors.cli.main import main
from tuoke.spine.customers.models import Lead
from tuoke.steps.leads import actions


@pytest.fixture
def lead(company, now):
    return actions.create_lead(draft=ready(budget_low=None, budget_high=None), by=company.by("rep"), now=now)


def said(capsys, *words: str) -> tuple[int, dict]:
    code = main([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_score_says_how_many_changed(lead, capsys):
    Lead.objects.update(score="0.1")
    assert said(capsys, "score") == (0, {"changed": 1})
    assert said(capsys, "score") == (0, {"changed": 0})


def test_an_unknown_campaign_is_unusable(lead, capsys):
    assert main(["score", "--campaign", "没有"]) == 2
    assert "没有" in capsys.readouterr().err


def test_explain_says_points_rules_and_missing_facts(lead, capsys):
    code, found = said(capsys, "score", "explain", str(lead.pk))
    assert code == 0
    assert (found["lead"], found["score"], found["tier"]) == (lead.pk, str(lead.score), lead.tier)
    points = {d["key"]: (d["points"], d["rule"], d["missing"], d["unverified"]) for d in found["detail"]["dimensions"]}
    assert points["budget"] == ("0.0", "budget_unknown", ["budget"], [])
    assert points["chain"] == ("9.0", "chain_contacted", [], ["contact"])
    assert found["missing"] == [{"fact": "budget", "gain": found["missing"][0]["gain"]}]
    assert found["ask_first"]["facts"] == ["budget"]


def test_explaining_nobody_is_unusable(db, capsys):
    assert main(["score", "explain", "999"]) == 2
