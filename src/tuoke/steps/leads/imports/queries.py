from __future__ import annotations

from django.db.models import QuerySet

from tuoke.base.accounts.rules import Principal
from tuoke.steps.leads.imports.models import LeadImport, ReportRow
from tuoke.steps.leads.imports.rules.runs import Outcome


def imports_of(who: Principal) -> QuerySet[LeadImport]:
    """One's own imports, the newest first."""
    return LeadImport.objects.visible_to(who).select_related("owner", "campaign").order_by("-id")


def listed_rows(lead_import: LeadImport, outcome: Outcome) -> QuerySet[ReportRow]:
    return lead_import.report.filter(outcome=outcome).order_by("number")


def rejected_rows(lead_import: LeadImport) -> QuerySet[ReportRow]:
    return listed_rows(lead_import, Outcome.REJECTED)
