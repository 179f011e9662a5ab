from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from tuoke.services.health import queries


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the installation can work, 503 naming what is wrong."""
    wrong = queries.findings()
    return JsonResponse({"ok": not wrong, "wrong": wrong}, status=503 if wrong else 200)
