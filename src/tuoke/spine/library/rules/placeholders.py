"""Places in a text that a customer's facts fill: 〔客户名称〕. The names are fixed, so that a template can't ask for what
nobody will ever know (S3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

PLACEHOLDERS = (
    "客户名称", "联系人", "称呼", "职位", "行业", "地区", "规模", "痛点", "关注点", "近况", "近况日期", "现用方案",
    "同行案例", "案例做法", "案例结果", "产品", "我方公司", "我的姓名", "我的电话", "我的邮箱",
    "介绍人", "线索来源", "约定日期", "约定时间", "约定地点", "会议链接", "上次沟通", "待办事项", "预算", "采购时间",
)  # fmt: skip

CONTRACT_PLACES = (
    "甲方", "乙方", "合同编号", "合同金额", "合同金额大写", "税费说明", "服务清单", "附加服务", "交付内容", "交付天数", "交付日期",
    "付款安排", "开始日期", "结束日期", "签订日期",
)  # fmt: skip
"""What only a contract can fill, besides: 甲方 is the customer, 乙方 we (S7.1)."""

_PLACE = re.compile(r"〔\s*([^〔〕\n]{0,40}?)\s*〕")
_TYPED = re.compile(r"[\[{【［｛]\s*([^\[\]{}【】［］｛｝〔〕\n]{1,10}?)\s*[\]}】］｝]")
_ALIKE = 0.4
_MEANT = 0.75
"""So much like a known name that other brackets around it were meant for one too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled text: our own words, a fact of the customer, or the name of a missing one."""

    text: str
    is_fact: bool = False
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Filled:
    """``text`` keeps the 〔…〕 of what is missing: nobody sends it without noticing."""

    text: str
    missing: tuple[str, ...]
    pieces: tuple[Piece, ...]

    @property
    def is_ready(self) -> bool:
        return not self.missing


def fill(text: str, facts: Mapping[str, str]) -> Filled:
    """The text with the facts in their places. A blank fact is missing; brackets inside a fact are text."""
    pieces, end = [], 0
    for place in _PLACE.finditer(text):
        if place.start() > end:
            pieces.append(Piece(text[end : place.start()]))
        said = facts.get(place[1], "").strip()
        pieces.append(Piece(said, is_fact=True) if said else Piece(place[1], is_missing=True))
        end = place.end()
    if end < len(text):
        pieces.append(Piece(text[end:]))
    missing = dict.fromkeys(piece.text for piece in pieces if piece.is_missing)
    whole = "".join(f"〔{piece.text}〕" if piece.is_missing else piece.text for piece in pieces)
    return Filled(whole, tuple(missing), tuple(pieces))


def places_in(text: str) -> tuple[str, ...]:
    """The names that a text asks for, each once, known or not."""
    return tuple(dict.fromkeys(place[1] for place in _PLACE.finditer(text)))


def places_of(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in texts for name in places_in(text)))


def is_broken(text: str) -> bool:
    """A 〔 without its 〕, or the other way round."""
    rest = _PLACE.sub("", text)
    return "〔" in rest or "〕" in rest


def nearest(name: str, known: Sequence[str] = PLACEHOLDERS) -> str:
    """The known name that looks most like this one; empty where none does."""
    return _nearest(name, _ALIKE, known)


def tidied(text: str, known: Sequence[str] = PLACEHOLDERS) -> str:
    """【客户名称】, [客户名称] and {客户名称} as 〔客户名称〕: the others are on every keyboard.

    A slip like 【客户名】 too, so that it is asked about; what looks like no name, 【附件】 or [1], stays as typed.
    """
    return _TYPED.sub(lambda typed: f"〔{typed[1]}〕" if _nearest(typed[1], _MEANT, known) else typed[0], text)


def _nearest(name: str, alike: float, known: Sequence[str]) -> str:
    likeness = {one: SequenceMatcher(None, name, one).ratio() for one in known}
    best = max(known, key=lambda one: likeness[one])
    return best if likeness[best] >= alike else ""
