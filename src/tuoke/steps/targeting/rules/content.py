"""What a customer profile says (S1.2): five dimensions as structure, and how a lead is weighed against them (S2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from tuoke.base.kernel.verdict import Reason
from tuoke.services.exchange.rules import Span, sound

AnySpan = Span[int] | Span[Decimal]
ANY_COUNT: Span[int] = Span(None, None)
ANY_AMOUNT: Span[Decimal] = Span(None, None)

TEXT_LIMIT = 120
LIST_LIMIT = 40
MAX_WATCH_MONTHS = 60
MAX_SCORE = Decimal(10)
WHOLE = Decimal(100)


class Facet(StrEnum):
    """The five dimensions of 《目标客户画像清单》, in its order."""

    INDUSTRY = "industry"  # 行业属性; of persons 生活状况
    SCALE = "scale"  # 企业规模; of persons 购买力
    CHAIN = "chain"  # 决策链角色
    PAINS = "pains"  # 痛点优先级
    BUDGET = "budget"  # 预算匹配度


class Dimension(StrEnum):
    """The four dimensions of a lead's score (S2.4)."""

    FIT = "fit"  # 画像匹配度
    URGENCY = "urgency"  # 需求紧急度
    CHAIN = "chain"  # 决策链完整性
    BUDGET = "budget"  # 预算匹配度


class Urgency(StrEnum):
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Pain:
    """A pain of the ideal customer. ``reason`` is why it presses (近期客户投诉增加)."""

    text: str
    urgency: Urgency = Urgency.MEDIUM
    reason: str = ""


EVEN_WEIGHTS: Mapping[Dimension, Decimal] = {dimension: Decimal(25) for dimension in Dimension}


