"""What this customer will probably object, by rules that anyone can read, from facts that anyone can check (S5.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tuoke.spine.catalog.rules import Motion, Scale
from tuoke.spine.library.rules import NeedType, ObjectionKind, need_types_of

SHORT_DAYS = 45
"""Closer to the day on which it shall be signed, delivery is what is doubted."""
FAR_DAYS = 150
"""Farther from it, nothing presses."""
MANY_NEEDS = 5
CHEAPER = Decimal("0.95")
"""A rival is called cheaper below so much of our price."""
SENSITIVE = ("金融业", "公共管理", "卫生社会工作", "电力热力燃气水", "教育")
"""Where data is watched over by somebody else than the customer himself."""
CHANGE_WORDS = ("整合", "打通", "替换", "更换", "切换", "迁移", "上系统", "全面", "重新设计", "流程")
URGENT_WORDS = ("尽快", "马上", "紧急", "年底前", "月底前", "春节前", "旺季前", "赶在", "加急")


@dataclass(frozen=True, slots=True)
class RivalFact:
    """Another supplier whom the customer looks at; prices in yuan for the whole, where known."""

    name: str
    price_low: Decimal | None = None
    price_high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DealFacts:
    """What is known of a deal when objections are predicted; None and empty: not known.

    ``price`` is what the customer would pay, by the offer or the deal's amount; ``industry`` a section of
    ``catalog.rules.INDUSTRIES``; ``needs`` what the listed needs say; ``against`` who of the customer's people is
    against us. ``asks_for_people``: a private customer has no decision chain.
    """

    today: date
    price: Decimal | None = None
    budget_high: Decimal | None = None
    close_on: date | None = None
    industry: str = ""
    scale: str = Scale.SMALL.value
    motion: str = Motion.NEW.value
    is_complex: bool = False
    needs: tuple[str, ...] = ()
    rivals: tuple[RivalFact, ...] = ()
    has_decider: bool = False
    decider_met: bool = False
    against: tuple[str, ...] = ()
    asks_for_people: bool = True


@dataclass(frozen=True, slots=True)
class Prediction:
    """``rule`` is its name for ever; ``facts`` are what it rests on, as JSON takes them, for the words."""

    kind: ObjectionKind
    rule: str
    facts: Mapping[str, object]


Rule = Callable[[DealFacts], Mapping[str, object] | None]


def predict(facts: DealFacts) -> tuple[Prediction, ...]:
    """Every objection to prepare for, in the order in which the rules are listed."""
    return tuple(_predicted(facts))


def _predicted(facts: DealFacts) -> Iterator[Prediction]:
    for name, (kind, rule) in RULES.items():
        found = rule(facts)
        if found is not None:
            yield Prediction(kind, name, found)


def _price_above_budget(facts: DealFacts) -> Mapping[str, object] | None:
    if facts.price is None or facts.budget_high is None or facts.price <= facts.budget_high:
        return None
    return {"price": _cents(facts.price), "budget": _cents(facts.budget_high)}


def _budget_unknown(facts: DealFacts) -> Mapping[str, object] | None:
    return {"price": _cents(facts.price)} if facts.price and facts.budget_high is None else None


def _rival_cheaper(facts: DealFacts) -> Mapping[str, object] | None:
    if not facts.price:
        return None
    limit = facts.price * CHEAPER
    lower = [rival for rival in facts.rivals if (said := _price_of(rival)) is not None and said < limit]
    if not lower:
        return None
    lowest = min(lower, key=lambda rival: _price_of(rival) or Decimal(0))
    return {"rival": lowest.name, "theirs": _cents(_price_of(lowest)), "price": _cents(facts.price)}


def _cents(amount: Decimal | None) -> str:
    """Always with two places, so that the same amount is the same fact."""
    return "" if amount is None else f"{amount:.2f}"


def _price_of(rival: RivalFact) -> Decimal | None:
    return rival.price_high if rival.price_high is not None else rival.price_low


def _short_deadline(facts: DealFacts) -> Mapping[str, object] | None:
    days = _days_left(facts)
    return {"close_on": str(facts.close_on), "days": days} if days is not None and 0 <= days <= SHORT_DAYS else None


def _urgent_need(facts: DealFacts) -> Mapping[str, object] | None:
    return _said(facts.needs, lambda need: any(word in need for word in URGENT_WORDS))


def _sensitive_industry(facts: DealFacts) -> Mapping[str, object] | None:
    return {"industry": facts.industry} if facts.industry in SENSITIVE else None


def _security_need(facts: DealFacts) -> Mapping[str, object] | None:
    return _said(facts.needs, lambda need: NeedType.SECURITY.value in need_types_of(need))


def _first_deal(facts: DealFacts) -> Mapping[str, object] | None:
    return {"motion": facts.motion} if facts.motion == Motion.NEW else None


def _far_away(facts: DealFacts) -> Mapping[str, object] | None:
    return {"motion": facts.motion} if facts.motion == Motion.CROSS_REGION else None


def _competitor_named(facts: DealFacts) -> Mapping[str, object] | None:
    return {"rivals": [rival.name for rival in facts.rivals]} if facts.rivals else None


def _no_decider_met(facts: DealFacts) -> Mapping[str, object] | None:
    if not facts.asks_for_people or facts.decider_met:
        return None
    return {"has_decider": facts.has_decider}


def _somebody_against(facts: DealFacts) -> Mapping[str, object] | None:
    return {"people": list(facts.against)} if facts.against else None


def _many_departments(facts: DealFacts) -> Mapping[str, object] | None:
    if not facts.asks_for_people or not (facts.is_complex or facts.scale == Scale.LARGE):
        return None
    return {"is_complex": facts.is_complex, "scale": facts.scale}


def _big_change(facts: DealFacts) -> Mapping[str, object] | None:
    said = _said(facts.needs, lambda need: any(word in need for word in CHANGE_WORDS))
    if said is not None:
        return said
    return {"needs": len(facts.needs)} if len(facts.needs) >= MANY_NEEDS else None


def _nothing_presses(facts: DealFacts) -> Mapping[str, object] | None:
    if facts.close_on is None:
        return {"close_on": ""}
    days = _days_left(facts)
    return {"close_on": str(facts.close_on), "days": days} if days is not None and days > FAR_DAYS else None


def _days_left(facts: DealFacts) -> int | None:
    return None if facts.close_on is None else (facts.close_on - facts.today).days


def _said(needs: Sequence[str], speaks: Callable[[str], bool]) -> Mapping[str, object] | None:
    """The first need that speaks of it, shortened."""
    found = next((need for need in needs if speaks(need)), None)
    return None if found is None else {"need": found if len(found) <= 40 else f"{found[:39]}…"}


RULES: Mapping[str, tuple[ObjectionKind, Rule]] = {
    "price_above_budget": (ObjectionKind.PRICE, _price_above_budget),
    "rival_cheaper": (ObjectionKind.PRICE, _rival_cheaper),
    "budget_unknown": (ObjectionKind.PRICE, _budget_unknown),
    "short_deadline": (ObjectionKind.DELIVERY, _short_deadline),
    "urgent_need": (ObjectionKind.DELIVERY, _urgent_need),
    "sensitive_industry": (ObjectionKind.SECURITY, _sensitive_industry),
    "security_need": (ObjectionKind.SECURITY, _security_need),
    "competitor_named": (ObjectionKind.COMPETITOR, _competitor_named),
    "no_decider_met": (ObjectionKind.AUTHORITY, _no_decider_met),
    "many_departments": (ObjectionKind.AUTHORITY, _many_departments),
    "somebody_against": (ObjectionKind.CHANGE, _somebody_against),
    "big_change": (ObjectionKind.CHANGE, _big_change),
    "first_deal": (ObjectionKind.QUALITY, _first_deal),
    "far_away": (ObjectionKind.SERVICE, _far_away),
    "nothing_presses": (ObjectionKind.TIMING, _nothing_presses),
}
"""By name, in the order in which they are shown."""

HINTS: Mapping[str, tuple[str, ...]] = {
    "price_above_budget": ("预算", "太高", "太贵", "超出"),
    "rival_cheaper": ("便宜", "另一家", "别家"),
    "budget_unknown": ("投入产出", "算不成钱", "没有预算"),
    "short_deadline": ("周期太长", "等不了", "上线"),
    "urgent_need": ("延期", "拖"),
    "sensitive_industry": ("合规", "监管", "放在外面"),
    "security_need": ("放在外面", "数据"),
    "competitor_named": ("大品牌", "大厂", "人家"),
    "no_decider_met": ("老板", "领导"),
    "many_departments": ("部门", "上会"),
    "somebody_against": ("不愿意", "员工"),
    "big_change": ("流程", "动静"),
    "first_deal": ("效果", "一定行"),
    "far_away": ("本地", "外地"),
    "nothing_presses": ("不急", "明年"),
}
"""By rule: the words by which the library's fitting objection is told from others of its kind."""


def best_for(rule: str, texts: Sequence[str]) -> int | None:
    """Which of the library's objections fits a prediction best: its place, the first where none is nearer."""
    if not texts:
        return None
    return max(range(len(texts)), key=lambda at: (sum(word in texts[at] for word in HINTS.get(rule, ())), -at))
