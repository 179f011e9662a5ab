"""A playbook as YAML text: written in one way, and read with the line on which every part stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from tuoke.spine.playbook.rules.plain import Plain
from tuoke.spine.playbook.rules.reading import PlaybookError, Problem

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C reads a playbook in a tenth of the time; where the package was built without it, the other."""
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
MOST_CHARACTERS = 1_000_000
MOST_NODES = 100_000
MOST_DEPTH = 20
MOST_DIGITS = 40
_NUMBER = "tag:yaml.org,2002:int"
"""A playbook has some 2,000 nodes, seven deep: far beyond that a file is no playbook but an attack, or a mistake."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a text says, and the line of every part by the path that a Problem names."""

    content: Plain
    lines: Mapping[str, int]

    def line_of(self, path: str) -> int | None:
        """The line of a path, or of the nearest part around it."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return None


def written(content: Plain) -> str:
    """The canonical text of a plain document: ``read(written(c)).content == c``."""
    return yaml.dump(
        content, Dumper=DUMPER, allow_unicode=True, sort_keys=False, width=10_000, default_flow_style=False
    )


def read(text: str, *, name: str = "YAML") -> Source:
    """Raises PlaybookError: not_yaml (with line and column), not_a_mapping, too_large, too_deep."""
    if len(text) > MOST_CHARACTERS:
        raise PlaybookError((Problem(name, "too_large", str(len(text)), f"at most {MOST_CHARACTERS} characters"),))
    try:
        _check_depth(text, name)
        root = yaml.compose(text, Loader=LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise PlaybookError((_unreadable(error, name),)) from error
    lines: dict[str, int] = {}
    if root is not None:
        _place(root, "playbook", lines, name)
    try:
        content = yaml.load(text, Loader=LOADER)  # noqa: S506  # a safe one
    except (yaml.YAMLError, RecursionError, ValueError, AttributeError) as error:  # the last: "!!timestamp x"
        raise PlaybookError((_unreadable(error, name),)) from error
    if not isinstance(content, dict):
        raise PlaybookError((Problem(name, "not_a_mapping", expected="fields with values"),))
    return Source(content, lines)


def _unreadable(error: Exception, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark is not None else name
    said = str(getattr(error, "problem", "") or error)
    return Problem(where, "not_yaml", said, "a YAML document in UTF-8")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _check_depth(text: str, name: str) -> None:
    """Before anything is built of it: events come one by one, however deep."""
    depth = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                raise PlaybookError((Problem(f"{name}:{_line(event)}", "too_deep", str(depth)),))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1


def _place(root: yaml.Node, path: str, lines: dict[str, int], name: str) -> None:
    """The line of every part; an alias counts each time it is used, so a text can't blow itself up."""
    waiting = [(root, path, 0)]
    while waiting:
        node, path, depth = waiting.pop()
        if len(lines) > MOST_NODES or depth > MOST_DEPTH:
            raise PlaybookError((Problem(f"{name}:{node.start_mark.line + 1}", "too_large", str(len(lines))),))
        lines[path] = node.start_mark.line + 1
        if node.tag == _NUMBER and len(node.value) > MOST_DIGITS:
            raise PlaybookError((Problem(f"{name}:{lines[path]}", "not_yaml", f"{node.value[:20]}…", "a number"),))
        if isinstance(node, yaml.MappingNode):
            said = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
            if twice := next((key for key in said if said.count(key) > 1), None):
                raise PlaybookError((Problem(f"{name}:{lines[path]}", "field_twice", twice, "each field once"),))
            for key, value in node.value:
                inner = f"{path}.{key.value if isinstance(key, yaml.ScalarNode) else '?'}"
                waiting.append((value, inner, depth + 1))
                lines.setdefault(inner, key.start_mark.line + 1)
        elif isinstance(node, yaml.SequenceNode):
            waiting += [(item, f"{path}[{position}]", depth + 1) for position, item in enumerate(node.value)]
