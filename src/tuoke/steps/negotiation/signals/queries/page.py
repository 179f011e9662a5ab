"""What the room's page and the deal's page show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tuoke.base.accounts.rules import Principal
from tuoke.base.records.models import key_of
from tuoke.spine.deals.hooks import RoomState
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.library.queries import Offer, offered
from tuoke.spine.library.rules import ItemKind
from tuoke.steps.negotiation.signals import hooks
from tuoke.steps.negotiation.signals.models import ClosingProposal, Signal
from tuoke.steps.negotiation.signals.rules import Answer, SignalState
from tuoke.steps.outreach.queries import fit_of

SHOWN_MOST = 100
"""Signs, and proposals, of one deal that its page shows: the newest."""
SUGGESTED, LOOKED_AT = 4, 40


@dataclass(frozen=True, slots=True)
class Closing:
    """A proposal with what became of its extra, where it isn't simply given."""

    row: ClosingProposal
    extra_state: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A closing of the library, and the sign that it answers."""

    offer: Offer
    signal: Signal


@dataclass(frozen=True, slots=True)
class Page:
    """``waiting``: found, nobody has looked; ``standing``: confirmed or ticked; newest first."""

    waiting: Sequence[Signal]
    standing: Sequence[Signal]
    dismissed: Sequence[Signal]
    closings: Sequence[Closing]
    withdrawn: Sequence[ClosingProposal]

    @property
    def live(self) -> Sequence[Signal]:
        return [*self.standing, *self.waiting]


def page_of(who: Principal, deal: Opportunity) -> Page:
    """Three queries, and what the hooks cost."""
    related = ("follow_up__by", "follow_up__contact", "judged_by")
    signals = list(Signal.objects.visible_to(who).filter(opportunity=deal).select_related(*related)[:SHOWN_MOST])
    rows = ClosingProposal.objects.visible_to(who).filter(opportunity=deal)
    closings = list(rows.select_related("signal", "offered_by", "item_version__item")[:SHOWN_MOST])
    states = _extra_states([row for row in closings if row.extra and row.withdrawn_at is None])
    return Page(
        waiting=[s for s in signals if s.state == SignalState.FOUND],
        standing=[s for s in signals if s.state in (SignalState.CONFIRMED, SignalState.TICKED)],
        dismissed=[s for s in signals if s.is_dismissed],
        closings=[Closing(row, states.get(key_of(row), "")) for row in closings if row.withdrawn_at is None],
        withdrawn=[row for row in closings if row.withdrawn_at is not None],
    )


def suggestions(who: Principal, deal: Opportunity, signals: Sequence[Signal]) -> list[Suggestion]:
    """Closings of the library for these signs, those for one of them before those for any, without what was proposed
    already. Without a sign none is suggested: it is too early to ask (S6.4). Three queries."""
    newest = {signal.kind: signal for signal in reversed(signals)}
    if not newest:
        return []
    proposed = ClosingProposal.objects.listed().filter(opportunity=deal, item_version__isnull=False)
    known = set(proposed.values_list("item_version__item", flat=True)[:SHOWN_MOST])
    found = offered(who, kind=ItemKind.CLOSING, fit=fit_of(deal), topics=[*newest, ""], limit=LOOKED_AT)
    fresh = [Suggestion(one, newest.get(one.item.topic, signals[0])) for one in found if one.item.pk not in known]
    return sorted(fresh, key=lambda one: one.offer.item.topic == "")[:SUGGESTED]


def closing_seen(who: Principal, pk: int, *, action: str = "write") -> ClosingProposal:
    """Raises ClosingProposal.DoesNotExist."""
    rows = ClosingProposal.objects.visible_to(who, action)
    return rows.select_related("opportunity__customer", "opportunity__owner", "signal").get(pk=pk)


def state_of(who: Principal, deal: Opportunity, today: date) -> RoomState | None:
    """How far it is, for the deal's page."""
    rows = Signal.objects.visible_to(who).standing().filter(opportunity=deal)
    states = list(rows.values_list("state", flat=True)[:SHOWN_MOST])
    if not states:
        return RoomState(_("还没有信号"))
    if waiting := states.count(SignalState.FOUND.value):
        return RoomState(
            ngettext("%(count)s 个信号待确认", "%(count)s 个信号待确认", waiting) % {"count": waiting}, tone="warn"
        )
    agreed = ClosingProposal.objects.listed().filter(opportunity=deal, answer=Answer.ACCEPTED.value).exists()
    if agreed:
        return RoomState(_("客户同意了签约建议"), tone="good")
    return RoomState(ngettext("%(count)s 个成交信号", "%(count)s 个成交信号", len(states)) % {"count": len(states)})


def _extra_states(rows: Sequence[ClosingProposal]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for states in hooks.extra_states if rows else ():
        found |= states([key_of(row) for row in rows])
    return found
