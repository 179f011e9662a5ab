"""安静期: until when the customer is left alone after our last offer (S6.5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tuoke.services.calendar.queries import workdays
from tuoke.spine.deals.models import Opportunity
from tuoke.spine.followups.hooks import Caution
from tuoke.spine.followups.models import Subject
from tuoke.steps.negotiation.rounds import hooks
from tuoke.steps.negotiation.rounds.models import AgreedTerms, Position
from tuoke.steps.negotiation.rounds.rules import is_quiet, last_quiet_day
from tuoke.steps.negotiation.rules import Side


def quiet_until(deal: Opportunity, *, today: date) -> date | None:
    """The last day of the quiet period in which ``today`` lies; None outside of it.

    It begins with the day of our newest offer that was neither refused nor taken back, also while it waits for its approval:
    otherwise it would tell who may not see the line on which side of it the offer lies. It is over as soon as the customer
    answers: an offer of his in a later round, a signal (``hooks.opens_way``), or an agreement.
    """
    rows = Position.objects.live().filter(round__opportunity=deal).select_related("round")
    last = rows.order_by("-round__number", "side").first()
    if last is None or last.side != Side.OURS or not deal.is_running:
        return None
    offered_on = timezone.localdate(last.round.held_at)
    until = last_quiet_day(offered_on, calendar=workdays())
    if not is_quiet(today, offered_on=offered_on, until=until):
        return None
    if AgreedTerms.objects.standing().filter(opportunity=deal).exists():
        return None
    return None if any(opens(deal, last.round.held_at) for opens in hooks.opens_way) else until


def cautions_of(subject: Subject, day: date) -> Sequence[Caution]:
    """``followups.hooks.cautions``: of a deal alone; a contact on that day would fall into its quiet period."""
    until = quiet_until(subject, today=day) if isinstance(subject, Opportunity) else None
    if until is None:
        return ()
    said = _("报价后的安静期到 %(day)s 为止：给客户留出内部商量的时间，没有成交信号就先不催。") % {
        "day": f"{until:%Y-%m-%d}"
    }
    return (Caution(said, until),)
