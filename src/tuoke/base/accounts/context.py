from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from tuoke.base.accounts.middleware import NOBODY


def principal(request: HttpRequest) -> dict[str, Any]:
    return {"principal": getattr(request, "principal", NOBODY)}
