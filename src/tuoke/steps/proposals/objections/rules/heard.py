"""What a follow-up's text sounds like an objection (太贵, 不放心 …): offered to be noted, never noted by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tuoke.spine.library.rules import ObjectionKind

WORDS: Mapping[ObjectionKind, tuple[str, ...]] = {
    ObjectionKind.PRICE: ("太贵", "偏贵", "偏高", "嫌贵", "价格高", "价格太高", "超预算", "超出预算", "没有预算", "预算不够", "预算不足", "便宜一点", "再降", "降价"),
    ObjectionKind.DELIVERY: ("太慢", "周期太长", "周期长", "等不了", "来不及", "赶不上", "怕延期", "拖期", "工期太长"),
    ObjectionKind.SECURITY: ("不放心", "数据安全", "泄露", "信息安全", "不能出内网", "合规问题", "上云有顾虑"),
    ObjectionKind.QUALITY: ("没效果", "不一定行", "不一定有用", "不好用", "缺少功能", "没有这个功能", "不满足", "怀疑效果"),
    ObjectionKind.SERVICE: ("售后跟不上", "找不到人", "响应慢", "不在本地", "没人维护"),
    ObjectionKind.COMPETITOR: ("别家", "另一家", "竞争对手", "友商", "更便宜", "对比过", "大厂"),
    ObjectionKind.TIMING: ("不急", "明年再", "以后再说", "先不考虑", "暂不考虑", "暂缓", "缓一缓", "旺季"),
    ObjectionKind.AUTHORITY: ("领导定", "老板定", "要请示", "要上会", "做不了主", "要商量", "要汇报", "领导不同意"),
    ObjectionKind.CHANGE: ("不愿意用", "不会用", "抵触", "学不会", "改流程", "太麻烦", "动静太大", "推不动"),
}  # fmt: skip
_DENIED = re.compile(r"(?:不|没|没有|并不|并未|不再|未)(?:觉得|认为|说|提|担心|嫌|是|存在)?$")
_SENTENCE = re.compile(r"[^。！？!?；;\n]+")


@dataclass(frozen=True, slots=True)
class Heard:
    """The sentence and the word in it."""

    kind: ObjectionKind
    sentence: str
    word: str


def heard_in(text: str) -> tuple[Heard, ...]:
    """One for each kind at most, in reading order; what is denied (客户不觉得太贵) is none."""
    found: dict[ObjectionKind, Heard] = {}
    for match in _SENTENCE.finditer(text):
        sentence = match[0].strip()
        for kind, words in WORDS.items():
            word = next((word for word in words if _is_said(sentence, word)), "")
            if word and kind not in found:
                found[kind] = Heard(kind, sentence, word)
    return tuple(found.values())


def _is_said(sentence: str, word: str) -> bool:
    at = sentence.find(word)
    return at >= 0 and not _DENIED.search(sentence[:at])
