"""How amounts and dates are said: 182 万, 明天, 周三. Pure, apart from the active language."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, gettext_lazy

WAN = Decimal(10_000)
YI = Decimal(100_000_000)
DAYS = (
    gettext_lazy("周一"),
    gettext_lazy("周二"),
    gettext_lazy("周三"),
    gettext_lazy("周四"),
    gettext_lazy("周五"),
    gettext_lazy("周六"),
    gettext_lazy("周日"),
)
NEAR = {
    -2: gettext_lazy("前天"),
    -1: gettext_lazy("昨天"),
    0: gettext_lazy("今天"),
    1: gettext_lazy("明天"),
    2: gettext_lazy("后天"),
}


def amount(value: Decimal) -> str:
    """The short form: ¥182 万, ¥1.2 亿, ¥8,600; in English ¥1.82M. Rounded; the full figure belongs in a title."""
    sign, size = ("-" if value < 0 else ""), abs(value)
    if (get_language() or "").startswith("en"):
        return sign + _english(size)
    if size >= YI:
        return gettext("%(sign)s¥%(number)s 亿") % {"sign": sign, "number": _rounded(size / YI, 2)}
    if size >= WAN:
        return gettext("%(sign)s¥%(number)s 万") % {"sign": sign, "number": _rounded(size / WAN, 1)}
    return f"{sign}¥{_rounded(size, 2)}"


def full_amount(value: Decimal) -> str:
    return f"¥{value:,.2f}"


def day_words(value: date, *, today: date) -> str:
    """A date as people say it, seen from `today`: 今天, 明天, 周三, 下周一, 12-06, 2027-01-06."""
    if near := _near_words((value - today).days):
        return near
    weeks = (_monday(value) - _monday(today)).days // 7
    weekday = {"day": DAYS[value.weekday()]}
    if weeks == 0:
        return str(weekday["day"])
    if weeks == 1:
        return gettext("下%(day)s") % weekday
    if weeks == -1:
        return gettext("上%(day)s") % weekday
    return f"{value:%m-%d}" if value.year == today.year else f"{value:%Y-%m-%d}"


def full_day(value: date) -> str:
    return f"{value:%Y-%m-%d} {DAYS[value.weekday()]}"


def local(value: date | datetime) -> date:
    """The calendar day here; a naive datetime counts as local already."""
    if not isinstance(value, datetime):
        return value
    return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()


def clock(value: datetime) -> str:
    return date_format(timezone.localtime(value) if timezone.is_aware(value) else value, "H:i")


def counted(number: int, limit: int) -> str:
    """Counts above the limit are not counted to the end."""
    return f"{limit}+" if number > limit else str(number)


def shortened(text: str, most: int) -> str:
    """At most so many characters, the last one then an ellipsis."""
    return text if len(text) <= most else Truncator(text).chars(most)


def _near_words(days: int) -> str:
    return str(NEAR.get(days, ""))


def _monday(value: date) -> date:
    return value - timedelta(days=value.weekday())


def _english(size: Decimal) -> str:
    if size >= 1_000_000:
        return f"¥{_rounded(size / 1_000_000, 2)}M"
    if size >= 10_000:
        return f"¥{_rounded(size / 1_000, 1)}K"
    return f"¥{_rounded(size, 2)}"


def _rounded(number: Decimal, places: int) -> str:
    """At most so many places, none that say nothing: 182, 1.2."""
    text = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
