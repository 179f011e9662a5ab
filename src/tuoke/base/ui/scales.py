"""How the amounts of a chart are said in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, gettext

from tuoke.base.ui.charts import CNY

WAN, CENT = Decimal(10_000), Decimal("0.01")


class MoneyScale:
    """How the amounts of one chart, in yuan, are said: 万元 where they are large, else 元; out of Chinese, where nobody
    counts in ten thousands, whole yuan. One for a whole chart, in the language that is on."""

    def __init__(self, amounts: Iterable[Decimal]) -> None:
        self._is_chinese = (get_language() or "zh").startswith("zh")
        self._is_wan = self._is_chinese and max(map(abs, amounts), default=Decimal(0)) >= WAN
        self.unit = (gettext("万元") if self._is_wan else gettext("元")) if self._is_chinese else CNY

    def down(self, amount: Decimal) -> Decimal:
        """To two places, as it is drawn."""
        return (amount / WAN if self._is_wan else amount).quantize(CENT, ROUND_HALF_UP)
