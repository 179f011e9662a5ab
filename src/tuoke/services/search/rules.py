"""What is searched for in what: folded texts, pinyin initials, and the grams that an index can look up.

Most Chinese queries have two characters, where trigram indexes fail; so Chinese is cut into pairs of characters,
while Latin letters and digits (initials, phones) are cut into threes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, product
from operator import add
from typing import Final

KINDS: Final = {"lead": 1, "customer": 2, "contact": 3, "opportunity": 4, "library": 5}
"""Numbers stand in the index for ever: never reuse one."""

LONGEST_QUERY = 100
MOST_TERMS = 8
LONGEST_TEXT = 10_000
"""Characters of a record's search text that are indexed."""
PARTED = "\n\n"
"""Between the open part of a search text and what is found only by those who may see it."""

_DROPPED = re.compile("[^\\w\U0001f000-\U0001faff\u2600-\u27bf]+|_")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
_ASCII = re.compile("[\x00-\x7f]")
_COMMON = frozenset(
    ("有限", "限公", "公司", "科技", "技有", "集团", "股份", "份有", "责任", "任公", "限责", "yxg", "xgs", "kjy", "jyx")
)
_MOST_READINGS = 8

# Characters with more than one common initial, surnames above all: 曾 is Zeng as a name and ceng as a word.
_READINGS = {
    "曾": "zc", "单": "dsc", "仇": "qc", "覃": "qt", "解": "jx", "区": "qo", "查": "zc", "翟": "zd", "种": "zc", "车": "cj", "乐": "ly", "长": "cz",
    "重": "zc", "行": "xh", "厦": "xs", "朝": "cz", "调": "td", "会": "hk", "藏": "cz", "传": "cz", "弹": "dt", "降": "jx", "校": "xj", "参": "cs",
    "系": "xj", "石": "sd", "尉": "wy", "盛": "sc", "召": "zs", "晟": "sc", "繁": "fp", "番": "fp", "贾": "jg", "谷": "gy", "隗": "wk", "乘": "cs",
    "澄": "cd", "褚": "cz", "折": "zs", "秘": "mb", "祭": "jz", "铅": "qy", "荨": "qx", "圈": "qj", "颉": "xj", "粘": "zn", "提": "td", "阿": "ae",
    "溪": "xq", "蔚": "wy", "省": "sx", "否": "fp", "屏": "pb", "暴": "bp", "伽": "gjq", "茄": "qj", "便": "bp", "识": "sz", "吓": "xh", "巷": "xh",
    "囤": "td", "术": "sz", "奇": "qj", "畜": "xc", "宿": "sx", "恶": "ew", "殖": "zs",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Needle:
    """One term of a query: the folded text to find, and grams that every text with it must have."""

    text: str
    grams: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Having the gram is having the text."""
        return self.grams == (self.text,)


def search_text(*parts: str | None, names: Iterable[str | None] = ()) -> str:
    """What a record is found by, folded, one part a line. ``names`` are found by their pinyin initials as well."""
    lines: dict[str, None] = {}
    for part in parts:
        if part:
            lines[fold(part)] = None
    for name in names:
        if name:
            folded = fold(name)
            lines[folded] = None
            if not folded.isascii():
                lines.update(dict.fromkeys(initials(folded)))
    lines.pop("", None)
    return "\n".join(lines)


def parted(opened: str, closed: str) -> str:
    """Two search texts as one: ``queries.in_open_part`` looks into the first only."""
    return f"{opened}{PARTED}{closed}" if opened or closed else ""


def fold(text: str) -> str:
    """NFKC, case-folded, without blanks and punctuation. Applied to texts and queries alike."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _DROPPED.sub("", text.casefold())


def initials(text: str) -> tuple[str, ...]:
    """The pinyin initials of a folded text, in every common reading: 曾华辰 → zhc, chc. Nothing without Chinese."""
    if not _HAN.search(text):
        return ()
    plain = text.translate(_initial_table())
    several = [_READINGS.get(char, "") for char in text]
    if not any(len(readings) > 1 for readings in several):
        return (plain,)
    choices = [readings or char for readings, char in zip(several, plain, strict=True)]
    found: dict[str, None] = {}
    for reading in product(*choices):
        found["".join(reading)] = None
        if len(found) == _MOST_READINGS:
            break
    return tuple(found)


def needles(query: str) -> tuple[Needle, ...]:
    """The terms of a query, which may stand in any order. A blank query has none."""
    terms = dict.fromkeys(fold(word) for word in query[:LONGEST_QUERY].split())
    terms.pop("", None)
    return tuple(Needle(term, _telling_grams(term)) for term in list(terms)[:MOST_TERMS])


def is_blank(query: str) -> bool:
    return not query.strip("\0 \t\r\n\u3000")


def grams_for(text: str) -> set[str]:
    """Every gram of a search text: pairs with a Chinese (or other) character in them, threes of letters and digits.

    A run of letters and digits also gives its last two, and each line its last character, so that one can look
    for a single character or two digits by the beginning of a gram.
    """
    found: set[str] = set()
    for line in text[:LONGEST_TEXT].split("\n"):
        if line:
            found.update(_grams_of_line(line))
    return found


def bigrams(text: str) -> Iterator[str]:
    return map(add, text, text[1:])


def trigrams(text: str) -> Iterator[str]:
    return map(add, bigrams(text), text[2:])


def _grams_of_line(line: str) -> Iterator[str]:
    yield line[-1]
    if line.isascii():
        yield line[-2:]
        yield from trigrams(line)
    elif not _ASCII.search(line):
        yield from bigrams(line)
    else:
        yield from _grams_of_mixed(line)


def _grams_of_mixed(line: str) -> Iterator[str]:
    for at, pair in enumerate(bigrams(line)):
        three = line[at : at + 3]
        is_run = len(three) == 3 and three.isascii()
        yield three if is_run else pair


def _telling_grams(term: str) -> tuple[str, ...]:
    """Without 有限公司 and the like, which half the records have; one of them where there is nothing else."""
    grams = tuple(dict.fromkeys(_grams_of_query(term)))
    return tuple(gram for gram in grams if gram not in _COMMON) or grams[:1]


def _grams_of_query(term: str) -> Iterator[str]:
    """Grams that a text must have that contains the term; none for what is too short for any."""
    previous = ""
    for ascii_run, chars in groupby(term, str.isascii):
        run = "".join(chars)
        if previous:
            yield previous + run[0]
        yield from trigrams(run) if ascii_run else bigrams(run)
        previous = run[-1]


@cache
def _initial_table() -> dict[int, str]:
    """Code point → initial of the first reading. Made once a process (some 50 ms) from pypinyin's dictionary."""
    from pypinyin.pinyin_dict import pinyin_dict

    table = {}
    for code, readings in pinyin_dict.items():
        letter = unicodedata.normalize("NFD", readings[0])[0]
        if "a" <= letter <= "z":
            table[code] = letter
    return table
