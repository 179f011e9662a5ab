"""Words that can be read in two ways (S7.1: 避免歧义): each with what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Instead(StrEnum):
    DATE = "date"  # a date or a number of days
    NUMBER = "number"  # the number itself
    LIST = "list"  # every single thing
    STANDARD = "standard"  # what is measured, and against what


@dataclass(frozen=True, slots=True)
class Hint:
    word: str
    start: int
    end: int
    instead: Instead


_WORDS = {
    Instead.DATE: "尽快|及时|尽早|适时|近期|不日|定期|合理期限|合理时间|一定期限|第一时间|随时|择机|按时",
    Instead.NUMBER: "大约|约(?=\\s*[\\d一二两三四五六七八九十百千])|左右|上下|若干|适量|一定数量|原则上|数次|多次|不少量|部分费用|相当于",
    Instead.LIST: "等相关[^，。；]{0,6}|等(?=服务|功能|事项|内容|模块|资料|产品|工作|费用|[。；，]|$)|包括但不限于|及其他|以及其他|其他相关",
    Instead.STANDARD: "满足甲方要求|达到甲方满意|客户满意|行业标准|正常使用|合格|优质|高质量|基本满足|尽力|尽最大努力|协助配合|必要的",
}
_PATTERN = re.compile("|".join(f"(?P<{kind.value}>{words})" for kind, words in _WORDS.items()))
MOST_HINTS = 30


def hints_in(text: str) -> tuple[Hint, ...]:
    """At most ``MOST_HINTS``, in reading order."""
    found = []
    for match in _PATTERN.finditer(text):
        kind = next(kind for kind in Instead if match[kind.value])
        found.append(Hint(match[0], match.start(), match.end(), kind))
        if len(found) == MOST_HINTS:
            break
    return tuple(found)
