"""Every place where a lower package is handed something by a higher one: all of it, on one screen."""

from __future__ import annotations

from collections.abc import Callable


def connect() -> None:
    """Fill the hooks. Called once when the applications are ready."""
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

    customers.extra_visibility[:] = [deals.joined_customers]
    deal.fact_sources[:] = [deal_facts.facts_of, followup_facts.facts_of, discovery_facts.facts_of]
    deal.fix_places.update(deal_words.OWN_PLACES)
    deal.fix_places.update({**followup_places.FIX_PLACES, **discovery_places.FIX_PLACES})
    deal.on_closed[:] = [followups.end_open_actions]
    deal.on_transferred[:] = [followups.hand_open_actions_over]
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
    nav.items[:] = [
        nav.Item(
            _("拓展计划"), "targeting:index", icon="target-arrow", go="p", shown=reads_profiles,
            children=(nav.Item(_("成交历史"), "targeting:history", shown=reads_profiles),),
        ),
    ]  # fmt: skip
