"""Every place where a lower package is handed something by a higher one: all of it, on one screen."""

from __future__ import annotations

from collections.abc import Callable


def connect() -> None:
    """Fill the hooks. Called once when the applications are ready."""
    from django.urls import reverse
    from django.utils.translation import gettext_lazy as _

    from tuoke.services.jobs import hooks as jobs
    from tuoke.spine.customers import hooks as customers
    from tuoke.spine.deals import facts as deal_facts
    from tuoke.spine.deals import hooks as deal
    from tuoke.spine.deals import queries as deals
    from tuoke.spine.deals import words as deal_words
    from tuoke.spine.followups import actions as followups
    from tuoke.spine.followups import facts as followup_facts
    from tuoke.spine.followups import places as followup_places
    from tuoke.steps.discovery import facts as discovery_facts
    from tuoke.steps.discovery import places as discovery_places
    from tuoke.steps.leads import jobs as leads
    from tuoke.steps.targeting import hooks as targeting

    customers.extra_visibility[:] = [deals.joined_customers]
    customers.cases_of[:] = [deals.cases_of]
    customers.new_case_url[:] = [lambda customer: f"{reverse('deals:new')}?customer={customer.pk}"]
    customers.lead_panels[:] = [customers.Panel("followups", _("跟进"), "followups:panel_lead")]
    customers.customer_panels[:] = [customers.Panel("followups", _("跟进"), "followups:panel_customer")]
    deal.fact_sources[:] = [deal_facts.facts_of, followup_facts.facts_of, discovery_facts.facts_of]
    deal.fix_places.update(deal_words.OWN_PLACES)
    deal.fix_places.update({**followup_places.FIX_PLACES, **discovery_places.FIX_PLACES})
    deal.on_closed[:] = [followups.end_open_actions]
    deal.on_transferred[:] = [followups.hand_open_actions_over]
    targeting.on_profile_changed[:] = [leads.after_profile_change]
    jobs.periodic.append(jobs.Periodic("leads.rescore", every=24 * 3600, run=leads.every_day))
    _fill_side_bar()


def _fill_side_bar() -> None:
    """Top to bottom; what a person may not open isn't shown to him."""
    from django.http import HttpRequest
    from django.utils.translation import gettext_lazy as _

    from tuoke.base.accounts.rules import Permission
    from tuoke.base.ui import nav

    def may(permission: Permission) -> Callable[[HttpRequest], bool]:
        return lambda request: bool(getattr(request, "principal", None) and request.principal.may(permission))  # type: ignore[attr-defined]  # set by accounts.middleware

    reads_profiles = may(Permission.PROFILE_READ)
    reads_leads, writes_leads = may(Permission.LEAD_READ), may(Permission.LEAD_WRITE)
    nav.items[:] = [
        nav.Item(
            _("线索"), "leads:list", icon="users-group", go="l", phone=True, shown=reads_leads,
            children=(
                nav.Item(_("我的"), "leads:list", query="tab=mine", shown=writes_leads),
                nav.Item(_("公海"), "leads:list", query="tab=pool", shown=reads_leads),
            ),
        ),
        nav.Item(
            _("客户"), "customers:list", icon="building", go="u", phone=True, shown=may(Permission.CUSTOMER_READ)
        ),
        nav.Item(
            _("拓展计划"), "targeting:index", icon="target-arrow", go="p", shown=reads_profiles,
            children=(nav.Item(_("成交历史"), "targeting:history", shown=reads_profiles),),
        ),
    ]  # fmt: skip
    nav.new[:] = [
        nav.Item(_("新建线索"), "leads:new", icon="user-plus", shown=writes_leads),
        nav.Item(_("新建客户"), "customers:new", icon="building", shown=may(Permission.CUSTOMER_WRITE)),
    ]
