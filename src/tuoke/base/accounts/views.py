from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from tuoke.base.accounts import queries
from tuoke.base.accounts.access import StaffRequest, needs
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.http import screen


@require_GET
@needs(Permission.ORG_READ)
def organisation(request: StaffRequest) -> HttpResponse:
    return screen(request, "accounts/organisation.html", {"departments": queries.organisation()})
