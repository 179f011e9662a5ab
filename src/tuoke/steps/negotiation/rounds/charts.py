"""How both sides' prices moved, round by round: the same figures on the screen and on paper (S6.2)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from tuoke.base.ui.charts import Chart, ChartKind, Series
from tuoke.base.ui.scales import MoneyScale
from tuoke.steps.negotiation.rounds.queries.page import Offer, RoundSeen


def price_chart(course: Sequence[RoundSeen]) -> Chart | None:
    """None before a second round names a price: one point moves nowhere."""
    priced = [seen for seen in course if _price(seen.ours) is not None or _price(seen.theirs) is not None]
    if len(priced) < 2:
        return None
    ours, theirs = [_price(seen.ours) for seen in priced], [_price(seen.theirs) for seen in priced]
    scale = MoneyScale(price for price in (*ours, *theirs) if price is not None)
    return Chart(
        ChartKind.LINE,
        _("双方价格的变化"),
        tuple(_("第 %(number)s 轮") % {"number": seen.row.number} for seen in priced),
        (
            Series(_("我方报价"), _drawn(ours, scale)),
            Series(_("客户出价"), _drawn(theirs, scale)),
        ),
        unit=scale.unit,
    )


def _price(offer: Offer) -> Decimal | None:
    """What was refused or taken back is no offer any more: a gap."""
    return None if offer.is_dropped or offer.terms.price is None else offer.terms.price


def _drawn(prices: Sequence[Decimal | None], scale: MoneyScale) -> tuple[Decimal | None, ...]:
    return tuple(None if price is None else scale.down(price) for price in prices)
