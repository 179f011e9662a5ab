"""The playbook that ships with Tuoke, and how a file is read."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from tuoke.spine.playbook.rules import PlaybookError, Problem
from tuoke.spine.playbook.rules.text import read

DEFAULT_CONTENT = Path(__file__).parent / "default.yaml"


def default_content() -> dict[str, Any]:
    """What ships with Tuoke, a copy for each caller; its file is read once a process."""
    content: dict[str, Any] = json.loads(_default_content())
    return content


@cache
def _default_content() -> str:
    return json.dumps(read_content(DEFAULT_CONTENT))


def read_content(path: Path) -> dict[str, Any]:
    """The plain document in a YAML file. Raises PlaybookError if it can't be read as one."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise PlaybookError((Problem(path.name, "not_yaml", str(error), "a YAML document in UTF-8"),)) from error
    return read(text, name=path.name).content
