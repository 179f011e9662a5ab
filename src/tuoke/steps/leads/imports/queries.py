from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from tuoke.base.accounts.rules import Principal, PrincipalKind
from tuoke.base.records.models import Event, key_of
from tuoke.spine.customers.models import Lead, LeadQuerySet
from tuoke.spine.customers.queries import Alike, Lookalikes
from tuoke.spine.customers.rules import LeadStatus
from tuoke.steps.leads.imports.models import LeadImport, ReportRow, RowSeen
from tuoke.steps.leads.imports.rules.runs import WAITING, Outcome
from tuoke.steps.leads.rules import LeadDraft

UNDONE = "撤销导入"
"""The reason that a voided lead carries."""
UNDO_DAYS = timedelta(days=30)
"""O5: so long may an import be undone."""


def imports_of(who: Principal) -> QuerySet[LeadImport]:
    """One's own imports, the newest first."""
    return LeadImport.objects.visible_to(who).select_related("owner", "campaign").order_by("-id")


def waiting_behind(lead_import: LeadImport, who: Principal) -> LeadImport | None:
    """The next of one's files that was sent and not yet gone on with, after this one."""
    waiting = imports_of(who).filter(status__in=[s.value for s in WAITING]).exclude(pk=lead_import.pk)
    return waiting.order_by("id").first()


def leads_of(lead_import: LeadImport) -> LeadQuerySet:
    """The leads that an import made new, along an index. Narrow it by ``visible_to`` before showing it."""
    made = RowSeen.objects.filter(lead_import=lead_import, created=True)
    return Lead.objects.filter(pk__in=made.values("lead_id"))


def listed_rows(lead_import: LeadImport, outcome: Outcome) -> QuerySet[ReportRow]:
    return lead_import.report.filter(outcome=outcome).order_by("sheet", "number")


def rejected_rows(lead_import: LeadImport) -> QuerySet[ReportRow]:
    return listed_rows(lead_import, Outcome.REJECTED)


def untouched(leads: Iterable[Lead]) -> list[Lead]:
    """Those to which nothing happened by anybody's hand since they were imported. One query."""
    still = [lead for lead in leads if lead.status == LeadStatus.OPEN and lead.last_touch_at is None]
    events = Event.objects.filter(thread__in=[key_of(lead) for lead in still]).exclude(kind="leads.imported")
    touched = set(events.exclude(actor_kind=PrincipalKind.SYSTEM).values_list("thread", flat=True))
    return [lead for lead in still if key_of(lead) not in touched]


class Known(NamedTuple):
    """What is known of a draft beforehand: the lead that is the same intention, and what it merely looks like, as a
    code and what there is to say. ``alike`` holds the records themselves."""

    lead_id: int | None = None
    alike: tuple[tuple[str, str], ...] = ()
    records: tuple[Alike, ...] = ()


def known_among(drafts: Sequence[LeadDraft]) -> list[Known]:
    """Of each draft. Looks beyond what anybody may see, and tells no more of it than that it is there (S2.3). A constant
    number of queries."""
    lookalikes = Lookalikes.of(drafts)
    found = [lookalikes[place] for place in range(len(drafts))]
    same = [[a for a in (*one.exact, *one.similar) if _is_same(a)] for one in found]
    undone = _undone({a.id for alikes in same for a in alikes if a.status == LeadStatus.DISCARDED})
    known = []
    for one, alikes in zip(found, same, strict=True):
        ids = [alike.id for alike in alikes if alike.id not in undone]
        rest = tuple(a for a in (*one.exact, *one.similar) if a not in alikes)
        known.append(Known(min(ids, default=None), tuple(_told(alike) for alike in rest[:3]), rest))
    return known


def _is_same(alike: Alike) -> bool:
    """A lead is party + wish: whoever wants something else wants another lead."""
    codes = alike.likeness.codes
    same_wish = "want" in codes or "want_blank" in codes
    return alike.kind == "lead" and same_wish and ("name" in codes or "credit_code" in codes)


def _undone(ids: set[int]) -> set[int]:
    """Of these leads the ones that an undone import had made."""
    if not ids:
        return set()
    return set(Lead.objects.filter(pk__in=ids, status_reason=UNDONE).values_list("pk", flat=True))


def _told(alike: Alike) -> tuple[str, str]:
    codes = [part.code for part in alike.likeness.parts if part.points]
    return f"like_{alike.kind}", f"{alike.similarity} {' '.join(codes)}"
