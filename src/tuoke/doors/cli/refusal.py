"""What the command line says when it can't use what it was given."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tuoke.base.accounts.models import User
from tuoke.base.accounts.queries import principal_of
from tuoke.base.accounts.rules import Principal, system


class Unusable(Exception):
    """Unusable input: exit 2, one line on stderr, nothing changed."""


def shell() -> Principal:
    """The administrator at the shell."""
    return system("command line")


def principal_named(username: str | None) -> Principal:
    """The person named with ``--as``, or the shell's administrator."""
    if username is None:
        return shell()
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise Unusable(f"there is no active user {username!r}; see tuoke org load")
    return principal_of(user)


def answer(result: Mapping[str, Any], *, as_json: bool) -> None:
    """One JSON object on stdout, or the same as lines to read."""
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
        return
    for name, value in result.items():
        print(f"{name}: {value}")
