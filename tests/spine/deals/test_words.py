from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from tuoke.base.kernel.verdict import Reason
from tuoke.base.records.models import Event
from tuoke.spine.deals import words
from tuoke.spine.playbook.rules import KINDS

PACKAGE = Path(words.__file__).parent
CODE = re.compile(r'\bno\(\s*"(\w+)"|code = "(\w+)"|else "(not_before)"')


def codes():
    said = "".join((PACKAGE / name).read_text("utf-8") for name in ("rules.py", "actions.py"))
    found = {code for groups in CODE.findall(said) for code in groups if code}
    return sorted(found | {"waiver_reason_missing", "waiver_reason_too_long", "waiver_reason_broken", "signed"})


def test_every_refusal_has_words():
    assert set(codes()) - set(words.SENTENCES) == {"playbook"} - {"playbook"}


def test_no_words_without_a_refusal():
    from_above = {
        "contract_stands",
        "contract_unsigned",
        "deal_has_receipts",
    }  # what the hooks' rooms have against a verb
    assert set(words.SENTENCES) - set(codes()) <= {"note_too_long", "note_broken"} | from_above


@pytest.mark.parametrize("code", sorted(words.SENTENCES))
def test_words_need_only_what_the_reasons_carry(code, deal):
    from tuoke.spine.deals.queries import process_of

    params = dict.fromkeys(
        ("to", "next", "outcome", "limit", "length", "step", "name", "title", "number", "amount"), "proposals"
    )
    assert "%" not in words.sentence(Reason(code, params), process_of(deal))


def _told():
    return [
        path.name.removeprefix("deals.").removesuffix(".html") for path in (PACKAGE / "templates/timeline").iterdir()
    ]


def test_every_kind_of_event_is_told_in_its_own_words():
    actions = (PACKAGE / "actions.py").read_text("utf-8")
    verbs = set(re.findall(r'_record\(\s*"(\w+)"', actions)) | {"lost", "voided"}
    below = "".join(
        path.read_text("utf-8") for name in ("duties", "changeovers") for path in (PACKAGE / name).glob("*.py")
    )
    verbs |= set(re.findall(r'(?:_tell\(|kind=)\s*"(?:deals\.)?(\w+)"', below))
    assert verbs == set(_told())


@pytest.mark.parametrize("path", sorted((PACKAGE / "templates/timeline").iterdir()), ids=lambda path: path.stem)
def test_an_event_is_one_item_of_the_timeline(path, now):
    event = Event(kind=path.stem, at=now, actor_name="王芳")
    facts = {"name": "甲", "to_name": "方案呈现", "from_name": "深度沟通", "reason": "理由", "amount": "480000.00",
             "until": "2026-12-01", "member": "吴工", "title": "条件", "duty": "技术"}  # fmt: skip
    changes = {
        "amount": ["1.00", "20000.00"],
        "owner": ["王芳", "李强"],
        "is_complex": [False, True],
        "variant": ["a", "b"],
    }
    said = render_to_string(f"timeline/{path.name}", {"event": event, "facts": facts, "changes": changes})
    assert said.count('<li class="timeline-item">') == 1
    assert "王芳" in said
    assert "None" not in said


def test_every_fact_that_is_ours_has_a_place():
    from tuoke.spine.deals import hooks

    own = {"amount_known", "budget_known", "close_date_known", "contact_reachable", "decision_maker_known",
           "decision_maker_contacted", "outcome_won"}  # fmt: skip
    assert own <= set(hooks.fix_places)
    assert own <= set(KINDS)
