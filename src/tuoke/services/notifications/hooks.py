"""What packages above hand down. Filled by ``config.wiring``."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from tuoke.base.accounts.rules import Principal

# Who else than its sender may see a mail ("read"), or decide about it ("write"): each returns a Q over Mail.
mail_visibility: list[Callable[[Principal, str], Q]] = []
