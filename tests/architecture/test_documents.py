"""ARCHITECTURE.md says what is true: every criterion that is still a tick, every hook."""

from __future__ import annotations

import re

import yaml

from tests.architecture.layers import ROOT

PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")


def criteria(node):
    """Key and kind of every exit criterion of a process."""
    if isinstance(node, dict):
        if "kind" in node and "key" in node:
            yield node["key"], node["kind"]
        for value in node.values():
            yield from criteria(value)
    elif isinstance(node, list):
        for value in node:
            yield from criteria(value)


def test_every_criterion_that_is_a_tick_is_listed():
    content = yaml.safe_load((ROOT / "src/tuoke/spine/playbook/content/default.yaml").read_text(encoding="utf-8"))
    kinds = dict(criteria(content))
    assert len(kinds) > 30
    found = {key for key, kind in kinds.items() if kind == "tick"}
    listed = set(
        re.findall(r"`((?:targeting|leads|outreach|discovery|proposals|negotiation|contracts|reviews)-[a-z-]+)`", PAGE)
    )
    assert listed == found


def test_every_hook_is_listed():
    hooks = {}
    for path in sorted((ROOT / "src/tuoke").rglob("hooks.py")):
        names = re.findall(r"^([a-z_]+): (?:list|dict)\[", path.read_text(encoding="utf-8"), re.M)
        hooks[path.parent.name] = names
    missing = [
        f"{room}.{name}"
        for room, names in hooks.items()
        for name in names
        if f"`{name}`" not in PAGE and f".{name}`" not in PAGE
    ]
    assert hooks
    assert missing == []
