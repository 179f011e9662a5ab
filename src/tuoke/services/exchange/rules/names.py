"""Names of companies as keys for finding the same one again, and the social credit code (GB 32100-2015)."""

from __future__ import annotations

import re
import unicodedata

from tuoke.services.exchange.rules.cells import Cell, Problem, compact

_NOISE = re.compile(r"[\W_]+")
_FORM = "(?:股份有限公司|有限责任公司|有限公司|股份公司|责任公司)"
_BRANCH = re.compile(
    rf"{_FORM}(?=.{{0,20}}(?:分公司|分行|支行|办事处|分部|分店|营业部|代表处|分厂|分社|分院|分校|项目部)$)"
)
_SUFFIX = re.compile(rf"(?:{_FORM}|(?<!分)(?<!总)(?<!子)公司|co\.?,?ltd\.?|coltd|ltd|inc|llc|corp|gmbh)$")

_CODE_CHARS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CODE = re.compile(rf"[{_CODE_CHARS}]{{2}}[0-9]{{6}}[{_CODE_CHARS}]{{10}}")
_VALUES = {char: value for value, char in enumerate(_CODE_CHARS)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))


def company_key(name: str) -> str:
    """What spellings of one company share: width, case, blanks, brackets and the legal form don't matter.

    Branches keep their branch, so they stay apart from the company. Blank only for a blank name.
    """
    folded = text_key(name)
    key = _SUFFIX.sub("", _BRANCH.sub("", folded, count=1), count=1)
    return key or folded


def text_key(text: str) -> str:
    """NFKC, case-folded, letters and digits only; a text of nothing else is itself."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _NOISE.sub("", folded) or folded.strip()


def credit_code(cell: Cell) -> str | Problem | None:
    """18 characters whose last one checks the others."""
    folded = compact(cell)
    if folded is None or isinstance(folded, Problem):
        return folded
    code = folded.upper().replace("-", "").replace(" ", "")
    if not _CODE.fullmatch(code) or code[-1] != check_character(code[:17]):
        return Problem("credit_code_invalid", {"text": code[:40]})
    return code


def check_character(code: str) -> str:
    """The 18th character for the first 17."""
    return _CODE_CHARS[-sum(_VALUES[char] * weight for char, weight in zip(code, _WEIGHTS, strict=True)) % 31]
