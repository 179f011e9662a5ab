from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui.parts import Tab
from tuoke.steps.targeting.resources.queries import waiting_requests


def tabs_of(who: Principal, current: str) -> list[Tab]:
    """资源 · 我的申请 · 待我审批; who can't ask for anything has only the first."""
    tabs = [Tab(_("资源"), reverse("resources:index"), current == "index")]
    if not who.may(Permission.RESOURCE_REQUEST):
        return tabs
    waiting = waiting_requests(who).count()
    return [
        *tabs,
        Tab(_("我的申请"), reverse("resources:mine"), current == "mine"),
        Tab(_("待我审批"), reverse("resources:waiting"), current == "waiting", count=waiting or None),
    ]
