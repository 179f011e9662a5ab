from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tuoke.services.links.queries import LinkCard, cards_of
from tuoke.spine.deals.models import Opportunity
from tuoke.steps.negotiation.returns.models import Calculation, Share, Walk
from tuoke.steps.negotiation.returns.rules import MOST_RIVALS, Figures, Rival, Saving
from tuoke.steps.proposals.rivals.models import Rival as KnownRival
from tuoke.steps.proposals.rivals.queries import rivals_of
from tuoke.steps.proposals.values.queries import Entry, sheet_of
from tuoke.steps.proposals.values.rules import Measure

SHOWN, SHARES_SHOWN = 60, 20
"""So many of the newest are on the page; older ones stay in the history."""


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A link that was sent: ``card`` says what became of it."""

    share: Share
    card: LinkCard | None


@dataclass(frozen=True, slots=True)
class Overview:
    """What was worked out for a deal, newest first, at most SHOWN."""

    standing: list[Calculation]
    withdrawn: list[Calculation]
    walks: list[Walk]
    shares: list[ShareRow]

    @property
    def is_walked(self) -> bool:
        return any(walk.withdrawn_at is None for walk in self.walks)


def overview_of(deal: Opportunity, *, now: datetime) -> Overview:
    """Five queries. Whoever asks may see the deal's negotiation."""
    rows = list(Calculation.objects.filter(opportunity=deal).select_related("based_on")[:SHOWN])
    walks = Walk.objects.filter(calculation__opportunity=deal, withdrawn_at=None)
    shares = list(
        Share.objects.filter(calculation__opportunity=deal).select_related("calculation", "sent_by")[:SHARES_SHOWN]
    )
    cards = cards_of([share.link_id for share in shares if share.link_id], now=now)
    return Overview(
        standing=[row for row in rows if row.withdrawn_at is None],
        withdrawn=[row for row in rows if row.withdrawn_at is not None],
        walks=list(walks.select_related("calculation", "contact", "by")[:SHOWN]),
        shares=[ShareRow(share, cards.get(share.link_id or 0)) for share in shares],
    )


def base_of(deal: Opportunity) -> Figures:
    """What a first calculation begins with: the value model's likely case, the offer's total, the rivals' prices."""
    sheet = sheet_of(deal)
    spending = sheet.worth.spending
    known = (_rival(rival) for rival in rivals_of(deal))
    return Figures(
        investment=spending.investment,
        running=spending.running,
        delay=spending.delay,
        years=spending.years,
        savings=tuple(_saving(entry) for entry in sheet.entries),
        rivals=tuple(rival for rival in known if rival is not None)[:MOST_RIVALS],
    )


def _saving(entry: Entry) -> Saving:
    """A share of another line is said as the amount that it comes to."""
    item, figures = entry.item, entry.item.figures
    if not isinstance(figures, Measure):
        return Saving(item.name, amount=entry.benefit.likely)
    return Saving(
        item.name,
        direction=figures.direction,
        unit=item.unit,
        current=figures.current,
        expected=figures.expected.likely,
        unit_value=figures.unit_value,
        times=figures.times,
    )


def _rival(rival: KnownRival) -> Rival | None:
    """At the lower end of what they ask: a comparison that flatters us convinces nobody."""
    price: Decimal | None = rival.price_low if rival.price_low is not None else rival.price_high
    return None if price is None else Rival(rival.competitor.name, price)
