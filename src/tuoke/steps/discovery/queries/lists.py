"""Reads of needs. Each starts from ``visible_to``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import override

from tuoke.base.accounts.rules import Principal
from tuoke.spine.customers.models import Customer
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.discovery import hooks
from tuoke.steps.discovery.hooks import Source
from tuoke.steps.discovery.models import ORIGIN_NAMES, Need
from tuoke.steps.discovery.rules import TABLE_COLUMNS, NeedState, Origin, all_confirmed

Cells = list[str]


@dataclass(frozen=True, slots=True)
class Needs:
    """The list of one deal: in the order made by hand, else what must be solved first, the most urgent on top."""

    listed: list[Need]
    drafts: list[Need]
    withdrawn: list[Need]
    loose: int

    @property
    def by_kind(self) -> Counter[str]:
        return Counter(need.kind for need in self.listed)

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody has put the list into an order."""
        return any(need.position for need in self.listed)

    @property
    def is_confirmed(self) -> bool:
        return all_confirmed((need.kind, need.confirmed_on) for need in self.listed)

    @property
    def unconfirmed(self) -> int:
        return sum(need.confirmed_on is None for need in self.listed)


def needs_of(who: Principal, deal: Opportunity) -> Needs:
    """The needs of a deal that ``who`` holds already; ``loose`` counts the customer's that no deal has taken up."""
    seen = Need.objects.visible_to(who)
    found = list(seen.filter(opportunity=deal).select_related("contact").order_by("id"))
    found.sort(key=lambda need: need.place)
    loose = seen.filter(withdrawn_at=None, customer_id=deal.customer_id, opportunity=None).count()
    standing = [need for need in found if not need.withdrawn_at]
    return Needs(
        listed=[need for need in standing if need.state == NeedState.LISTED],
        drafts=[need for need in standing if need.state == NeedState.DRAFT],
        withdrawn=[need for need in found if need.withdrawn_at and not need.merged_into_id],
        loose=loose,
    )


def loose_needs(who: Principal, customer: Customer, *, limit: int = 50) -> list[Need]:
    """The customer's needs and drafts that no deal has taken up, drafts first. One query."""
    found = Need.objects.visible_to(who).filter(customer=customer, opportunity=None, withdrawn_at=None)
    return list(found.select_related("contact").order_by("state", "id")[:limit])


@dataclass(frozen=True, slots=True)
class Line:
    """A need with what it rests on: answers, and the drafts that said the same."""

    need: Need
    sources: tuple[Source, ...]


def lines_of(needs: Sequence[Need]) -> list[Line]:
    """Listed needs with their sources. One query, and those of the packages that keep sources."""
    merged = Need.objects.filter(merged_into__in=[need.pk for need in needs]).order_by("id") if needs else ()
    into = {need.pk: need.merged_into_id or need.pk for need in (*needs, *merged)}
    found: dict[int, list[Source]] = {need.pk: [] for need in needs}
    for sources_of in hooks.sources_of:
        for need_id, sources in sources_of(list(into)).items():
            found[into[need_id]] += sources
    for draft in merged:
        if draft.merged_into_id:
            found[draft.merged_into_id].append(_said(draft))
    return [Line(need, tuple(found[need.pk])) for need in needs]


def _said(draft: Need) -> Source:
    where = str(ORIGIN_NAMES[Origin(draft.origin)])
    return Source(draft.description, where, said_on=draft.created_at, by_customer=draft.said_by_customer)


def needs_table(
    who: Principal, *, deal: Opportunity | None = None, customer: Customer | None = None
) -> tuple[tuple[str, ...], Iterator[Cells]]:
    """《客户需求清单》 as texts: headers and rows, a deal's in the order made by hand, else as they were listed."""
    found = Need.objects.visible_to(who).listed()
    if deal is not None:
        found = found.filter(opportunity=deal)
    if customer is not None:
        found = found.filter(customer=customer)
    order = [F("position").asc(nulls_last=True)] if deal else []
    rows = found.select_related("customer", "contact").order_by(*order, "id")
    return TABLE_COLUMNS, (_cells(need) for need in rows.iterator(chunk_size=500))


def _cells(need: Need) -> Cells:
    with override("zh-hans"):  # the document's language, whatever the reader's is
        kind, priority = need.get_kind_display(), need.get_priority_display()
    return [
        need.customer_label or need.customer.name,
        need.contact_label or (need.contact.name if need.contact else ""),
        need.position_label or (need.contact.position if need.contact else ""),
        kind,
        need.description,
        priority,
        need.confirmed_on.isoformat() if need.confirmed_on else "",
    ]
