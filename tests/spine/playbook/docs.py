"""Small documents to break and to judge by."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from tuoke.spine.playbook.actions import DEFAULT_CONTENT, read_content
from tuoke.spine.playbook.rules import PlaybookDoc, parse


def action(key: str) -> dict[str, Any]:
    return {"key": key, "title": "动作", "how": ["先做这个"]}


def criterion(key: str, kind: str = "tick", **more: Any) -> dict[str, Any]:
    return {"key": key, "title": f"条件 {key}", "kind": kind, **more}


def step(key: str, number: int, **more: Any) -> dict[str, Any]:
    return {
        "key": key, "number": number, "name": key, "theme": "聚焦", "goal": "目标", "why": "因为", "standard_days": 5,
        "actions": [action(f"{key}-do")], **more,
    }  # fmt: skip


def small() -> dict[str, Any]:
    """Three steps with one criterion of each sort, and the end that every process needs."""
    return {
        "key": "small",
        "name": "小流程",
        "logic": ["聚焦"],
        "steps": [
            step("leads", 1, criteria=[criterion("leads-score", "lead_score", params={"at_least": 7.0})]),
            step(
                "outreach",
                2,
                criteria=[
                    criterion("outreach-followup", "followups_in_step", params={"at_least": 1}),
                    criterion("outreach-next", "next_action_set"),
                    criterion("outreach-basics", required=False),
                ],
            ),
            step(
                "discovery",
                3,
                criteria=[criterion("discovery-next", "next_action_set"), criterion("discovery-agreed")],
            ),
            step("contracts", 4),
            step("reviews", 5),
        ],
        "variants": [{"key": "default", "name": "标准"}],
    }


@cache
def shipped() -> PlaybookDoc:
    return parse(read_content(DEFAULT_CONTENT))


@cache
def _shipped_content() -> dict[str, Any]:
    return read_content(DEFAULT_CONTENT)


def shipped_content() -> dict[str, Any]:
    return deepcopy(_shipped_content())
