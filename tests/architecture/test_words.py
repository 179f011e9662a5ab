"""Every kind of event has its words: no timeline shows a code."""

from __future__ import annotations

import re

import pytest
from django.template.loader import select_template

from tests.architecture.layers import ROOT

KIND = re.compile(
    r'(?:(?:kind|event)=|(?:_record|_event|_tell\w*|\btell|\btell_inside)\()\s*"((?!pdf")(?:[a-z_]+\.)?[a-z_]+)"'
    r'|verb="([a-z]+_[a-z_]+)"'
)
NAMED_BY_A_STATE = ["approvals.approved", "approvals.rejected", "signoffs.signed", "signoffs.refused"]


def kinds():
    yield from NAMED_BY_A_STATE
    for path in sorted((ROOT / "src/tuoke").rglob("*.py")):
        if path.stem == "actions" or "actions" in path.parts or path.stem == "jobs":
            for found in KIND.findall(path.read_text()):
                kind = "".join(found)
                label = next(above for above in path.parents if (above / "apps.py").exists()).name
                yield kind if "." in kind else f"{label}.{kind}"


def test_kinds_are_found():
    assert len(set(kinds())) > 250


@pytest.mark.parametrize("kind", sorted(set(kinds())))
def test_a_kind_of_event_has_words(kind):
    chosen = select_template([f"timeline/{kind}.html", "timeline/default.html"])
    assert chosen.template.name != "timeline/default.html"
