"""Every address of the house. A package brings its own ``urls.py``; what is mounted here is guarded here."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from tuoke.base.accounts.access import needs, open_to_all
from tuoke.base.accounts.rules import Permission
from tuoke.base.ui.views import gallery
from tuoke.services.health.views import healthz

urlpatterns = [
    path("", include("tuoke.insight.urls")),
    path("leads/import/", include("tuoke.steps.leads.imports.urls")),
    path("leads/", include("tuoke.steps.leads.urls")),
    path("customers/", include("tuoke.spine.customers.urls")),
    path("deals/", include("tuoke.spine.deals.urls")),
    path("deals/", include("tuoke.steps.discovery.urls")),
    path("deals/", include("tuoke.steps.discovery.decisions.urls")),
    path("deals/", include("tuoke.steps.proposals.urls")),
    path("deals/", include("tuoke.steps.proposals.values.urls")),
    path("deals/", include("tuoke.steps.proposals.offers.urls")),
    path("deals/", include("tuoke.steps.proposals.rivals.urls")),
    path("deals/", include("tuoke.steps.proposals.demos.urls")),
    path("deals/", include("tuoke.steps.proposals.signoffs.urls")),
    path("deals/", include("tuoke.steps.proposals.objections.urls")),
    path("deals/", include("tuoke.steps.proposals.sendings.urls")),
    path("deals/", include("tuoke.steps.negotiation.urls")),
    path("deals/", include("tuoke.steps.negotiation.rounds.urls")),
    path("deals/", include("tuoke.steps.negotiation.returns.urls")),
    path("deals/", include("tuoke.steps.negotiation.signals.urls")),
    path("deals/", include("tuoke.steps.contracts.urls")),
    path("deals/", include("tuoke.steps.contracts.confirmations.urls")),
    path("deals/", include("tuoke.steps.contracts.clearances.urls")),
    path("deals/", include("tuoke.steps.contracts.payments.urls")),
    path("deals/", include("tuoke.steps.contracts.kickoff.urls")),
    path("deals/", include("tuoke.steps.contracts.teams.urls")),
    path("deals/", include("tuoke.steps.contracts.deliveries.urls")),
    path("deals/", include("tuoke.steps.reviews.urls")),
    path("revisits/", include("tuoke.steps.reviews.revisits.urls")),
    path("improvements/", include("tuoke.steps.reviews.improvements.urls")),
    path("effects/", include("tuoke.steps.reviews.effects.urls")),
    path("interviews/", include("tuoke.steps.discovery.interviews.urls")),
    path("followups/", include("tuoke.spine.followups.urls")),
    path("outreach/", include("tuoke.steps.outreach.urls")),
    path("desk/", include("tuoke.steps.outreach.calls.urls")),
    path("targeting/", include("tuoke.steps.targeting.urls")),
    path("targeting/", include("tuoke.steps.targeting.markets.urls")),
    path("goals/", include("tuoke.steps.targeting.goals.urls")),
    path("resources/", include("tuoke.steps.targeting.resources.urls")),
    path("catalog/", include("tuoke.spine.catalog.urls")),
    path("library/", include("tuoke.spine.library.urls")),
    path("playbook/", include("tuoke.spine.playbook.urls")),
    path("calendar/", include("tuoke.services.calendar.urls")),
    path("mails/", include("tuoke.steps.outreach.mails.urls")),
    path("", include("tuoke.services.notifications.urls")),
    path("approvals/", include("tuoke.services.approvals.urls")),
    path("files/", include("tuoke.services.files.urls")),
    path("links/", include("tuoke.services.links.urls")),
    path("p/", include("tuoke.doors.portal.urls")),
    path("", include("tuoke.base.accounts.urls")),
    path("ui/", needs(Permission.GALLERY)(gallery), name="gallery"),
    path(
        "language/", open_to_all("the login page can be read in one's own language")(set_language), name="set_language"
    ),
    path("healthz", open_to_all("asked by monitors without an account")(healthz), name="healthz"),
]