class ContentError(ValueError):
    """Content that can't be a profile. ``problems`` names every one: code, and in params ``path`` and what was found."""

    def __init__(self, problems: tuple[Reason, ...]) -> None:
        super().__init__("; ".join(f"{problem.params.get('path')}: {problem.code}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ProfileContent:
    """The ideal customer. Amounts are yuan a year, an open end of a Span is ``None``, Span(None, None) says nothing.

    ``budget`` is what the customer can spend, ``price`` what the product costs; where ``custom_quote`` is true a budget
    below the price band fits partly instead of not at all. ``weights`` are per cent and add up to 100; a score from
    ``threshold`` on is a 高潜力客户; a purchase further off than ``watch_after_months`` makes it 长期观察 (S2.5); a fact
    that isn't verified counts ``unverified_share`` per cent of its points (S2.7; 100: no difference).

    A profile of persons (ToC) says ``life_stages``, ``situations`` (生活状况) and yearly ``income`` (购买力) where one of
    companies says industries, life cycle and size (``for_market`` leaves out what isn't its market's). ``regions`` and
    ``sources`` say where to look for them (S1.3); a score doesn't ask for them.
    """

    industries: tuple[str, ...] = ()
    lifecycle: tuple[str, ...] = ()
    policies: tuple[str, ...] = ()
    staff: Span[int] = ANY_COUNT
    revenue: Span[Decimal] = ANY_AMOUNT
    paying_customers: Span[int] = ANY_COUNT
    life_stages: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    income: Span[Decimal] = ANY_AMOUNT
    deciders: tuple[str, ...] = ()
    influencers: tuple[str, ...] = ()
    pains: tuple[Pain, ...] = ()
    budget: Span[Decimal] = ANY_AMOUNT
    price: Span[Decimal] = ANY_AMOUNT
    custom_quote: bool = False
    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    weights: Mapping[Dimension, Decimal] = field(default_factory=lambda: dict(EVEN_WEIGHTS))
    threshold: Decimal = Decimal("7.0")
    watch_after_months: int = 6
    unverified_share: int = 90

    @property
    def life(self) -> tuple[str, ...]:
        """The words by which a person's situation is known (ToC): stages and situations together."""
        return (*self.life_stages, *self.situations)

    def for_market(self, market: str) -> ProfileContent:
        """Without what only the other market's profiles say."""
        blank = ProfileContent()
        return replace(self, **{name: getattr(blank, name) for name in ONLY_OF[other_market(market)]})

    def to_json(self) -> dict[str, Any]:
        """Plain values for a JSON column; ``from_json`` gives the same content back."""
        return {
            **{name: list(getattr(self, name)) for name in _LISTS},
            **{name: _span_json(getattr(self, name)) for name in (*_COUNTS, *_AMOUNTS)},
            "pains": [{"text": p.text, "urgency": p.urgency.value, "reason": p.reason} for p in self.pains],
            "custom_quote": self.custom_quote,
            "weights": {dimension.value: _plain(self.weights[dimension]) for dimension in Dimension},
            "threshold": _plain(self.threshold),
            "watch_after_months": self.watch_after_months,
            "unverified_share": self.unverified_share,
        }

    @classmethod
    def from_json(cls, data: object) -> ProfileContent:
        """Read plain values strictly. What is left out has its default. Raises ContentError with every problem."""
        reader = _Reader()
        content = reader.content(data)
        problems = (*reader.problems, *problems_of(content)) if not reader.problems else tuple(reader.problems)
        if problems:
            raise ContentError(problems)
        return content


_LISTS = (
    "industries",
    "lifecycle",
    "policies",
    "life_stages",
    "situations",
    "deciders",
    "influencers",
    "regions",
    "sources",
)
_COUNTS = ("staff", "paying_customers")
_AMOUNTS = ("revenue", "income", "budget", "price")

ONLY_OF: Mapping[str, tuple[str, ...]] = {
    "tob": ("industries", "lifecycle", "staff", "revenue", "paying_customers"),
    "toc": ("life_stages", "situations", "income"),
}
"""By market, the fields that only its profiles have."""


def other_market(market: str) -> str:
    return "tob" if market == "toc" else "toc"


def says(span: AnySpan) -> bool:
    """Is at least one end known?"""
    return span.low is not None or span.high is not None


def filled(content: ProfileContent) -> frozenset[Facet]:
    """The dimensions that say enough to screen by. The budget needs both sides: what they have and what we cost."""
    sizes: tuple[AnySpan, ...] = (content.staff, content.revenue, content.paying_customers, content.income)
    found = {
        Facet.INDUSTRY: bool(content.industries or content.life),
        Facet.SCALE: any(says(size) for size in sizes),
        Facet.CHAIN: bool(content.deciders),
        Facet.PAINS: bool(content.pains),
        Facet.BUDGET: says(content.budget) and says(content.price),
    }
    return frozenset(facet for facet, enough in found.items() if enough)


def dimensions_filled(content: ProfileContent) -> int:
    """How many of the five dimensions are filled: the fact ``profile_dimensions`` of step 1's gate."""
    return len(filled(content))


@dataclass(frozen=True, slots=True)
class Bands:
    """Budget and price side by side on one scale of 0 to 100; ``meet`` is where they overlap, None where they don't."""

    budget: tuple[int, int]
    price: tuple[int, int]
    meet: Span[Decimal] | None


def bands(content: ProfileContent) -> Bands | None:
    """The two bands as a picture; None unless both are known. An open end runs to the picture's edge."""
    budget, price = content.budget, content.price
    ends = [end for end in (*budget, *price) if end is not None]
    if not (says(budget) and says(price)):
        return None
    top = max(ends) * Decimal("1.15") or Decimal(1)
    low = max(end for end in (budget.low, price.low, Decimal(0)) if end is not None)
    highs = [end for end in (budget.high, price.high) if end is not None]
    high = min(highs) if highs else None
    meet = Span(low, high) if high is None or low <= high else None
    return Bands(_on_scale(budget, top), _on_scale(price, top), meet)


def _on_scale(span: Span[Decimal], top: Decimal) -> tuple[int, int]:
    """Start and width in hundredths, wide enough to be seen."""
    start = int((span.low or 0) * 100 / top)
    end = 100 if span.high is None else int(span.high * 100 / top)
    return min(start, 98), max(end - start, 2)


def problems_of(content: ProfileContent) -> tuple[Reason, ...]:
    """What a well-formed content may still get wrong: weights, threshold, months, spans upside down, lengths."""
    return (
        *_list_problems(content),
        *(p for name in (*_COUNTS, *_AMOUNTS) for p in _span_problems(name, getattr(content, name))),
        *_pain_problems(content.pains),
        *_scoring_problems(content),
    )


def _list_problems(content: ProfileContent) -> list[Reason]:
    found = []
    for name in _LISTS:
        values: tuple[str, ...] = getattr(content, name)
        if len(values) > LIST_LIMIT:
            found.append(_problem("too_many", name, limit=LIST_LIMIT, found=len(values)))
        for index, text in enumerate(values):
            found += _text_problems(f"{name}.{index}", text)
    return found


def _pain_problems(pains: tuple[Pain, ...]) -> list[Reason]:
    found = []
    if len(pains) > LIST_LIMIT:
        found.append(_problem("too_many", "pains", limit=LIST_LIMIT, found=len(pains)))
    for index, pain in enumerate(pains):
        found += _text_problems(f"pains.{index}.text", pain.text)
        found += _text_problems(f"pains.{index}.reason", pain.reason or "-")
    return found


def _text_problems(path: str, text: str) -> list[Reason]:
    if not text.strip():
        return [_problem("blank", path)]
    if not sound(text):
        return [_problem("text_broken", path, text="")]
    return [_problem("too_long", path, limit=TEXT_LIMIT, found=len(text))] if len(text) > TEXT_LIMIT else []


def _span_problems(path: str, span: AnySpan) -> list[Reason]:
    ends = [end for end in span if end is not None]
    if any(end < 0 for end in ends):
        return [_problem("negative", path, found=str(min(ends)))]
    if len(ends) == 2 and ends[0] > ends[1]:
        return [_problem("upside_down", path, low=str(ends[0]), high=str(ends[1]))]
    return []


def _scoring_problems(content: ProfileContent) -> list[Reason]:
    found = []
    if any(not 0 <= weight <= WHOLE for weight in content.weights.values()):
        found.append(_problem("weight_out_of_range", "weights"))
    if (total := sum(content.weights.values(), Decimal(0))) != WHOLE:
        found.append(_problem("weights_not_whole", "weights", found=_plain(total)))
    if not 0 <= content.threshold <= MAX_SCORE:
        found.append(_problem("threshold_out_of_range", "threshold", found=_plain(content.threshold)))
    if not 1 <= content.watch_after_months <= MAX_WATCH_MONTHS:
        found.append(_problem("months_out_of_range", "watch_after_months", found=content.watch_after_months))
    if not 0 <= content.unverified_share <= WHOLE:
        found.append(_problem("share_out_of_range", "unverified_share", found=content.unverified_share))
    return found


class _Reader:
    """Collects problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Reason] = []

    def content(self, data: object) -> ProfileContent:
        given = self.mapping("", data, {f.name for f in fields(ProfileContent)})
        read: dict[str, Any] = {}
        for name, value in given.items():
            if name in _LISTS:
                read[name] = tuple(self.text(f"{name}.{i}", v) for i, v in enumerate(self.sequence(name, value)))
            elif name in _COUNTS:
                read[name] = Span(*self.ends(name, value, self.whole))
            elif name in _AMOUNTS:
                read[name] = Span(*self.ends(name, value, self.decimal))
            else:
                read[name] = getattr(self, f"read_{name}")(name, value)
        return ProfileContent(**read)

    def read_pains(self, path: str, value: object) -> tuple[Pain, ...]:
        return tuple(self.pain(f"{path}.{index}", pain) for index, pain in enumerate(self.sequence(path, value)))

    def pain(self, path: str, value: object) -> Pain:
        given = self.mapping(path, value, {"text", "urgency", "reason"})
        urgency = str(given.get("urgency", Urgency.MEDIUM))
        if urgency not in set(Urgency):
            self.wrong("unknown_urgency", f"{path}.urgency", urgency)
            urgency = Urgency.MEDIUM
        text, reason = (self.text(f"{path}.{name}", given.get(name, "")) for name in ("text", "reason"))
        return Pain(text=text, urgency=Urgency(urgency), reason=reason)

    def read_custom_quote(self, path: str, value: object) -> bool:
        if not isinstance(value, bool):
            self.wrong("not_a_truth", path, value)
        return value is True

    def read_weights(self, path: str, value: object) -> dict[Dimension, Decimal]:
        given = self.mapping(path, value, {dimension.value for dimension in Dimension})
        missing = [dimension.value for dimension in Dimension if dimension.value not in given]
        if missing and not self.problems:
            self.wrong("weight_missing", path, ", ".join(missing))
        return {d: self.decimal(f"{path}.{d.value}", given.get(d.value, "0")) for d in Dimension}

    def read_threshold(self, path: str, value: object) -> Decimal:
        return self.decimal(path, value)

    def read_watch_after_months(self, path: str, value: object) -> int:
        return self.whole(path, value)

    def read_unverified_share(self, path: str, value: object) -> int:
        return self.whole(path, value)

    def mapping(self, path: str, value: object, known: set[str]) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            self.wrong("not_a_mapping", path, value)
            return {}
        for name in value:
            if name not in known:
                self.wrong("unknown_key", f"{path}.{name}" if path else str(name), name)
        return {name: found for name, found in value.items() if name in known}

    def sequence(self, path: str, value: object) -> list[object]:
        if isinstance(value, list | tuple):
            return [*value]
        self.wrong("not_a_list", path, value)
        return []

    def text(self, path: str, value: object) -> str:
        if not isinstance(value, str):
            self.wrong("not_a_text", path, value)
            return ""
        return value

    def ends(self, path: str, value: object, end: Any) -> tuple[Any, Any]:
        if not (isinstance(value, list | tuple) and len(value) == 2):
            self.wrong("not_a_span", path, value)
            return (None, None)
        low, high = (None if found is None else end(f"{path}.{side}", found) for side, found in enumerate(value))
        return low, high

    def whole(self, path: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            self.wrong("not_a_whole_number", path, value)
            return 0
        return value

    def decimal(self, path: str, value: object) -> Decimal:
        """Decimals travel as text, so that nothing is rounded on the way; whole numbers are fine as they are."""
        try:
            read = Decimal(value) if isinstance(value, str | int) and not isinstance(value, bool) else None
        except InvalidOperation:
            read = None
        if read is None or not read.is_finite():
            self.wrong("not_a_number", path, value)
            return Decimal(0)
        return read

    def wrong(self, code: str, path: str, found: object) -> None:
        self.problems.append(_problem(code, path, found=str(found)[:80]))


def _problem(code: str, path: str, **params: object) -> Reason:
    return Reason(code, {"path": path, **params})


def _span_json(span: AnySpan) -> list[int | str | None]:
    return [_plain(end) if isinstance(end, Decimal) else end for end in span]


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
