"""The shell's places: the side bar from top to bottom, and what + 新建 offers. What a person may not open isn't shown."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tuoke.base.accounts.middleware import NOBODY
from tuoke.base.accounts.rules import Permission, Principal
from tuoke.base.ui import nav
from tuoke.services.approvals.queries import waiting_count
from tuoke.spine.library.models import KIND_NAMES


def fill() -> None:
    leads, deals = may(Permission.LEAD_READ), may(Permission.DEAL_READ)
    profiles, follow = may(Permission.PROFILE_READ), may(Permission.FOLLOWUP_READ)
    nav.items[:] = [
        nav.Item(_("今日"), "today", icon="sun", go="t", phone=True),
        nav.Item(
            _("审批"), "approvals:list", icon="clipboard-check", go="a", shown=may(Permission.APPROVALS),
            count=lambda request: waiting_count(principal_of(request)),
        ),
        nav.Item(
            _("线索"), "leads:list", icon="users-group", go="l", phone=True, shown=leads,
            within=("/leads/", "/outreach/lead/", "/desk/lead/"),
            children=(
                nav.Item(_("我的"), "leads:list", query="tab=mine", shown=may(Permission.LEAD_WRITE)),
                nav.Item(_("公海"), "leads:list", query="tab=pool", shown=leads),
                nav.Item(_("导入"), "imports:list", shown=may(Permission.LEAD_IMPORT)),
                nav.Item(_("查重"), "customers:review", shown=may(Permission.LEAD_WRITE)),
                nav.Item(_("线索来源"), "leads:sources", shown=leads),
            ),
        ),
        nav.Item(
            _("商机"), "deals:board", icon="layout-kanban", go="d", phone=True, shown=deals,
            within=("/deals/", "/revisits/", "/interviews/", "/outreach/deal/", "/desk/deal/", "/desk/calls/"),
            children=(
                nav.Item(_("看板"), "deals:board", shown=deals),
                nav.Item(_("列表"), "deals:list", shown=deals),
                nav.Item(_("跟进记录"), "followups:list", shown=follow),
                nav.Item(_("回款"), "payments:list", within=("/deals/payments/",), shown=may(Permission.PAYMENT_READ)),
                nav.Item(_("回访"), "revisits:list", within=("/revisits/",), shown=may(Permission.REVIEW_READ)),
                nav.Item(_("邮件"), "notifications:mails", shown=follow),
            ),
        ),
        nav.Item(
            _("客户"), "customers:list", icon="building", go="u", phone=True, shown=may(Permission.CUSTOMER_READ),
            within=("/customers/", "/outreach/customer/", "/desk/customer/"),
            children=(nav.Item(_("客户公海"), "leads:pool_customers", shown=may(Permission.CUSTOMER_WRITE)),),
        ),
        nav.Item(
            _("拓展计划"), "targeting:index", icon="target-arrow", go="p", shown=profiles,
            children=(
                nav.Item(_("目标"), "goals:index", shown=may(Permission.GOAL_READ)),
                nav.Item(_("资源"), "resources:index", shown=may(Permission.RESOURCE_READ)),
                nav.Item(_("成交历史"), "targeting:history", shown=profiles),
                nav.Item(_("产品与竞品"), "catalog:products", within=("/catalog/",), shown=profiles),
            ),
        ),
        nav.Item(
            _("资料库"), "library:index", icon="books", go="m", shown=may(Permission.LIBRARY_READ),
            children=tuple(nav.Item(name, "library:kind", args=(kind.value,)) for kind, name in KIND_NAMES.items()),
        ),
        nav.Item(
            _("流程手册"), "playbook:index", icon="book", go="h", within=("/playbook/", "/improvements/", "/effects/"),
            children=(
                nav.Item(_("版本与编辑"), "playbook:versions", shown=may(Permission.PLAYBOOK_WRITE)),
                nav.Item(_("改进项"), "improvements:index", shown=may(Permission.IMPROVEMENT_READ)),
                nav.Item(_("改进效果"), "effects:index", shown=may(Permission.EFFECT_READ)),
            ),
        ),
        nav.Item(
            _("设置"), "calendar:index", icon="settings", shown=rules_or_people,
            children=(
                nav.Item(_("公海与跟进频次"), "leads:rules", shown=may(Permission.LEAD_RULES)),
                nav.Item(_("线索分配"), "leads:assignment", shown=may(Permission.LEAD_ASSIGN)),
                nav.Item(_("工作日历"), "calendar:index"),
                nav.Item(_("组织与人员"), "organisation", shown=may(Permission.ORG_READ)),
            ),
        ),
    ]  # fmt: skip
    nav.mine[:] = [nav.Item(_("日历订阅"), "calendar:mine", icon="calendar-share")]
    nav.search[:] = [may(Permission.SEARCH)]
    nav.new[:] = [
        nav.Item(_("新建线索"), "leads:new", icon="user-plus", shown=may(Permission.LEAD_WRITE)),
        nav.Item(_("新建客户"), "customers:new", icon="building", shown=may(Permission.CUSTOMER_WRITE)),
        nav.Item(_("新建商机"), "deals:new", icon="briefcase", shown=may(Permission.DEAL_WRITE)),
        nav.Item(_("导入线索"), "imports:list", icon="upload", shown=may(Permission.LEAD_IMPORT)),
    ]


def rules_or_people(request: HttpRequest) -> bool:
    """Who has something to set or to look up there."""
    return any(may(permission)(request) for permission in (Permission.LEAD_ASSIGN, Permission.ORG_READ))


def may(permission: Permission) -> Callable[[HttpRequest], bool]:
    return lambda request: principal_of(request).may(permission)


def principal_of(request: HttpRequest) -> Principal:
    """A request that was refused before it had a principal (a forged form, say) is nobody's: nothing is shown."""
    found: Principal = getattr(request, "principal", NOBODY)
    return found
