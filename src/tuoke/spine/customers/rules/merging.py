"""Two records become one: which value of which field is kept, and what happens to the other (S2.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

UNDO_FOR: Final = timedelta(days=30)
PUT_OFF_FOR: Final = timedelta(days=7)
NOTE_LIMIT: Final = 20_000
VALUE_LIMIT: Final = 400


class PairKind(StrEnum):
    LEADS = "leads"
    MIXED = "mixed"  # a lead and a customer
    CUSTOMERS = "customers"


class PairState(StrEnum):
    OPEN = "open"
    APART = "apart"  # 不是同一家, never offered again
    SETTLED = "settled"  # merged or linked


class Side(StrEnum):
    """Whose value a field takes. BOTH joins texts."""

    KEPT = "kept"
    GONE = "gone"
    BOTH = "both"


class OnConflict(StrEnum):
    """What an undo does where somebody has edited the kept record since."""

    REFUSE = "refuse"
    KEEP_LATER = "keep_later"


@dataclass(frozen=True, slots=True)
class Group:
    """Columns that are chosen together. ``kept_as``: under what heading a value that wasn't chosen stays among the other
    information; blank where the history is enough. ``joins``: both can be kept. ``prefers_fuller``: the longer one is
    likelier right; else the newer."""

    name: str
    columns: tuple[str, ...]
    kept_as: str = ""
    joins: bool = False
    prefers_fuller: bool = False


_PARTY = (
    Group("credit_code", ("credit_code",), "另一信用代码"),
    Group("industry", ("industry",), prefers_fuller=True),
    Group("region", ("region",), prefers_fuller=True),
    Group("address", ("address",), "另一地址", prefers_fuller=True),
    Group("staff", ("staff_low", "staff_high")),
    Group("revenue", ("revenue_low", "revenue_high")),
)
_END = (Group("note", ("note",), joins=True), Group("owner", ("owner_id", "department_id", "owned_since")))
LEAD_GROUPS: Final = (
    Group("company", ("company",), "曾用名称", prefers_fuller=True),
    Group("market", ("market",)),
    Group("contact", ("contact",), "另一联系人"),
    Group("position", ("position",), "另一职位"),
    Group("phone", ("phone",), "其他电话"),
    Group("email", ("email",), "其他邮箱"),
    Group("wechat", ("wechat",), "其他微信"),
    *_PARTY,
    Group("budget", ("budget_low", "budget_high")),
    Group("purchase_on", ("purchase_on",)),
    Group("decision_maker", ("decision_maker",)),
    Group("want", ("want",), joins=True),
    Group("source", ("source_id", "source_detail", "referrer_id"), "另一来源"),
    Group("campaign", ("campaign_id",)),
    *_END,
)
CUSTOMER_GROUPS: Final = (
    Group("name", ("name",), "曾用名称", prefers_fuller=True),
    Group("market", ("market",)),
    Group("phone", ("phone",), "其他电话"),
    *_PARTY,
    *_END,
)
OTHER_PHONES: Final = "其他电话"
OTHER_EMAILS: Final = "其他邮箱"
FACT_BITS: Final[Mapping[str, int]] = {"staff": 1, "revenue": 1, "budget": 2, "want": 4, "contact": 8, "phone": 8}


@dataclass(frozen=True, slots=True)
class Weighing:
    """A field of both sides, and what is proposed. ``is_conflict``: both know something, and not the same."""

    group: Group
    kept: tuple[Any, ...]
    gone: tuple[Any, ...]
    proposed: Side

    @property
    def is_conflict(self) -> bool:
        return self.kept != self.gone and not _blank(self.kept) and not _blank(self.gone)

    @property
    def differs(self) -> bool:
        return self.kept != self.gone


def weigh(
    groups: Iterable[Group],
    *,
    kept: Mapping[str, Any],
    gone: Mapping[str, Any],
    kept_at: datetime,
    gone_at: datetime,
) -> list[Weighing]:
    """Every field of both: what is known beats what isn't; then the fuller name or address, else the newer fact.
    The owner stays, unless there is none."""
    found = []
    for group in groups:
        mine = tuple(kept[column] for column in group.columns)
        other = tuple(gone[column] for column in group.columns)
        found.append(Weighing(group, mine, other, _proposed(group, mine, other, is_newer=gone_at > kept_at)))
    return found


def settled(weighings: Iterable[Weighing], choices: Mapping[str, Side]) -> dict[str, Any]:
    """The columns of the kept record by these choices; what isn't chosen takes what is proposed. A value that exists
    is never replaced by nothing."""
    columns: dict[str, Any] = {}
    for weighing in weighings:
        side = choices.get(weighing.group.name, weighing.proposed)
        values = weighing.gone if side is Side.GONE and not _blank(weighing.gone) else weighing.kept
        if side is Side.BOTH and weighing.group.joins:
            values = (joined(weighing.kept[0], weighing.gone[0]),)
        columns |= dict(zip(weighing.group.columns, values, strict=True))
    return columns


def left_over(weighings: Iterable[Weighing], columns: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    """By group, the values that were not kept: nothing that somebody once wrote down is lost."""
    found: dict[str, tuple[Any, ...]] = {}
    for weighing in weighings:
        chosen = tuple(columns[column] for column in weighing.group.columns)
        for values in (weighing.kept, weighing.gone):
            if values != chosen and not _blank(values) and not _contains(chosen, values):
                found[weighing.group.name] = values
    return found


def merged_attributes(kept: Mapping[str, Any], gone: Mapping[str, Any], more: Mapping[str, str]) -> dict[str, Any]:
    """The other information of both, and values that were not chosen (heading → value); two values of one heading
    stand side by side."""
    found: dict[str, Any] = dict(kept)
    for name, value in (*gone.items(), *more.items()):
        if value in ("", None):
            continue
        known = found.get(name)
        if known in ("", None):
            found[name] = value
        elif str(value) not in str(known).split("；"):
            found[name] = f"{known}；{value}"[:VALUE_LIMIT]
    return found


def joined(one: str, other: str) -> str:
    if not other.strip() or other.strip() in one:
        return one
    if not one.strip() or one.strip() in other:
        return other
    return f"{one.rstrip()}\n{other.lstrip()}"[:NOTE_LIMIT]


def said(values: tuple[Any, ...]) -> str:
    """Values of a group as plain text: what stays among the other information."""
    return " – ".join(str(value) for value in values if value not in ("", None))


def merged_bits(weighings: Iterable[Weighing], columns: Mapping[str, Any], *, kept: int, gone: int) -> int:
    """Facts that are verified (or disputed) after the choice: the chosen side's, both's where both say the same."""
    found = 0
    for weighing in weighings:
        bit = FACT_BITS.get(weighing.group.name, 0)
        chosen = tuple(columns[column] for column in weighing.group.columns)
        if chosen == weighing.kept:
            found |= kept & bit
        if chosen == weighing.gone:
            found |= gone & bit
    return found


def _proposed(group: Group, kept: tuple[Any, ...], gone: tuple[Any, ...], *, is_newer: bool) -> Side:
    if kept == gone or _blank(gone):
        return Side.KEPT
    if _blank(kept):
        return Side.GONE
    if group.joins:
        return Side.BOTH
    if group.name == "owner":
        return Side.KEPT
    if group.prefers_fuller:
        return Side.GONE if len(str(gone[0])) > len(str(kept[0])) else Side.KEPT
    return Side.GONE if is_newer else Side.KEPT


def _blank(values: tuple[Any, ...]) -> bool:
    return all(value in ("", None) for value in values)


def _contains(chosen: tuple[Any, ...], values: tuple[Any, ...]) -> bool:
    return len(values) == 1 and isinstance(values[0], str) and isinstance(chosen[0], str) and values[0] in chosen[0]
